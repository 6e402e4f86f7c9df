"""The rules of `fetch --from artifacts`: all files of a good archive, none of a wicked one."""

import io
import stat
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ci.artifacts import seconds
from ci.repetition import Passing, Repetition, repeated
from tests.ci.gitlab import ACCESS_TOKEN, ARTIFACTS, Answer, GitLab, serving

pytestmark = pytest.mark.server


@pytest.fixture
def gitlab(tmp_path: Path) -> Iterator[GitLab]:
    """A server with a good archive."""
    with serving(tmp_path / "repositories") as server:
        server.archive = packed({"model/train.py": "print(1)\n", "model/data/": "", "model/model.toml": ""})
        yield server


@pytest.fixture
def fetch(run: Any, gitlab: GitLab, tmp_path: Path) -> Any:
    """Fetch into `model` beside the env file."""

    def invoke(*arguments: object, **environment: str) -> Any:
        told = {
            "CI_SERVER_URL": gitlab.url,
            "ACCESS_TOKEN": ACCESS_TOKEN,
            "UPSTREAM_PROJECT_ID": "42",
            "UPSTREAM_JOB_ID": "7",
        }
        shared = ("--from", "artifacts", "--into", tmp_path / "work" / "model", "--pause", "0")
        return run("fetch", *shared, *arguments, **told | environment)

    return invoke


def packed(files: dict[str, str | bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        for name, content in files.items():
            writer.writestr(name, content)
    return archive.getvalue()


def special(name: str, mode: int, content: str = "/etc/passwd") -> bytes:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = mode << 16
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("good.txt", "good")
        writer.writestr(member, content)
    return archive.getvalue()


def renamed(name: bytes) -> bytes:
    """An archive of good.txt and one whose name zipfile itself would not write."""
    placeholder = b"x" * len(name)
    return packed({"good.txt": "good", placeholder.decode(): "bad"}).replace(placeholder, name)


def twice(first: str, second: str) -> bytes:
    assert len(first) == len(second)
    return packed({first: "one", "placeholder"[: len(second)]: "two"}).replace(
        b"placeholder"[: len(second)], second.encode()
    )


def test_the_files_come_as_they_were_packed(fetch: Any, gitlab: GitLab, tmp_path: Path) -> None:
    ended = fetch()
    assert ended.code == 0, ended.err
    model = tmp_path / "work" / "model"
    assert ended.out == f"{model} has the 2 files of the artifacts of job 7 of project 42\n"
    assert (model / "model" / "train.py").read_text() == "print(1)\n"
    assert (model / "model" / "data").is_dir()
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["model"]
    assert gitlab.asked[0][0] == ARTIFACTS


def test_only_the_right_to_execute_is_kept(fetch: Any, gitlab: GitLab, tmp_path: Path) -> None:
    gitlab.archive = special("run.sh", stat.S_IFREG | stat.S_ISUID | 0o777)
    fetch()
    assert stat.S_IMODE((tmp_path / "work/model/run.sh").stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "work/model/good.txt").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        (packed({"good.txt": "", "../evil": ""}), "leads elsewhere"),
        (packed({"good.txt": "", "a/../../evil": ""}), "leads elsewhere"),
        (packed({"a//evil": ""}), "leads elsewhere"),
        (packed({"./evil": ""}), "leads elsewhere"),
        (packed({"/tmp/evil": ""}), "is no relative path"),
        (packed({"C:/evil": ""}), "is no relative path"),
        (packed({"C:evil": ""}), "is no relative path"),
        (packed({"..\\evil": ""}), "is no relative path"),
        (packed({"a\x1b[2Jevil": ""}), "holds control characters"),
        (packed({"a\nevil": ""}), "holds control characters"),
        (packed({"a\u202eevil": ""}), "holds control characters"),
        (renamed(b"evil\x00txt"), "holds control characters"),
        (packed({"x" * 256: ""}), "is too long"),
        (packed({"x/" * 600 + "evil": ""}), "is too long"),
        (packed({".git/config": "[core]\nfsmonitor = touch pwned\n"}), "a repository with settings of its own"),
        (packed({"a/.GIT/config": ""}), "a repository with settings of its own"),
        (special("evil", stat.S_IFLNK | 0o777), "no ordinary file"),
        (special("evil", stat.S_IFCHR | 0o666), "no ordinary file"),
        (special("evil", stat.S_IFBLK | 0o666), "no ordinary file"),
        (special("evil", stat.S_IFIFO | 0o666), "no ordinary file"),
        (special("evil", stat.S_IFSOCK | 0o666), "no ordinary file"),
        (special("evil/", stat.S_IFLNK | 0o777, content=""), "no ordinary file"),
        (twice("evil", "evil"), "twice"),
        (packed({"evil": "", "evil/a": ""}), "as a file and a folder"),
        (packed({"evil/a": "", "evil": ""}), "as a file and a folder"),
        (packed({"e\u0301vil": "", "\u00e9vil": ""}), "twice"),
        (packed({"zeros": b"0" * 20_000_000}), "as only a bomb does"),
    ],
)
def test_nothing_of_a_wicked_archive_is_written(
    fetch: Any, gitlab: GitLab, tmp_path: Path, archive: bytes, words: str
) -> None:
    gitlab.archive = archive
    ended = fetch()
    assert ended.code == 5, ended.err
    assert words in ended.err
    assert ended.err.isprintable()
    assert list((tmp_path / "work").iterdir()) == []
    assert not Path("/tmp/evil").exists()
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (("--max-files", "1"), "the archive has 3 members; leave data out, or raise --max-files (1)"),
        (("--max-unpacked", "1"), "the archive has 3 MB unpacked; leave data out, or raise --max-unpacked (1)"),
        (("--max-download", "1"), "are larger than 1 MB; leave data out, or raise --max-download"),
    ],
)
def test_a_limit_names_its_option(
    fetch: Any, gitlab: GitLab, tmp_path: Path, limit: tuple[str, str], words: str
) -> None:
    noise = bytes(one * two % 251 for one in range(1000) for two in range(1000, 3000, 2))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name in "abc":
            writer.writestr(name, noise)
    gitlab.archive = archive.getvalue()
    ended = fetch(*limit)
    assert ended.code == 5
    assert words in ended.err
    assert list((tmp_path / "work").iterdir()) == []


