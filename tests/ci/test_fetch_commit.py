"""The rules of `fetch` by git: that very commit, with its history, and the token seen by nobody."""

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from ci import git, push
from tests.ci.gitlab import JOB_TOKEN, Answer, GitLab, serving
from tests.ci.issuer import Issuer
from tests.ci.repository import Repository

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Upstream:
    """The model repository: its bare copy on the server and its commits, oldest first."""

    bare: Path
    commits: list[str]


@pytest.fixture
def gitlab(tmp_path: Path) -> Iterator[GitLab]:
    """A server without repositories."""
    with serving(tmp_path / "repositories") as server:
        yield server


@pytest.fixture
def upstream(gitlab: GitLab, tmp_path: Path) -> Upstream:
    """group/model with three commits and a tag, as GitLab serves it."""
    repository = Repository.begin(tmp_path / "upstream")
    commits = [
        repository.change("train.py", "print(1)\n", message="feat: begin"),
        repository.change("train.py", "print(2)\n", message="fix: count"),
    ]
    repository.tag("v1.4.0")
    commits.append(repository.change("train.py", "print(3)\n", message="feat!: count anew"))
    bare = gitlab.repositories / "group" / "model.git"
    bare.parent.mkdir(parents=True)
    repository.git("clone", "--quiet", "--bare", str(repository.folder), str(bare))
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        Repository(bare).git("config", setting, "true")
    return Upstream(bare, commits)


@pytest.fixture
def fetch(run: Any, gitlab: GitLab, tmp_path: Path) -> Any:
    """Fetch into `model` beside the env file."""

    def invoke(commit: str, *arguments: object, **environment: str) -> Any:
        told = {
            "CI_SERVER_URL": gitlab.url,
            "CI_JOB_TOKEN": JOB_TOKEN,
            "CI_PROJECT_PATH": "platform/ml-ops",
            "UPSTREAM_PROJECT_PATH": "group/model",
            "UPSTREAM_SHA": commit,
        }
        places = ("--into", tmp_path / "model", "--push", tmp_path / "push.json")
        return run("fetch", *places, "--pause", "0", *arguments, **told | environment)

    return invoke


def left_over(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in tmp_path.iterdir() if path.name not in ("upstream", "repositories"))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_that_very_commit_comes_with_the_history_before_it(
    fetch: Any, upstream: Upstream, tmp_path: Path, number: int
) -> None:
    ended = fetch(upstream.commits[number])
    assert ended.code == 0, ended.err
    assert ended.out == f"{tmp_path / 'model'} has group/model at {upstream.commits[number]}\n"
    model = tmp_path / "model"
    assert (model / "train.py").read_text() == f"print({number + 1})\n"
    assert git.commit(model) == upstream.commits[number]
    assert git.messages_since(model, upstream.commits[0]) == ["feat!: count anew", "fix: count"][2 - number :]
    assert "v1.4.0" in git.tags(model)
    assert left_over(tmp_path) == ["model"]


def test_contents_of_the_past_stay_away(fetch: Any, upstream: Upstream, tmp_path: Path) -> None:
    fetch(upstream.commits[2])
    listed = subprocess.run(
        ["git", "-C", tmp_path / "model", "cat-file", "--batch-check", "--batch-all-objects"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert listed.count(" blob ") == 1
    assert listed.count(" commit ") == 3


def test_a_commit_that_a_shallow_history_lacks_is_not_looked_for_on_the_server(
    fetch: Any, gitlab: GitLab, upstream: Upstream, tmp_path: Path
) -> None:
    fetch(upstream.commits[0])
    asked = len(gitlab.asked)
    assert git.messages_since(tmp_path / "model", "b" * 40) is None
    assert len(gitlab.asked) == asked


def test_the_token_is_nowhere_to_be_seen(fetch: Any, gitlab: GitLab, upstream: Upstream, tmp_path: Path) -> None:
    seen: list[str] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.002):
            for process in psutil.Process().children(recursive=True):
                try:
                    seen.append(" ".join(process.cmdline()))
                except psutil.Error:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    ended = fetch(upstream.commits[2])
    done.set()
    watcher.join()
    assert any("fetch" in words for words in seen)
    secrets = (JOB_TOKEN, gitlab.asked[-1][1]["authorization"].removeprefix("Basic "))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "model").rglob("*") if path.is_file())
    for secret in secrets:
        assert secret not in "".join(seen) + ended.out + ended.err
        assert secret.encode() not in kept


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_server_that_does_not_let_us_in_names_the_setting(
    fetch: Any, gitlab: GitLab, upstream: Upstream, tmp_path: Path, status: int
) -> None:
    gitlab.answers = [Answer(status, headers={"WWW-Authenticate": "Basic"} if status == 401 else {})] * 3
    ended = fetch(upstream.commits[0])
    assert ended.code == 4
    assert "add platform/ml-ops to the allow-list of group/model" in ended.err
    assert "Settings > CI/CD > Job token permissions" in ended.err
    assert left_over(tmp_path) == []


