"""The rules of `note`: one note a version on each merge request, and never a failed job."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ci import push
from ci.merge_requests import MergeRequests
from ci.push import Push
from ci.repetition import Passing
from modelway.release import Person
from tests.ci.discussion import OURS, THEIRS, USERS, Discussion, Trouble, discussing

COMMIT = "a" * 40
PUSH = Push(project_id=42, project_path="team/model", commit=COMMIT, person=Person(id=5, login="ana"))
REGISTER = '[gitlab]\nserver = "{url}"\nproject = 1\n\n[[projects]]\nid = {id}\nmodels = ["demo/breast-cancer"]\n'
MARK = "<!-- modelway: demo/breast-cancer 1.4.0 -->"
TEXT = f"**better**\n\n{MARK}\n"


@pytest.fixture
def gitlab() -> Iterator[Discussion]:
    """A GitLab with the merge request by which the commit came."""
    with discussing() as discussion:
        discussion.has(3, commit=COMMIT)
        yield discussion


@pytest.fixture
def folder(tmp_path: Path, gitlab: Discussion) -> Path:
    """What the jobs before have left, and the register."""
    (tmp_path / "models.toml").write_text(REGISTER.format(url=gitlab.url, id=42))
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "note.md").write_text(TEXT)
    push.leave(tmp_path / "push.json", PUSH)
    return tmp_path


@pytest.fixture
def note(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Tell what happened, as the job `note`."""
    monkeypatch.chdir(folder)

    def invoke(*arguments: str, token: str = OURS) -> Any:
        return run("note", "--pause", "0.01", *arguments, MODELWAY_NOTES_TOKEN=token)

    return invoke


def test_the_merge_request_of_the_commit_gets_a_note(note: Any, gitlab: Discussion) -> None:
    ended = note()
    assert (ended.code, ended.out, ended.err) == (0, "a note is written on https://gitlab/!3\n", "")
    assert gitlab.bodies(3) == [TEXT]


def test_a_repeated_job_edits_its_note(note: Any, gitlab: Discussion, folder: Path) -> None:
    note()
    (folder / "results" / "note.md").write_text(f"**worse**\n\n{MARK}\n")
    ended = note()
    assert ended.out == "its note is edited on https://gitlab/!3\n"
    assert gitlab.bodies(3) == [f"**worse**\n\n{MARK}\n"]


def test_each_version_and_each_model_has_a_note_of_its_own(note: Any, gitlab: Discussion, folder: Path) -> None:
    note()
    for other in ("demo/breast-cancer 1.4.1", "demo/churn 1.4.0", "demo/breast-cancer 1.4.0+r2"):
        (folder / "results" / "note.md").write_text(f"**new**\n\n<!-- modelway: {other} -->\n")
        note()
    assert len(gitlab.bodies(3)) == 4


def test_a_note_that_only_quotes_the_mark_is_not_taken_for_it(note: Any, gitlab: Discussion) -> None:
    gitlab.write(3, f"```\n| {MARK}\n```\n\n<!-- modelway: demo/churn 2.0.0 -->\n", author=USERS[OURS])
    note()
    assert len(gitlab.bodies(3)) == 2


def test_somebody_else_s_note_with_the_mark_is_left_alone(note: Any, gitlab: Discussion) -> None:
    gitlab.write(3, f"mine\n\n{MARK}", author=USERS[THEIRS])
    note()
    assert gitlab.bodies(3) == [f"mine\n\n{MARK}", TEXT]


def test_its_note_is_found_among_many(note: Any, gitlab: Discussion) -> None:
    gitlab.write(3, f"old\n\n{MARK}", author=USERS[OURS])
    for number in range(250):
        gitlab.write(3, f"talk {number}", author=USERS[THEIRS])
    gitlab.notes[3].reverse()  # as GitLab lists them, newest first
    assert note().out == "its note is edited on https://gitlab/!3\n"
    assert gitlab.bodies(3).count(TEXT) == 1


@pytest.mark.parametrize(
    ("state", "project", "told"),
    [("opened", 42, True), ("merged", 42, True), ("closed", 42, False), ("opened", 7, False)],
)
def test_open_and_merged_ones_of_the_project_are_told(
    note: Any, gitlab: Discussion, state: str, project: int, told: bool
) -> None:
    gitlab.has(4, commit=COMMIT, state=state, project=project)
    note()
    assert gitlab.bodies(4) == ([TEXT] if told else [])


def test_a_commit_without_a_merge_request_is_said_so(note: Any, gitlab: Discussion) -> None:
    gitlab.related[COMMIT] = []
    ended = note()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "no note is written: team/model has no merge request with aaaaaaaa\n"


def test_without_a_token_it_says_how_to_have_notes(note: Any, gitlab: Discussion) -> None:
    ended = note(token="")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("no note is written: MODELWAY_NOTES_TOKEN is not set; docs/gitlab.md#")
    assert gitlab.asked == []


