"""What commits ask of the next version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci.commits import bump_of
from modelway.versions import Bump

PATCH, MINOR, MAJOR = Bump
ORDER = [PATCH, MINOR, MAJOR]
subjects = st.text(st.characters(exclude_characters="\n"), min_size=1)
messages = st.sampled_from(
    [
        "fix: a",
        "docs: a",
        "feat: a",
        "feat(x): a",
        "feat!: a",
        "fix(x)!: a",
        "Merge branch 'x'",
        "a\n\nBREAKING CHANGE: b",
    ]
)


@pytest.mark.parametrize(
    ("message", "bump"),
    [
        ("fix: count rows once", PATCH),
        ("feat: read Parquet", MINOR),
        ("feat(train): read Parquet", MINOR),
        ("Feat: read Parquet", MINOR),
        ("feat!: read only Parquet", MAJOR),
        ("refactor(train)!: read only Parquet", MAJOR),
        ("fix: count\n\nA reason.\n\nBREAKING CHANGE: rows are counted once", MAJOR),
        ("fix: count\n\nReviewed-by: Z\nBREAKING-CHANGE: rows are counted once", MAJOR),
        ("fix: count\r\n\r\nBREAKING CHANGE: rows are counted once\r\n", MAJOR),
        ("Read Parquet", PATCH),
        ("Merge branch 'feat: read Parquet'", PATCH),
        ('Revert "feat: read Parquet"', PATCH),
        ("feature: read Parquet", PATCH),
        ("feat:read Parquet", PATCH),
        ("feat : read Parquet", PATCH),
        ("feat(): read Parquet", PATCH),
        ("feat: ", PATCH),
        ("fix: no BREAKING CHANGE: at all", PATCH),
        ("fix: count\n\nbreaking change: none", PATCH),
        ("", PATCH),
    ],
)
def test_a_commit_asks_for(message: str, bump: Bump) -> None:
    assert bump_of([message]) == bump


@pytest.mark.parametrize(
    "message",
    [
        "\uff46\uff45\uff41\uff54: full-width letters",
        "f\u0435at: a Cyrillic letter",
        "fix: a\u2028feat!: b",
        "fix: a\u2028BREAKING CHANGE: b",
        "fix: a\x85BREAKING CHANGE: b",
        "fix: a\rBREAKING CHANGE: b",
        "feat(" + "(" * 100_000,
        "f" * 1_000_000,
    ],
)
def test_what_only_looks_like_more_is_a_patch(message: str) -> None:
    assert bump_of([message]) == PATCH


@given(st.lists(messages), messages)
def test_the_most_that_one_commit_asks_for_holds_in_any_order(others: list[str], one: str) -> None:
    asked = bump_of([*others, one])
    assert asked == bump_of([one, *others])
    assert ORDER.index(asked) == max(ORDER.index(bump_of(others)), ORDER.index(bump_of([one])))


@given(st.sampled_from(["feat", "fix", "docs"]), subjects)
def test_whatever_a_subject_says_its_type_decides(kind: str, subject: str) -> None:
    expected = MINOR if kind == "feat" else PATCH
    assert bump_of([f"{kind}: x{subject}"]) == expected


@given(st.text())
def test_no_text_is_too_strange(message: str) -> None:
    assert bump_of([message]) in ORDER


def test_no_commits_ask_for_a_patch() -> None:
    assert bump_of([]) == PATCH
