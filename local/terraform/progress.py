"""Hears an apply's JSON lines: how far it is, and what went wrong."""

import json
from typing import Any

from local.timeline import Timeline

ROW = "terraform"


class Progress:
    """Tells the row `terraform` how many resources are done."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._planned = 0
        self._done = 0
        self._errors: list[str] = []
        self.summary = ""

    def hear(self, line: str) -> None:
        """One line of `terraform apply -json`; what is no JSON is a program's that dies."""
        try:
            said = json.loads(line)
        except ValueError:
            self._errors.append(line)
            return
        self._take(said)

    def look(self) -> None:
        """Nothing to look at."""

    def explain(self, error: Exception) -> None:
        """Give the error Terraform's own words."""
        error.__notes__ = self._errors or getattr(error, "__notes__", [])

    def _take(self, said: dict[str, Any]) -> None:
        match said.get("type"):
            case "change_summary" if said["changes"]["operation"] == "plan":
                self._planned = sum(said["changes"][kind] for kind in ("add", "change", "remove"))
            case "change_summary":
                self.summary = _sentence(said["changes"])
            case "apply_complete" if said["hook"]["action"] != "read":
                self._done += 1
                self._timeline.tell(ROW, detail=f"{self._done} of {self._planned}: {said['hook']['resource']['addr']}")
            case "diagnostic" if said["diagnostic"]["severity"] == "error":
                self._errors.append(_words(said["diagnostic"]))


def _sentence(changes: dict[str, Any]) -> str:
    counts = {"made": changes["add"], "changed": changes["change"], "removed": changes["remove"]}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing to change"


def _words(diagnostic: dict[str, Any]) -> str:
    place = diagnostic.get("address") or diagnostic.get("range", {}).get("filename", "terraform")
    return f"{place}: {diagnostic['summary']}\n{diagnostic.get('detail', '')}".rstrip()
