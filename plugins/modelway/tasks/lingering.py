"""A short wait at the worker, for what is over sooner than Airflow can hand it to the triggerer and back."""

from collections.abc import Callable
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_delay, wait_fixed

from modelway.jobs import Description, Kind, is_final
from modelway.tasks.settings import read_settings

PAUSE_SECONDS = 0.25


def linger(kind: Kind, look: Callable[[], Description]) -> Description | None:
    """Look until the resource has come to rest, at most for [modelway] linger_seconds; what the last look saw.

    None, and not one look, where the setting is 0: on AWS nothing is over in seconds, and looks are counted.
    """
    seconds = read_settings().linger_seconds
    if not seconds:
        return None
    looks = Retrying(
        retry=retry_if_result(lambda description: not is_final(kind, description)),
        stop=stop_after_delay(seconds),
        wait=wait_fixed(PAUSE_SECONDS),
        retry_error_callback=_seen,
    )
    return looks(look)


def _seen(state: RetryCallState) -> Any:
    assert state.outcome is not None  # it is asked after a look
    return state.outcome.result()
