"""The engine without Docker: an image is a folder and a virtual environment, a container is a process."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from local.engine.contract import Run
from local.engine.registry import Clients, Manifest, checked
from local.engine.store import ExtractedImage, Store

LAUNCHER = Path(__file__).with_name("launcher.py")
FALLBACK = "MODELWAY_OPT_ML"  # "folder" never uses namespaces


class RunningProcess:
    """A program and all it starts, below one launcher."""

    def __init__(self, launcher: subprocess.Popen[bytes]) -> None:
        self._launcher = launcher

    @property
    def pid(self) -> int:
        """The launcher's process id."""
        return self._launcher.pid

    def wait(self, timeout: float) -> int | None:
        """The exit code, or None when it still runs after so many seconds."""
        try:
            return self._launcher.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def terminate(self) -> None:
        """Send SIGTERM to the program."""
        self._launcher.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Have the launcher kill the program and all it started."""
        self._launcher.send_signal(signal.SIGHUP)


class ProcessEngine:
    """Runs images as processes of this machine."""

    def __init__(self, home: Path, *, clients: Clients) -> None:
        self._store = Store(home / "images")
        self._clients = clients
        # The kernel ties a death signal to the thread that forked: one thread that lives as long as we do forks all.
        self._forker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")

    def pull(self, manifest: Manifest) -> ExtractedImage:
        """The image, extracted and with its environment built; raises ImageError."""
        return self._store.add(checked(manifest), self._clients)

    def pulled(self, digest: str) -> ExtractedImage | None:
        """An image that was pulled before."""
        return self._store.find(digest)

    def start(self, image: ExtractedImage, run: Run) -> RunningProcess:
        """Start the image in its own copy of its /opt."""
        for name in ("ml", "home"):
            (run.opt / name).mkdir(parents=True, exist_ok=True)
        sources = image.folder / "rootfs" / "opt"
        if sources.is_dir():
            shutil.copytree(sources, run.opt, dirs_exist_ok=True)
        return self._launch(image, run, literal=self.literal)

    @cached_property
    def literal(self) -> bool:
        """Whether this machine lets us show a process a private /opt."""
        if os.environ.get(FALLBACK) == "folder":
            return False
        with tempfile.TemporaryDirectory() as opt:
            Path(opt, "ml").mkdir()
            spec = {"command": ["test", "-d", "/opt/ml"], "cwd": "/", "opt": opt}
            probe = self._fork(spec, {"PATH": os.defpath}, output=subprocess.DEVNULL)
            return probe.wait() == 0

    def _launch(self, image: ExtractedImage, run: Run, *, literal: bool) -> RunningProcess:
        command = [*(run.entrypoint or image.entrypoint), *run.arguments]
        environment = {**_basics(run.opt), **image.environment, **run.environment}
        cwd = image.working_dir
        if not literal:
            command = [_moved(word, run.opt) for word in command]
            environment = {name: _moved(value, run.opt) for name, value in environment.items()}
            environment["SAGEMAKER_BASE_DIR"] = str(run.opt / "ml")
            cwd = _moved(cwd, run.opt)
        spec = {"command": command, "cwd": cwd, "opt": str(run.opt) if literal else None}
        run.log.parent.mkdir(parents=True, exist_ok=True)
        with run.log.open("ab") as log:
            return RunningProcess(self._fork(spec, environment, output=log.fileno()))

    def _fork(
        self, spec: Mapping[str, object], environment: Mapping[str, str], *, output: int
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), json.dumps(spec)]
        return self._forker.submit(
            subprocess.Popen,
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ).result()


def _basics(opt: Path) -> dict[str, str]:
    """What every container has."""
    return {"HOME": str(opt / "home"), "LANG": "C.UTF-8"}


def _moved(text: str, opt: Path) -> str:
    """Point paths below /opt/program, /opt/ml and the like into the folder behind them."""
    names = "|".join(re.escape(name) for name in os.listdir(opt))
    return re.sub(rf"(?<![\w./-])/opt/(?=({names})(?![\w.-]))", f"{opt}/", text)
