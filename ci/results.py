"""The folder of what a training came to, in the forms that GitLab shows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ci.comment import comment
from ci.junit import junit
from ci.openmetrics import openmetrics
from modelway.aws.functions import Run
from modelway.errors import InputError
from modelway.verdict import Result

JUNIT, METRICS, ANNOTATIONS, NOTE = "junit.xml", "metrics.txt", "annotations.json", "note.md"


@dataclass(frozen=True)
class Results:
    """Where they are left, and the address of the pipeline that leaves them with what it is called."""

    folder: Path
    pipeline: tuple[str, str]

    def prepare(self) -> None:
        """Make the folder; InputError where that cannot be, before a run is started."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"{self.folder} cannot be made: {error.strerror}; name another folder by --results"
            ) from error

    def begin(self, run: Run) -> None:
        """Leave the way to the run, which may outlast the job."""
        self._write(ANNOTATIONS, annotations(self._links(run.url)))

    def leave(self, result: Result) -> None:
        """Leave all forms of the result."""
        links = self._links(result.url, failure=result.failure.url if result.failure else "")
        self._write(JUNIT, junit(result))
        self._write(METRICS, openmetrics(result).encode(errors="replace"))
        self._write(ANNOTATIONS, annotations(links))
        self._write(NOTE, comment(result, links).encode())

    def _links(self, run: str, failure: str = "") -> dict[str, str]:
        words, url = self.pipeline
        links = {"Where it failed": failure, "Run in Airflow": run, words: url}
        return {words: url for words, url in links.items() if url.startswith(("http://", "https://"))}

    def _write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)


def annotations(links: Mapping[str, str]) -> bytes:
    """Return the links of a job's page, as `artifacts:reports:annotations` takes them."""
    entries: Iterator[dict[str, dict[str, str]]] = (
        {"external_link": {"label": words, "url": url}} for words, url in links.items()
    )
    return json.dumps({"Modelway": list(entries)}, indent=2).encode()
