"""The rules of identity: what GitLab has signed counts, for us, for now, and for a registered protected branch."""

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from ci import admission, identity
from ci.register import GitLab, Register, read_register
from modelway.errors import InputError, ModelwayError, Refused
from tests.ci.issuer import Issuer, issuing, new_key

REGISTER = """
[gitlab]
server = "{server}"
project = 1

[[projects]]
id = 42
models = ["demo/breast-cancer"]
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    with issuing() as running:
        yield running


@pytest.fixture
def gitlab(issuer: Issuer) -> GitLab:
    return GitLab(server=issuer.url, project=1)


@pytest.fixture
def register(issuer: Issuer, tmp_path: Path) -> Path:
    path = tmp_path / "models.toml"
    path.write_text(REGISTER.format(server=issuer.url))
    return path


def verify(token: str, gitlab: GitLab) -> identity.Identity:
    return identity.verified(token, gitlab=gitlab, variable="MODELWAY_ID_TOKEN")


def test_a_signed_token_tells_who_the_job_is(issuer: Issuer, gitlab: GitLab) -> None:
    job = verify(issuer.token(), gitlab)
    assert (job.project_id, job.project_path, job.ref, job.ref_protected) == (42, "team/model", "main", True)
    assert (job.sha, job.job_id, job.user_login) == ("a" * 40, 7, "ana")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://sts.amazonaws.com"},
        {"iss": "https://gitlab.example.org"},
        {"iat": 4_102_444_800},  # in the year 2100
        {"exp": None},
        {"aud": None},
        {"project_id": "forty-two"},
        {"user_login": None},
        {"sha": "main"},
    ],
    ids=lambda claims: f"{next(iter(claims))}={next(iter(claims.values()))}"[:40],
)
def test_a_token_for_another_or_with_a_claim_that_is_not_one_is_refused(
    issuer: Issuer, gitlab: GitLab, claims: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="proves nothing"):
        verify(issuer.token(**claims), gitlab)


def test_an_expired_token_is_refused_with_what_to_do(issuer: Issuer, gitlab: GitLab) -> None:
    with pytest.raises(Refused, match="expired; run the job that made it again"):
        verify(issuer.token(exp=int(time.time()) - 60), gitlab)


def test_another_key_of_the_same_name_signs_nothing(issuer: Issuer, gitlab: GitLab) -> None:
    with pytest.raises(Refused, match="Signature verification failed"):
        verify(Issuer(issuer.url, new_key(), issuer.kid).token(), gitlab)


def test_a_key_that_gitlab_does_not_publish_signs_nothing(issuer: Issuer, gitlab: GitLab) -> None:
    with pytest.raises(Refused, match="Unable to find a signing key"):
        verify(Issuer(issuer.url, new_key(), "unknown").token(), gitlab)


def test_a_token_that_asks_not_to_be_verified_is_refused(issuer: Issuer, gitlab: GitLab) -> None:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "kid": issuer.kid}).encode()).rstrip(b"=").decode()
    unsigned = ".".join([header, issuer.token().split(".")[1], ""])
    with pytest.raises(Refused, match="proves nothing"):
        verify(unsigned, gitlab)


def test_the_public_key_is_no_secret_to_sign_with(issuer: Issuer, gitlab: GitLab) -> None:
    forged = jwt.encode({"aud": "modelway"}, issuer.keys, algorithm="HS256", headers={"kid": issuer.kid})
    with pytest.raises(Refused, match="proves nothing"):
        verify(forged, gitlab)


@pytest.mark.parametrize("token", ["no token", "a.b.c", "glpat-secret"])
def test_what_is_no_token_is_refused_and_not_shown(gitlab: GitLab, token: str) -> None:
    with pytest.raises(Refused) as refused:
        verify(token, gitlab)
    assert token not in str(refused.value)


def test_a_missing_token_names_the_variable(gitlab: GitLab) -> None:
    with pytest.raises(InputError, match="MODELWAY_ID_TOKEN is not set"):
        verify("", gitlab)


def test_a_server_that_does_not_answer_is_told_from_a_bad_token(issuer: Issuer) -> None:
    with pytest.raises(ModelwayError, match="does not answer") as error:
        verify(issuer.token(), GitLab(server="http://127.0.0.1:1", project=1))
    assert not isinstance(error.value, Refused)


def test_a_registered_projects_protected_branch_is_admitted(issuer: Issuer, register: Path) -> None:
    admitted = admission.admit(register, issuer.token())
    assert admitted.job.project_path == "team/model"
    assert admitted.project.models == ("demo/breast-cancer",)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"project_id": "43"}, "project 43 is not registered"),
        ({"ref": "feature"}, "names the branch 'main'"),
        ({"ref_type": "tag"}, "ran on tag 'main'"),
        ({"ref_protected": "false"}, "is not protected"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_anything_else_is_not_admitted(issuer: Issuer, register: Path, claims: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        admission.admit(register, issuer.token(**claims))


@pytest.fixture
def admitted(issuer: Issuer, register: Path) -> admission.Admission:
    return admission.admit(register, issuer.token())


def test_a_project_may_bring_its_own_model(
    admitted: admission.Admission, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    admitted.require_model(model.parent, model.name)
    assert capsys.readouterr().out == "demo/breast-cancer is a model of team/model, pushed by ana\n"


def test_a_project_may_not_bring_anothers_model(admitted: admission.Admission, model: Path) -> None:
    toml = model / "model.toml"
    toml.write_text(toml.read_text().replace('"breast-cancer"', '"churn"'))
    with pytest.raises(Refused, match="demo/churn is not a model of project 42, which has demo/breast-cancer"):
        admitted.require_model(model.parent, model.name)


def test_a_model_path_may_not_lead_out(admitted: admission.Admission, model: Path) -> None:
    inner = model.parent / "repository"
    inner.mkdir()
    (inner / "link").symlink_to(model)
    for path in ("../breast-cancer", str(model), "link"):
        with pytest.raises(Refused, match="leads out"):
            admitted.require_model(inner, path)


def test_only_a_job_of_our_own_project_decides(issuer: Issuer, gitlab: GitLab) -> None:
    identity.require_ours(verify(issuer.token(project_id="1"), gitlab), gitlab=gitlab)
    with pytest.raises(Refused, match=r"of project 42, team/model, and models.toml names project 1"):
        identity.require_ours(verify(issuer.token(), gitlab), gitlab=gitlab)


def test_a_model_has_one_project(tmp_path: Path) -> None:
    path = tmp_path / "models.toml"
    again = '[[projects]]\nid = 43\nmodels = ["demo/breast-cancer"]\n'
    path.write_text(REGISTER.format(server="https://gitlab.example.com") + again)
    with pytest.raises(InputError, match="demo/breast-cancer is there twice"):
        read_register(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[gitlab", "is not TOML"),
        ('[gitlab]\nserver = "gitlab.example.com"\nproject = 1\n', "gitlab.server"),
        ('[gitlab]\nserver = "https://gitlab.example.com"\nproject = "1"\n', "gitlab.project"),
        ('[gitlab]\nserver = "https://gitlab.example.com"\nproject = 1\nroot = 2\n', "gitlab.root"),
    ],
)
def test_a_register_that_is_wrong_is_told_by_its_key(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "models.toml"
    path.write_text(content)
    with pytest.raises(InputError, match=words):
        read_register(path)


def test_the_register_of_this_repository_is_in_order() -> None:
    found = read_register(Path(__file__).parents[2] / "models.toml")
    assert isinstance(found, Register)
    assert found.project(42).models == ("demo/breast-cancer",)
