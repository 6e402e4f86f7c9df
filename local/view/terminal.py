"""Which sink this command has, and whether somebody is there to answer."""

import contextlib
import os
import sys

import click

from local.view.plain import Plain
from local.view.view import View


def is_terminal() -> bool:
    """Whether what we write is drawn at once, in characters that it knows."""
    able = os.environ.get("TERM", "") not in ("", "dumb") and sys.stdout.encoding.lower().startswith("utf")
    return sys.stdout.isatty() and able


def is_answered() -> bool:
    """Whether a question would reach a person."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def opened() -> View:
    """The view of this command."""
    if not is_terminal():
        return View(Plain())
    from local.view.screen import Screen  # rich costs 0.1 s, which a pipe need not pay

    return View(Screen())


def confirmed(question: str, *, default: bool) -> bool:
    """The person's answer; the end of input is a no."""
    try:
        return click.confirm(question, default=default)
    except click.Abort:
        click.echo()
        return False


def until_enter(words: str) -> None:
    """Wait for the key; the end of input is one."""
    click.echo()
    with contextlib.suppress(EOFError):
        input(words)
