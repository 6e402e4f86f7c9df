"""Keeps what happened and when, and tells it to a sink."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from types import TracebackType
from typing import Self

import click

from local.view.clock import process_began
from local.view.sink import Sink
from local.view.stage import Stage, State
from local.view.table import Table
from local.view.times import time_table


class View:
    """The stages of a command, live; all that commands and the road speak to."""

    def __init__(self, sink: Sink) -> None:
        self.began = process_began()
        self._group = ""
        self._sink = sink
        self._rows: dict[str, Stage] = {}
        self._past: list[Stage] = []
        self._last = self.began

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with suppress(OSError):  # the terminal may be what has ended
            self.rest()
            for note in getattr(error, "__notes__", ()):
                click.echo(note, err=True)

    @property
    def stages(self) -> list[Stage]:
        """All so far, in the order in which they began to be told."""
        return [*self._past, *self._rows.values()]

    def chapter(self, title: str) -> None:
        """Begin new rows below a title."""
        self.rest()
        self._last, self._group = time.monotonic(), ""
        self._sink.chapter(title)

    def belongs_to(self, group: str) -> None:
        """The chapter's rows, these and those to come, are about one version."""
        self._group = group
        self._rows = {name: replace(stage, group=group) for name, stage in self._rows.items()}

    def rest(self) -> None:
        """Let others write to the terminal until the next row."""
        for stage in self._rows.values():
            if not stage.is_over:
                self._rows[stage.name] = replace(stage, state=State.STOPPED, ended=time.monotonic())
        self._draw()
        self._sink.rest()
        self._past += self._rows.values()
        self._rows = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A row while the block runs; `detail` says what came of it."""
        self.tell(name)
        try:
            yield
        except Exception:
            self.tell(name, state=State.FAILED)
            raise
        except BaseException:
            self.tell(name, state=State.STOPPED)
            raise
        if not self._rows[name].is_over:
            self.tell(name, state=State.DONE)

    @contextmanager
    def background(self, name: str) -> Iterator[None]:
        """What goes on, and takes the time, while no other row runs."""
        self._rows[name] = Stage(name, time.monotonic(), group=self._group, hidden=True)
        self._draw()
        try:
            yield
        finally:
            self._rows[name] = replace(self._rows[name], state=State.DONE, ended=time.monotonic())
            self._draw()

    @contextmanager
    def pause(self, name: str) -> Iterator[None]:
        """The terminal belongs to somebody else, who takes the time."""
        self.rest()
        began = time.monotonic()
        try:
            yield
        finally:
            self._past.append(Stage(name, began, time.monotonic(), State.DONE))

    def tell(
        self, name: str, *, state: State = State.RUNNING, detail: str | None = None, link: str | None = None
    ) -> None:
        """How the stage of this name stands now; it begins where it is new."""
        now = time.monotonic()
        known = self._rows.get(name) or Stage(name, now, group=self._group)
        self._rows[name] = replace(
            known,
            state=state,
            ended=None if state is State.RUNNING else now,
            detail=known.detail if detail is None else detail,
            link=known.link if link is None else link,
        )
        self._last = now
        self._draw()

    def line(self, event: str, detail: str = "") -> None:
        """A row for what has just been done; it began when the last one ended."""
        now = time.monotonic()
        self._rows[event] = Stage(event, self._last, now, State.DONE, detail, group=self._group)
        self._last = now
        self._draw()

    def log(self, source: str, line: str) -> None:
        """A line of a job's log."""
        self._sink.log(source, line)

    def note(self, words: str) -> None:
        """A sentence for the reader."""
        self.rest()
        self._sink.note(words)

    def table(self, table: Table) -> None:
        """A table to keep."""
        self.rest()
        self._sink.table(table)

    def times(self) -> None:
        """Where the command's time went so far."""
        self.rest()
        self.table(time_table(self.stages, began=self.began, ended=time.monotonic()))

    def screen(self, title: str, tables: list[Table]) -> None:
        """The closing screen."""
        self.rest()
        self._sink.screen(title, tables)

    def _draw(self) -> None:
        shown = [stage for stage in self._rows.values() if not stage.hidden]
        behind = [stage for stage in self._rows.values() if stage.hidden and not stage.is_over]
        busy = any(not stage.is_over for stage in shown)
        self._sink.rows(shown if busy else [*shown, *behind])
