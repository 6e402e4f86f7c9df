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
from modelway.plan import Account, Plan
from modelway.record import JobRecord
from modelway.spec import ModelSpec
from modelway.training import training_job
from modelway.verdict import Outcome, Verdict
from tests.decisions.plans import ACCOUNT, ENCRYPTING, IMAGE, KEY, SPEC, plan

ARTIFACT = "s3://modelway-test/models/demo/breast-cancer/trained/v1-4-0-r2/job/output/model.tar.gz"
PLAN = plan()
VERDICT = Verdict(outcome=Outcome.FIRST, reason="nothing to compare with", metrics=[])


TRAINING = JobRecord(
    name="job", arn="arn", ended_at=datetime(2026, 11, 21, tzinfo=UTC), artifact=ARTIFACT, instance_type="ml.m5.xlarge"
)


def spot(run_id: str = PLAN.run_id) -> Plan:
    document = SPEC.model_dump(mode="json")
    document["train"] |= {"spot": True, "max_wait": "2h", "checkpoint": "/opt/ml/checkpoints"}
    return PLAN.model_copy(update={"spec": ModelSpec.model_validate(document), "run_id": run_id})


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
        training=TRAINING,
        artifact_sha256="b" * 64,
        evaluation="s3://modelway-test/out/evaluation.json",
        verdict=verdict,
    )


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("CreateTrainingJob", training_job(PLAN, name=PLAN.job_name(Stage.TRAIN, attempt=1), account=ACCOUNT)),
        ("CreateTrainingJob", training_job(PLAN, name=PLAN.job_name(Stage.TRAIN, attempt=1), account=ENCRYPTING)),
        ("CreateTrainingJob", training_job(spot(), name=PLAN.job_name(Stage.TRAIN, attempt=1), account=ACCOUNT)),
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


def test_spot_machines_are_asked_for_with_a_limit_and_a_place_to_go_on_from() -> None:
    request = training_job(spot(), name="job", account=ACCOUNT)
    assert request["EnableManagedSpotTraining"] is True
    assert request["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    assert request["CheckpointConfig"]["LocalPath"] == request["Environment"]["MODELWAY_CHECKPOINT"]


def test_all_attempts_of_a_run_share_their_checkpoints_and_other_runs_do_not() -> None:
    def place(plan: Plan, name: str) -> Any:
        return training_job(plan, name=name, account=ACCOUNT)["CheckpointConfig"]["S3Uri"]

    first = place(spot(), "attempt-1")
    assert first.startswith("s3://modelway-test/models/demo/breast-cancer/trained/v1-4-0-r2/checkpoints/")
    assert (place(spot(), "attempt-2"), place(spot("t-1"), "attempt-1") == first) == (first, False)


def test_a_job_runs_on_the_first_choice_of_types_unless_it_is_not_to_be_had() -> None:
    first = training_job(PLAN, name="job", account=ACCOUNT)
    other = training_job(PLAN, name="job", account=ACCOUNT, instance_type="ml.m5.xlarge")
    assert [each["ResourceConfig"]["InstanceType"] for each in (first, other)] == ["ml.m5.large", "ml.m5.xlarge"]


def test_a_package_tells_on_what_it_was_trained() -> None:
    assert package(VERDICT)["CustomerMetadataProperties"]["trained_on"] == "ml.m5.xlarge"


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
