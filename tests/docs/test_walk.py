"""Every command that the documentation shows in a block is typed, in its order, and must go well."""

import shutil
from pathlib import Path

import pytest

from tests.docs.conftest import Reader
from tests.docs.pages import REPOSITORY, Page, pages

WALKED = [page for page in pages() if page.blocks("sh") and page.name != "model_template/README.md"]

pytestmark = [pytest.mark.slow, pytest.mark.server]


@pytest.mark.parametrize("page", WALKED, ids=lambda page: page.name)
def test_the_commands_of_a_page_work(reader: Reader, page: Page) -> None:
    if "--gitlab" in "".join(page.blocks("sh")) and shutil.which("rsync") is None:
        pytest.skip("rsync is not on PATH, and gitlab-ci-local needs it")
    if "--terraform" in "".join(page.blocks("sh")) and shutil.which("terraform") is None:
        pytest.skip("terraform is not on PATH, and the page applies it")
    for block in page.blocks("sh"):
        typed = reader.types(block)
        assert typed.returncode == 0, f"{page.name}:\n{block}\n{typed.stdout}\n{typed.stderr}"


def test_the_commands_of_the_template_work_in_its_copy(reader: Reader, tmp_path: Path) -> None:
    copy = tmp_path / "model"
    shutil.copytree(REPOSITORY / "model_template", copy, ignore=shutil.ignore_patterns("data", "model"))
    (block,) = Page(REPOSITORY / "model_template/README.md").blocks("sh")
    typed = reader.types(block, folder=copy)
    assert typed.returncode == 0, typed.stdout + typed.stderr