def test_a_wrong_token_is_not_repeated_in_the_error(fetch: Any, upstream: Upstream) -> None:
    ended = fetch(upstream.commits[0], CI_JOB_TOKEN="wrong-secret")
    assert ended.code == 4
    assert "wrong-secret" not in ended.err


def test_a_commit_that_is_gone_is_told(fetch: Any, upstream: Upstream, tmp_path: Path) -> None:
    ended = fetch("a" * 40)
    assert ended.code == 4
    assert f"commit {'a' * 40} is not in group/model" in ended.err
    assert left_over(tmp_path) == []


def test_what_may_pass_is_tried_again(fetch: Any, gitlab: GitLab, upstream: Upstream) -> None:
    gitlab.answers = [Answer(503), Answer(502)]
    ended = fetch(upstream.commits[2])
    assert ended.code == 0, ended.err
    assert ended.err.count("again in") == 2


def test_what_does_not_pass_is_told_after_the_last_attempt(fetch: Any, gitlab: GitLab, upstream: Upstream) -> None:
    gitlab.answers = [Answer(503)] * 3
    ended = fetch(upstream.commits[2], "--attempts", "3")
    assert ended.code == 1
    assert f"git cannot fetch {gitlab.url}/group/model.git" in ended.err
    assert "503" in ended.err
    assert gitlab.answers == []


def test_a_server_that_sends_us_elsewhere_does_not_get_us_there(
    fetch: Any, gitlab: GitLab, upstream: Upstream, tmp_path: Path
) -> None:
    with serving(gitlab.repositories) as other:
        gitlab.answers = [
            Answer(302, headers={"Location": f"{other.url}/group/model.git/info/refs?service=git-upload-pack"})
        ]
        ended = fetch(upstream.commits[0], "--attempts", "1")
        assert ended.code != 0
        assert other.asked == []


def test_repositories_in_a_folder_are_fetched_the_same_way(fetch: Any, gitlab: GitLab, upstream: Upstream) -> None:
    ended = fetch(upstream.commits[1], CI_SERVER_URL=f"file://{gitlab.repositories}", CI_JOB_TOKEN="")
    assert ended.code == 0, ended.err
    assert gitlab.asked == []


def test_a_folder_that_is_in_use_is_left_alone(fetch: Any, gitlab: GitLab, upstream: Upstream, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    assert fetch(upstream.commits[0]).code == 0
    (tmp_path / "model" / "mine.txt").write_text("mine")
    ended = fetch(upstream.commits[1])
    assert ended.code == 5
    assert "is there and not an empty folder" in ended.err
    assert (tmp_path / "model" / "train.py").read_text() == "print(1)\n"


def test_a_repository_runs_nothing_of_its_own_or_the_machine_s(
    fetch: Any, gitlab: GitLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "upstream-home"
    (home / "hooks").mkdir(parents=True)
    (home / "hooks" / "post-checkout").write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
    (home / "hooks" / "post-checkout").chmod(0o755)
    (home / ".gitconfig").write_text(f"[core]\nhooksPath = {home}/hooks\n")
    monkeypatch.setenv("HOME", str(home))
    repository = Repository.begin(tmp_path / "upstream")
    (repository.folder / ".gitmodules").write_text('[submodule "x"]\npath = x\nurl = --upload-pack=touch pwned\n')
    (repository.folder / ".gitattributes").write_text("* filter=lfs\n")
    commit = repository.commit("$(touch pwned)")
    bare = gitlab.repositories / "group" / "model.git"
    shutil.copytree(repository.folder / ".git", bare)
    ended = fetch(commit)
    assert ended.code == 0, ended.err
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("UPSTREAM_SHA", "--upload-pack=touch pwned"),
        ("UPSTREAM_SHA", "main"),
        ("UPSTREAM_SHA", ""),
        ("UPSTREAM_SHA", "A" * 40),
        ("UPSTREAM_SHA", "\u0661" * 40),
        ("UPSTREAM_SHA", "a" * 40 + "\n"),
        ("UPSTREAM_PROJECT_PATH", "--upload-pack=touch pwned"),
        ("UPSTREAM_PROJECT_PATH", "../.."),
        ("UPSTREAM_PROJECT_PATH", "group/../../etc"),
        ("UPSTREAM_PROJECT_PATH", "group/model\n"),
        ("UPSTREAM_PROJECT_PATH", "group"),
        ("UPSTREAM_PROJECT_PATH", "/group/model"),
        ("UPSTREAM_PROJECT_PATH", "group/$(touch pwned)"),
        ("UPSTREAM_PROJECT_PATH", "group//model"),
        ("UPSTREAM_PROJECT_PATH", "gr\u043eup/model"),
        ("UPSTREAM_PROJECT_PATH", "a/" * 1000 + "b"),
        ("UPSTREAM_PROJECT_PATH", "x@evil.example.com/model"),
        ("CI_SERVER_URL", "ext::touch pwned"),
        ("CI_SERVER_URL", "https://user:secret@example.com"),
        ("CI_SERVER_URL", "https://"),
        ("CI_SERVER_URL", "https://example.com/?a=b"),
        ("CI_SERVER_URL", ""),
        ("CI_JOB_TOKEN", "a\nb"),
    ],
)
def test_a_value_of_another_shape_reaches_nobody(
    fetch: Any, gitlab: GitLab, upstream: Upstream, tmp_path: Path, variable: str, value: str
) -> None:
    ended = fetch(**{"commit": upstream.commits[0], variable: value})
    assert ended.code == 2
    assert variable in ended.err
    assert len(ended.err) < 400
    assert ended.err.isprintable()
    assert gitlab.asked == []
    assert left_over(tmp_path) == []
    assert not list(tmp_path.rglob("pwned"))
    assert "pwned" not in os.listdir()


