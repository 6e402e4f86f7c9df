"""`check`: what is wrong with a model, before anything is built."""

import ast
from pathlib import Path

import click

from ci import lint, options
from ci.source import forgotten, has_dockerfile, python_files, read_spec
from modelway.errors import InputError


@click.command("check")
@options.source
def command(source: Path) -> None:
    """Check model.toml, train.py and inference.py without running them."""
    spec = read_spec(source)
    if not has_dockerfile(source):  # whose image may be started by any programs
        require_programs(source)
    found = lint.findings(source, python_files(source))
    for finding in found:
        click.echo(str(finding))
    for path in forgotten(source):
        click.echo(f"{path}: not in git, so not in the image; add it with `git add {path}`", err=True)
    if found:
        raise InputError(
            f"{spec.id} has {len(found)} findings; mend them, or write `# pylint: disable=…` and the reason"
        )
    click.echo(f"{spec.id}: model.toml and {len(python_files(source))} Python files are in order")


def require_programs(source: Path) -> None:
    """Raise InputError unless there are a train.py and an inference.py that defines model_fn."""
    if not (source / "train.py").is_file():
        raise InputError(f"{source / 'train.py'} does not exist; write the training there, see model_template/train.py")
    path = source / "inference.py"
    if not path.is_file():
        raise InputError(f"{path} does not exist; define model_fn(model_dir) there, see model_template/inference.py")
    if "model_fn" not in _top_level_names(path):
        raise InputError(f"{path} defines no model_fn; add model_fn(model_dir), which returns the loaded model")


def _top_level_names(path: Path) -> set[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{path} is not Python: {error}; mend the line") from error
    return {name for node in tree.body for name in _names(node)}


def _names(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.ImportFrom(names=names):
            return [alias.asname or alias.name for alias in names]
    return []
