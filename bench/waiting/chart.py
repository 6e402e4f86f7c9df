"""Calls a minute by the number of waiting jobs, one line a contender, both axes by powers of ten."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 360, 70, 310, 60
WORDS = {"ours": "Modelway", "stock": "Stock operator", "events": "EventBridge and SQS"}
STYLE = """
  svg { background: #ffffff; --ink: #1f2933; --soft: #5a6672; --line: #e3e8ed }
  @media (prefers-color-scheme: dark) { svg { background: #0d1117; --ink: #e6edf3; --soft: #9aa7b4; --line: #21262d } }
  text { font: 12px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: var(--soft) }
  .title { font-size: 14px; font-weight: 600; fill: var(--ink) }
  .axis { text-anchor: end } .count { text-anchor: middle }
  .grid { stroke: var(--line) }
  polyline { fill: none; stroke-width: 2.5 }
  .ours { stroke: #2f81f7; fill: #2f81f7 } .stock { stroke: #d1495b; fill: #d1495b }
  .events { stroke: #8d7f3f; fill: #8d7f3f }
  text.ours, text.stock, text.events { stroke: none }
"""
Lines = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Scale:
    """Where values from 1 to the greatest power of ten lie between two edges."""

    powers: int
    first: float
    last: float

    def at(self, value: float) -> float:
        """The place of a value; what is below 1 lies at 1."""
        return self.first + (self.last - self.first) * math.log10(max(value, 1)) / self.powers


def chart(lines: Lines) -> str:
    """The picture as SVG."""
    across = Scale(_powers(max(n for line in lines.values() for n in line)), LEFT, WIDTH - 210)
    up = Scale(_powers(max(v for line in lines.values() for v in line.values())), BOTTOM, TOP)
    parts = [*_grid(across, up), *(part for name, line in lines.items() for part in _line(name, line, across, up))]
    title = "Calls to AWS a minute, by the number of waiting training jobs"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
    return "\n".join([head, f"<style>{STYLE}</style>", _text(LEFT, 28, title, "title"), *parts, "</svg>\n"])


def _grid(across: Scale, up: Scale) -> list[str]:
    rows = [(10**power, up.at(10**power)) for power in range(up.powers + 1)]
    columns = [(10**power, across.at(10**power)) for power in range(across.powers + 1)]
    return [
        *(f'<path class="grid" d="M{LEFT} {y:.1f} H{across.last}"/>' for _, y in rows),
        *(_text(LEFT - 8, y + 4, f"{value:,}", "axis") for value, y in rows),
        *(_text(x, BOTTOM + 22, f"{value:,}", "count") for value, x in columns),
    ]


def _line(name: str, line: Mapping[int, float], across: Scale, up: Scale) -> list[str]:
    points = [(across.at(count), up.at(calls)) for count, calls in sorted(line.items())]
    x, y = points[-1]
    return [
        f'<polyline class="{name}" style="fill: none" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>',
        *(f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in points),
        _text(x + 12, y + 4, f"{WORDS.get(name, name)}: {line[max(line)]:,.0f}", name),
    ]


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _powers(greatest: float) -> int:
    return max(1, math.ceil(math.log10(greatest)))