def test_a_directory_that_would_fill_the_memory_is_not_read(fetch: Any, gitlab: GitLab, tmp_path: Path) -> None:
    gitlab.archive = packed({f"{number:0500}": "" for number in range(50)})
    ended = fetch("--max-files", "10")
    assert ended.code == 5
    assert "a directory of more than 10 members; leave data out, or raise --max-files" in ended.err
    assert list((tmp_path / "work").iterdir()) == []


def test_an_archive_may_end_with_a_comment(fetch: Any, gitlab: GitLab) -> None:
    archive = io.BytesIO(gitlab.archive)
    with zipfile.ZipFile(archive, "a") as writer:
        writer.comment = b"made by a job"
    gitlab.archive = archive.getvalue()
    assert fetch().code == 0


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_what_is_no_archive_is_told(fetch: Any, gitlab: GitLab, tmp_path: Path, cut: int) -> None:
    gitlab.archive = packed({"a.txt": "a" * 1000})[:cut] if cut != 200 else b"<html>Sign in</html>" * 10
    ended = fetch()
    assert ended.code == 2
    assert "the archive is damaged" in ended.err
    assert list((tmp_path / "work").iterdir()) == []


def test_a_changed_byte_is_found(fetch: Any, gitlab: GitLab, tmp_path: Path) -> None:
    stored = special("b.txt", stat.S_IFREG | 0o644, content="an honest line")
    gitlab.archive = stored.replace(b"an honest line", b"a dishonest li")
    ended = fetch()
    assert ended.code == 2
    assert "Bad CRC-32" in ended.err
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, headers={"Retry-After": "0"}),
        Answer(500),
        Answer(502),
        Answer(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        Answer(504),
        Answer(200, packed({"a": "a"}), missing=100),
    ],
)
def test_what_may_pass_is_tried_again(fetch: Any, gitlab: GitLab, tmp_path: Path, answer: Answer) -> None:
    gitlab.answers = [answer, answer]
    ended = fetch()
    assert ended.code == 0, ended.err
    assert ended.err.count("again in") == 2
    assert (tmp_path / "work/model/model/train.py").exists()


