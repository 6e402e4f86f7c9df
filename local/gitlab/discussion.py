"""Merge requests of the local GitLab: each pushed commit came by one, and jobs write notes there."""

import re
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt

from local.gitlab.place import Place
from local.gitlab.project import Project
from local.record import read_record, write_record

USER = 1  # who all notes are of
RELATED = re.compile(r"/api/v4/projects/(?P<project>\d+)/repository/commits/(?P<sha>[0-9a-f]{40})/merge_requests")
NOTES = re.compile(r"/api/v4/projects/(?P<project>\d+)/merge_requests/(?P<number>\d+)/notes(?:/(?P<note>\d+))?")
Document = dict[str, Any]


@dataclass(frozen=True)
class Discussion:
    """The merge requests of one project, by their numbers, and the notes on each."""

    place: Place
    project: Project

    def related(self, sha: str) -> list[Document]:
        """The commit's merge request; a new one where it has none."""
        known = self._read()
        numbers = [int(number) for number, each in known.items() if each["sha"] == sha]
        number = numbers[0] if numbers else len(known) + 1
        if not numbers:
            self._write(known | {str(number): {"sha": sha, "notes": []}})
        url = f"{self.project.url(self.place)}/-/merge_requests/{number}"
        return [{"iid": number, "project_id": self.project.id, "state": "merged", "web_url": url}]

    def notes(self, number: int) -> list[Document] | None:
        """The merge request's notes; None where there is no such one."""
        found = self._read().get(str(number))
        if found is None:
            return None
        return [{"id": at, "body": body, "author": {"id": USER}} for at, body in enumerate(found["notes"], start=1)]

    def write(self, number: int, body: str, *, note: int | None = None) -> Document:
        """Add a note, or put the text in place of one."""
        known = self._read()
        bodies = known[str(number)]["notes"]
        if note is None:
            bodies.append(body)
        else:
            bodies[note - 1] = body
        self._write(known)
        return {"id": note or len(bodies), "body": body, "author": {"id": USER}}

    def _read(self) -> Document:
        known: Document = (read_record(self.place.root / "merge-requests.json") or {}).get(str(self.project.id), {})
        return known

    def _write(self, known: Document) -> None:
        file = self.place.root / "merge-requests.json"
        write_record(file, (read_record(file) or {}) | {str(self.project.id): known})


def answer(discussion: Discussion, method: str, path: str, body: Document) -> tuple[int, Any]:
    """GitLab's answer to a request about the project's merge requests: a status and a document."""
    if found := RELATED.fullmatch(path):
        return 200, discussion.related(found["sha"])
    asked = NOTES.fullmatch(path)
    notes = discussion.notes(int(asked["number"])) if asked else None
    if asked is None or notes is None:
        return 404, {}
    number, note = int(asked["number"]), asked["note"]
    if method == "POST" and note is None:
        return 201, discussion.write(number, str(body["body"]))
    if method == "PUT" and note and 0 < int(note) <= len(notes):
        return 200, discussion.write(number, str(body["body"]), note=int(note))
    return (200, notes) if note is None else (404, {})


def shown(notes: list[Document]) -> str:
    """The notes as HTML; what is HTML in them stays text, but for comments, which are not shown."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    bodies = (re.sub(r"(?m)^<!--.*-->$", "", note["body"]) for note in notes)
    return "<hr>".join(str(markdown.render(body)) for body in bodies) or "<p>Nobody has written here yet.</p>"
