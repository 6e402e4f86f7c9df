"""What the front does with any request."""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from werkzeug import Request, Response
from werkzeug.test import Client

from local.aws.calls import CallLog
from local.aws.faults import Faults
from local.aws.front import Front

pytestmark = pytest.mark.server

BUCKET = "front"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET}"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:topic"


@pytest.fixture(scope="module")
def s3(aws: Any) -> Any:
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return client


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


UNKNOWN = [
    ("ecr", "describe_pull_through_cache_rules", {}),  # JSON
    ("application-autoscaling", "describe_scaling_activities", {"ServiceNamespace": "ecs"}),  # JSON
    ("sns", "get_data_protection_policy", {"ResourceArn": "arn:aws:sns:eu-west-1:123456789012:x"}),  # query
    ("lambda", "get_account_settings", {}),  # REST-JSON, and a path that moto does not know
    ("braket", "search_jobs", {"filters": []}),  # a service that moto does not know
]


@pytest.mark.parametrize(("service", "operation", "arguments"), UNKNOWN)
def test_an_operation_that_is_not_there_is_refused_at_once(
    aws: Any, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    assert refusal(getattr(aws.client(service), operation), **arguments) == (400, "UnknownOperationException")


def test_an_unknown_query_operation_answers_xml(aws: Any) -> None:
    with pytest.raises(ClientError, match="local AWS"):
        aws.client("sts").get_access_key_info(AccessKeyId="AKIAIOSFODNN7EXAMPLE")


def test_of_two_conditional_puts_exactly_one_wins(s3: Any) -> None:
    clients = 8
    together = threading.Barrier(clients)

    def put(number: int) -> int:
        together.wait()
        try:
            s3.put_object(Bucket=BUCKET, Key="reservation", Body=str(number).encode(), IfNoneMatch="*")
        except ClientError as error:
            return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
        return 200

    with ThreadPoolExecutor(clients) as pool:
        answers = sorted(pool.map(put, range(clients)))
    assert answers == [200] + [412] * (clients - 1)


def test_a_lost_conditional_put_names_the_precondition(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="taken", Body=b"first", IfNoneMatch="*")
    assert refusal(s3.put_object, Bucket=BUCKET, Key="taken", Body=b"second", IfNoneMatch="*") == (
        412,
        "PreconditionFailed",
    )
    assert s3.get_object(Bucket=BUCKET, Key="taken")["Body"].read() == b"first"


@pytest.mark.parametrize("body", [b"", b"small", bytes(range(256)) * 50_000], ids=["empty", "small", "12 MB"])
def test_an_object_comes_back_as_it_was_put(s3: Any, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key="some/object", Body=body)
    assert s3.get_object(Bucket=BUCKET, Key="some/object")["Body"].read() == body


def test_an_upload_in_parts_comes_back_whole(s3: Any, tmp_path: Any) -> None:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(bytes(range(256)) * 80_000)
    s3.upload_file(str(path), BUCKET, "model.tar.gz")
    assert s3.get_object(Bucket=BUCKET, Key="model.tar.gz")["Body"].read() == path.read_bytes()


def test_a_copy_of_an_upload_in_parts_is_the_same(s3: Any, tmp_path: Any) -> None:
    path = tmp_path / "model.tar.gz"
    path.write_bytes(bytes(range(256)) * 80_000)
    s3.upload_file(str(path), BUCKET, "parts")
    s3.copy_object(Bucket=BUCKET, Key="copy", CopySource={"Bucket": BUCKET, "Key": "parts"})
    assert s3.get_object(Bucket=BUCKET, Key="copy")["Body"].read() == path.read_bytes()


def test_listing_versions_leaves_the_objects_alone(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="listed", Body=b"still here")
    s3.list_object_versions(Bucket=BUCKET)
    assert s3.get_object(Bucket=BUCKET, Key="listed")["Body"].read() == b"still here"


def test_an_overwritten_object_leaves_no_bytes_behind(aws: Any, s3: Any, wait_for: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="rewritten", Body=b"one of many")
    for number in range(20):
        s3.put_object(Bucket=BUCKET, Key="rewritten", Body=f"one of many {number}".encode())

    def content(path: Path) -> bytes:
        try:
            return path.read_bytes()
        except FileNotFoundError:  # removed since it was listed
            return b""

    def copies() -> int:
        return sum(content(path).startswith(b"one of many") for path in (aws.home / "aws/objects").iterdir())

    wait_for(lambda: copies() == 1)


def test_a_presigned_url_is_answered(aws: Any, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="signed", Body=b"for you")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "signed"})
    connection = http.client.HTTPConnection("127.0.0.1", aws.port)
    connection.request("GET", url.removeprefix(aws.endpoint_url))
    assert connection.getresponse().read() == b"for you"
    connection.close()


