"""What the local AWS still knows after it was stopped or killed."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.server

TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []})
ROLE = "arn:aws:iam::123456789012:role/kept"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:kept"


class Record:
    """How something is put into a service and read from it."""

    def __init__(self, service: str, put: Callable[[Any], object], read: Callable[[Any], object]) -> None:
        self.service = service
        self.put = put
        self.read = read


def put_object(s3: Any) -> None:
    s3.create_bucket(Bucket="kept", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="kept", Key="a/b", Body=b"first", Metadata={"x": "y"})
    s3.put_object(Bucket="kept", Key="a/b", Body=b"second", Tagging="k=v")


def read_object(s3: Any) -> object:
    versions = s3.list_object_versions(Bucket="kept")["Versions"]
    bodies = [s3.get_object(Bucket="kept", Key="a/b", VersionId=v["VersionId"])["Body"].read() for v in versions]
    return versions, bodies, s3.get_object_tagging(Bucket="kept", Key="a/b")["TagSet"]


def put_image(ecr: Any) -> None:
    ecr.create_repository(repositoryName="kept", imageTagMutability="IMMUTABLE")
    ecr.put_image(repositoryName="kept", imageManifest=MANIFEST, imageTag="1.0.0")


def put_topic(sns: Any) -> None:
    arn = sns.create_topic(Name="kept")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="team@example.com")


def put_logs(logs: Any) -> None:
    logs.create_log_group(logGroupName="kept")
    logs.create_log_stream(logGroupName="kept", logStreamName="stream")
    now = logs.describe_log_groups()["logGroups"][0]["creationTime"]
    logs.put_log_events(
        logGroupName="kept", logStreamName="stream", logEvents=[{"timestamp": int(now), "message": "a line"}]
    )


def put_metric(cloudwatch: Any) -> None:
    cloudwatch.put_metric_data(Namespace="kept", MetricData=[{"MetricName": "loss", "Value": 0.25}])


def put_function(functions: Any) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("program.py", "def handler(event, context):\n    return event\n")
    functions.create_function(
        FunctionName="kept",
        Runtime="python3.12",
        Role=ROLE,
        Handler="program.handler",
        Code={"ZipFile": code.getvalue()},
    )


def put_scaling(scaling: Any) -> None:
    scaling.register_scalable_target(
        ServiceNamespace="sagemaker",
        ResourceId="endpoint/kept/variant/all",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        MinCapacity=1,
        MaxCapacity=3,
    )


RECORDS = [
    Record(
        "iam",
        lambda iam: iam.create_role(RoleName="kept", AssumeRolePolicyDocument=TRUST),
        lambda iam: iam.get_role(RoleName="kept")["Role"]["RoleId"],
    ),
    Record("s3", put_object, read_object),
    Record("ecr", put_image, lambda ecr: ecr.describe_images(repositoryName="kept")["imageDetails"]),
    Record("sns", put_topic, lambda sns: sns.list_subscriptions_by_topic(TopicArn=TOPIC)["Subscriptions"]),
    Record(
        "secretsmanager",
        lambda secrets: secrets.create_secret(Name="kept", SecretString="s3cret"),
        lambda secrets: secrets.get_secret_value(SecretId="kept")["SecretString"],
    ),
    Record(
        "logs",
        put_logs,
        lambda logs: logs.get_log_events(logGroupName="kept", logStreamName="stream")["events"],
    ),
    Record("cloudwatch", put_metric, lambda cloudwatch: cloudwatch.list_metrics(Namespace="kept")["Metrics"]),
    Record("lambda", put_function, lambda functions: functions.get_function(FunctionName="kept")["Configuration"]),
    Record(
        "application-autoscaling",
        put_scaling,
        lambda scaling: scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"],
    ),
]


def put_all(aws: Any) -> dict[str, object]:
    for record in RECORDS:
        record.put(aws.client(record.service))
    return read_all(aws)


def read_all(aws: Any) -> dict[str, object]:
    return {record.service: record.read(aws.client(record.service)) for record in RECORDS}


def wait_for_a_round(aws: Any, *, marker: bytes, wait_for: Any) -> None:
    """Until the state saved last names the marker; a service touched during one round is saved in the next."""
    state = aws.home / "aws/state/s3.state"
    aws.client("s3").put_object(Bucket="rounds", Key=marker.decode(), Body=b"")
    wait_for(lambda: state.exists() and marker in state.read_bytes())


def test_a_stop_and_a_start_change_nothing(launch_aws: Any) -> None:
    aws = launch_aws()
    before = put_all(aws)
    assert aws.stop() == 0
    aws.start()
    assert read_all(aws) == before


def test_a_kill_loses_nothing_older_than_seconds(launch_aws: Any, wait_for: Any) -> None:
    aws = launch_aws()
    before = put_all(aws)
    aws.client("s3").create_bucket(Bucket="rounds", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for marker in (b"first-round", b"second-round", b"third-round"):
        wait_for_a_round(aws, marker=marker, wait_for=wait_for)
    aws.kill()
    aws.start()
    assert read_all(aws) == before


def test_bytes_without_an_object_are_removed_at_start(launch_aws: Any) -> None:
    aws = launch_aws()
    put_object(aws.client("s3"))
    aws.kill()  # before or after the state was saved
    (aws.home / "aws/objects/orphan").write_bytes(b"written, and killed before its key was saved")
    aws.start()
    assert not (aws.home / "aws/objects/orphan").exists()


def test_a_kept_function_still_runs(launch_aws: Any) -> None:
    aws = launch_aws()
    aws.client("iam").create_role(RoleName="kept", AssumeRolePolicyDocument=TRUST)
    put_function(aws.client("lambda"))
    aws.restart()
    answer = aws.client("lambda").invoke(FunctionName="kept", Payload=b'{"a": 1}')
    assert json.loads(answer["Payload"].read()) == {"a": 1}


def test_credentials_stay_the_roles_after_a_restart(launch_aws: Any) -> None:
    aws = launch_aws()
    aws.client("iam").create_role(RoleName="kept", AssumeRolePolicyDocument=TRUST)
    keys = aws.client("sts").assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]
    aws.restart()
    identity = aws.client("sts", credentials=keys).get_caller_identity()
    assert identity["Arn"] == "arn:aws:sts::123456789012:assumed-role/kept/me"


def started_on(home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.aws", "--home", str(home), "--port", "0"]
    root = Path(__file__).parents[2]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("content", [b"", b"rubbish\n", b'{"moto": "1.0"}\n'], ids=["empty", "foreign", "old"])
def test_a_state_that_cannot_be_read_is_named_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    state = tmp_path / "aws/state/s3.state"
    state.parent.mkdir(parents=True)
    state.write_bytes(content)
    ended = started_on(tmp_path)
    assert ended.returncode == 1
    assert f"the state file {state} cannot be read" in ended.stderr
    assert f"remove {tmp_path / 'aws'}" in ended.stderr
    assert state.read_bytes() == content


def test_a_torn_state_is_not_an_empty_start(launch_aws: Any) -> None:
    aws = launch_aws()
    put_object(aws.client("s3"))
    aws.stop()
    state = aws.home / "aws/state/s3.state"
    state.write_bytes(state.read_bytes()[:-10])
    ended = started_on(aws.home)
    assert ended.returncode == 1
    assert str(state) in ended.stderr


def test_two_servers_never_share_a_home(launch_aws: Any) -> None:
    aws = launch_aws()
    ended = started_on(aws.home)
    assert ended.returncode == 1
    assert "another local AWS runs in" in ended.stderr
