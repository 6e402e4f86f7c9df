"""The platforms that this user runs on this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from local.home import Home


def neighbours(home: Home) -> list[Path]:
    """The folders of the platforms that run, but for this one."""
    return sorted({folder for folder in _running().values() if folder != home.root})


def supervisord_of(home: Home) -> int | None:
    """The process that holds this platform together, whether it answers or not."""
    return next((pid for pid, folder in _running().items() if folder == home.root), None)


def _running() -> dict[int, Path]:
    """The folder of each supervisord of ours, by its pid."""
    return dict(_found())


def _found() -> Iterator[tuple[int, Path]]:
    for process in psutil.process_iter():
        try:
            if process.uids().real == os.getuid() and (folder := _folder(process.cmdline())) is not None:
                yield process.pid, folder
        except psutil.Error:  # it just ended, or is nobody's to look at
            continue


def _folder(command: list[str]) -> Path | None:
    """Each platform's supervisord is started with the configuration in its own folder."""
    if "supervisor.supervisord" not in command or not command[-1].endswith("/supervisor/supervisord.conf"):
        return None
    return Path(command[-1]).parent.parent
