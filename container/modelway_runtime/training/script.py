"""The model's training script as a child process."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import IO

TAIL_BYTES = 64 * 1024
DRAIN_SECONDS = 5.0  # a grandchild may hold the pipe open after the script has ended


class Script:
    """A running script: its output streams through, a SIGTERM to us is one to it."""

    def __init__(self) -> None:
        self.stderr_tail = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def run(self, command: Sequence[str], *, environ: Mapping[str, str]) -> int:
        """Run to the end; the return code is negative for the signal that ended the script."""
        previous = signal.signal(signal.SIGTERM, self._stop)
        try:
            self._process = subprocess.Popen(command, env=environ, stderr=subprocess.PIPE)
            if self._stopping:
                self._process.terminate()
            return self._wait(self._process)
        finally:
            signal.signal(signal.SIGTERM, previous)

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        stream = process.stderr
        if stream is None:
            return process.wait()
        pump = threading.Thread(target=self._pump, args=(stream,), daemon=True)
        pump.start()
        code = process.wait()
        pump.join(DRAIN_SECONDS)
        return code

    def _pump(self, stream: IO[bytes]) -> None:
        """Pass bytes on as they come: a progress bar has no line ends, and a log must not lag."""
        while chunk := os.read(stream.fileno(), 65536):
            sys.stderr.buffer.write(chunk)
            sys.stderr.buffer.flush()
            self.stderr_tail = (self.stderr_tail + chunk)[-TAIL_BYTES:]
        stream.close()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True
        if self._process is not None:
            self._process.terminate()
