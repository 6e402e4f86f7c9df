"""Makes the AWS clients through which SageMaker itself acts, as the platform or as a job's role."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

PLATFORM = {"AccessKeyId": "modelway-sagemaker", "SecretAccessKey": "modelway-sagemaker", "SessionToken": None}
CONFIG = Config(
    proxies={},  # the endpoint is this machine
    retries={"total_max_attempts": 3},
    connect_timeout=5,
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


@dataclass(frozen=True)
class Role:
    """A role that was assumed, in a region."""

    cloud: "Cloud"
    region: str
    credentials: Mapping[str, Any]

    def __call__(self, service: str, *, region: str | None = None) -> Any:
        """A client that acts as the role."""
        return self.cloud.client(service, region or self.region, self.credentials)

    def environment(self) -> dict[str, str]:
        """What a container needs to act as the role."""
        return {
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.cloud.endpoint_url,
            "AWS_ACCESS_KEY_ID": self.credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": self.credentials["SessionToken"],
        }


class Cloud:
    """The local AWS seen from inside."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._session = boto3.Session()
        self._lock = threading.Lock()  # making clients is not thread-safe, using them is
        self._own: dict[tuple[str, str], Any] = {}

    def __call__(self, service: str, *, region: str | None = None) -> Any:
        """A client that acts as the platform."""
        key = (service, region or "us-east-1")
        if key not in self._own:
            self._own[key] = self.client(*key, PLATFORM)
        return self._own[key]

    def client(self, service: str, region: str, credentials: Mapping[str, Any]) -> Any:
        """A client with these credentials."""
        make: Any = self._session.client
        with self._lock:
            return make(
                service,
                region_name=region,
                endpoint_url=self.endpoint_url,
                aws_access_key_id=credentials["AccessKeyId"],
                aws_secret_access_key=credentials["SecretAccessKey"],
                aws_session_token=credentials["SessionToken"],
                config=CONFIG,
            )

    def assume(self, role_arn: str, *, region: str) -> Role:
        """The role's credentials, as SageMaker gets them for each job."""
        answer = self("sts", region=region).assume_role(RoleArn=role_arn, RoleSessionName="SageMaker")
        return Role(self, region, answer["Credentials"])
