"""Versions: of images, of trainings, and the next of either."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from semver import Version

from modelway.errors import InvalidVersion
from modelway.versions import TrainedVersion, next_patch, parse_image, parse_slug, parse_trained

numbers = st.integers(min_value=0, max_value=999)
images = st.builds(Version, numbers, numbers, numbers)
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
    assert next_patch([]) == Version(1, 0, 0)


@given(st.lists(images, min_size=1))
def test_the_next_version_is_above_all_that_are_taken(taken: list[Version]) -> None:
    assert next_patch(taken) == max(taken).bump_patch()


def test_versions_are_compared_as_numbers() -> None:
    assert next_patch([Version(1, 0, 9), Version(1, 0, 10)]) == Version(1, 0, 11)
    assert parse_trained("1.4.0+r10") > parse_trained("1.4.0+r9") > parse_trained("1.4.0")
