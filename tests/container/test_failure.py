"""output/failure says why in the characters that SageMaker keeps."""

import signal

from modelway_runtime.training.failure import MAX_CHARACTERS, failure_text

TRACEBACK = """\
warming up
Traceback (most recent call last):
  File "train.py", line 3, in <module>
    fit(c)
  File "train.py", line 1, in fit
    raise ValueError("c is negative")
ValueError: c is negative
"""


def test_the_first_line_names_the_real_exception() -> None:
    lines = failure_text("train.py", code=1, stderr=TRACEBACK).splitlines()
    assert lines[0] == "ExecuteUserScriptError: train.py ended with exit code 1: ValueError: c is negative"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: c is negative"


def test_of_chained_exceptions_the_last_one_counts() -> None:
    chained = TRACEBACK + "\nDuring handling of the above exception, another exception occurred:\n\n"
    chained += 'Traceback (most recent call last):\n  File "train.py", line 9\nRuntimeError: no data\n'
    assert failure_text("train.py", code=1, stderr=chained).splitlines()[0].endswith(": RuntimeError: no data")


def test_lines_after_the_traceback_do_not_hide_the_exception() -> None:
    text = failure_text("train.py", code=1, stderr=TRACEBACK + "cleaning up\n")
    assert text.splitlines()[0].endswith(": ValueError: c is negative")


def test_without_a_traceback_the_last_words_count() -> None:
    text = failure_text("train.py", code=2, stderr="usage: train.py\ntrain.py: error: unrecognized arguments: --lr\n")
    assert text == (
        "ExecuteUserScriptError: train.py ended with exit code 2: train.py: error: unrecognized arguments: --lr"
    )


def test_a_silent_end_still_has_its_exit_code() -> None:
    assert failure_text("train.py", code=3, stderr="") == "ExecuteUserScriptError: train.py ended with exit code 3"


def test_a_kill_names_the_signal_and_the_usual_reason() -> None:
    text = failure_text("train.py", code=-signal.SIGKILL, stderr="")
    assert text == ("ExecuteUserScriptError: train.py was ended by signal 9 (SIGKILL, often for want of memory)")


def test_of_a_long_traceback_the_end_is_kept() -> None:
    frames = "".join(f'  File "deep.py", line {number}, in call\n    call()\n' for number in range(200))
    stderr = f"Traceback (most recent call last):\n{frames}RecursionError: too deep\n"
    text = failure_text("train.py", code=1, stderr=stderr)
    assert len(text) <= MAX_CHARACTERS
    assert text.endswith("line 199, in call\n    call()\nRecursionError: too deep")


def test_an_endless_message_is_cut() -> None:
    assert len(failure_text("train.py", code=1, stderr="x" * 5000)) == MAX_CHARACTERS
