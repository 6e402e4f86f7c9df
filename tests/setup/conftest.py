"""A checkout to set up."""

from pathlib import Path

import pytest

from tests.setup.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    """A checkout without an environment, and a PATH without Python."""
    return Workbench.made_in(tmp_path)
