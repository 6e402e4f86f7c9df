"""The rules of `version`: numbers are taken once, and travel in the env file."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.ci.repository import Repository

ROOT = Path(__file__).parents[2]
BUCKET = "modelway-test"
RELEASES = "models/demo/breast-cancer/releases/"


def test_the_first_version_is_one(run: Any, aws: Any, model: Path, env_file: Path) -> None:
    ended = run("version", "--source", model, CI_JOB_ID="7")
    assert ended.code == 0, ended.err
    assert ended.out == "demo/breast-cancer will be 1.0.0 (the first)\n"
    assert env_file.read_text().splitlines() == [
        "MODEL_PROJECT=demo",
        "MODEL_NAME=breast-cancer",
        "MODEL_VERSION=1.0.0",
        "MODEL_SOURCES=new",
    ]


def test_the_next_version_is_one_patch_above_the_highest(run: Any, aws: Any, model: Path, env_file: Path) -> None:
    for taken in ("1.9.0/reservation.json", "1.10.2/release.json", "1.2.30/model.toml"):
        aws.client("s3").put_object(Bucket=BUCKET, Key=f"{RELEASES}{taken}", Body=b"{}")
    run("version", "--source", model)
    assert "MODEL_VERSION=1.10.3" in env_file.read_text()


def test_a_reservation_says_who_took_it(run: Any, aws: Any, model: Path) -> None:
    run("version", "--source", model, CI_JOB_ID="7")
    body = aws.client("s3").get_object(Bucket=BUCKET, Key=f"{RELEASES}1.0.0/reservation.json")["Body"].read()
    note = json.loads(body)
    assert note["job"] == "7"
    assert note["commit"] == ""
    assert note["time"].endswith("+00:00")


def test_a_reservation_names_the_commit(run: Any, aws: Any, model: Path) -> None:
    repository = Repository.begin(model)
    head = repository.commit("first")
    run("version", "--source", model)
    (model / "train.py").write_text("print(2)\n")
    run("version", "--source", model)
    s3 = aws.client("s3")
    keys = [f"{RELEASES}{version}/reservation.json" for version in ("1.0.0", "1.0.1")]
    notes = [json.loads(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()) for key in keys]
    assert [note["commit"] for note in notes] == [head, f"{head}-dirty"]


def test_pipelines_at_the_same_time_get_versions_of_their_own(aws: Any, model: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.env" for number in range(3)]
    environment = aws.environment | {"MODELWAY_BUCKET": BUCKET, "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "ci", "version", "--env-file"]
    started = []
    for file in files:
        sources = shutil.copytree(model, file.with_suffix(""))
        (sources / "train.py").write_text(f"print({file.name!r})\n")
        started.append(subprocess.Popen([*command, str(file), "--source", str(sources)], cwd=ROOT, env=environment))
    assert [process.wait() for process in started] == [0, 0, 0]
    versions = {file.read_text().splitlines()[-2] for file in files}
    assert versions == {"MODEL_VERSION=1.0.0", "MODEL_VERSION=1.0.1", "MODEL_VERSION=1.0.2"}


def test_a_bucket_that_does_not_exist_is_told_in_one_line(run: Any, aws: Any, model: Path, env_file: Path) -> None:
    ended = run("version", "--source", model, "--bucket", "modelway-nowhere")
    assert ended.code == 1
    assert "NoSuchBucket" in ended.err
    assert ended.err.count("\n") == 0
    assert not env_file.exists()


def test_a_model_toml_that_is_wrong_takes_no_version(run: Any, aws: Any, model: Path) -> None:
    (model / "model.toml").write_text("[model]\n")
    assert run("version", "--source", model).code == 2
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=BUCKET)


def test_aws_out_of_reach_is_told_in_one_line(run: Any, model: Path) -> None:
    ended = run("version", "--source", model, AWS_ENDPOINT_URL="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1")
    assert ended.code == 1
    assert "AWS cannot be asked" in ended.err
