"""The rules of `note --plans`: one note of all plans on the merge request whose pipeline it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ci.plans_note import MARK
from tests.ci.discussion import OURS, Discussion, discussing

REGISTER = '[gitlab]\nserver = "{url}"\nproject = 1\n'


@pytest.fixture
def gitlab() -> Iterator[Discussion]:
    """A GitLab with a merge request."""
    with discussing() as discussion:
        discussion.has(7, commit="a" * 40, project=1)
        yield discussion


@pytest.fixture
def folder(tmp_path: Path, gitlab: Discussion, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with three environments, two of which have been planned."""
    (tmp_path / "models.toml").write_text(REGISTER.format(url=gitlab.url))
    (tmp_path / "terraform" / "environments").mkdir(parents=True)
    for name in ("dev", "prod", "stage"):
        (tmp_path / "terraform" / "environments" / f"{name}.tfvars").write_text("")
    (tmp_path / "plan").mkdir()
    for name in ("dev", "prod"):
        (tmp_path / "plan" / f"{name}.md").write_text(f"**{name}: 1 to create**\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def note(run: Any, folder: Path) -> Any:
    """Tell of the plans, as the job `note-plans`."""

    def invoke(*, token: str = OURS, number: str = "7") -> Any:
        place = {"CI_MERGE_REQUEST_IID": number, "CI_PIPELINE_URL": "https://gitlab/-/pipelines/9"}
        return run("note", "--plans", "plan", "--pause", "0.01", MODELWAY_NOTES_TOKEN=token, **place)

    return invoke


def test_all_plans_are_in_one_note_in_the_order_of_their_applies(note: Any, gitlab: Discussion) -> None:
    ended = note()
    assert (ended.code, ended.out, ended.err) == (0, "a note is written on !7\n", "")
    (body,) = gitlab.bodies(7)
    assert body == (
        "### dev\n\n**dev: 1 to create**\n\n### stage\n\n**No plan**: the log of its job says why.\n\n"
        f"### prod\n\n**prod: 1 to create**\n\n[Pipeline](<https://gitlab/-/pipelines/9>)\n\n{MARK}\n"
    )


def test_a_new_pipeline_edits_the_note(note: Any, gitlab: Discussion, folder: Path) -> None:
    note()
    (folder / "plan" / "dev.md").write_text("**dev: nothing to change**\n")
    assert note().out == "its note is edited on !7\n"
    (body,) = gitlab.bodies(7)
    assert "nothing to change" in body


def test_without_any_plan_the_note_says_so(note: Any, gitlab: Discussion, folder: Path) -> None:
    for path in (folder / "plan").iterdir():
        path.unlink()
    note()
    assert gitlab.bodies(7)[0].count("**No plan**") == 3


def test_without_a_token_it_says_how_to_have_notes(note: Any, gitlab: Discussion) -> None:
    ended = note(token="")
    assert ended.code == 0
    assert "MODELWAY_NOTES_TOKEN is not set; docs/gitlab.md#" in ended.out
    assert gitlab.asked == []


@pytest.mark.parametrize("number", ["", "7/notes", "../1"])
def test_without_a_merge_request_nobody_is_told(note: Any, gitlab: Discussion, number: str) -> None:
    ended = note(number=number)
    assert ended.code == 0
    assert "this pipeline is of no merge request" in ended.out
    assert gitlab.asked == []


def test_a_token_that_gitlab_does_not_know_is_a_warning(note: Any) -> None:
    ended = note(token="glpat-old")
    assert (ended.code, ended.out) == (0, "")
    assert "(401)" in ended.err
