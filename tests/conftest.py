"""The order of all tests."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the journeys: a file that takes minutes, begun last, would keep one of two workers waiting."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)
