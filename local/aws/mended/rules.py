"""EventBridge rules that heed their state and serve each target that they can; moto gives up at the first other one."""

import logging
from copy import copy
from functools import cache

import jsonpath_ng.ext  # type: ignore[import-untyped]  # it has no stubs
from moto.core.exceptions import ServiceException
from moto.events import models
from moto.events.models import Rule
from moto.events.utils import EventMessageType
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)


class CarefulRule(Rule):
    """moto's rule; without a pattern, as those on a schedule are, it waits for no event."""

    def send_to_targets(self, original_event: EventMessageType, transform_input: bool = True) -> None:
        """Send the event to each target that it is for."""
        if self.state == "DISABLED" or not self.event_pattern.get_pattern():
            return
        for target in self.targets:
            alone = copy(self)
            alone.targets = [target]
            try:
                super(CarefulRule, alone).send_to_targets(copy(original_event), transform_input)
            except (NotImplementedError, HTTPException, ServiceException) as error:
                log.warning("rule %s: target %s gets nothing here: %s", self.name, target["Arn"], error)


def mend() -> None:
    """Make our rules, and read each path of a target's input once.

    For every event moto makes a parser anew for each path, and its tables with it: a second of a core.
    """
    models.Rule = CarefulRule  # type: ignore[misc]  # moto makes its rules by this name
    jsonpath_ng.ext.parse = cache(jsonpath_ng.ext.parse)
