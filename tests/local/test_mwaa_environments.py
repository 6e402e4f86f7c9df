"""MWAA's environments: created, changed, kept and deleted, as AWS answers it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.mwaa.status import CHANGE_SECONDS, Change, status_of
from tests.local.mwaa_world import ALL_HEALTHY, FakeAirflow, asked, status

pytestmark = pytest.mark.server

ARN = "arn:aws:airflow:eu-west-1:123456789012:environment/modelway"


@pytest.fixture(scope="module")
def own_aws(launch_aws: Any, airflow: FakeAirflow) -> Any:
    return launch_aws(env={"MODELWAY_AIRFLOW_URL": airflow.url})


@pytest.fixture
def mwaa(own_aws: Any, wait_for: Any) -> Any:
    """MWAA without any environment."""
    client = own_aws.client("mwaa")
    for name in client.list_environments()["Environments"]:
        wait_for(lambda name=name: status(client, name) != "CREATING")
        wait_for(lambda name=name: status(client, name) != "UPDATING")
        client.delete_environment(Name=name)
    wait_for(lambda: not client.list_environments()["Environments"])
    return client


def create(mwaa: Any, wait_for: Any, **members: Any) -> dict[str, Any]:
    """A new environment once it is available."""
    mwaa.create_environment(**asked(**members))
    wait_for(lambda: status(mwaa) == "AVAILABLE")
    return described(mwaa)


def described(mwaa: Any) -> dict[str, Any]:
    return dict(mwaa.get_environment(Name="modelway")["Environment"])


def refusal(call: Any, **members: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**members)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_an_environment_has_mwaas_defaults_for_what_nobody_asked(mwaa: Any, wait_for: Any) -> None:
    made = create(mwaa, wait_for)
    wanted = {
        "Arn": ARN,
        "AirflowVersion": "3.0.6",
        "EnvironmentClass": "mw1.small",
        "WebserverAccessMode": "PRIVATE_ONLY",
        "EndpointManagement": "SERVICE",
        "WeeklyMaintenanceWindowStart": "SUN:03:30",
    }
    assert {name: made[name] for name in wanted} == wanted
    assert (made["Schedulers"], made["MinWorkers"], made["MaxWorkers"]) == (2, 1, 10)
    assert (made["MinWebservers"], made["MaxWebservers"]) == (2, 2)
    assert "KmsKey" not in made
    assert made["LastUpdate"]["Status"] == "SUCCESS"


def test_the_smallest_class_has_one_scheduler_and_one_web_server(mwaa: Any, wait_for: Any) -> None:
    made = create(mwaa, wait_for, EnvironmentClass="mw1.micro")
    assert (made["Schedulers"], made["MinWebservers"], made["MaxWebservers"]) == (1, 1, 1)


def test_all_that_was_asked_for_is_answered(mwaa: Any, wait_for: Any) -> None:
    wanted = {
        "PluginsS3Path": "airflow/plugins.zip",
        "PluginsS3ObjectVersion": "v1",
        "RequirementsS3Path": "airflow/requirements.txt",
        "RequirementsS3ObjectVersion": "v2",
        "AirflowConfigurationOptions": {"modelway.bucket": "b", "core.parallelism": "4"},
        "EnvironmentClass": "mw1.medium",
        "KmsKey": "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000",
        "MinWorkers": 2,
        "MaxWorkers": 5,
        "Schedulers": 3,
        "Tags": {"owner": "ml"},
        "WebserverAccessMode": "PUBLIC_ONLY",
        "WeeklyMaintenanceWindowStart": "TUE:22:00",
    }
    made = create(mwaa, wait_for, **wanted)
    assert {name: made[name] for name in wanted} == wanted


def test_a_log_that_was_asked_for_is_on_and_has_its_group(mwaa: Any, wait_for: Any) -> None:
    logs = create(mwaa, wait_for, LoggingConfiguration={"TaskLogs": {"Enabled": True, "LogLevel": "WARNING"}})
    group = "arn:aws:logs:eu-west-1:123456789012:log-group:airflow-modelway"
    assert logs["LoggingConfiguration"]["TaskLogs"] == {
        "Enabled": True,
        "LogLevel": "WARNING",
        "CloudWatchLogGroupArn": f"{group}-Task",
    }
    assert logs["LoggingConfiguration"]["WebserverLogs"] == {
        "Enabled": False,
        "LogLevel": "INFO",
        "CloudWatchLogGroupArn": f"{group}-WebServer",
    }


def test_an_update_changes_what_it_names_and_nothing_else(mwaa: Any, wait_for: Any) -> None:
    before = create(mwaa, wait_for, AirflowConfigurationOptions={"core.parallelism": "4"})
    mwaa.update_environment(
        Name="modelway",
        PluginsS3Path="airflow/plugins.zip",
        NetworkConfiguration={"SecurityGroupIds": ["sg-2"]},
        WorkerReplacementStrategy="GRACEFUL",
    )
    wait_for(lambda: status(mwaa) == "AVAILABLE")
    after = described(mwaa)
    assert after.pop("PluginsS3Path") == "airflow/plugins.zip"
    assert after["NetworkConfiguration"] == {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-2"]}
    assert after["LastUpdate"]["WorkerReplacementStrategy"] == "GRACEFUL"
    changed = ("NetworkConfiguration", "LastUpdate")
    assert {k: v for k, v in after.items() if k not in changed} == {k: v for k, v in before.items() if k not in changed}


def test_a_deleted_environment_is_gone(mwaa: Any, wait_for: Any) -> None:
    create(mwaa, wait_for)
    mwaa.delete_environment(Name="modelway")
    wait_for(lambda: mwaa.list_environments()["Environments"] == [])
    assert refusal(mwaa.get_environment, Name="modelway")[0] == "ResourceNotFoundException"
    assert refusal(mwaa.delete_environment, Name="modelway")[0] == "ResourceNotFoundException"
    assert refusal(mwaa.update_environment, Name="modelway")[0] == "ResourceNotFoundException"


def test_there_is_one_environment_as_there_is_one_airflow(mwaa: Any, wait_for: Any) -> None:
    create(mwaa, wait_for)
    code, words = refusal(mwaa.create_environment, **asked(Name="other"))
    assert code == "ValidationException"
    assert "delete modelway first" in words
    assert "already exists" in refusal(mwaa.create_environment, **asked())[1]
    assert mwaa.list_environments()["Environments"] == ["modelway"]


def test_tags_come_and_go(mwaa: Any, wait_for: Any) -> None:
    create(mwaa, wait_for, Tags={"owner": "ml", "old": "1"})
    mwaa.tag_resource(ResourceArn=ARN, Tags={"stage": "dev", "owner": "data"})
    mwaa.untag_resource(ResourceArn=ARN, tagKeys=["old", "unknown"])
    assert mwaa.list_tags_for_resource(ResourceArn=ARN)["Tags"] == {"stage": "dev", "owner": "data"}
    assert described(mwaa)["Tags"] == {"stage": "dev", "owner": "data"}
    assert refusal(mwaa.list_tags_for_resource, ResourceArn=f"{ARN}-2")[0] == "ResourceNotFoundException"


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"Name": "1st"}, "'name' failed to satisfy constraint"),
        ({"ExecutionRoleArn": "modelway-mwaa"}, "'executionRoleArn'"),
        ({"SourceBucketArn": "arn:aws:s3:::Bucket"}, "'sourceBucketArn'"),
        ({"AirflowVersion": "2.10.3"}, "use 3.0.6"),
        ({"EnvironmentClass": "mw1.tiny"}, "mw1.small"),
        (
            {"NetworkConfiguration": {"SubnetIds": ["subnet-1", "subnet-1"], "SecurityGroupIds": ["sg-1"]}},
            "two private subnets",
        ),
        ({"MinWorkers": 4, "MaxWorkers": 3}, "MinWorkers 4 is greater than MaxWorkers 3"),
        ({"MaxWorkers": 26}, "greater than 25"),
        ({"Schedulers": 1}, "between 2 and 5"),
        ({"PluginsS3ObjectVersion": "v1"}, "without PluginsS3Path"),
        ({"AirflowConfigurationOptions": {"Core": "x"}}, "'airflowConfigurationOptions"),
        ({"LoggingConfiguration": {"TaskLogs": {"Enabled": True, "LogLevel": "LOUD"}}}, "enum value set"),
        ({"KmsKey": "modelway"}, "'kmsKey'"),
    ],
)
def test_what_aws_refuses_is_refused(mwaa: Any, members: dict[str, Any], said: str) -> None:
    code, words = refusal(mwaa.create_environment, **asked(**members))
    assert code == "ValidationException"
    assert said in words
    assert mwaa.list_environments()["Environments"] == []


def test_an_update_is_checked_as_a_creation_is(mwaa: Any, wait_for: Any) -> None:
    create(mwaa, wait_for)
    assert "use 3.0.6" in refusal(mwaa.update_environment, Name="modelway", AirflowVersion="3.1.0")[1]
    assert described(mwaa)["AirflowVersion"] == "3.0.6"


def test_an_environment_outlives_a_killed_local_aws(own_aws: Any, mwaa: Any, wait_for: Any) -> None:
    before = create(mwaa, wait_for, Tags={"owner": "ml"})
    own_aws.kill()
    own_aws.start()
    assert described(own_aws.client("mwaa")) == before


def record(change: Change) -> dict[str, Any]:
    return {"Change": str(change), "ChangedAt": 1000.0}


@pytest.mark.parametrize("change", list(Change))
def test_a_change_is_seen_before_it_is_over(change: Change) -> None:
    assert status_of(record(change), has_failed=False, now=1000.0) == change


@pytest.mark.parametrize("change", [Change.CREATING, Change.UPDATING])
@pytest.mark.parametrize(("has_failed", "status"), [(False, "AVAILABLE"), (True, "UNAVAILABLE")])
def test_after_a_change_airflow_decides(change: Change, has_failed: bool, status: str) -> None:
    assert status_of(record(change), has_failed=has_failed, now=1000.0 + CHANGE_SECONDS) == status


def test_an_environment_is_available_before_its_airflow_has_started(launch_aws: Any, wait_for: Any) -> None:
    mwaa = launch_aws(env={"MODELWAY_AIRFLOW_URL": "http://127.0.0.1:1"}).client("mwaa")
    create(mwaa, wait_for)


def test_an_environment_whose_airflow_has_stopped_to_serve_is_unavailable(
    mwaa: Any, airflow: FakeAirflow, wait_for: Any
) -> None:
    create(mwaa, wait_for)
    airflow.health = ALL_HEALTHY | {"metadatabase": None}
    try:
        assert status(mwaa) == "UNAVAILABLE"
    finally:
        airflow.health = ALL_HEALTHY
