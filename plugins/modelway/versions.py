"""Image versions (`1.4.0`) and trained versions (`1.4.0`, `1.4.0+r2`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import total_ordering

from semver import Version

from modelway.errors import InvalidVersion

_TRAINED = re.compile(r"(?P<image>\d+\.\d+\.\d+)(?:\+r(?P<training>[1-9]\d{0,8}))?", re.ASCII)
_SLUG = re.compile(r"v(\d+)-(\d+)-(\d+)(?:-r([1-9]\d{0,8}))?", re.ASCII)

FIRST = Version(1, 0, 0)
MAX_TAG = 128  # ECR's limit


class Bump(StrEnum):
    """Which of a version's numbers the next one raises, the least first."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


@total_ordering
@dataclass(frozen=True)
class TrainedVersion:
    """One trained model: the image's version and which training of that image it is, from 1."""

    image: Version
    training: int = 1

    def __str__(self) -> str:
        return str(self.image) if self.training == 1 else f"{self.image}+r{self.training}"

    def __lt__(self, other: "TrainedVersion") -> bool:
        return (self.image, self.training) < (other.image, other.training)

    @property
    def slug(self) -> str:
        """The version as AWS names and S3 keys can carry it: `v1-4-0-r2`."""
        return "v" + str(self).replace(".", "-").replace("+", "-")


def parse_image(text: str) -> Version:
    """Read `1.4.0`; pre-releases and build metadata are not image versions."""
    version = parse_trained(text)
    if str(version.image) != text:
        raise InvalidVersion(f"image version {text!r} names a retraining; use {version.image}")
    return version.image


def is_image(text: str) -> bool:
    """Whether the text is an image version."""
    try:
        return bool(parse_image(text))
    except InvalidVersion:
        return False


def parse_trained(text: str) -> TrainedVersion:
    """Read `1.4.0` or `1.4.0+r2`, written in the one way that is its own `str`."""
    match = _TRAINED.fullmatch(text)
    if match and Version.is_valid(match["image"]):
        version = TrainedVersion(Version.parse(match["image"]), int(match["training"] or 1))
        if str(version) == text:
            return version
    raise InvalidVersion(f"version {text!r} is not like '1.4.0' or '1.4.0+r2' (numbers without leading zeros)")


def parse_slug(slug: str) -> TrainedVersion:
    """Read `v1-4-0-r2` back; the inverse of `TrainedVersion.slug`."""
    match = _SLUG.fullmatch(slug)
    if not match:
        raise InvalidVersion(f"version slug {slug!r} is not like 'v1-4-0' or 'v1-4-0-r2'")
    major, minor, patch, training = match.groups()
    return parse_trained(f"{major}.{minor}.{patch}" + (f"+r{training}" if training else ""))


def find_version(tag: str) -> Version | None:
    """Read a tag such as `1.4.0`, `v1.4.0` or `2.0.0-rc.1`; None for one that is no semantic version."""
    # semver's own pattern takes every digit of Unicode, and a line break at the end.
    if not tag.isascii() or len(tag) > MAX_TAG:
        return None
    try:
        version = Version.parse(tag.removeprefix("v"))
    except ValueError:
        return None
    return version if str(version) == tag.removeprefix("v") else None


def next_version(taken: Iterable[Version], *, bump: Bump = Bump.PATCH) -> Version:
    """The version that is one bump above all that are taken; `1.0.0` when none is."""
    highest = max(taken, default=None)
    return highest.replace(build=None).next_version(bump) if highest else FIRST