def test_a_run_that_goes_on_has_no_note(note: Any, gitlab: Discussion, folder: Path) -> None:
    (folder / "results" / "note.md").unlink()
    ended = note()
    assert (ended.code, ended.err) == (0, "")
    assert "no training has ended in this pipeline" in ended.out
    assert gitlab.asked == []


def test_the_project_is_the_proven_one_whatever_variables_say(
    run: Any, folder: Path, gitlab: Discussion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    gitlab.has(9, commit="b" * 40)
    lies = {"UPSTREAM_PROJECT_ID": "7", "UPSTREAM_SHA": "b" * 40, "CI_SERVER_URL": "http://127.0.0.1:1"}
    assert run("note", MODELWAY_NOTES_TOKEN=OURS, **lies).out == "a note is written on https://gitlab/!3\n"
    assert gitlab.bodies(9) == []


def test_without_a_proof_nobody_is_told(note: Any, gitlab: Discussion, folder: Path) -> None:
    (folder / "push.json").unlink()
    ended = note()
    assert ended.code == 0
    assert "push.json is not there, so no push is proven" in ended.err
    assert gitlab.asked == []


def test_a_project_that_is_not_registered_is_not_told(note: Any, gitlab: Discussion, folder: Path) -> None:
    (folder / "models.toml").write_text(REGISTER.format(url=gitlab.url, id=43))
    ended = note()
    assert ended.code == 0
    assert "project 42 is not registered" in ended.err
    assert gitlab.asked == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(note: Any, gitlab: Discussion, status: int) -> None:
    gitlab.troubles = [Trouble(status), Trouble(status, {"Retry-After": "0"})]
    ended = note()
    assert (ended.code, ended.out) == (0, "a note is written on https://gitlab/!3\n")
    assert f"GitLab answers {status}; again in" in ended.err
    assert gitlab.bodies(3) == [TEXT]


def test_a_note_whose_answer_was_lost_is_not_written_twice(note: Any, gitlab: Discussion) -> None:
    gitlab.loses = ["POST"]
    assert note().out == "its note is edited on https://gitlab/!3\n"
    assert gitlab.bodies(3) == [TEXT]


@pytest.mark.parametrize(("status", "remedy"), [(403, "role Reporter"), (404, "role Reporter"), (418, "models.toml")])
def test_a_refusal_is_a_warning_and_not_tried_again(note: Any, gitlab: Discussion, status: int, remedy: str) -> None:
    gitlab.troubles = [Trouble(status)]
    ended = note()
    assert (ended.code, ended.out) == (0, "")
    assert ended.err.startswith("warning: no note is written: ")
    assert str(status) in ended.err
    assert remedy in ended.err
    assert len(gitlab.asked) == 1


def test_an_unknown_token_is_a_warning_that_does_not_tell_it(note: Any, gitlab: Discussion) -> None:
    ended = note(token="glpat-old")
    assert ended.code == 0
    assert "(401)" in ended.err
    assert "make a new one" in ended.err
    assert "glpat-old" not in ended.err + ended.out


@pytest.mark.parametrize("status", [500, 503])
def test_what_does_not_pass_is_a_warning_at_last(note: Any, gitlab: Discussion, status: int) -> None:
    gitlab.troubles = [Trouble(status)] * 9
    ended = note("--attempts", "3")
    assert ended.code == 0
    assert f"warning: no note is written: GitLab answers {status}" in ended.err
    assert len(gitlab.asked) == 3


def test_a_server_that_hangs_is_given_up(gitlab: Discussion) -> None:
    gitlab.silent = threading.Event()
    with pytest.raises(Passing, match="does not answer: ReadTimeout"):
        MergeRequests(gitlab.url, 42, "team/model", OURS, timeout=0.2).tell(TEXT, commit=COMMIT, mark=MARK)


def test_a_server_that_is_not_there_is_a_warning(note: Any, folder: Path) -> None:
    (folder / "models.toml").write_text(REGISTER.format(url="http://127.0.0.1:1", id=42))
    ended = note("--attempts", "2")
    assert ended.code == 0
    assert "warning: no note is written: http://127.0.0.1:1 does not answer: ConnectionError" in ended.err


def test_an_answer_that_is_not_gitlab_s_is_a_warning(note: Any, gitlab: Discussion) -> None:
    gitlab.related[COMMIT] = [{"hello": "world"}]
    ended = note()
    assert ended.code == 0
    assert "does not answer as GitLab does" in ended.err


@pytest.mark.parametrize("name", ["push.json", "models.toml", "results/note.md"])
def test_a_damaged_file_is_a_warning(note: Any, folder: Path, name: str) -> None:
    (folder / name).write_text("{")
    ended = note()
    assert ended.code == 0
    assert "warning: no note is written: " in ended.err
