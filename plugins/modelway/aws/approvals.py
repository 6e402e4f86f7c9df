"""A person's decision on a model package, with who, when, and on which bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelway.aws import images, objects
from modelway.errors import Refused
from modelway.names import ModelId
from modelway.verdict import Outcome, Verdict

Description = Mapping[str, Any]


@dataclass(frozen=True)
class Decision:
    """Who decided, in which job, and when (ISO 8601)."""

    person: str
    job: str
    time: str


@dataclass(frozen=True)
class Evidence:
    """The digest and the hash that stand in a package, and where the image and the artifact should be."""

    image_digest: str
    artifact_sha256: str
    image: str
    artifact: str


def approve(sagemaker: Any, package: Description, decision: Decision) -> None:
    """Set the package to Approved; one that carries an approval keeps the first."""
    metadata = package.get("CustomerMetadataProperties", {})
    if package["ModelApprovalStatus"] == "Approved" and "approved_by" in metadata:
        return
    _decide(sagemaker, package, status="Approved", word="approved", decision=decision)


def reject(sagemaker: Any, package: Description, decision: Decision) -> None:
    """Set the package to Rejected."""
    _decide(sagemaker, package, status="Rejected", word="rejected", decision=decision)


def require_deployable(package: Description, *, name: str) -> None:
    """Refuse a package whose evaluation says that it must not be deployed."""
    outcome = package.get("CustomerMetadataProperties", {}).get("verdict", "")
    if outcome not in set(Outcome):
        raise Refused(f"{name} was registered without a verdict ({outcome!r}); train it again, so that it is evaluated")
    if not Verdict(outcome=Outcome(outcome), reason="", metrics=[]).deployable:
        raise Refused(
            f"{name}: the evaluation says {outcome!r}; train a better version, or change limits in model.toml"
        )


def require_same_bytes(ecr: Any, s3: Any, package: Description, *, model: ModelId, name: str) -> None:
    """Refuse a package whose image or artifact is no longer what was evaluated."""
    evidence = read_evidence(package, name=name)
    if evidence.image.partition("@")[2] != evidence.image_digest:
        raise Refused(f"{name}: image {evidence.image} is not the evaluated {evidence.image_digest}; train it again")
    if not images.holds(ecr, model.repository, digest=evidence.image_digest):
        raise Refused(
            f"{name}: ECR's {model.repository} no longer holds {evidence.image_digest}; release and train again"
        )
    bucket, key = objects.split(evidence.artifact)
    found = objects.sha256(s3, bucket=bucket, key=key)
    if found != evidence.artifact_sha256:
        raise Refused(
            f"{name}: {evidence.artifact} has SHA-256 {found}, evaluated was {evidence.artifact_sha256}; train it again"
        )


def read_evidence(package: Description, *, name: str) -> Evidence:
    """What the package says of its image and artifact."""
    metadata = package.get("CustomerMetadataProperties", {})
    container = package["InferenceSpecification"]["Containers"][0]
    try:
        return Evidence(
            metadata["image_digest"], metadata["artifact_sha256"], container["Image"], container["ModelDataUrl"]
        )
    except KeyError as error:
        raise Refused(f"{name} was registered without {error}; train it again, so that it is recorded") from error


def _decide(sagemaker: Any, package: Description, *, status: str, word: str, decision: Decision) -> None:
    record = {f"{word}_by": decision.person, f"{word}_job": decision.job, f"{word}_at": decision.time}
    sagemaker.update_model_package(
        ModelPackageArn=package["ModelPackageArn"],
        ModelApprovalStatus=status,
        ApprovalDescription=f"{word} by {decision.person} in {decision.job}",
        # AWS merges the properties; the whole of them is the same there, and right where they are replaced.
        CustomerMetadataProperties={**package.get("CustomerMetadataProperties", {}), **record},
    )
