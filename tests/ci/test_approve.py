"""The rules of `approve`: only what was evaluated, only its very bytes, and with a name."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelway.release import Person, Release
from tests.ci.issuer import Issuer, issuing

BUCKET = "modelway-test"
GROUP = "demo--breast-cancer"
ARTIFACT_KEY = "models/demo/breast-cancer/trained/v1-4-0/job/output/model.tar.gz"
ARTIFACT = b"a trained model"
MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []})
DIGEST = f"sha256:{hashlib.sha256(MANIFEST.encode()).hexdigest()}"
METADATA = {"version": "1.4.0", "verdict": "better", "image_digest": DIGEST}
METADATA["artifact_sha256"] = hashlib.sha256(ARTIFACT).hexdigest()


@pytest.fixture
def registered(aws: Any) -> Any:
    """Register a trained version, as the train DAG does; returns its ARN."""
    aws.client("s3").put_object(Bucket=BUCKET, Key=ARTIFACT_KEY, Body=ARTIFACT)
    aws.client("ecr").put_image(
        repositoryName="demo/breast-cancer", imageManifest=MANIFEST, imageTag="1.4.0", imageDigest=DIGEST
    )
    sagemaker = aws.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName=GROUP)

    def register(*, version: str = "1.4.0", image: str = DIGEST, **metadata: str | None) -> str:
        properties = {key: value for key, value in (METADATA | metadata).items() if value is not None}
        container = {
            "Image": f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/breast-cancer@{image}",
            "ModelDataUrl": f"s3://{BUCKET}/{ARTIFACT_KEY}",
        }
        arn: str = sagemaker.create_model_package(
            ModelPackageGroupName=GROUP,
            ModelPackageDescription=f"{version} {properties.get('verdict')}: because",
            ModelApprovalStatus="PendingManualApproval",
            InferenceSpecification={
                "Containers": [container],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
            CustomerMetadataProperties=properties,
        )["ModelPackageArn"]
        return arn

    return register


@pytest.fixture
def approve(run: Any) -> Any:
    """Approve a version as Ana, in job 7."""

    def invoke(*arguments: str, version: str = "1.4.0", **environment: str) -> Any:
        named = ["--project", "demo", "--model", "breast-cancer", "--version", version]
        variables = {"CI_JOB_ID": "7", "GITLAB_USER_LOGIN": "ana"} | environment
        return run("approve", *named, *arguments, **variables)

    return invoke


def package(aws: Any, arn: str) -> Any:
    return aws.client("sagemaker").describe_model_package(ModelPackageName=arn)


def test_an_approval_says_who_in_which_job_and_on_what(approve: Any, registered: Any, aws: Any) -> None:
    arn = registered()
    ended = approve()
    assert ended.code == 0, ended.err
    assert package(aws, arn)["ModelApprovalStatus"] == "Approved"
    metadata = package(aws, arn)["CustomerMetadataProperties"]
    assert metadata.pop("approved_at")
    assert metadata == METADATA | {"approved_by": "ana", "approved_job": "7"}


def test_a_name_given_holds_over_the_users(approve: Any, registered: Any, aws: Any) -> None:
    arn = registered()
    approve("--by", "bea")
    assert package(aws, arn)["CustomerMetadataProperties"]["approved_by"] == "bea"


def test_a_second_approval_keeps_the_first(approve: Any, registered: Any, aws: Any) -> None:
    arn = registered()
    approve()
    first = package(aws, arn)["CustomerMetadataProperties"]
    assert approve("--by", "bea").code == 0
    assert package(aws, arn)["CustomerMetadataProperties"] == first


def test_of_several_versions_only_the_named_one_is_approved(approve: Any, registered: Any, aws: Any) -> None:
    other, named = registered(version="1.4.0"), registered(version="1.4.0+r2")
    assert approve(version="1.4.0+r2").code == 0
    assert package(aws, other)["ModelApprovalStatus"] == "PendingManualApproval"
    assert package(aws, named)["ModelApprovalStatus"] == "Approved"


def test_an_unknown_version_names_the_ones_there_are(approve: Any, registered: Any) -> None:
    registered(version="1.4.0")
    registered(version="1.4.0+r2")
    ended = approve(version="1.5.0")
    assert ended.code == 4
    assert "1.4.0+r2" in ended.err
    assert "no trained version 1.5.0" in ended.err


def test_a_model_that_was_never_trained_is_said_so(approve: Any, aws: Any) -> None:
    ended = approve()
    assert ended.code == 4
    assert "none of its versions was ever trained" in ended.err


@pytest.mark.parametrize("verdict", ["fails its limits", "excellent", None])
def test_what_the_evaluation_does_not_allow_is_refused(
    approve: Any, registered: Any, aws: Any, verdict: str | None
) -> None:
    arn = registered(verdict=verdict)
    ended = approve()
    assert ended.code == 5
    assert "demo/breast-cancer 1.4.0" in ended.err
    assert package(aws, arn)["ModelApprovalStatus"] == "PendingManualApproval"


@pytest.mark.parametrize("verdict", ["first", "better", "worse", "no clear difference", "inconclusive"])
def test_a_person_may_approve_whatever_may_be_deployed(approve: Any, registered: Any, verdict: str) -> None:
    registered(verdict=verdict)
    assert approve().code == 0


def test_an_artifact_that_was_changed_is_refused(approve: Any, registered: Any, aws: Any) -> None:
    arn = registered()
    aws.client("s3").put_object(Bucket=BUCKET, Key=ARTIFACT_KEY, Body=b"another model")
    ended = approve()
    assert ended.code == 5
    assert f"evaluated was {METADATA['artifact_sha256']}" in ended.err
    assert package(aws, arn)["ModelApprovalStatus"] == "PendingManualApproval"


def test_an_artifact_that_is_gone_is_named(approve: Any, registered: Any, aws: Any) -> None:
    registered()
    aws.client("s3").delete_object(Bucket=BUCKET, Key=ARTIFACT_KEY)
    ended = approve()
    assert ended.code == 4
    assert f"s3://{BUCKET}/{ARTIFACT_KEY} does not exist" in ended.err


def test_an_image_that_is_gone_is_refused(approve: Any, registered: Any, aws: Any) -> None:
    registered()
    aws.client("ecr").batch_delete_image(repositoryName="demo/breast-cancer", imageIds=[{"imageDigest": DIGEST}])
    ended = approve()
    assert ended.code == 5
    assert f"no longer holds {DIGEST}" in ended.err


def test_an_image_other_than_the_evaluated_one_is_refused(approve: Any, registered: Any) -> None:
    registered(image=f"sha256:{'b' * 64}")
    ended = approve()
    assert ended.code == 5
    assert f"is not the evaluated {DIGEST}" in ended.err


@pytest.mark.parametrize("missing", ["image_digest", "artifact_sha256"])
def test_a_package_without_its_evidence_is_refused(approve: Any, registered: Any, missing: str) -> None:
    registered(**{missing: None})
    ended = approve()
    assert ended.code == 5
    assert missing in ended.err


def test_a_rejection_says_who(approve: Any, registered: Any, aws: Any) -> None:
    arn = registered(verdict="fails its limits")
    assert approve("--reject").code == 0
    assert package(aws, arn)["ModelApprovalStatus"] == "Rejected"
    assert package(aws, arn)["CustomerMetadataProperties"]["rejected_by"] == "ana"


def test_a_rejected_version_can_be_approved_later(approve: Any, registered: Any, aws: Any) -> None:
    arn = registered()
    approve("--reject")
    assert approve().code == 0
    assert package(aws, arn)["ModelApprovalStatus"] == "Approved"


REGISTER = '[gitlab]\nserver = "{server}"\nproject = {project}\n'


@pytest.fixture
def register(tmp_path: Path) -> Iterator[tuple[Path, Issuer]]:
    """The register of a GitLab that listens, in whose project 1 our pipelines run."""
    with issuing() as issuer:
        path = tmp_path / "models.toml"
        path.write_text(REGISTER.format(server=issuer.url, project=1))
        yield path, issuer


def test_by_the_register_it_is_the_signed_name_and_job_that_count(
    approve: Any, registered: Any, aws: Any, register: tuple[Path, Issuer]
) -> None:
    arn, (path, issuer) = registered(), register
    token = issuer.token(project_id="1", user_login="cleo", job_id="77")
    ended = approve("--models", str(path), MODELWAY_ID_TOKEN=token, GITLAB_USER_LOGIN="mallory", CI_JOB_ID="1")
    assert ended.code == 0, ended.err
    metadata = package(aws, arn)["CustomerMetadataProperties"]
    assert (metadata["approved_by"], metadata["approved_job"]) == ("cleo", "77")


@pytest.mark.parametrize("token", ["", "of a model's project"])
def test_by_the_register_nobody_else_approves(
    approve: Any, registered: Any, aws: Any, register: tuple[Path, Issuer], token: str
) -> None:
    arn, (path, issuer) = registered(), register
    ended = approve("--models", str(path), MODELWAY_ID_TOKEN=token and issuer.token(project_id="42"))
    assert ended.code in (2, 5)
    assert package(aws, arn)["ModelApprovalStatus"] == "PendingManualApproval"


def test_by_the_register_no_name_can_be_given(approve: Any, registered: Any, register: tuple[Path, Issuer]) -> None:
    registered()
    ended = approve("--models", str(register[0]), "--by", "bea")
    assert ended.code == 2
    assert "leave --by out" in ended.err


ANA, BEA = Person(id=5, login="ana"), Person(id=6, login="bea")


@pytest.fixture
def release(aws: Any) -> Any:
    """Release 1.4.0 as of these people's pushes."""

    def write(*people: Person) -> None:
        key = "models/demo/breast-cancer/releases/1.4.0/release.json"
        image = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/breast-cancer@{DIGEST}"
        common = {"project": "demo", "model": "breast-cancer", "version": "1.4.0", "image": image}
        document = Release.model_validate(common | {"pushed_by": people, "created_at": "2026-11-21T10:00:00Z"})
        aws.client("s3").put_object(Bucket=BUCKET, Key=key, Body=document.model_dump_json().encode())

    return write


