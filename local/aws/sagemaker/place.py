"""Where a request belongs: an account and a region, and the ARNs there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """One region of one account."""

    account: str
    region: str

    def arn(self, kind: str, name: str = "") -> str:
        """The ARN of `name`; without a name, what all ARNs of this kind begin with."""
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{kind}/{name}"


def place_of(arn: str) -> Place:
    """The place an ARN names."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return Place(account, region)


def kind_of(arn: str) -> str:
    """What an ARN is about, such as `training-job`."""
    return arn.split(":", 5)[5].split("/", 1)[0]


def name_of(arn: str) -> str:
    """The resource's name; `group/version` for a model package."""
    return arn.split("/", 1)[1]
