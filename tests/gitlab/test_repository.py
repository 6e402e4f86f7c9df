"""The rules of a push to the local GitLab: what lies there, as one commit, and nothing twice."""

from pathlib import Path

from local.gitlab.place import Place
from local.gitlab.project import model_project
from local.gitlab.repository import Repository, check_out, git, is_top


def bare(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "bare.git").ensure()


def test_a_folder_is_pushed_as_it_lies_there_without_what_git_ignores(folder: Path, tmp_path: Path) -> None:
    (folder / ".gitignore").write_text("data/\n")
    (folder / "data").mkdir()
    (folder / "data" / "rows.csv").write_text("1\n")
    repository = bare(tmp_path)
    commit = repository.take_folder(folder)
    assert repository.git("ls-tree", "-r", "--name-only", commit).split() == [".gitignore", "train.py"]


def test_an_unchanged_folder_is_no_new_commit_and_a_changed_one_follows_it(folder: Path, tmp_path: Path) -> None:
    repository = bare(tmp_path)
    first = repository.take_folder(folder)
    assert repository.take_folder(folder) == first
    (folder / "train.py").write_text("print(2)\n")
    assert repository.git("rev-parse", f"{repository.take_folder(folder)}^").strip() == first


def test_a_file_can_be_replaced_on_its_way(folder: Path, tmp_path: Path) -> None:
    repository = bare(tmp_path)
    commit = repository.take_folder(folder, instead={"train.py": "print(3)\n"})
    assert repository.git("show", f"{commit}:train.py") == "print(3)\n"
    assert (folder / "train.py").read_text() == "print(1)\n"


def test_a_repository_is_pushed_by_its_commits(folder: Path, tmp_path: Path) -> None:
    git("-C", str(folder), "init", "--quiet", "--initial-branch", "trunk")
    assert not is_top(folder)
    git("-C", str(folder), "add", ".")
    git("-C", str(folder), "commit", "--quiet", "-m", "feat: begin")
    (folder / "train.py").write_text("not committed\n")
    assert is_top(folder)
    repository = bare(tmp_path)
    commit = repository.take_commit(folder)
    assert repository.git("show", f"{commit}:train.py") == "print(1)\n"
    assert repository.git("log", "-1", "--format=%s", commit).strip() == "feat: begin"


def test_a_runner_s_clone_knows_what_has_changed_since_the_push_before(folder: Path, tmp_path: Path) -> None:
    repository = bare(tmp_path)
    first = repository.take_folder(folder)
    (folder / "new.py").write_text("")
    repository.take_folder(folder)
    for before, changed in (("", ["new.py", "train.py"]), (first, ["new.py"])):
        clone = tmp_path / f"clone-{before}"
        check_out(repository.folder, clone, url="http://127.0.0.1/x.git", before=before)
        assert git("-C", str(clone), "diff", "--name-only", "origin/main").split() == changed


def test_two_folders_of_one_name_are_two_projects(place: Place, tmp_path: Path) -> None:
    first, second = model_project(place, tmp_path / "a" / "churn"), model_project(place, tmp_path / "b" / "churn")
    assert first.id != second.id
    assert first.path != second.path
    assert model_project(place, tmp_path / "a" / "churn") == first
