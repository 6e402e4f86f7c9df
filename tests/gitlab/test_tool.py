"""The rules of gitlab-ci-local's installation: what is missing is told in one line with what to do."""

import json
from pathlib import Path

import pytest

from local.gitlab.tool import HERE, ToolMissing, ensure_tool


def test_without_rsync_the_command_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=r"rsync is not on PATH.*apt install rsync") as error:
        ensure_tool()
    assert "\n" not in str(error.value)


def test_the_lock_pins_by_integrity_and_names_no_address() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text())
    asked = json.loads((HERE / "package.json").read_text())["dependencies"]
    assert asked == {"gitlab-ci-local": lock["packages"]["node_modules/gitlab-ci-local"]["version"]}
    packages = [package for name, package in lock["packages"].items() if name]
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not any("resolved" in package for package in packages)
