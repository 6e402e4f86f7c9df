"""What a run may be asked with, in the form as in any conf."""

from copy import deepcopy
from typing import Any

import pytest

from modelway.tasks.compat import Param, ParamValidationError
from modelway.tasks.owner import OWNER, owner_links
from modelway.tasks.params import PARAMS

GOOD = {"project": "demo", "model": "breast-cancer", "version": "1.4.0", "reason": "new data"}


@pytest.mark.parametrize("name", PARAMS)
def test_each_param_is_typed_titled_and_described(name: str) -> None:
    assert PARAMS[name].description
    assert {"type", "title"} <= PARAMS[name].schema.keys()


def test_a_run_needs_a_project_a_model_and_a_version() -> None:
    assert list(PARAMS) == ["project", "model", "version", "reason"]  # the form's order
    assert [name for name, param in PARAMS.items() if not has_default(param)] == ["project", "model", "version"]


def has_default(param: Param) -> bool:
    try:
        deepcopy(param).resolve()
    except ParamValidationError:
        return False
    return True


@pytest.mark.parametrize(("name", "value"), [*GOOD.items(), ("version", "1.4.0+r2"), ("reason", ""), ("reason", None)])
def test_what_is_well_formed_is_taken(name: str, value: Any) -> None:
    assert deepcopy(PARAMS[name]).resolve(value) == value  # a copy: Airflow keeps the value as the new default


WRONG = [
    ("project", "Demo"),
    ("project", ""),
    ("model", "breast_cancer"),
    ("model", None),
    ("version", "1.4"),
    ("version", "v1.4.0"),
    ("version", "1.4.0-rc1"),
    ("reason", "x" * 257),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_what_is_wrong_is_refused_before_a_run_begins(name: str, value: Any) -> None:
    with pytest.raises(ParamValidationError):
        deepcopy(PARAMS[name]).resolve(value)


@pytest.mark.parametrize("address", ["https://example.com/team", "mailto:ml@example.com"])
def test_an_owner_leads_to_a_page_or_a_mailbox(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__OWNER_URL", address)
    assert owner_links() == {OWNER: address}


@pytest.mark.parametrize("address", ["", "ml@example.com", "example.com/team", "javascript:alert(1)", "mailto:"])
def test_a_wrong_address_breaks_no_dag(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__MODELWAY__OWNER_URL", address)
    assert owner_links() == {}