@pytest.fixture
def press(approve: Any, register: tuple[Path, Issuer]) -> Any:
    """Press the button as somebody, where models.toml asks for a second person."""
    path, issuer = register
    entry = '\n[[projects]]\nid = 42\nmodels = ["demo/breast-cancer"]\nsecond_person = {}\n'
    plain = path.read_text()

    def invoke(person: Person, *arguments: str, asked: bool = True, version: str = "1.4.0") -> Any:
        path.write_text(plain + entry.format(str(asked).lower()))
        token = issuer.token(project_id="1", user_login=person.login, user_id=str(person.id))
        given = {"MODELWAY_ID_TOKEN": token, "GITLAB_USER_LOGIN": "mallory"}
        return approve("--models", str(path), *arguments, version=version, **given)

    return invoke


def status(aws: Any, arn: str) -> str:
    return str(package(aws, arn)["ModelApprovalStatus"])


@pytest.mark.parametrize(
    "approver",
    [ANA, Person(id=5, login="ana-renamed"), Person(id=9, login="Ana")],
    ids=["the same", "under a new name", "in capitals"],
)
def test_who_pushed_does_not_approve_where_a_second_person_is_asked_for(
    press: Any, registered: Any, release: Any, aws: Any, approver: Person
) -> None:
    arn = registered()
    release(ANA)
    ended = press(approver)
    assert ended.code == 5
    assert f"demo/breast-cancer 1.4.0 was pushed by ana, and {approver.login} would approve it" in ended.err
    assert "let somebody else press the button" in ended.err
    assert status(aws, arn) == "PendingManualApproval"


