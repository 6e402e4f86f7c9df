"""The rules of the local GitLab's server: who may read what, as GitLab has it."""

import base64
import io
import json
import subprocess
import urllib.error
import urllib.request
import zipfile
from typing import Any

import jwt
import pytest

from local.gitlab.issuer import issuer_with
from local.gitlab.pipeline import Job, Pipeline, Status
from local.gitlab.project import ML_OPS
from local.gitlab.tool import STATE
from tests.gitlab.conftest import Server

STRANGER = 4711


def listed(gitlab: Server, path: str, *, token: str = "") -> "subprocess.CompletedProcess[str]":
    """What `git ls-remote` says."""
    secret = base64.b64encode(f"gitlab-ci-token:{token}".encode()).decode()
    header = ("-c", f"http.extraHeader=Authorization: Basic {secret}") if token else ()
    command = ["git", "-c", "credential.helper=", *header, "ls-remote", f"{gitlab.place.url}/{path}.git", "main"]
    return subprocess.run(command, capture_output=True, text=True, env={"GIT_TERMINAL_PROMPT": "0", "PATH": "/usr/bin"})


@pytest.mark.parametrize("project", ["its own", "ml-ops"])
def test_a_model_repository_is_read_by_its_own_jobs_and_those_of_ml_ops(gitlab: Server, project: str) -> None:
    number = gitlab.model.id if project == "its own" else ML_OPS.id
    found = listed(gitlab, gitlab.model.path, token=gitlab.issuer.job_token(project=number, job=7))
    assert found.stdout.split() == [gitlab.commit, "refs/heads/main"], found.stderr


def test_a_model_repository_is_read_by_nobody_else(gitlab: Server) -> None:
    token = gitlab.issuer.job_token(project=STRANGER, job=7)
    assert "not found" in listed(gitlab, gitlab.model.path, token=token).stderr
    assert listed(gitlab, gitlab.model.path).returncode != 0
    assert listed(gitlab, gitlab.model.path, token="glcbt-guessed").returncode != 0


def test_ml_ops_is_read_by_anybody_so_that_it_can_be_included(gitlab: Server) -> None:
    assert listed(gitlab, ML_OPS.path).returncode == 0


def test_an_id_token_is_no_job_token(gitlab: Server) -> None:
    signed = gitlab.issuer.sign({"project_id": gitlab.model.id, "job_id": 7}, audience="modelway")
    assert listed(gitlab, gitlab.model.path, token=f"glcbt-{signed}").returncode != 0


def test_id_tokens_are_signed_by_the_published_key(gitlab: Server) -> None:
    token = gitlab.issuer.sign({"project_id": "42"}, audience="modelway")
    key = jwt.PyJWKClient(f"{gitlab.place.url}/oauth/discovery/keys").get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="modelway", issuer=gitlab.place.url)
    assert claims["project_id"] == "42"


@pytest.fixture
def pipeline(gitlab: Server) -> Pipeline:
    """A pipeline whose one job has a log and artifacts."""
    job = Job(101, "sources", "sources", Status.SUCCESS)
    pipeline = Pipeline(1, gitlab.model, gitlab.commit, "push", "ana", jobs=(job,)).save(gitlab.place)
    pipeline.log(gitlab.place, job).write_text("<b>loud</b>\n")
    artifacts = pipeline.checkout(gitlab.place) / STATE / "artifacts" / "sources"
    (artifacts / ".gitlab-ci-reports").mkdir(parents=True)
    (artifacts / ".gitlab-ci-reports" / "dotenv").write_text("SECRET=1\n")
    (artifacts / "train.py").write_text("print(1)\n")
    return pipeline


def get(url: str, **headers: str) -> bytes:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request) as answer:
        body: bytes = answer.read()
    return body


def test_a_job_s_artifacts_are_an_archive_of_its_files(gitlab: Server, pipeline: Pipeline) -> None:
    url = f"{gitlab.place.url}/api/v4/projects/{gitlab.model.id}/jobs/101/artifacts"
    token = gitlab.issuer.job_token(project=ML_OPS.id, job=7)
    assert zipfile.ZipFile(io.BytesIO(get(url, PRIVATE_TOKEN=token))).namelist() == ["train.py"]