def test_one_connection_serves_many_requests(aws: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port)
    connection.connect()
    first = connection.sock
    for body in (None, b"a body nobody asked for"):
        connection.request("GET", "/-/healthy", body=body)
        assert connection.getresponse().read() == b"ok\n"
    connection.request("POST", "/-/healthy", body=iter([b"in ", b"chunks"]), encode_chunked=True)
    assert connection.getresponse().read() == b"ok\n"
    assert connection.sock is first
    connection.close()


def test_only_this_machine_is_answered(aws: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.2", aws.port))  # free, so the server listens on 127.0.0.1 alone


def calls_of(aws: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (aws.home / "aws/calls.jsonl").read_text().splitlines()]


def test_each_call_is_logged_with_the_role_that_made_it(aws: Any) -> None:
    role = aws.client("iam").create_role(RoleName="caller", AssumeRolePolicyDocument="{}")["Role"]
    keys = aws.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
    aws.client("ecr", credentials=keys).describe_repositories()
    last = calls_of(aws)[-1]
    assert {name: last[name] for name in ("role", "service", "operation", "status")} == {
        "role": "caller",
        "service": "ecr",
        "operation": "DescribeRepositories",
        "status": 200,
    }
    assert last["ms"] > 0


def test_a_call_without_a_role_is_roots(aws: Any) -> None:
    aws.client("sns").list_topics()
    last = calls_of(aws)[-1]
    assert (last["role"], last["operation"]) == ("root", "ListTopics")


def through_proxy(aws: Any, method: str, target: str) -> tuple[int, str]:
    """What a client gets that takes the local AWS for its proxy; Go's asks in this form."""
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=30)
    scope = "test/20261121/eu-west-1/airflow/aws4_request"
    headers = {"Host": "api.127.0.0.1", "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}"}
    connection.request(method, target, headers=headers)
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, content


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "api.127.0.0.1", "env.127.0.0.1", "ops.localhost"])
def test_an_sdk_that_puts_a_prefix_before_the_host_is_answered_as_a_proxy_is_asked(aws: Any, host: str) -> None:
    assert through_proxy(aws, "GET", f"http://{host}:{aws.port}/environments") == (200, '{"Environments": []}')


@pytest.mark.parametrize(
    "target",
    [
        "http://example.com/environments",
        "http://127.0.0.1/environments",
        "http://127.0.0.1:1/environments",
        "http://127.0.0.1.example.com:{port}/environments",
        "http://api.127.0.0.1:{port}@example.com/environments",
        "http://169.254.169.254:{port}/environments",
        "https://127.0.0.1:{port}/environments",
        "ftp://127.0.0.1:{port}/environments",
    ],
)
def test_the_local_aws_carries_nothing_to_another_server(aws: Any, target: str) -> None:
    status, content = through_proxy(aws, "GET", target.format(port=aws.port))
    assert status == 403
    assert "is no proxy" in content


def test_the_local_aws_opens_no_tunnel(aws: Any) -> None:
    for target in ("example.com:443", f"127.0.0.1:{aws.port}"):
        assert through_proxy(aws, "CONNECT", target)[0] == 403


