"""`:rocket:` as a picture."""

import re

from rich.emoji import Emoji

CODE = re.compile(r":([a-z0-9_+'-]{1,50}):")
# Slack's own names for what Unicode calls otherwise.
SLACK = {
    "large_green_circle": "green_circle",
    "large_yellow_circle": "yellow_circle",
    "large_red_square": "red_square",
    "large_green_square": "green_square",
}
# Without this selector many fonts draw these as thin black signs.
AS_PICTURE = "\N{VARIATION SELECTOR-16}"


def with_emoji(text: str) -> str:
    """The text with every known code replaced; an unknown one stays as it is written."""
    return CODE.sub(lambda code: emoji(code[1]), text)


def emoji(name: str) -> str:
    """The picture of one code's name."""
    code = f":{SLACK.get(name, name)}:"
    picture: str = Emoji.replace(code)
    if picture == code:
        return f":{name}:"
    return picture + AS_PICTURE if len(picture) == 1 and picture < "\N{MAHJONG TILE EAST WIND}" else picture
