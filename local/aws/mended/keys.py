"""KMS keys with the period of their rotation, which moto forgets."""

import json
import time
from typing import Any

from moto.kms import urls
from moto.kms.responses import KmsResponse

from local.aws.mended.responses import answer_with

DAYS = 365  # https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
DAY = 86400


class RotatingKeys(KmsResponse):
    """moto's keys; nothing is ever rotated."""

    def enable_key_rotation(self) -> str:
        """EnableKeyRotation, with its period."""
        answer = super().enable_key_rotation()
        vars(self._key())["rotation_days"] = self._get_param("RotationPeriodInDays") or DAYS
        return answer

    def get_key_rotation_status(self) -> str:
        """GetKeyRotationStatus."""
        status: dict[str, Any] = json.loads(super().get_key_rotation_status())
        key = self._key()
        status["KeyId"] = key.id
        if status["KeyRotationEnabled"]:
            days = vars(key).get("rotation_days", DAYS)
            status |= {"RotationPeriodInDays": days, "NextRotationDate": time.time() + days * DAY}
        return json.dumps(status)

    def _key(self) -> Any:
        return self.kms_backend.keys[self.kms_backend.get_key_id(self._get_param("KeyId"))]


def mend() -> None:
    """Answer with our class."""
    answer_with(RotatingKeys, urls)