@pytest.mark.parametrize(
    ("project", "job", "status"), [("own", 101, 401), ("own", 102, 404), ("other", 101, 404)], ids=str
)
def test_artifacts_are_for_those_who_may(
    gitlab: Server, pipeline: Pipeline, project: str, job: int, status: int
) -> None:
    number = gitlab.model.id if project == "own" else STRANGER
    url = f"{gitlab.place.url}/api/v4/projects/{number}/jobs/{job}/artifacts"
    token = gitlab.issuer.job_token(project=STRANGER, job=7)
    with pytest.raises(urllib.error.HTTPError) as error:
        get(url, PRIVATE_TOKEN=token)
    assert error.value.code == status
    error.value.close()


def test_the_links_of_a_pipeline_lead_to_its_jobs_and_their_logs(gitlab: Server, pipeline: Pipeline) -> None:
    assert pipeline.job_url(gitlab.place, pipeline.jobs[0]).encode() in get(pipeline.url(gitlab.place))
    assert b"&lt;b&gt;loud&lt;/b&gt;" in get(pipeline.job_url(gitlab.place, pipeline.jobs[0]))


def test_a_kept_key_signs_for_ever(gitlab: Server) -> None:
    token = gitlab.issuer.job_token(project=5, job=7)
    assert issuer_with(gitlab.place.key, url=gitlab.place.url).project_of(token) == 5
    assert gitlab.place.key.stat().st_mode & 0o077 == 0


def ask(url: str, method: str, token: str, body: object = None) -> Any:
    """What the API answers to a request with a body."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(url, data=data, method=method, headers={"PRIVATE-TOKEN": token})
    ) as answer:
        return json.loads(answer.read())


def test_a_pushed_commit_has_a_merge_request_whose_page_shows_its_notes(gitlab: Server) -> None:
    api, token = f"{gitlab.place.url}/api/v4/projects/{gitlab.model.id}", gitlab.issuer.job_token(project=1, job=7)
    for _ in range(2):
        (found,) = ask(f"{api}/repository/commits/{gitlab.commit}/merge_requests", "GET", token)
        assert (found["iid"], found["state"]) == (1, "merged")
    notes = f"{api}/merge_requests/1/notes"
    assert ask(notes, "GET", token) == []
    note = ask(notes, "POST", token, {"body": "first"})
    ask(f"{notes}/{note['id']}", "PUT", token, {"body": "**better** <b>loud</b>\n\n<!-- hidden -->\n"})
    assert [each["body"] for each in ask(notes, "GET", token)] == ["**better** <b>loud</b>\n\n<!-- hidden -->\n"]
    page = get(found["web_url"])
    assert b"<strong>better</strong> &lt;b&gt;loud&lt;/b&gt;" in page
    assert b"hidden" not in page


def test_notes_are_for_the_token_of_ml_ops(gitlab: Server) -> None:
    url = f"{gitlab.place.url}/api/v4/projects/{gitlab.model.id}/repository/commits/{gitlab.commit}/merge_requests"
    with pytest.raises(urllib.error.HTTPError, match="401") as error:
        ask(url, "GET", gitlab.issuer.job_token(project=gitlab.model.id, job=7))
    error.value.close()


def test_pages_lead_from_all_pipelines_to_what_a_job_said(gitlab: Server, pipeline: Pipeline) -> None:
    assert f'href="{pipeline.url(gitlab.place)}"'.encode() in get(f"{gitlab.place.url}/")
    assert f'href="{pipeline.job_url(gitlab.place, pipeline.jobs[0])}"'.encode() in get(pipeline.url(gitlab.place))
    assert b"&lt;b&gt;loud&lt;/b&gt;" in get(pipeline.job_url(gitlab.place, pipeline.jobs[0]))


def test_a_page_of_nobody_s_pipelines_says_so(gitlab: Server) -> None:
    assert b"Nobody has pushed yet" in get(f"{gitlab.place.url}/")


def test_a_button_s_page_says_how_it_is_pressed(gitlab: Server) -> None:
    button = Job(201, "deploy", "deploy", Status.MANUAL)
    pipeline = Pipeline(2, gitlab.model, gitlab.commit, "push", "ana", jobs=(button,)).save(gitlab.place)
    assert b"python -m local approve" in get(pipeline.url(gitlab.place))
