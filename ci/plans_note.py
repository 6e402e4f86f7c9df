"""The text of a merge request's note about its plans: each environment's, and which has none."""

from collections.abc import Iterator
from pathlib import Path

from ci.markdown import link

MARK = "<!-- modelway: infrastructure plans -->"
ORDER = ("dev", "stage", "prod")  # in which they are applied


def plans_note(folder: Path, *, pipeline: str, root: Path = Path("terraform")) -> str:
    """Return the note: the summaries that `plan` has left, in the order in which they would be applied."""
    known = {path.stem for path in (root / "environments").glob("*.tfvars")}
    planned = {path.stem for path in folder.glob("*.md")}
    names = sorted(known | planned, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    sections = [text for name in names for text in _section(folder / f"{name}.md")]
    return "\n\n".join([*sections, link("Pipeline", pipeline), MARK]) + "\n"


def _section(summary: Path) -> Iterator[str]:
    yield f"### {summary.stem}"
    if summary.is_file():
        yield summary.read_text(encoding="utf-8", errors="replace").strip()
    else:
        yield "**No plan**: the log of its job says why."
