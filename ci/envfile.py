"""The dotenv file in which one job leaves values for the next."""

from pathlib import Path

from modelway.errors import InputError


def read(path: Path) -> dict[str, str]:
    """Return the file's values, of a repeated key the last one; none when there is no file yet."""
    if not path.exists():
        return {}
    lines = [line for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return dict(_pair(line, path=path) for line in lines)


def append(path: Path, **values: str) -> None:
    """Add KEY=value lines, which hold over earlier ones; InputError for a value that would be more than its line."""
    for key, value in values.items():
        if not value.isprintable():
            raise InputError(f"{key} would be {value!r}, which is no line of {path}; use printable characters")
    with path.open("a") as file:
        file.writelines(f"{key}={value}\n" for key, value in values.items())


def _pair(line: str, *, path: Path) -> tuple[str, str]:
    key, found, value = line.partition("=")
    if not found:
        raise InputError(f"{path} has the line {line!r}; write KEY=value")
    return key.strip(), value.strip()