@pytest.mark.parametrize(
    ("call", "operation", "resource"),
    [
        (lambda s3: s3.put_object(Bucket=BUCKET, Key="a b/c", Body=b""), "PutObject", f"{BUCKET_ARN}/a b/c"),
        (lambda s3: s3.list_objects_v2(Bucket=BUCKET), "ListObjectsV2", BUCKET_ARN),
        (lambda s3: s3.get_bucket_versioning(Bucket=BUCKET), "GetBucketVersioning", BUCKET_ARN),
        (
            lambda s3: s3.create_multipart_upload(Bucket=BUCKET, Key="x"),
            "CreateMultipartUpload",
            f"arn:aws:s3:::{BUCKET}/x",
        ),
        (
            lambda s3: s3.copy_object(Bucket=BUCKET, Key="y", CopySource=f"{BUCKET}/a b/c"),
            "CopyObject",
            f"arn:aws:s3:::{BUCKET}/y",
        ),
        (lambda s3: s3.list_buckets(), "ListBuckets", ""),
    ],
)
def test_rest_calls_are_logged_by_operation_and_resource(
    aws: Any, s3: Any, call: Any, operation: str, resource: str
) -> None:
    with suppress(ClientError):
        call(s3)
    last = calls_of(aws)[-1]
    assert (last["operation"], last["resource"]) == (operation, resource)


@pytest.mark.parametrize(
    ("service", "call", "arguments", "resource"),
    [
        ("lambda", "get_function", {"FunctionName": "none"}, "none"),
        ("mwaa", "get_environment", {"Name": "none"}, "none"),
        ("ecr", "list_images", {"repositoryName": "demo/none"}, "demo/none"),
        ("sns", "get_topic_attributes", {"TopicArn": f"{TOPIC}-none"}, f"{TOPIC}-none"),
        ("secretsmanager", "get_secret_value", {"SecretId": "none"}, "none"),
        ("sagemaker", "describe_endpoint", {"EndpointName": "none"}, "none"),
        ("sagemaker", "describe_training_job", {"TrainingJobName": "none"}, "none"),
        ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "none", "Body": b""}, "none"),
        ("logs", "describe_log_streams", {"logGroupName": "/none"}, "/none"),
        ("iam", "get_role", {"RoleName": "none"}, "none"),
        ("ecr", "describe_repositories", {}, ""),
    ],
)
def test_a_call_is_logged_with_what_it_is_about(
    aws: Any, service: str, call: str, arguments: dict[str, Any], resource: str
) -> None:
    with suppress(ClientError):
        getattr(aws.client(service), call)(**arguments)
    last = calls_of(aws)[-1]
    assert (last["operation"], last["resource"]) == (xform_back(call), resource)


def xform_back(call: str) -> str:
    return "".join(word.title() for word in call.split("_"))


class Faulty:
    """A front whose emulator breaks down."""

    def __init__(self, tmp_path: Any) -> None:
        self.calls = CallLog(tmp_path / "calls.jsonl")
        self.front = Front(
            emulator=self.fail,
            mwaa=self.fail,
            functions=self.fail,
            endpoints=self.fail,
            console=self.fail,
            registry=self.fail_as_wsgi,
            calls=self.calls,
            faults=Faults(tmp_path / "faults.toml"),
        )

    def fail_as_wsgi(self, *_: object) -> list[bytes]:
        raise KeyError("not to be asked")

    def fail(self, request: Request) -> Response:
        raise KeyError("a bug of moto")


def test_a_bug_behind_the_front_is_an_internal_failure_with_its_traceback_in_the_log(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    faulty = Faulty(tmp_path)
    answer = Client(faulty.front).get("/bucket/key")
    faulty.calls.close()
    assert (answer.status_code, answer.headers["x-amzn-ErrorType"]) == (500, "InternalFailure")
    assert "Traceback" in caplog.text
    assert "a bug of moto" in caplog.text


def test_what_would_wipe_moto_is_closed(aws: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", aws.port, timeout=30)
    connection.request("POST", "/moto-api/reset")
    assert connection.getresponse().status == 403
    connection.close()


def test_who_tries_tls_first_is_hung_up_on_and_that_is_no_error(aws: Any) -> None:
    with socket.create_connection(("127.0.0.1", aws.port)) as plain, pytest.raises(OSError):  # noqa: PT011 - SSLError or a reset
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
    assert aws.client("sts").get_caller_identity()["Account"]
    assert "Bad request" not in aws.log
