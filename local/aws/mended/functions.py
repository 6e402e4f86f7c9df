"""Lambda functions with all of their settings: moto forgets some, and dates others with text."""

import json
import time
from typing import Any
from urllib.parse import unquote

from moto.awslambda import models, urls
from moto.awslambda.models import EventInvokeConfig, LambdaFunction
from moto.awslambda.responses import LambdaResponse

from local.aws.mended.responses import answer_with

SETTINGS = ("DeadLetterConfig", "FileSystemConfigs", "KMSKeyArn", "LoggingConfig")
NO_DEAD_LETTERS = {"TargetArn": ""}
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


class WholeFunction(LambdaFunction):
    """moto's function with the settings that it leaves out."""

    def __init__(self, account_id: str, spec: dict[str, Any], region: str, version: str | int = 1) -> None:
        self.settings = {name: spec[name] for name in SETTINGS if spec.get(name)}
        super().__init__(account_id, spec, region, version)

    def get_configuration(self, on_create: bool = False) -> dict[str, Any]:
        """The function as AWS answers it."""
        logging = {"LogFormat": "Text", "LogGroup": self.logs_group_name} | self.settings.get("LoggingConfig", {})
        return super().get_configuration(on_create) | self.settings | {"LoggingConfig": logging}

    def update_configuration(self, config_updates: dict[str, Any]) -> dict[str, Any]:
        """Change what is given; an empty value takes a setting away."""
        for name in SETTINGS:
            if name in config_updates:
                self.settings[name] = config_updates[name]
        self.settings = {name: value for name, value in self.settings.items() if value and value != NO_DEAD_LETTERS}
        self.tracing_config = config_updates.get("TracingConfig", self.tracing_config)
        self.ephemeral_storage = config_updates.get("EphemeralStorage", {}).get("Size", self.ephemeral_storage)
        return super().update_configuration(config_updates)


class WholeFunctions(LambdaResponse):
    """moto's Lambda with one set of event settings a function: moto keeps a list and answers the oldest."""

    def put_function_event_invoke_config(self) -> str:
        """PutFunctionEventInvokeConfig."""
        self._function().event_invoke_config.clear()
        return super().put_function_event_invoke_config()

    def update_function_event_invoke_config(self) -> str:
        """UpdateFunctionEventInvokeConfig: what is not given stays."""
        known = self._function().event_invoke_config
        self.body = json.dumps((known[0].config if known else {}) | self.json_body)
        return self.put_function_event_invoke_config()

    def _function(self) -> LambdaFunction:
        return self.backend.get_function(unquote(self.path.rsplit("/", 2)[1]))


def mend() -> None:
    """Answer with our class, and make our functions and settings."""
    models.LambdaFunction = WholeFunction  # type: ignore[misc]  # moto makes them by this name
    models.EventInvokeConfig = EventSettings  # type: ignore[misc]  # and these by this one
    answer_with(WholeFunctions, urls)
