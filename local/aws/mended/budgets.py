"""Budgets with their subscribers and tags, which Terraform reads back and moto has no answers for."""

import json
from typing import Any

from moto.budgets import urls
from moto.budgets.exceptions import NotFoundException
from moto.budgets.models import Budget, Notification
from moto.budgets.responses import BudgetsResponse

from local.aws.mended.responses import answer_with


class BudgetsWithSubscribers(BudgetsResponse):
    """moto's budgets, whose notifications and tags can be read and changed."""

    def create_budget(self) -> str:
        """CreateBudget, with its tags."""
        answer = super().create_budget()
        vars(self._budget())["tags"] = as_dict(self._get_param("ResourceTags", []))
        return answer

    def update_budget(self) -> str:
        """UpdateBudget: all but the notifications is replaced."""
        wanted = self._get_param("NewBudget")
        known = self._budget(wanted["BudgetName"])
        known.budget = {"TimePeriod": known.budget["TimePeriod"], **wanted}
        return "{}"

    def describe_subscribers_for_notification(self) -> str:
        """DescribeSubscribersForNotification."""
        return json.dumps({"Subscribers": self._notification().subscribers})

    def create_subscriber(self) -> str:
        """CreateSubscriber."""
        known: Any = self._notification()
        known.subscribers = [*known.subscribers, self._get_param("Subscriber")]
        return "{}"

    def delete_subscriber(self) -> str:
        """DeleteSubscriber."""
        known: Any = self._notification()
        known.subscribers = [one for one in known.subscribers if one != self._get_param("Subscriber")]
        return "{}"

    def list_tags_for_resource(self) -> str:
        """ListTagsForResource."""
        tags = self._tags()
        return json.dumps({"ResourceTags": [{"Key": key, "Value": value} for key, value in tags.items()]})

    def tag_resource(self) -> str:
        """TagResource."""
        self._tags().update(as_dict(self._get_param("ResourceTags")))
        return "{}"

    def untag_resource(self) -> str:
        """UntagResource."""
        for key in self._get_param("ResourceTagKeys"):
            self._tags().pop(key, None)
        return "{}"

    def _budget(self, name: str = "") -> Budget:
        name = name or self._get_param("BudgetName") or self._get_param("Budget")["BudgetName"]
        account = self._get_param("AccountId") or self.current_account
        self.backend.describe_budget(account_id=account, budget_name=name)  # refuses an unknown one
        return self.backend.budgets[account][name]

    def _notification(self) -> Notification:
        wanted = comparable(self._get_param("Notification"))
        for known in self._budget().notifications:
            if comparable(known.details) == wanted:
                return known
        raise NotFoundException("Unable to get the notification - it doesn't exist.")

    def _tags(self) -> dict[str, str]:
        name = str(self._get_param("ResourceARN")).rpartition("/")[2]
        tags: dict[str, str] = vars(self._budget(name)).setdefault("tags", {})
        return tags


def comparable(notification: dict[str, Any]) -> tuple[Any, ...]:
    """What tells one notification of a budget from the others; a percentage is what AWS takes for granted."""
    kind = notification.get("ThresholdType") or "PERCENTAGE"
    return (
        notification["NotificationType"],
        notification["ComparisonOperator"],
        float(notification["Threshold"]),
        kind,
    )


def as_dict(tags: list[dict[str, str]]) -> dict[str, str]:
    """Tags by key."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def mend() -> None:
    """Answer with our class."""
    answer_with(BudgetsWithSubscribers, urls)
