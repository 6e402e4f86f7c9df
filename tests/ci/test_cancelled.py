"""The rules of an apply that does not end well: Terraform always gets to write down what it has made."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ci.archive import archives
from ci.planned import Folder, Planned, commit_of, file_sum, sums
from tests.ci.conftest import ROOT, Ended
from tests.ci.infrastructure import BUCKET, STATE, Infrastructure, infrastructure_in, process
from tests.sockets import wait_for

# Says where it is and, when it is interrupted, takes its time and writes down what it has made.
PROGRAM = """#!{python}
import pathlib, signal, sys, time
here = pathlib.Path(__file__).parent
def end(*_):
    time.sleep(0.3)
    (here / "kept").write_text("")
    sys.exit("Error: execution halted")
signal.signal(signal.SIGINT, end)
if sys.argv[1] == "apply":
    (here / "applying").write_text("")
    if (here / "fails").exists():
        sys.exit("Error: creating IAM Role: AccessDenied")
    time.sleep(60)
"""


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with a program `terraform` that does as it is told."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "terraform").write_text(PROGRAM.format(python=sys.executable))
    (folder / "terraform").chmod(0o755)
    return folder


@pytest.fixture
def planned(tmp_path: Path, programs: Path) -> Infrastructure:
    """A root with a plan."""
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    made = infrastructure_in(tmp_path / "tiny", process({"PATH": path}))
    made.commit(BUCKET)
    made.plans.mkdir()
    folder = Folder(made.plans, "dev")
    folder.plan.write_bytes(b"a plan")
    of = {"environment": "dev", "commit": commit_of(made.root), "digest": "sha256:1", "changes": ()}
    files = {"file": file_sum(folder.plan), "archives": sums(archives(ROOT))}
    Planned.model_validate(of | files).leave(folder)
    return made


def test_a_job_that_is_cancelled_lets_terraform_end_what_it_has_begun(planned: Infrastructure, programs: Path) -> None:
    place = ["--root", planned.root, "--plans", planned.plans, "--state-bucket", STATE]
    words = [sys.executable, "-m", "ci", "apply", "--environment", "dev", *map(str, place)]
    environment = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    with subprocess.Popen(words, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as job:
        wait_for((programs / "applying").exists, what="the apply")
        job.send_signal(signal.SIGTERM)
        _, said = job.communicate()
    assert (programs / "kept").exists()
    assert job.returncode == 6
    assert "Error: execution halted" in said


def test_what_fails_says_why_and_what_comes_next(planned: Infrastructure, programs: Path) -> None:
    (programs / "fails").write_text("")
    ended: Ended = planned.run("apply")
    assert ended.code == 6
    assert "terraform apply of dev failed; what it made until then is kept." in ended.err
    assert "run the plan job again. Terraform says:\nError: creating IAM Role: AccessDenied" in ended.err
