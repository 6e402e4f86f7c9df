"""Whether a version is deployed after its push, where nobody can be asked; test_screen.py asks somebody."""

import pytest

from local.errors import PlatformError
from local.pushed import Pushed
from local.view.offer import is_accepted
from local.view.plain import Plain
from local.view.verdict import Verdict
from local.view.view import View

PUSHED = Pushed("demo", "churn", "1.0.1")


def verdict(outcome: str) -> Verdict:
    return Verdict("demo/churn", "1.0.1", outcome, "because", "1.0.0", ())


@pytest.mark.parametrize("outcome", ["first", "better", "worse", "no clear difference", "inconclusive"])
@pytest.mark.parametrize("yes", [True, False])
def test_only_a_yes_deploys(outcome: str, *, yes: bool) -> None:
    assert is_accepted(PUSHED, verdict(outcome), View(Plain()), yes=yes) is yes


def test_what_fails_its_limits_is_not_offered() -> None:
    assert is_accepted(PUSHED, verdict("fails its limits"), View(Plain()), yes=False) is False


def test_not_even_to_a_yes() -> None:
    with pytest.raises(PlatformError, match=r"1\.0\.1 fails its limits, so it was not deployed"):
        is_accepted(PUSHED, verdict("fails its limits"), View(Plain()), yes=True)


def test_what_is_worse_is_deployed_only_by_a_spoken_yes() -> None:
    assert [verdict(outcome).is_welcome for outcome in ("better", "worse", "inconclusive")] == [True, False, False]
