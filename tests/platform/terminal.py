"""A program in a terminal of its own, and what a person would read there."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from dataclasses import dataclass

from tests.platform.desk import REPOSITORY, clean_environment

LINKS = re.compile(r"\x1b\][^\x1b\x07]*(?:\x1b\\|\x07)")
PIECES = re.compile(r"\x1b\[(?P<number>[0-9;?]*)(?P<code>[A-Za-z])|\r|\n|[^\x1b\r\n]+")
SHOW, HIDE = "\x1b[?25h", "\x1b[?25l"


@dataclass
class Terminal:
    """The program, and our end of its terminal."""

    process: "subprocess.Popen[bytes]"
    end: int
    raw: str = ""

    @property
    def text(self) -> str:
        """What stands in the terminal now, scrolled out or not."""
        return "\n".join(_replayed(LINKS.sub("", self.raw)))

    @property
    def has_cursor(self) -> bool:
        """Whether the cursor is visible."""
        return self.raw.rfind(SHOW) >= self.raw.rfind(HIDE)

    def read_until(self, words: str) -> None:
        """Read on until the program has written the words."""
        while words not in self.text:
            assert self._read(), f"the program ended before {words!r}: {self.text}"

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.end, keys.encode())

    def read_to_the_end(self) -> int:
        """Read until the program has ended; its exit code."""
        while self._read():
            pass
        os.close(self.end)
        return self.process.wait(60)

    def _read(self) -> bool:
        try:
            piece = os.read(self.end, 65536)
        except OSError:  # Linux's way to say that nobody is at the other end
            return False
        self.raw += piece.decode(errors="replace")
        return bool(piece)


def open_terminal(
    *command: str, columns: int = 100, lines: int = 45, environment: Mapping[str, str] | None = None
) -> Terminal:
    """Start the program in a terminal of this size, as a shell would."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    base = {key: value for key, value in clean_environment().items() if key not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=base | {"TERM": "xterm-256color", "PYTHONPATH": str(REPOSITORY)} | dict(environment or {}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=_take_terminal,
    )
    os.close(theirs)
    return Terminal(process, ours)


def _replayed(raw: str) -> list[str]:
    """The rows that are left of text, line ends, cursor-up and erase-line."""
    rows, row, column = [""], 0, 0
    for piece in PIECES.finditer(raw):
        number = int(piece["number"] or 1) if (piece["number"] or "1").isdigit() else 1
        match piece["code"] or piece[0]:
            case "\r":
                column = 0
            case "\n":
                row += 1
                rows += [""] * (row + 1 - len(rows))
            case "A":
                row = max(0, row - number)
            case "K":
                rows[row] = "" if number == 2 else rows[row][:column]
            case text if piece["code"] is None:
                rows[row] = rows[row][:column].ljust(column) + text + rows[row][column + len(text) :]
                column += len(text)
    return [each.rstrip() for each in rows]


def _take_terminal() -> None:
    """Ctrl-C reaches who has the terminal."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def python(program: str) -> list[str]:
    """The command line of a small program."""
    return [sys.executable, "-c", program]
