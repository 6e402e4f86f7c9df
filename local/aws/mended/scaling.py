"""Application Auto Scaling with tags, which Terraform reads back and moto has no answers for."""

import json
from typing import Any

from moto.applicationautoscaling import urls
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from local.aws.mended.responses import answer_with


class TaggedScaling(ApplicationAutoScalingResponse):
    """moto's scalable targets with their tags."""

    def register_scalable_target(self) -> str:
        """RegisterScalableTarget, with its tags."""
        answer = super().register_scalable_target()
        self._tags(json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags") or {})
        return answer

    def list_tags_for_resource(self) -> str:
        """ListTagsForResource."""
        return json.dumps({"Tags": self._tags(self._get_param("ResourceARN"))})

    def tag_resource(self) -> str:
        """TagResource."""
        self._tags(self._get_param("ResourceARN")).update(self._get_param("Tags"))
        return "{}"

    def untag_resource(self) -> str:
        """UntagResource."""
        for key in self._get_param("TagKeys"):
            self._tags(self._get_param("ResourceARN")).pop(key, None)
        return "{}"

    def _tags(self, arn: str) -> dict[str, str]:
        """A target's tags, kept with the backend, and so across restarts."""
        kept: dict[str, Any] = vars(self.applicationautoscaling_backend).setdefault("tags_by_arn", {})
        tags: dict[str, str] = kept.setdefault(arn, {})
        return tags


def mend() -> None:
    """Answer with our class."""
    answer_with(TaggedScaling, urls)
