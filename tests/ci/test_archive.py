"""The rules of `archive`: one zip file a function, the same bytes for the same sources."""

import io
import os
import zipfile
from pathlib import Path
from typing import Any

from ci.archive import archives
from tests.ci.conftest import Ended

CHECKOUT = ("lambda/one.py", "lambda/two.py", "plugins/modelway/a.py", "plugins/.airflowignore")


def checkout(folder: Path) -> Path:
    for name in (*CHECKOUT, "lambda/README.md", "plugins/modelway/__pycache__/a.pyc"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def names_in(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_a_function_is_one_file_and_the_plugins_are_the_folder_s_content(tmp_path: Path) -> None:
    made = {name: names_in(content) for name, content in archives(checkout(tmp_path)).items()}
    assert made == {
        "one.zip": ["one.py"],
        "two.zip": ["two.py"],
        "plugins.zip": [".airflowignore", "modelway/a.py"],
    }


def test_a_changed_file_changes_the_one_archive_that_holds_it(tmp_path: Path) -> None:
    before = archives(checkout(tmp_path))
    for path in tmp_path.rglob("*"):
        os.utime(path, (1, 1))
    assert archives(tmp_path) == before
    (tmp_path / "lambda/two.py").write_text("changed")
    after = archives(tmp_path)
    assert [name for name in after if after[name] != before[name]] == ["two.zip"]


def test_the_command_writes_them_and_tells_their_digests(run: Any, tmp_path: Path) -> None:
    ended: Ended = run("archive", "--into", str(tmp_path / "new" / "build"))
    assert ended.code == 0, ended.err
    assert {"plugins.zip", "trigger_dag.zip"} <= {path.name for path in (tmp_path / "new" / "build").iterdir()}
    assert "trigger_dag.zip: " in ended.out
    assert ", sha256:" in ended.out
