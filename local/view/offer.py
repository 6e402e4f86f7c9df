"""Asks whether a trained version shall be deployed."""

from local.errors import PlatformError
from local.pushed import Pushed
from local.view.terminal import confirmed, is_answered
from local.view.verdict import Verdict
from local.view.view import View


def is_accepted(pushed: Pushed, verdict: Verdict, view: View, *, yes: bool) -> bool:
    """The person's answer, or `yes` where nobody can be asked; what fails its limits is not offered."""
    if not verdict.may_be_deployed:
        if yes:
            raise PlatformError(f"{pushed.version} {verdict.outcome}, so it was not deployed; push a better one")
        return False
    if yes or not is_answered():
        return yes
    with view.pause("your answer"):
        return confirmed(f"Deploy {pushed.version} to endpoint {pushed.endpoint}?", default=verdict.is_welcome)
