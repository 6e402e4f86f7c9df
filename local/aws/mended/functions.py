"""Lambda's settings for asynchronous events, which moto refuses without a destination and dates with text."""

import json
import time
from typing import Any
from urllib.parse import unquote

from moto.awslambda import models, urls
from moto.awslambda.models import EventInvokeConfig
from moto.awslambda.responses import LambdaResponse

from local.aws.mended.responses import answer_with

NO_DESTINATIONS: dict[str, Any] = {"OnSuccess": {}, "OnFailure": {}}


class EventSettings(EventInvokeConfig):
    """moto's settings as AWS answers them."""

    def __init__(self, arn: str, last_modified: str, config: dict[str, Any]) -> None:
        destinations = NO_DESTINATIONS | (config.get("DestinationConfig") or {})
        super().__init__(f"{arn}:$LATEST", last_modified, config | {"DestinationConfig": destinations})
        self.changed_at = time.time()

    def response(self) -> dict[str, Any]:
        """The settings with a number for the time."""
        return super().response() | {"LastModified": self.changed_at}


class FunctionsWithEventSettings(LambdaResponse):
    """moto's Lambda with one set of settings a function: moto keeps a list of them and answers the oldest."""

    def put_function_event_invoke_config(self) -> str:
        """PutFunctionEventInvokeConfig."""
        self._function().event_invoke_config.clear()
        return super().put_function_event_invoke_config()

    def update_function_event_invoke_config(self) -> str:
        """UpdateFunctionEventInvokeConfig: what is not given stays."""
        known = self._function().event_invoke_config
        self.body = json.dumps((known[0].config if known else {}) | self.json_body)
        return self.put_function_event_invoke_config()

    def _function(self) -> models.LambdaFunction:
        return self.backend.get_function(unquote(self.path.rsplit("/", 2)[1]))


def mend() -> None:
    """Answer with our class, which makes our settings."""
    models.EventInvokeConfig = EventSettings  # type: ignore[misc]  # moto makes them by this name
    answer_with(FunctionsWithEventSettings, urls)
