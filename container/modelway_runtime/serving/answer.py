"""One request through the model's functions, and the HTTP answer that comes of it."""

import logging
from dataclasses import dataclass
from typing import Any

from modelway_runtime import formats
from modelway_runtime.errors import BadBody, RequestError
from modelway_runtime.program import FAILURES, Program, told

TEXT = "text/plain"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    """What a request asks: its body, what the body is, what the answer should be."""

    body: bytes
    content_type: str
    accept: str


@dataclass(frozen=True)
class Answer:
    """Status, body and type of a response."""

    status: int
    body: str | bytes
    media_type: str


class _StepFailed(Exception):
    """A function of the model raised; `cause` is what it raised."""

    def __init__(self, step: str, cause: BaseException) -> None:
        super().__init__(step)
        self.step, self.cause = step, cause


@dataclass(frozen=True)
class Responder:
    """A loaded model that answers requests."""

    program: Program
    model: Any

    def __call__(self, question: Question) -> Answer:
        """The answer, whatever happens: a failure is one with a text that names it."""
        try:
            return self._answer(question)
        except RequestError as error:
            return Answer(error.status_code, str(error), TEXT)
        except _StepFailed as failed:
            return _failure(failed.step, failed.cause)

    def _answer(self, question: Question) -> Answer:
        data = _step("input_fn", self.program.input_fn, _body(question), question.content_type)
        prediction = _step("predict_fn", self.program.predict_fn, data, self.model)
        written = _step("output_fn", self.program.output_fn, prediction, question.accept)
        body, media_type = written if isinstance(written, tuple) else (written, question.accept)
        if not isinstance(body, str | bytes):
            body, media_type = _step("output_fn", formats.encode, body, question.accept)
        return Answer(200, body, _concrete(media_type))


def _body(question: Question) -> str | bytes:
    """Text types arrive as text, as in sagemaker-inference-toolkit; all others as bytes."""
    if question.content_type not in formats.TEXT_TYPES:
        return question.body
    try:
        return question.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadBody(f"the body is not UTF-8 text: {error}") from error


def _step(name: str, function: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except RequestError:
        raise
    except FAILURES as error:
        raise _StepFailed(name, error) from error


def _failure(step: str, cause: BaseException) -> Answer:
    """A status_code on the exception wins; what input_fn refuses is the caller's, all else is the model's."""
    status = getattr(cause, "status_code", None)
    if not (isinstance(status, int) and 400 <= status <= 599):
        status = 400 if step == "input_fn" and isinstance(cause, ValueError | TypeError | LookupError) else 500
    if status >= 500:
        log.error("%s failed", step, exc_info=cause)
    return Answer(status, f"{step} failed: {told(cause)}", TEXT)


def _concrete(media_type: str) -> str:
    """An Accept of several types or of any type cannot stand in a response."""
    first = media_type.split(",")[0].split(";")[0].strip()
    return formats.JSON if "*" in first or not first else first
