"""The closing screen as an SVG file."""

import io
import re
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from local.view.look import THEME
from local.view.screen import closing
from local.view.table import Table

WIDTH = 100
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # a picture must not ask another server for its letters


def save_picture(file: Path, *, title: str, tables: Sequence[Table]) -> None:
    """Draw it as a terminal of 100 columns would, whatever this one is."""
    console = Console(
        record=True, width=WIDTH, file=io.StringIO(), theme=THEME, highlight=False, force_terminal=True, _environ={}
    )
    console.print(closing(title, tables, width=WIDTH))
    drawn = console.export_svg(title="make demo")
    file.write_text(FONT_FACE.sub("", drawn), encoding="utf-8")
