"""Makes .venv in stages, each of which can be broken off at any moment and repeated.

`python environment.py VENV {check,uv,platform,tests}`, run by path with the standard library only.
"""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
ROOM_MB = 1500  # 860 MB installed, and as much again in uv's cache where it lies on the same disk
# What each stage is made from, in the order of the stages; the first file is its lock.
STAGES = {
    "uv": ("locks/uv.txt",),
    "platform": ("locks/local.txt", "pyproject.toml"),
    "tests": ("locks/test.txt",),
}


class Refused(Exception):
    """The environment cannot be made; the message says what to do."""


class Environment:
    """The virtual environment of one checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"

    def stamp(self, stage: str) -> Path:
        """There when the stage is whole; make compares its time."""
        return self.folder / f".{stage}"

    def begun(self, stage: str) -> Path:
        """There while the stage is being made, so that half of one is noticed."""
        return self.folder / f".{stage}.begun"

    def fits(self) -> bool:
        """Whether it was made for this very place and its Python still starts; a copy would run the original's code."""
        try:
            made_by = (self.folder / "pyvenv.cfg").read_text("utf-8")
            starts = subprocess.run([self.python, "-I", "-S", "-c", ""], capture_output=True, check=False)
        except OSError:
            return False
        return starts.returncode == 0 and any(line.endswith(f" -m venv {self.folder}") for line in made_by.splitlines())

    def has(self, stage: str) -> bool:
        """Whether the stage is there, whole, and no older than what it is made from."""
        before = list(STAGES)[: list(STAGES).index(stage)]
        sources = [CHECKOUT / name for name in STAGES[stage]] + [self.stamp(earlier) for earlier in before]
        if not self.fits() or self.begun(stage).exists() or not self.stamp(stage).exists():
            return False
        return all(path.stat().st_mtime_ns <= self.stamp(stage).stat().st_mtime_ns for path in sources)

    def make(self, stage: str) -> None:
        """Bring it to the stage; what is there already stays."""
        check_room(self.folder.parent)
        {"uv": self.create, "platform": self.install_platform, "tests": self.install_tests}[stage]()
        self.begun(stage).unlink(missing_ok=True)
        self.stamp(stage).touch()

    def create(self) -> None:
        """Make it, with nothing but uv, and anew where it does not fit or was left half made."""
        if self.begun("uv").exists() or not self.fits():
            self.check_ours()
            say(f"creating {self.folder.name} with Python {sys.version.partition(' ')[0]}")
            self.empty()
            run(sys.executable, "-m", "venv", str(self.folder))
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps")
        run(str(self.python), *pip, "-r", STAGES["uv"][0])

    def check_ours(self) -> None:
        """Refuse to empty a folder that is no environment."""
        known = any((self.folder / name).exists() for name in ("pyvenv.cfg", self.begun("uv").name))
        if self.folder.exists() and not known and any(self.folder.iterdir()):
            raise Refused(f"{self.folder} is no Python environment; name another folder: make VENV=FOLDER")

    def empty(self) -> None:
        """Leave nothing in it but the mark that it is ours and not whole."""
        self.folder.mkdir(exist_ok=True)
        self.begun("uv").touch()
        for path in self.folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path != self.begun("uv"):
                path.unlink()

    def install_platform(self) -> None:
        """Install what the platform runs on, and the bundle from where it lies."""
        say("installing Airflow, the local AWS and their tools (about 200 packages)")
        self.install("platform")
        self.uv("--no-deps", "--no-build-isolation", "--editable", ".")

    def install_tests(self) -> None:
        """Install what the tests need."""
        say("installing the test tools")
        self.install("tests")

    def install(self, stage: str) -> None:
        """Install the stage's lock; what an installation that was broken off has left is installed again."""
        again = ["--reinstall"] if self.begun(stage).exists() else []
        self.begun(stage).touch()
        self.uv(*again, "--require-hashes", "-r", STAGES[stage][0])

    def uv(self, *arguments: str) -> None:
        """Run `uv pip install` on this environment."""
        program = str(self.folder / "bin" / "uv")
        run(program, "pip", "install", "--quiet", "--python", str(self.python), *arguments)


def say(words: str) -> None:
    """Tell what takes its time."""
    print(f"==> {words}", flush=True)


def check_room(folder: Path) -> None:
    """Refuse before half of it is written."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < ROOM_MB:
        raise Refused(f"the disk of {folder} has {free} MB free and .venv needs {ROOM_MB} MB; make room there")


def run(*command: str) -> None:
    """Run one installer; its last line is the reason when it fails."""
    # A user's environment or settings for Python must not lead the installer to another one.
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    done = subprocess.run(
        command, cwd=CHECKOUT, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise Refused(
            f"packages cannot be installed: {reason(done.stdout) or f'{command[0]} ended with {done.returncode}'}; "
            "the package index is needed this once: check the network and its proxy, or name a mirror by "
            "UV_DEFAULT_INDEX and PIP_INDEX_URL, then run the same make again"
        )


def reason(output: str) -> str:
    """The last line of what an installer said, without its ornaments."""
    lines = [re.sub(r"^\W+|\.$|^ERROR: ", "", line.strip()) for line in output.splitlines()]
    return next((line for line in reversed(lines) if line and not line.startswith(("hint:", "WARNING:"))), "")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait for another make of the same checkout; the lock ends with the process, however it ends."""
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def ensure(environment: Environment, stage: str) -> None:
    """Make the stage, unless another make has just made it."""
    try:
        with alone_in(environment.folder.parent):
            if not environment.has(stage):
                environment.make(stage)
    except OSError as error:
        raise Refused(f"{environment.folder} cannot be made: {error}") from error


def main(folder: str, stage: str) -> int:
    """Make one stage; `check` tells whether what is there can be used at all."""
    environment = Environment(Path(folder).resolve())
    if stage == "check":
        return 0 if environment.fits() else 1
    try:
        ensure(environment, stage)
    except Refused as refusal:
        print(f"modelway: {refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("modelway: interrupted; the next make goes on from here", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
