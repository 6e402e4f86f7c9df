"""Every request is one that botocore's own model of SageMaker takes."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from modelway import names, serving
from modelway.evaluation import evaluation_job
from modelway.names import Stage
from modelway.plan import Account
from modelway.training import training_job
from modelway.verdict import Outcome, Verdict
from tests.decisions.plans import ACCOUNT, ENCRYPTING, IMAGE, KEY, SPEC, plan

ARTIFACT = "s3://modelway-test/models/demo/breast-cancer/trained/v1-4-0-r2/job/output/model.tar.gz"
PLAN = plan()
VERDICT = Verdict(outcome=Outcome.FIRST, reason="nothing to compare with", metrics=[])


@cache
def service() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("sagemaker", "service-2"), "sagemaker")


def complaints(operation: str, request: dict[str, Any]) -> str:
    shape = service().operation_model(operation).input_shape
    assert shape is not None
    return str(ParamValidator().validate(request, shape).generate_report())


def container() -> dict[str, Any]:
    return serving.container(PLAN, artifact=ARTIFACT, bucket="modelway-test")


def champion_job(predictions: str | None, *, account: Account = ACCOUNT) -> dict[str, Any]:
    return evaluation_job(
        SPEC,
        name=PLAN.job_name(Stage.CHAMPION, attempt=1),
        image=IMAGE,
        artifact=ARTIFACT,
        output="s3://modelway-test/out/",
        account=account,
        tags=PLAN.tags("test"),
        champion_predictions=predictions,
    )


def package(verdict: Verdict) -> dict[str, Any]:
    return serving.package(
        PLAN,
        container=container(),
        model_name="demo--breast-cancer-v1-4-0-r2-20261121000000",
        artifact_sha256="b" * 64,
        evaluation="s3://modelway-test/out/evaluation.json",
        verdict=verdict,
    )


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("CreateTrainingJob", training_job(PLAN, name=PLAN.job_name(Stage.TRAIN, attempt=1), account=ACCOUNT)),
        ("CreateTrainingJob", training_job(PLAN, name=PLAN.job_name(Stage.TRAIN, attempt=1), account=ENCRYPTING)),
        ("CreateProcessingJob", champion_job(None)),
        ("CreateProcessingJob", champion_job(None, account=ENCRYPTING)),
        ("CreateProcessingJob", champion_job("s3://modelway-test/out/predictions.csv")),
        (
            "CreateModel",
            serving.model(
                name=names.model_name(PLAN.id, PLAN.trained, trained_at=datetime(2026, 11, 21, tzinfo=UTC)),
                container=container(),
                role_arn=ACCOUNT.role_arn,
                tags=PLAN.tags("test"),
            ),
        ),
        ("CreateModelPackage", package(VERDICT)),
        ("CreateEndpointConfig", serving.endpoint_config(SPEC, PLAN.trained, model_name="m", tags=PLAN.tags("test"))),
    ],
)
def test_botocore_takes_the_request(operation: str, request_: dict[str, Any]) -> None:
    assert complaints(operation, request_) == ""


def test_the_validator_would_complain() -> None:
    assert "TrainingJobName" in complaints("CreateTrainingJob", {"TrainingJobName": 7})


def test_a_training_job_is_told_everything_as_text_and_what_it_is() -> None:
    request = training_job(PLAN, name="job", account=ACCOUNT)
    assert all(isinstance(value, str) for value in request["HyperParameters"].values())
    assert request["Environment"] == {
        "MODELWAY_MODEL": "demo/breast-cancer",
        "MODELWAY_VERSION": "1.4.0+r2",
        "MODELWAY_TRAINING_DATA": "s3://modelway-test/models/demo/breast-cancer/data/train/",
    }


def test_what_a_job_writes_is_encrypted_by_the_projects_key_where_there_is_one() -> None:
    training, evaluation = training_job(PLAN, name="job", account=ENCRYPTING), champion_job(None, account=ENCRYPTING)
    assert training["OutputDataConfig"]["KmsKeyId"] == KEY
    assert evaluation["ProcessingOutputConfig"]["KmsKeyId"] == KEY
    assert "KmsKeyId" not in training_job(PLAN, name="job", account=ACCOUNT)["OutputDataConfig"]
    assert "KmsKeyId" not in champion_job(None)["ProcessingOutputConfig"]


def test_no_key_is_asked_for_an_instances_own_disk() -> None:
    assert "VolumeKmsKeyId" not in str([training_job(PLAN, name="job", account=ENCRYPTING), champion_job(None)])


def test_environment_values_of_a_processing_job_are_short_enough() -> None:
    assert max(len(value) for value in champion_job(None)["Environment"].values()) <= 256


def test_only_a_comparison_reads_the_champions_predictions() -> None:
    alone, compared = champion_job(None), champion_job("s3://modelway-test/out/predictions.csv")
    assert [each["InputName"] for each in alone["ProcessingInputs"]] == ["model", "test"]
    assert [each["InputName"] for each in compared["ProcessingInputs"]] == ["model", "test", "champion"]


def test_a_version_that_fails_its_limits_enters_the_registry_as_rejected() -> None:
    failing = VERDICT.model_copy(update={"outcome": Outcome.FAILS_ITS_LIMITS})
    assert package(VERDICT)["ModelApprovalStatus"] == "PendingManualApproval"
    assert package(failing)["ModelApprovalStatus"] == "Rejected"


def test_an_endpoint_configuration_is_named_by_its_content() -> None:
    one = serving.endpoint_config(SPEC, PLAN.trained, model_name="model-a", tags=[])
    same = serving.endpoint_config(SPEC, PLAN.trained, model_name="model-a", tags=PLAN.tags("test"))
    other = serving.endpoint_config(SPEC, PLAN.trained, model_name="model-b", tags=[])
    assert one["EndpointConfigName"] == same["EndpointConfigName"] != other["EndpointConfigName"]
