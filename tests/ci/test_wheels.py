"""The rules of `archive --wheels`: an Airflow without a way to PyPI finds in plugins.zip all that it installs."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ci.wheels import wheels_of
from modelway.errors import InputError
from tests.ci.conftest import ROOT, Ended

pytestmark = pytest.mark.environment


def test_what_airflow_installs_comes_with_the_plugins(run: Any, tmp_path: Path) -> None:
    ended: Ended = run("archive", "--wheels", "--into", str(tmp_path / "build"))
    assert ended.code == 0, ended.err
    unpacked = tmp_path / "plugins"
    zipfile.ZipFile(io.BytesIO((tmp_path / "build/plugins.zip").read_bytes())).extractall(unpacked)
    requirements = (tmp_path / "build/requirements.txt").read_text()
    assert requirements.startswith("--no-index\n--find-links /usr/local/airflow/plugins\n")
    (tmp_path / "here.txt").write_text(requirements.replace("/usr/local/airflow/plugins", str(unpacked)))
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path / "site")]
    subprocess.run([*install, "--requirement", str(tmp_path / "here.txt")], check=True)
    assert {path.name for path in (tmp_path / "site").iterdir()} >= {"slack_sdk", "semver"}
    assert (unpacked / "modelway" / "names.py").read_bytes() == (ROOT / "plugins/modelway/names.py").read_bytes()


def test_what_has_no_wheel_is_refused_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("no-such-package-of-anybodys==1.0.0\n")
    with pytest.raises(InputError, match=r"cannot bring as wheels.*no-such-package-of-anybodys"):
        wheels_of(tmp_path / "requirements.txt")
