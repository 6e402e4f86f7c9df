"""Keeps a job's checkpoints the same in its local folder and in S3, while it runs and when it starts again."""

import logging
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from local.aws.sagemaker.objects import TransferError, download_any, join, upload
from local.aws.sagemaker.refusal import invalid

log = logging.getLogger(__name__)
LOCAL_PATH = "/opt/ml/checkpoints"
ML = PurePosixPath("/opt/ml")
TAKEN = ("code", "errors", "failure", "input", "model", "output", "processing")
EVERY = 1.0  # seconds; AWS only says that it copies while the job runs

Stamp = tuple[int, int]


class Checkpoints:
    """The checkpoints of one start of a job."""

    def __init__(self, client: Any, *, uri: str, folder: Path) -> None:
        self._client, self._uri, self._folder = client, uri, folder
        self._kept: dict[Path, Stamp] = {}
        self._due = 0.0

    def restore(self) -> None:
        """Bring what S3 has into the folder; there may be nothing yet."""
        self._folder.mkdir(parents=True, exist_ok=True)
        download_any(self._client, self._uri, self._folder)
        self._kept = self._found()

    def copy(self) -> None:
        """Copy what is new, now and then; what cannot be copied is tried again."""
        if time.monotonic() < self._due:
            return
        try:
            self.save()
        except TransferError as error:
            log.warning("checkpoints in %s are not copied: %s", self._folder, error)
        self._due = time.monotonic() + EVERY

    def save(self) -> None:
        """Copy what is new or has changed; raises TransferError. What the job deletes stays in S3, as on AWS."""
        for path, stamp in self._found().items():
            if self._kept.get(path) != stamp:
                self._send(path)
                self._kept[path] = stamp

    def _send(self, path: Path) -> None:
        try:
            upload(self._client, path, join(self._uri, path.relative_to(self._folder).as_posix()))
        except TransferError:
            if path.exists():
                raise

    def _found(self) -> dict[Path, Stamp]:
        found = {path: _stamp(path) for path in sorted(self._folder.rglob("*")) if path.is_file()}
        return {path: stamp for path, stamp in found.items() if stamp is not None}


def _stamp(path: Path) -> Stamp | None:
    """What differs after each change; none of a file that is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_size


def local_path(config: Mapping[str, Any]) -> PurePosixPath:
    """Where the job finds its checkpoints; raises a Refusal for a place that is not its to choose."""
    path = PurePosixPath(config.get("LocalPath") or LOCAL_PATH)
    below = path.relative_to(ML).parts if path.is_relative_to(ML) else ()
    if not below or below[0] in TAKEN or ".." in below:
        raise invalid(
            f"CheckpointConfig.LocalPath {str(path)!r} must lie below {ML}, and not in its {', '.join(TAKEN)}; "
            f"leave it out for {LOCAL_PATH}."
        )
    return path
