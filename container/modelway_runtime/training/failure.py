"""Why a training script failed, in the few words that SageMaker keeps."""

import signal

MAX_CHARACTERS = 1024  # of output/failure, SageMaker keeps this much as FailureReason
TRACEBACK = "Traceback (most recent call last):"


def failure_text(script: str, *, code: int, stderr: str) -> str:
    """One line with the real exception, then as much of its traceback's end as SageMaker keeps.

    `code` is the process's return code: negative for the signal that ended it.
    """
    lines = [line for line in stderr.splitlines() if line.strip()]
    headline = f"ExecuteUserScriptError: {script} {_ending(code)}"
    if cause := _cause(lines):
        headline = f"{headline}: {cause}"
    headline = headline[:MAX_CHARACTERS]
    return "\n".join([headline, *_last_lines(_traceback(lines), room=MAX_CHARACTERS - len(headline))])


def _ending(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    name = signal.Signals(-code).name
    hint = ", often for want of memory" if -code == signal.SIGKILL else ""
    return f"was ended by signal {-code} ({name}{hint})"


def _cause(lines: list[str]) -> str:
    """The exception's own line: the first after the last traceback that is not indented; else the last line."""
    for line in _traceback(lines)[1:]:
        if not line.startswith(" "):
            return line.strip()
    return lines[-1].strip() if lines else ""


def _traceback(lines: list[str]) -> list[str]:
    starts = [number for number, line in enumerate(lines) if line.strip().endswith(TRACEBACK)]
    return lines[starts[-1] :] if starts else []


def _last_lines(lines: list[str], *, room: int) -> list[str]:
    kept: list[str] = []
    for line in reversed(lines):
        room -= len(line) + 1
        if room < 0:
            break
        kept.insert(0, line)
    return kept
