"""The documentation as data: its pages, their fenced blocks, what they name."""

import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "model_template/README.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
    *sorted((REPOSITORY / "dags").glob("*.md")),
]
FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"(?:\]\(|(?:src|srcset|href)=\")(?P<target>[^)\"#\s]+)")


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    @property
    def name(self) -> str:
        """The path from the repository's top."""
        return str(self.path.relative_to(REPOSITORY))

    @property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding="utf-8")

    def blocks(self, language: str) -> list[str]:
        """The fenced blocks of a language."""
        return [found["text"] for found in FENCE.finditer(self.text) if found["language"] == language]

    def code(self) -> str:
        """What stands in blocks and between backticks."""
        blocks = [found["text"] for found in FENCE.finditer(self.text)]
        return "\n".join([*blocks, *INLINE.findall(FENCE.sub("", self.text))])

    def targets(self) -> list[str]:
        """Where its links and pictures point."""
        return [found["target"] for found in LINK.finditer(FENCE.sub("", self.text))]


def pages() -> list[Page]:
    """Every page that a user reads."""
    return [Page(path) for path in PAGES]