REGISTER = '[gitlab]\nserver = "{server}"\nproject = 1\n\n[[projects]]\nid = 42\nmodels = ["{model}"]\n'


@pytest.fixture
def issuer(gitlab: GitLab) -> Issuer:
    """The same server as the one that signs."""
    issuer = Issuer(gitlab.url)
    gitlab.keys = issuer.keys
    return issuer


@pytest.fixture
def a_model(tmp_path: Path, gitlab: GitLab, model: Path) -> Upstream:
    """team/model, whose folder `breast-cancer` is a model."""
    repository = Repository.begin(tmp_path / "upstream")
    shutil.copytree(model, repository.folder / "breast-cancer")
    commit = repository.commit("feat: begin")
    bare = gitlab.repositories / "team" / "model.git"
    bare.parent.mkdir(parents=True)
    repository.git("clone", "--quiet", "--bare", str(repository.folder), str(bare))
    for setting in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        Repository(bare).git("config", setting, "true")
    return Upstream(bare, [commit])


def register(folder: Path, issuer: Issuer, *, model: str = "demo/breast-cancer") -> str:
    path = folder / "models.toml"
    path.write_text(REGISTER.format(server=issuer.url, model=model))
    return str(path)


def test_by_the_register_it_is_the_signed_project_and_commit_that_come(
    fetch: Any, a_model: Upstream, issuer: Issuer, tmp_path: Path
) -> None:
    lies = {"UPSTREAM_PROJECT_PATH": "group/other", "CI_SERVER_URL": "http://127.0.0.1:1"}
    token = issuer.token(sha=a_model.commits[0])
    known = register(tmp_path, issuer)
    ended = fetch("b" * 40, "--models", known, UPSTREAM_ID_TOKEN=token, MODEL_PATH="breast-cancer", **lies)
    assert ended.code == 0, ended.err
    assert "demo/breast-cancer is a model of team/model, pushed by ana" in ended.out
    assert (tmp_path / "model" / "breast-cancer" / "train.py").exists()
    proven = push.find(tmp_path / "push.json")
    assert proven
    assert (proven.project_id, proven.project_path, proven.commit) == (42, "team/model", a_model.commits[0])
    assert (proven.person.id, proven.person.login) == (5, "ana")


def test_what_nobody_has_signed_is_not_left_as_proven(fetch: Any, a_model: Upstream, tmp_path: Path) -> None:
    assert fetch(a_model.commits[0], UPSTREAM_PROJECT_PATH="team/model").code == 0
    assert not (tmp_path / "push.json").exists()


@pytest.mark.parametrize(
    "path",
    [
        "$(touch pwned)",
        '"; rm -rf .',
        "`touch pwned`",
        "a\ntouch pwned",
        "..",
        "/etc",
        "bre\u0430st-cancer",
        "-x",
        "\x01",
    ],
    ids=ascii,
)
def test_a_model_path_that_is_none_is_refused(
    fetch: Any, a_model: Upstream, issuer: Issuer, tmp_path: Path, path: str
) -> None:
    token = issuer.token(sha=a_model.commits[0])
    known = register(tmp_path, issuer)
    ended = fetch("b" * 40, "--models", known, UPSTREAM_ID_TOKEN=token, MODEL_PATH=path)
    assert ended.code in (2, 5)
    assert "MODEL_PATH" in ended.err
    assert not (tmp_path / "model").exists()
    assert not (tmp_path / "push.json").exists()
    assert list(tmp_path.rglob("*pwned*")) == []


def test_by_the_register_a_model_of_another_project_is_not_brought(
    fetch: Any, a_model: Upstream, issuer: Issuer, tmp_path: Path
) -> None:
    known = register(tmp_path, issuer, model="demo/churn")
    token = issuer.token(sha=a_model.commits[0])
    ended = fetch("b" * 40, "--models", known, UPSTREAM_ID_TOKEN=token, MODEL_PATH="breast-cancer")
    assert ended.code == 5
    assert "demo/breast-cancer is not a model of project 42" in ended.err
    assert not (tmp_path / "model").exists()


def test_by_the_register_nothing_comes_without_a_proof(
    fetch: Any, a_model: Upstream, issuer: Issuer, tmp_path: Path
) -> None:
    ended = fetch(a_model.commits[0], "--models", register(tmp_path, issuer))
    assert ended.code == 2
    assert "UPSTREAM_ID_TOKEN is not set" in ended.err
