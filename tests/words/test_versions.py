"""Versions: of images, of trainings, and the next of either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from modelway.errors import InvalidVersion
from modelway.versions import (
    Bump,
    TrainedVersion,
    find_version,
    next_version,
    parse_image,
    parse_slug,
    parse_trained,
)

numbers = st.integers(min_value=0, max_value=999)
images = st.builds(Version, numbers, numbers, numbers)
suffixes = st.sampled_from([None, "rc.1", "alpha"])
tags = st.builds(Version, numbers, numbers, numbers, suffixes, st.sampled_from([None, "7"]))
trained = st.builds(TrainedVersion, images, st.integers(min_value=1, max_value=99))


@given(trained)
def test_a_trained_version_reads_back_from_its_text_and_its_slug(version: TrainedVersion) -> None:
    assert parse_trained(str(version)) == version
    assert parse_slug(version.slug) == version


def test_the_first_training_has_the_images_own_version() -> None:
    assert str(TrainedVersion(Version(1, 4, 0))) == "1.4.0"
    assert str(TrainedVersion(Version(1, 4, 0), 2)) == "1.4.0+r2"


@pytest.mark.parametrize(
    "text",
    ["", "1.4", "v1.4.0", "1.4.0+r1", "1.4.0+r0", "1.4.0+r02", "01.4.0", "1.4.0-rc1", "1.4.0 ", "1.4.٣", "latest"],
)
def test_a_text_that_is_no_version_is_refused_with_the_text(text: str) -> None:
    with pytest.raises(InvalidVersion, match="is not like") as caught:
        parse_trained(text)
    assert repr(text) in str(caught.value)


def test_a_retraining_is_no_image_version() -> None:
    with pytest.raises(InvalidVersion, match=r"use 1\.4\.0"):
        parse_image("1.4.0+r2")


def test_the_first_version_is_one() -> None:
    assert next_version([]) == Version(1, 0, 0)


@given(st.lists(tags, min_size=1), st.sampled_from(Bump))
def test_the_next_version_is_above_all_that_are_taken_and_fit_for_an_image(taken: list[Version], bump: Bump) -> None:
    following = next_version(taken, bump=bump)
    assert following > max(taken)
    assert parse_image(str(following)) == following


@given(st.lists(images, min_size=1))
def test_a_bump_raises_its_number_and_clears_those_behind(taken: list[Version]) -> None:
    highest = max(taken)
    assert next_version(taken, bump=Bump.PATCH) == highest.bump_patch()
    assert next_version(taken, bump=Bump.MINOR) == highest.bump_minor()
    assert next_version(taken, bump=Bump.MAJOR) == highest.bump_major()


def test_a_pre_release_is_followed_by_its_release() -> None:
    assert next_version([Version(2, 0, 0, "rc.1"), Version(1, 9, 9)]) == Version(2, 0, 0)


def test_versions_are_compared_as_numbers() -> None:
    assert next_version([Version(1, 0, 9), Version(1, 0, 10)]) == Version(1, 0, 11)
    assert parse_trained("1.4.0+r10") > parse_trained("1.4.0+r9") > parse_trained("1.4.0")


@pytest.mark.parametrize(("tag", "version"), [("1.4.0", "1.4.0"), ("v1.4.0", "1.4.0"), ("v2.0.0-rc.1", "2.0.0-rc.1")])
def test_a_tag_is_a_version_with_or_without_its_v(tag: str, version: str) -> None:
    assert find_version(tag) == Version.parse(version)


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "latest",
        "1.4",
        "vv1.4.0",
        "1.4.\u0663",
        "1.4.1\u0663",
        "\uff11.4.0",
        "v1.4.0\n",
        "1.4.0;rm",
        f"{'9' * 200}.0.0",
    ],
)
def test_a_tag_that_only_looks_like_a_version_is_none(tag: str) -> None:
    assert find_version(tag) is None
