"""What a user can type is named in the documentation, and what the documentation names exists."""

import re
from collections.abc import Iterator
from typing import Any

import click
import pytest

from bench.__main__ import cli as bench
from ci.__main__ import COMMANDS as CI
from ci.__main__ import cli as ci
from local.__main__ import COMMANDS as LOCAL
from modelway.spec import METRICS, ModelSpec
from tests.docs.pages import REPOSITORY, Page, pages

EVERYTHING = "\n".join(page.text for page in pages())
TARGETS = re.findall(r"^([a-z0-9.-]+):.*## ", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
COMMANDS = {
    "make": TARGETS,
    "python -m local": list(LOCAL),
    "python -m ci": list(CI),
    "python -m bench": list(bench.commands),
}
SCHEMA = ModelSpec.model_json_schema()


def keys(node: dict[str, Any], path: str = "") -> Iterator[str]:
    """Each key of model.toml, as `train.instances.type`."""
    for name, value in node.get("properties", {}).items():
        yield f"{path}{name}"
        for inner in (value, value.get("items", {})):
            if "$ref" in inner:
                yield from keys(SCHEMA["$defs"][inner["$ref"].rsplit("/", 1)[1]], f"{path}{name}.")


@pytest.mark.parametrize(
    "words", [f"{program} {name}" for program, names in COMMANDS.items() for name in names if names], ids=str
)
def test_every_command_is_named(words: str) -> None:
    assert f"`{words}`" in EVERYTHING


def options() -> Iterator[str]:
    """Each option of the pipeline's commands."""
    context = click.Context(ci)
    for name in CI:
        command = ci.get_command(context, name)
        assert command
        for parameter in command.params:
            yield from (word for word in (*parameter.opts, *parameter.secondary_opts) if word.startswith("--"))


@pytest.mark.parametrize("option", sorted(set(options())))
def test_every_option_of_a_job_is_named(option: str) -> None:
    assert f"`{option}`" in EVERYTHING


@pytest.mark.parametrize("key", sorted(keys(SCHEMA)))
def test_every_key_of_model_toml_is_named(key: str) -> None:
    named = f"`{key}`" if "." in key else f"`[{key}]`"
    assert named in EVERYTHING


@pytest.mark.parametrize("metric", sorted({name for names in METRICS.values() for name in names}))
def test_every_metric_is_named(metric: str) -> None:
    assert f"`{metric}`" in EVERYTHING


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_names_only_commands_that_exist(page: Page) -> None:
    for program, names in COMMANDS.items():
        for name in re.findall(rf"(?<![\w-]){program} ([a-z](?:[a-z0-9.-]*[a-z0-9])?)", page.code()):
            assert name in names, f"{page.name} names `{program} {name}`"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_link_leads_somewhere(page: Page) -> None:
    for target in page.targets():
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.path.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_block_that_looks_like_commands_is_one_that_tests_type(page: Page) -> None:
    programs = (*COMMANDS, ".venv/bin/python", ". .venv", "git ", "cp ", "cd ")
    for language in ("", "bash", "console", "shell", "text"):
        for block in page.blocks(language):
            assert not block.startswith(programs), f"{page.name} shows commands that no test types:\n{block}"
