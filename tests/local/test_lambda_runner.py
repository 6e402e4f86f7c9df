"""Lambda functions that really run."""

import base64
import io
import json
import textwrap
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psutil
import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.server


def zipped(**modules: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, source in modules.items():
            archive.writestr(f"{name}.py", textwrap.dedent(source))
    return buffer.getvalue()


class Function:
    """A function made for one test."""

    def __init__(self, aws: Any, role: str, source: str, **settings: Any) -> None:
        self.client = aws.client("lambda")
        self.name = f"function-{uuid4().hex}"
        self.client.create_function(
            FunctionName=self.name,
            Role=role,
            **{
                "Runtime": "python3.12",
                "Handler": "program.handler",
                "Timeout": 20,
                "Code": {"ZipFile": zipped(program=source)},
            }
            | settings,
        )

    def invoke(self, event: Any = None, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.invoke(
            FunctionName=self.name, Payload=json.dumps(event).encode(), **arguments
        )
        return answer

    def result(self, event: Any = None) -> Any:
        answer = self.invoke(event)
        assert "FunctionError" not in answer
        return json.loads(answer["Payload"].read())

    def error(self, event: Any = None) -> dict[str, Any]:
        answer = self.invoke(event)
        assert (answer["StatusCode"], answer["FunctionError"]) == (200, "Unhandled")
        error: dict[str, Any] = json.loads(answer["Payload"].read())
        return error


@pytest.fixture(scope="module")
def role(aws: Any) -> str:
    trust = {"Version": "2012-10-17", "Statement": []}
    made = aws.client("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(trust))
    return str(made["Role"]["Arn"])


@pytest.fixture(scope="module")
def function(aws: Any, role: str) -> Any:
    return lambda source, **settings: Function(aws, role, source, **settings)


ECHO = "def handler(event, context): return event"
PID = "import os\ndef handler(event, context): return os.getpid()"


@pytest.mark.parametrize(
    "event",
    [{"a": [1, None, "ü"]}, [], "text", 0, {"large": "x" * 1_000_000}],
    ids=["object", "list", "text", "number", "1 MB"],
)
def test_an_event_goes_in_and_the_result_comes_out(function: Any, event: Any) -> None:
    assert function(ECHO).result(event) == event


def test_no_payload_is_an_empty_event(function: Any) -> None:
    echo = function(ECHO)
    assert json.loads(echo.client.invoke(FunctionName=echo.name)["Payload"].read()) == {}


def test_an_exception_is_an_answer_with_its_type_message_and_stack(function: Any) -> None:
    error = function(
        """
        class UnknownDag(Exception): pass
        def handler(event, context): raise UnknownDag("no such dag")
        """
    ).error()
    assert (error["errorType"], error["errorMessage"]) == ("UnknownDag", "no such dag")
    assert "in handler" in error["stackTrace"][0]
    assert "function_runtime" not in "".join(error["stackTrace"])


def test_the_environment_is_the_functions_own(aws: Any, function: Any) -> None:
    env = function(
        "import os\ndef handler(event, context): return dict(os.environ)",
        Environment={"Variables": {"MWAA_ENVIRONMENT": "modelway"}},
    ).result()
    assert env["MWAA_ENVIRONMENT"] == "modelway"
    assert env["AWS_ENDPOINT_URL"] == aws.endpoint_url
    assert env["AWS_REGION"] == "eu-west-1"
    assert env["AWS_DISABLE_HOST_PREFIX_INJECTION"] == env["AWS_EC2_METADATA_DISABLED"] == "true"
    assert "PYTHONPATH" not in env
    assert "PYTEST_CURRENT_TEST" not in env


def test_the_handler_calls_back_with_its_roles_credentials(function: Any) -> None:
    arn = function(
        """
        import boto3
        def handler(event, context): return boto3.client("sts").get_caller_identity()["Arn"]
        """
    ).result()
    assert arn.startswith("arn:aws:sts::123456789012:assumed-role/runner/")


def test_a_function_that_invokes_another_gets_its_answer(function: Any) -> None:
    inner = function(ECHO)
    outer = function(
        """
        import boto3, json
        def handler(event, context):
            answer = boto3.client("lambda").invoke(FunctionName=event, Payload=b'"inner"')
            return json.loads(answer["Payload"].read())
        """
    )
    assert outer.result(inner.name) == "inner"


def test_the_process_stays_warm(function: Any) -> None:
    counter = function(
        """
        calls = []
        def handler(event, context):
            calls.append(event)
            return len(calls)
        """
    )
    assert [counter.result(), counter.result(), counter.result()] == [1, 2, 3]


def test_overlapping_invocations_wait_for_each_other(function: Any) -> None:
    counter = function(
        """
        import time
        inside = []
        def handler(event, context):
            inside.append(event); most = len(inside); time.sleep(0.05); inside.pop()
            return most
        """
    )
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(counter.result, range(4))) == [1, 1, 1, 1]


def test_new_code_runs_in_a_new_process(function: Any) -> None:
    changing = function("def handler(event, context): return 'old'")
    assert changing.result() == "old"
    changing.client.update_function_code(
        FunctionName=changing.name, ZipFile=zipped(program="def handler(event, context): return 'new'")
    )
    assert changing.result() == "new"


def test_new_variables_are_there_at_once(function: Any) -> None:
    reading = function("import os\ndef handler(event, context): return os.environ.get('COLOUR')")
    assert reading.result() is None
    reading.client.update_function_configuration(
        FunctionName=reading.name, Environment={"Variables": {"COLOUR": "green"}}
    )
    assert reading.result() == "green"


def test_a_time_out_ends_the_process_and_the_next_call_works(function: Any, wait_for: Any) -> None:
    sleepy = function(
        """
        import os, time
        def handler(event, context):
            if event == "sleep": time.sleep(60)
            return os.getpid()
        """,
        Timeout=1,
    )
    first = sleepy.result()
    assert "Task timed out after 1.00 seconds" in sleepy.error("sleep")["errorMessage"]
    wait_for(lambda: not psutil.pid_exists(first))
    assert sleepy.result() != first


def test_a_function_that_exits_is_an_error_and_the_next_call_works(function: Any) -> None:
    leaving = function(
        """
        import os
        def handler(event, context):
            if event == "leave": os._exit(3)
            return "here"
        """
    )
    error = leaving.error("leave")
    assert error["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in error["errorMessage"]
    assert leaving.result() == "here"


BROKEN = [
    ("import nowhere_to_be_found", "program.handler", "Runtime.ImportModuleError", "nowhere_to_be_found"),
    (ECHO, "missing.handler", "Runtime.ImportModuleError", "missing"),
    (ECHO, "program.other", "Runtime.HandlerNotFound", "'other' missing on module 'program'"),
    ("def handler(event, context): return {1, 2}", "program.handler", "Runtime.MarshalError", "set"),
    ("1 / 0", "program.handler", "ZeroDivisionError", "division by zero"),
]


@pytest.mark.parametrize(("source", "handler", "kind", "words"), BROKEN)
def test_a_broken_function_says_what_is_wrong(function: Any, source: str, handler: str, kind: str, words: str) -> None:
    error = function(source, Handler=handler).error()
    assert error["errorType"] == kind
    assert words in error["errorMessage"]


def test_what_it_prints_and_logs_is_in_cloudwatch(aws: Any, function: Any) -> None:
    talking = function(
        """
        import logging
        def handler(event, context):
            print("printed"); logging.warning("logged")
        """
    )
    answer = talking.invoke(LogType="Tail")
    tail = base64.b64decode(answer["LogResult"]).decode()
    events = aws.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{talking.name}")["events"]
    lines = [event["message"] for event in events]
    assert tail.splitlines() == lines
    assert [line.split(" ")[0] for line in (lines[0], *lines[-2:])] == ["START", "END", "REPORT"]
    assert "printed" in lines
    assert any(line.startswith("[WARNING]\t") and line.endswith("\tlogged") for line in lines)


def test_a_handler_that_reads_standard_input_swallows_nothing(function: Any) -> None:
    reading = function("import sys\ndef handler(event, context): return sys.stdin.read()")
    assert [reading.result(), reading.result()] == ["", ""]


def test_an_event_invocation_does_not_wait(aws: Any, function: Any, wait_for: Any) -> None:
    leaving = function("def handler(event, context): print('ran with', event)")
    answer = leaving.invoke("this", InvocationType="Event")
    assert answer["StatusCode"] == 202
    logs = aws.client("logs")

    def ran() -> bool:
        groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{leaving.name}")["logGroups"]
        found = groups and logs.filter_log_events(logGroupName=f"/aws/lambda/{leaving.name}")["events"]
        return any(event["message"] == "ran with this" for event in found)

    wait_for(ran)


def test_a_dry_run_runs_nothing(aws: Any, function: Any) -> None:
    dry = function(PID)
    assert dry.invoke(InvocationType="DryRun")["StatusCode"] == 204
    groups = aws.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{dry.name}")["logGroups"]
    assert groups == []


def test_a_function_is_found_by_its_arn(function: Any) -> None:
    echo = function(ECHO)
    arn = echo.client.get_function(FunctionName=echo.name)["Configuration"]["FunctionArn"]
    assert json.loads(echo.client.invoke(FunctionName=arn, Payload=b"1")["Payload"].read()) == 1


def test_an_unknown_function_is_refused_in_lambdas_words(aws: Any) -> None:
    with pytest.raises(ClientError, match="Function not found: arn:aws:lambda:eu-west-1:123456789012:function:nowhere"):
        aws.client("lambda").invoke(FunctionName="nowhere")


def test_a_payload_that_is_not_json_is_refused(function: Any) -> None:
    echo = function(ECHO)
    with pytest.raises(ClientError, match="InvalidRequestContentException"):
        echo.client.invoke(FunctionName=echo.name, Payload=b"{")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_no_process_outlives_the_server(launch_aws: Any, wait_for: Any, end: str) -> None:
    aws = launch_aws()
    iam = aws.client("iam")
    arn = iam.create_role(RoleName="runner", AssumeRolePolicyDocument='{"Version": "2012-10-17"}')["Role"]["Arn"]
    pid = Function(aws, arn, PID).result()
    getattr(aws, end)()
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
