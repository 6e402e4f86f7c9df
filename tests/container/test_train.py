"""A training container runs the model's train.py as SageMaker's script mode does."""

import json
import signal
import subprocess

import pytest

from tests.container.box import Box


def started_line(process: "subprocess.Popen[str]", text: str) -> str:
    """The first line of the output with the text."""
    assert process.stdout
    return next(line for line in process.stdout if text in line)


def test_the_script_gets_flags_variables_and_its_folders(box: Box) -> None:
    box.write(
        "train.py",
        """
        import json, os, sys
        from pathlib import Path
        wanted = {name: os.environ[name] for name in ("SM_CHANNEL_TRAIN", "SM_HP_C", "SM_CURRENT_HOST")}
        Path(os.environ["SM_MODEL_DIR"], "seen.json").write_text(json.dumps([sys.argv[1:], wanted]))
        Path(os.environ["SM_OUTPUT_DATA_DIR"], "report.txt").write_text("fine")
        """,
    )
    box.configure(
        hyperparameters={"c": "1.0", "max-iter": "100", "sagemaker_region": "eu-west-1"},
        inputdataconfig={"train": {"TrainingInputMode": "File"}},
        resourceconfig={"current_host": "algo-1", "hosts": ["algo-1"]},
    )
    assert box.run("train").returncode == 0
    arguments, seen = json.loads((box.ml / "model" / "seen.json").read_text())
    assert arguments == ["-c", "1.0", "--max-iter", "100"]
    assert seen == {
        "SM_CHANNEL_TRAIN": str(box.ml / "input" / "data" / "train"),
        "SM_HP_C": "1.0",
        "SM_CURRENT_HOST": "algo-1",
    }
    assert not (box.ml / "output" / "failure").exists()


def test_a_failing_script_is_explained_and_keeps_its_exit_code(box: Box) -> None:
    box.write("train.py", "raise ValueError('c is negative')\n")
    ended = box.run("train")
    assert ended.returncode == 1
    assert "ValueError: c is negative" in ended.stderr
    failure = (box.ml / "output" / "failure").read_text()
    assert failure.startswith("ExecuteUserScriptError: train.py ended with exit code 1: ValueError: c is negative\n")


def test_the_scripts_own_exit_code_is_the_containers(box: Box) -> None:
    box.write("train.py", "import sys; sys.exit(7)\n")
    assert box.run("train").returncode == 7


def test_a_script_killed_by_a_signal_ends_as_in_a_shell(box: Box) -> None:
    box.write("train.py", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n")
    assert box.run("train").returncode == 137
    assert "SIGKILL" in (box.ml / "output" / "failure").read_text()


def test_a_script_that_explains_itself_is_left_the_last_word(box: Box) -> None:
    box.write(
        "train.py",
        """
        import os, sys
        from pathlib import Path
        Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("the data are stale")
        sys.exit(1)
        """,
    )
    box.run("train")
    assert (box.ml / "output" / "failure").read_text() == "the data are stale"


def test_output_arrives_line_by_line(box: Box, nobody_left: list["subprocess.Popen[str]"]) -> None:
    box.write("train.py", "import time\nprint('epoch=1')\ntime.sleep(600)\n")
    process = box.start("train")
    nobody_left.append(process)
    assert started_line(process, "epoch=1")


def test_a_stop_reaches_the_script_which_may_still_save(box: Box, nobody_left: list["subprocess.Popen[str]"]) -> None:
    box.write(
        "train.py",
        """
        import os, signal, sys, time
        from pathlib import Path
        def save(*_):
            Path(os.environ["SM_MODEL_DIR"], "checkpoint").write_text("saved")
            sys.exit(0)
        signal.signal(signal.SIGTERM, save)
        print("ready")
        time.sleep(600)
        """,
    )
    process = box.start("train")
    nobody_left.append(process)
    started_line(process, "ready")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=30) == 0
    assert (box.ml / "model" / "checkpoint").read_text() == "saved"


def test_a_program_without_train_py_is_told_so(box: Box) -> None:
    ended = box.run("train")
    assert ended.returncode == 1
    assert f"train.py is not in {box.program}" in (box.ml / "output" / "failure").read_text()


@pytest.mark.parametrize(("text", "complaint"), [("{", "is not JSON"), ("[]", "holds list")])
def test_a_broken_request_names_its_file(box: Box, text: str, complaint: str) -> None:
    box.configure()
    (box.ml / "input" / "config" / "hyperparameters.json").write_text(text)
    assert box.run("train").returncode == 1
    failure = (box.ml / "output" / "failure").read_text()
    assert "hyperparameters.json" in failure
    assert complaint in failure
