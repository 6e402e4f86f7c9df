"""SageMaker's JSON protocol inside moto: our operations, and moto's for the rest."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.model import ListShape, Shape, StructureShape
from moto.core.common_types import TYPE_RESPONSE
from moto.sagemaker.responses import SageMakerResponse

from local.aws.rules_file import RulesFile
from local.aws.sagemaker.filters import refuse_unheeded
from local.aws.sagemaker.place import Place
from local.aws.sagemaker.rates import Throttle
from local.aws.sagemaker.refusal import Refusal
from local.aws.sagemaker.rules import Rules
from local.aws.sagemaker.service import service_model
from local.aws.sagemaker.tags import KINDS
from local.aws.sagemaker.validation import refuse_invalid

Operation = Callable[[Place, Mapping[str, Any]], dict[str, Any]]
TAGS = ("AddTags", "ListTags", "DeleteTags")


class LocalSageMakerResponse(SageMakerResponse):
    """One request; `operations` are ours by AWS's names, `rules` what the platform's folder says now."""

    operations: Mapping[str, Operation] = {}
    throttle = Throttle(scale=0)
    rules: RulesFile[Rules]

    def call_action(self) -> TYPE_RESPONSE:
        """Throttle and validate, then answer ourselves or let moto answer."""
        operation = self._get_action()
        place = Place(self.current_account, self.region)
        try:
            self.throttle.refuse_excess(place, operation, own=self.rules.rules().rates)
            request = json.loads(self.body or "{}")
            refuse_invalid(operation, request)
            refuse_unheeded(operation, request)
            ours = self._ours(operation, request)
            if ours is None:
                return self._moto(operation)
            return _answer(200, ours(place, request))
        except Refusal as refusal:
            return _answer(400, {"__type": refusal.code, "message": refusal.message}, kind=refusal.code)

    def _ours(self, operation: str, request: Mapping[str, Any]) -> Operation | None:
        if operation in TAGS and request["ResourceArn"].split(":", 5)[-1].split("/", 1)[0] not in KINDS:
            return None
        return self.operations.get(operation)

    def _moto(self, operation: str) -> TYPE_RESPONSE:
        """Moto's answer with its times made numbers: moto writes strings, which clients in Go refuse."""
        status, headers, body = super().call_action()
        if status == 200 and body and operation in service_model().operation_names:
            shape = service_model().operation_model(operation).output_shape
            body = json.dumps(with_numbers(json.loads(body), shape)) if shape else body
        return status, headers, body


def with_numbers(value: Any, shape: Shape) -> Any:
    """The value with every timestamp as seconds since 1970."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = shape.members
        return {name: with_numbers(v, members[name]) if name in members else v for name, v in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [with_numbers(member, shape.member) for member in value]
    if shape.type_name == "timestamp" and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return value


def _answer(status: int, content: Mapping[str, Any], *, kind: str | None = None) -> TYPE_RESPONSE:
    headers = {"Content-Type": "application/x-amz-json-1.1", **({"x-amzn-ErrorType": kind} if kind else {})}
    return status, headers, json.dumps(content)
