"""Lambda's runtime in the function's own process; the standard library only, started by its path.

Events come as JSON lines on standard input, answers go as JSON lines to the descriptor in argv[2].
"""

import importlib
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any, TextIO

Handler = Callable[[Any, Any], Any]

# https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
LOG_FORMAT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(request_id)s\t%(message)s"


class HandlerMissing(Exception):
    """The handler's setting names nothing that can be called."""


def main(handler_name: str, answers: TextIO) -> None:
    """Answer events until standard input ends."""
    sys.path.insert(0, os.getcwd())
    events = take_standard_input()
    current = start_logging()
    for line in events:
        invocation = json.loads(line)
        current.request_id = invocation["request_id"]
        answer = answer_to(handler_name, invocation)
        sys.stdout.flush()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def take_standard_input() -> TextIO:
    """Standard input for the runtime alone: a handler that reads it must not swallow events."""
    events = os.fdopen(os.dup(0), encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return events


def start_logging() -> SimpleNamespace:
    """Log as Lambda does; the returned record names the current request."""
    current = SimpleNamespace(request_id="")
    make = logging.getLogRecordFactory()

    def with_request_id(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        record.request_id = current.request_id
        return record

    logging.setLogRecordFactory(with_request_id)
    logging.Formatter.converter = time.gmtime
    logging.basicConfig(stream=sys.stdout, format=LOG_FORMAT, datefmt="%Y-%m-%dT%H:%M:%S")
    return current


def answer_to(handler_name: str, invocation: dict[str, Any]) -> dict[str, Any]:
    """The handler's result as JSON text, or its error as Lambda words it."""
    try:
        handler = load_handler(handler_name)
        result = handler(invocation["event"], context_of(invocation))
    except ImportError as error:
        return failed(
            "Runtime.ImportModuleError", f"Unable to import module {handler_name.rpartition('.')[0]!r}: {error}"
        )
    except HandlerMissing as error:
        return failed("Runtime.HandlerNotFound", str(error))
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is an answer
        return failed(type(error).__name__, str(error), stack=stack_of(error))
    return marshalled(result)


@cache
def load_handler(name: str) -> Handler:
    """The function that `module.function` names."""
    module_name, _, function_name = name.rpartition(".")
    module = importlib.import_module(module_name.replace("/", "."))
    handler = getattr(module, function_name, None)
    if not callable(handler):
        raise HandlerMissing(f"Handler {function_name!r} missing on module {module_name!r}")
    loaded: Handler = handler
    return loaded


def context_of(invocation: dict[str, Any]) -> SimpleNamespace:
    """The context object: https://docs.aws.amazon.com/lambda/latest/dg/python-context.html."""
    deadline = time.monotonic() + invocation["timeout"]
    return SimpleNamespace(
        aws_request_id=invocation["request_id"],
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        invoked_function_arn=invocation["arn"],
        memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
        identity=None,
        client_context=None,
        get_remaining_time_in_millis=lambda: max(0, int((deadline - time.monotonic()) * 1000)),
    )


def marshalled(result: Any) -> dict[str, Any]:
    """A result as JSON text."""
    try:
        return {"payload": json.dumps(result), "failed": False}
    except (TypeError, ValueError) as error:
        return failed("Runtime.MarshalError", f"Unable to marshal response: {error}")


def failed(kind: str, message: str, *, stack: list[str] | None = None) -> dict[str, Any]:
    """An error as Lambda answers it; it also goes to the log."""
    print(f"[ERROR] {kind}: {message}", *(stack or []), sep="\n", flush=True)
    payload = {"errorMessage": message, "errorType": kind, "stackTrace": stack or []}
    return {"payload": json.dumps(payload), "failed": True}


def stack_of(error: BaseException) -> list[str]:
    """The error's stack without the runtime's own frame."""
    return traceback.format_list(traceback.extract_tb(error.__traceback__)[1:])


if __name__ == "__main__":
    main(sys.argv[1], os.fdopen(int(sys.argv[2]), "w", encoding="utf-8"))
