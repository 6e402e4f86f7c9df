"""How facts look in a terminal: colours, marks and tables."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table as RichTable
from rich.text import Text
from rich.theme import Theme

from local.view.stage import State
from local.view.table import Cell, Table, Tone

THEME = Theme(
    {
        "good": "green",
        "bad": "red",
        "faint": "bright_black",
        "strong": "bold",
        "plain": "none",
        "bar": "cyan",
        "title": "bold cyan",
    }
)
MARKS = {
    State.DONE: Text("✓", "good"),
    State.SKIPPED: Text("-", "faint"),
    State.FAILED: Text("✗", "bad"),
    State.STOPPED: Text("■", "bad"),
}


def drawn(table: Table, *, width: int) -> RenderableType:
    """The table for a terminal of this width."""
    fitting = table.narrowed(width - 2)
    parts: list[RenderableType] = [_text(fitting.headline)] if fitting.headline.text else []
    parts.append(Padding(_grid(fitting), (0, 0, 0, 2)))
    if fitting.remark:
        parts.append(Padding(Text(fitting.remark, "faint"), (0, 0, 0, 2)))
    return Group(*parts)


def _grid(table: Table) -> RichTable:
    named = any(column.name for column in table.columns)
    grid = RichTable(
        box=None, show_header=named, show_footer=bool(table.foot), padding=(0, 2, 0, 0), pad_edge=False, header_style=""
    )
    foot = table.foot or [Cell("") for _ in table.columns]
    for column, cell in zip(table.columns, foot, strict=True):
        grid.add_column(
            Text(column.name, "faint"),
            footer=_text(cell),
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="ellipsis",
        )
    for row in table.rows:
        grid.add_row(*map(_text, row))
    return grid


def _text(cell: Cell) -> Text:
    return linked(Text(cell.text, cell.tone.value if cell.tone is not Tone.PLAIN else ""), cell.link)


def linked(text: Text, link: str) -> Text:
    """The text leading to the address, where the terminal knows how."""
    if link:
        text.stylize(Style(link=link))
    return text
