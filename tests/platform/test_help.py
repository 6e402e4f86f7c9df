"""The help of a command is enough to use it."""

import pytest
from click.testing import CliRunner

from local.__main__ import COMMANDS, cli


def said(*arguments: str) -> str:
    return CliRunner().invoke(cli, arguments, prog_name="python -m local").output


def test_every_command_is_listed() -> None:
    listed = said("--help")
    assert [name for name in COMMANDS if f"  {name} " not in listed] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_s_help_has_an_example(command: str) -> None:
    assert f"python -m local {command}" in said(command, "--help").partition("Example")[2]
