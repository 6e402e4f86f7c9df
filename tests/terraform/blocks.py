"""The root's files as blocks, read as text: `terraform fmt` has them begin and end at the margin."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2] / "terraform"
BLOCK = re.compile(r'^(?P<kind>\w+)(?: "(?P<type>[^"]+)")?(?: "(?P<name>[^"]+)")? \{\n(?P<body>.*?)^\}$', re.M | re.S)
LIST = re.compile(r"^ *(?:actions|resources|identifiers|not_actions|not_resources|values) *=", re.M)
MESSAGE = re.compile(r'error_message = "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Block:
    """A block at a file's margin; of `variable` and `output` the type is the name."""

    file: str
    kind: str
    type: str
    name: str
    body: str

    @property
    def title(self) -> str:
        """What a reader looks for."""
        return " ".join(part for part in (self.file, self.kind, self.type, self.name) if part)

    def messages(self) -> list[str]:
        """What the block's validations say, as a person reads it."""
        return [text.replace('\\"', '"') for text in MESSAGE.findall(self.body)]


def blocks(kind: str = "") -> list[Block]:
    """All blocks of the root, or those of a kind."""
    found = [
        Block(path.name, match["kind"], match["type"] or "", match["name"] or "", match["body"])
        for path in sorted(ROOT.glob("*.tf"))
        for match in BLOCK.finditer(path.read_text())
    ]
    return [block for block in found if kind in ("", block.kind)]


@dataclass(frozen=True)
class Assignment:
    """A list in a policy, with the lines right above it."""

    block: Block
    above: list[str]
    lines: list[str]

    @property
    def has_wildcard(self) -> bool:
        """Whether one of its texts stands for many."""
        return any("*" in text for line in self.lines for text in re.findall(r'"([^"]*)"', line.partition(" #")[0]))

    @property
    def has_reason(self) -> bool:
        """Whether a comment is in it, or above it within its statement."""
        return any("#" in line for line in (*self.above, *self.lines))


def policy_lists() -> Iterator[Assignment]:
    """Each list of actions, resources, principals and values in the root's policies."""
    for block in blocks("data"):
        if block.type == "aws_iam_policy_document":
            yield from _lists(block)


def _lists(block: Block) -> Iterator[Assignment]:
    lines = block.body.splitlines()
    for number, line in enumerate(lines):
        if LIST.match(line):
            yield Assignment(block, _above(lines, number), list(_until_closed(lines[number:])))


def _above(lines: list[str], number: int) -> list[str]:
    """The comment above, also above the block of principals or the condition that it stands in."""
    above = [line for line in lines[max(number - 4, 0) : number] if line.strip()]
    for index in range(len(above) - 1, -1, -1):
        if LIST.match(above[index]) or above[index].strip() in ("}", "]"):
            return above[index + 1 :]
    return above


def _until_closed(lines: list[str]) -> Iterator[str]:
    depth = 0
    for line in lines:
        yield line
        bare = re.sub(r'"[^"]*"|#.*', "", line)
        depth += bare.count("[") - bare.count("]") + bare.count("(") - bare.count(")")
        if depth <= 0:
            return
