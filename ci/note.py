"""`note`: what a training came to, on the merge request that it came by."""

import os
from pathlib import Path

import click

from ci import options, push, upstream
from ci.comment import MARK
from ci.merge_requests import MergeRequests
from ci.register import read_register
from ci.repetition import Repetition, repeated
from ci.results import NOTE
from modelway.errors import InputError, ModelwayError, NotFound

TOKEN = "MODELWAY_NOTES_TOKEN"  # noqa: S105 - the variable's name
ABOUT = "docs/gitlab.md#notes-on-merge-requests"


@click.command("note")
@options.push
@click.option(
    "--results",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    show_default=True,
    help="The folder in which `trigger` has left them.",
)
@click.option(
    "--models",
    "register",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("models.toml"),
    show_default=True,
    help="The register, which names GitLab's address and the projects that are told.",
)
@click.option("--attempts", type=click.IntRange(1), default=5, show_default=True, help="How often to try.")
@click.option(
    "--pause", type=click.FloatRange(0), default=2.0, show_default=True, help="Seconds before the second attempt."
)
def command(push_file: Path, folder: Path, register: Path, attempts: int, pause: float) -> None:
    """Tell the merge request what its training came to.

    One note a version: a repeated job edits its own. The token is MODELWAY_NOTES_TOKEN's. A note that cannot be written
    is a warning, never a failed job.
    """
    try:
        words = posted(push_file, folder, register=register, how=Repetition(attempts, pause))
    except ModelwayError as error:
        click.echo(f"warning: no note is written: {error}", err=True)
    else:
        click.echo(words)


def posted(push_file: Path, folder: Path, *, register: Path, how: Repetition) -> str:
    """Write the note and return what was done, or why there is nothing to do."""
    token = upstream.token(os.environ.get(TOKEN, ""), variable=TOKEN)
    if not token:
        return f"no note is written: {TOKEN} is not set; {ABOUT} says how to have notes"
    text = written(folder / NOTE)
    if not text:
        return f"no note is written: no training has ended in this pipeline ({folder / NOTE} is not there)"
    return "\n".join(
        repeated(lambda: told(merge_requests(push_file, token, register=register), text), how=how, say=_say)
    )


def written(note: Path) -> str:
    """Return the note's text; nothing where the run goes on, or there was none."""
    try:
        return note.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def merge_requests(push_file: Path, token: str, *, register: Path) -> MergeRequests:
    """Return those of the push that GitLab has signed, in a project that is registered."""
    pushed, known = push.find(push_file), read_register(register)
    if pushed is None:
        raise NotFound(f"{push_file} is not there, so no push is proven; let the job have what `fetch` leaves")
    known.project(pushed.project_id)
    return MergeRequests(known.gitlab.server, pushed, token, os.environ.get("CI_SERVER_TLS_CA_FILE", ""))


def told(where: MergeRequests, text: str) -> list[str]:
    """Write the note on each merge request."""
    mark = text.rstrip().rpartition("\n")[2]
    if not MARK.fullmatch(mark):
        raise InputError(f"{NOTE} does not end with the mark of a version; let `trigger train --results` write it")
    done = where.tell(text, mark=mark)
    pushed = where.push
    return done or [f"no note is written: {pushed.project_path} has no merge request with {pushed.commit[:8]}"]


def _say(words: str) -> None:
    click.echo(words, err=True)