def test_a_wait_that_is_too_long_ends_it_at_once(fetch: Any, gitlab: GitLab) -> None:
    gitlab.answers = [Answer(429, headers={"Retry-After": "3600"})]
    ended = fetch()
    assert ended.code == 1
    assert "GitLab answers 429; it asks to wait 3600 s" in ended.err
    assert len(gitlab.asked) == 1


def test_a_server_out_of_reach_is_told_after_the_last_attempt(fetch: Any, tmp_path: Path) -> None:
    ended = fetch("--attempts", "2", CI_SERVER_URL="http://127.0.0.1:1")
    assert ended.code == 1
    assert "the artifacts of job 7 of project 42 break off: " in ended.err
    assert "Connection refused" in ended.err
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (Answer(401), 2, "GitLab does not know ACCESS_TOKEN (401)"),
        (Answer(403), 4, "not for ACCESS_TOKEN (403); look whether the job has artifacts that have not expired"),
        (Answer(404), 4, "not for ACCESS_TOKEN (404); look whether the job has artifacts that have not expired"),
        (Answer(418), 1, "GitLab answers 418, which it should not"),
    ],
)
def test_a_refusal_names_what_to_do_and_is_not_repeated(
    fetch: Any, gitlab: GitLab, answer: Answer, code: int, words: str
) -> None:
    gitlab.answers = [answer]
    ended = fetch()
    assert ended.code == code
    assert words in ended.err
    assert ACCESS_TOKEN not in ended.err
    assert len(gitlab.asked) == 1


def test_the_token_does_not_follow_to_another_server(fetch: Any, gitlab: GitLab, tmp_path: Path) -> None:
    with serving(tmp_path / "repositories") as store:
        gitlab.answers = [Answer(302, headers={"Location": f"{store.url}/bucket/artifacts.zip?signature=x"})]
        store.answers = [Answer(200, gitlab.archive)]
        ended = fetch()
        assert ended.code == 0, ended.err
        ((path, headers),) = store.asked
    assert path == "/bucket/artifacts.zip?signature=x"
    assert ACCESS_TOKEN not in str(headers)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ACCESS_TOKEN", ""),
        ("ACCESS_TOKEN", "a\r\nHost: evil"),
        ("UPSTREAM_PROJECT_ID", "42/../43"),
        ("UPSTREAM_PROJECT_ID", "\u0664\u0662"),
        ("UPSTREAM_PROJECT_ID", "-1"),
        ("UPSTREAM_JOB_ID", ""),
        ("UPSTREAM_JOB_ID", "7\n"),
        ("UPSTREAM_JOB_ID", "9" * 5000),
        ("CI_SERVER_URL", "https://user:secret@example.com"),
    ],
)
def test_a_value_of_another_shape_reaches_nobody(fetch: Any, gitlab: GitLab, variable: str, value: str) -> None:
    ended = fetch(**{variable: value})
    assert ended.code == 2
    assert variable in ended.err
    assert len(ended.err) < 400
    assert "secret" not in ended.err
    assert gitlab.asked == []


@given(st.text())
def test_no_retry_after_is_too_strange(words: str) -> None:
    found = seconds(words, now=datetime(2026, 11, 21, tzinfo=UTC))
    assert found is None or found >= 0


def test_a_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert seconds("120", now=now) == 120
    assert seconds("Sat, 21 Nov 2026 10:00:30 GMT", now=now) == 30
    assert seconds("Sat, 21 Nov 2026 09:00:00 GMT", now=now) == 0
    assert seconds("soon", now=now) is None


@given(st.integers(1, 30), st.floats(0, 10))
def test_a_pause_grows_up_to_the_longest(attempt: int, pause: float) -> None:
    how = Repetition(attempts=40, pause=pause, longest=120)
    assert 0 <= how.delay(attempt, after=None) <= min(pause * 2 ** (attempt - 1), 120)


def test_an_action_is_done_as_often_as_it_may_be() -> None:
    calls = threading.Semaphore(0)
    said: list[str] = []

    def fail() -> None:
        calls.release()
        raise Passing("no")

    with pytest.raises(Passing, match="no"):
        repeated(fail, how=Repetition(attempts=3, pause=0), say=said.append)
    assert (calls._value, len(said)) == (3, 2)
