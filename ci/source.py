"""A model's folder: its specification, and the files that go into its image."""

from pathlib import Path, PurePosixPath

from ci import git
from modelway.errors import InputError
from modelway.spec import ModelSpec, parse_spec

MAX_FILE_BYTES = 50 * 1024 * 1024
LEFT_OUT = frozenset({"data", "model", "tests"})  # at the top only: what a model makes or tests itself with
DOCKERFILE = "Dockerfile"
CACHES = frozenset({"__pycache__", "node_modules", "venv"})


def read_spec(source: Path) -> ModelSpec:
    """Return the specification in model.toml."""
    path = source / "model.toml"
    try:
        return parse_spec(path.read_text())
    except FileNotFoundError as error:
        raise InputError(f"{path} does not exist; write it as model_template/model.toml shows") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from error


def has_dockerfile(source: Path) -> bool:
    """Whether the model brings a Dockerfile, which is then taken as it is."""
    return (source / DOCKERFILE).is_file()


def files(source: Path) -> list[PurePosixPath]:
    """Return the sources, relative and sorted: what git tracks or, outside git, what lies there.

    Hidden files, caches and the top folders data, model and tests are no sources.
    """
    listed = git.tracked(source)
    paths = _lying(source) if listed is None else [PurePosixPath(path) for path in listed]
    return sorted(_fit(source, path) for path in paths if _is_source(path))


def runtime_files(runtime: Path) -> list[PurePosixPath]:
    """Return the Python files that lie in the runtime's folder, relative and sorted."""
    return sorted(_fit(runtime, path) for path in _lying(runtime) if path.suffix == ".py" and _is_source(path))


def forgotten(source: Path) -> list[PurePosixPath]:
    """Return the Python files that are not in the image because nobody has added them to git."""
    if git.tracked(source) is None:
        return []
    paths = [PurePosixPath(path) for path in git.untracked(source)]
    return [path for path in paths if path.suffix == ".py" and _is_source(path)]


def python_files(source: Path) -> list[PurePosixPath]:
    """Return the model's own Python files."""
    return [path for path in files(source) if path.suffix == ".py"]


def _lying(source: Path) -> list[PurePosixPath]:
    return [PurePosixPath(path.relative_to(source).as_posix()) for path in source.rglob("*") if not path.is_dir()]


def _is_source(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part in CACHES for part in path.parts)
    return not hidden and path.parts[0] not in LEFT_OUT


def _fit(source: Path, path: PurePosixPath) -> PurePosixPath:
    """Return the path; a link could carry files from outside, and a large file is data in the wrong place."""
    file = source / path
    if file.is_symlink() or not file.is_file():
        raise InputError(f"{file} is not an ordinary file; replace the link or submodule by the files themselves")
    if (size := file.stat().st_size) > MAX_FILE_BYTES:
        raise InputError(
            f"{file} has {size // 2**20} MB, a source may have {MAX_FILE_BYTES // 2**20}; "
            "keep data in data/, which is uploaded to the bucket, and trained models in model/"
        )
    return path