def test_a_second_person_approves(press: Any, registered: Any, release: Any, aws: Any) -> None:
    arn = registered()
    release(ANA)
    assert press(BEA).code == 0
    assert package(aws, arn)["CustomerMetadataProperties"]["approved_by"] == "bea"


def test_of_several_who_pushed_none_is_the_second_person(press: Any, registered: Any, release: Any) -> None:
    registered()
    release(ANA, BEA)
    ended = press(BEA)
    assert ended.code == 5
    assert "was pushed by ana and bea" in ended.err


def test_a_version_trained_again_is_of_who_pushed_its_image(
    press: Any, registered: Any, release: Any, aws: Any
) -> None:
    arn = registered(version="1.4.0+r2")
    release(ANA)
    assert press(ANA, version="1.4.0+r2").code == 5
    assert status(aws, arn) == "PendingManualApproval"
    assert press(BEA, version="1.4.0+r2").code == 0


def test_who_pushed_does_not_deploy_what_somebody_has_approved_either(
    press: Any, registered: Any, release: Any
) -> None:
    registered()
    release(ANA)
    assert press(BEA).code == 0
    assert press(ANA).code == 5


def test_a_release_that_does_not_say_who_pushed_is_refused_with_the_remedy(
    press: Any, registered: Any, release: Any, aws: Any
) -> None:
    arn = registered()
    for make in (lambda: None, release):
        make()
        ended = press(BEA)
        assert ended.code == 5
        assert "nobody is proven to have pushed it" in ended.err
        assert "push a change through GitLab" in ended.err
        assert status(aws, arn) == "PendingManualApproval"


def test_who_pushed_may_reject(press: Any, registered: Any, release: Any, aws: Any) -> None:
    arn = registered()
    release(ANA)
    assert press(ANA, "--reject").code == 0
    assert status(aws, arn) == "Rejected"


def test_where_nobody_asks_for_a_second_person_who_pushed_approves(press: Any, registered: Any, release: Any) -> None:
    registered()
    release(ANA)
    assert press(ANA, asked=False).code == 0
