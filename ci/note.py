"""`note`: what a training came to, or what would be applied, on the merge request that it came by."""

import os
from pathlib import Path

import click

from ci import options, plans_note, push, upstream
from ci.comment import MARK
from ci.merge_requests import MergeRequests
from ci.pipeline import Pipeline
from ci.register import read_register
from ci.repetition import Repetition, repeated
from ci.results import NOTE
from modelway.errors import InputError, ModelwayError, NotFound

TOKEN = "MODELWAY_NOTES_TOKEN"  # noqa: S105 - the variable's name
UNSET = f"no note is written: {TOKEN} is not set; docs/gitlab.md#notes-on-merge-requests says how to have notes"


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
@click.option(
    "--plans",
    type=click.Path(file_okay=False, path_type=Path),
    help="Tell this pipeline's merge request of the plans in this folder instead.",
)
@click.option("--attempts", type=click.IntRange(1), default=5, show_default=True, help="How often to try.")
@click.option(
    "--pause", type=click.FloatRange(0), default=2.0, show_default=True, help="Seconds before the second attempt."
)
def command(push_file: Path, folder: Path, register: Path, plans: Path | None, attempts: int, pause: float) -> None:
    """Tell the merge request what its training came to or, with --plans, what would be applied.

    One note a version, and one of plans: a repeated job edits its own. The token is MODELWAY_NOTES_TOKEN's. A note that
    cannot be written is a warning, never a failed job.
    """
    how = Repetition(attempts, pause)
    try:
        words = (
            plans_posted(plans, register=register, how=how)
            if plans
            else posted(push_file, folder, register=register, how=how)
        )
    except ModelwayError as error:
        click.echo(f"warning: no note is written: {error}", err=True)
    else:
        click.echo(words)


def posted(push_file: Path, folder: Path, *, register: Path, how: Repetition) -> str:
    """Write the note of a training and return what was done, or why there is nothing to do."""
    token = _token()
    if not token:
        return UNSET
    text = written(folder / NOTE)
    if not text:
        return f"no note is written: no training has ended in this pipeline ({folder / NOTE} is not there)"
    return "\n".join(repeated(lambda: told(push_file, token, text, register=register), how=how, say=_say))


def plans_posted(folder: Path, *, register: Path, how: Repetition) -> str:
    """Write the note of all plans and return what was done, or why there is nothing to do."""
    token, number = _token(), os.environ.get("CI_MERGE_REQUEST_IID", "")
    if not token:
        return UNSET
    if not number.isdecimal():
        return "no note is written: this pipeline is of no merge request (CI_MERGE_REQUEST_IID)"
    text = plans_note.plans_note(folder, pipeline=Pipeline.current().url)
    where = _of(read_register(register).gitlab.project, "ml-ops", token, register=register)
    return "\n".join(
        repeated(lambda: where.tell_one(text, number=int(number), mark=plans_note.MARK), how=how, say=_say)
    )


def written(note: Path) -> str:
    """Return the note's text; nothing where the run goes on, or there was none."""
    try:
        return note.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def told(push_file: Path, token: str, text: str, *, register: Path) -> list[str]:
    """Write the note on each merge request of the push that GitLab has signed, in a project that is registered."""
    mark = text.rstrip().rpartition("\n")[2]
    if not MARK.fullmatch(mark):
        raise InputError(f"{NOTE} does not end with the mark of a version; let `trigger train --results` write it")
    pushed, known = push.find(push_file), read_register(register)
    if pushed is None:
        raise NotFound(f"{push_file} is not there, so no push is proven; let the job have what `fetch` leaves")
    known.project(pushed.project_id)
    where = _of(pushed.project_id, pushed.project_path, token, register=register)
    done = where.tell(text, commit=pushed.commit, mark=mark)
    return done or [f"no note is written: {pushed.project_path} has no merge request with {pushed.commit[:8]}"]


def _of(project: int, path: str, token: str, *, register: Path) -> MergeRequests:
    server = read_register(register).gitlab.server
    return MergeRequests(server, project, path, token, os.environ.get("CI_SERVER_TLS_CA_FILE", ""))


def _token() -> str:
    return upstream.token(os.environ.get(TOKEN, ""), variable=TOKEN)


def _say(words: str) -> None:
    click.echo(words, err=True)
