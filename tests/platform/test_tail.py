"""Ends of logs."""

from pathlib import Path

from local.tail import follow, last_lines


def test_the_last_lines_are_shown(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("".join(f"{n}\n" for n in range(100_000)))
    assert last_lines(log, 2) == ["99998", "99999"]


def test_a_log_that_is_not_there_yet_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none.log", 5) == []


def test_following_tells_what_is_added_from_now_on(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("old\n")
    lines = follow({"a": log}, pause=0)
    _append(log, "new\nhalf")
    assert next(lines) == ("a", "new")
    _append(log, " whole\n")
    assert next(lines) == ("a", "half whole")
    lines.close()


def test_following_goes_on_in_the_file_that_replaces_a_rotated_one(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("a long line that was there before\n")
    lines = follow({"a": log}, pause=0)
    log.rename(tmp_path / "a.log.1")
    log.write_text("fresh\n")
    assert next(lines) == ("a", "fresh")
    lines.close()


def test_following_waits_for_a_log_that_is_not_there_yet(tmp_path: Path) -> None:
    lines = follow({"a": tmp_path / "a.log"}, pause=0)
    (tmp_path / "a.log").write_text("first\n")
    assert next(lines) == ("a", "first")
    lines.close()


def _append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)
