"""The Airflow parts that our files import: a DAG that uses them cannot be cheaper than these."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path


def airflow_imports(files: Iterable[Path]) -> list[str]:
    """The import statements that name Airflow or a provider, each once, in the order of the files."""
    statements = (ast.unparse(node) for file in files for node in _imports(ast.parse(file.read_bytes())))
    return list(dict.fromkeys(statements))


def _imports(tree: ast.Module) -> Iterator[ast.stmt]:
    """Those that run when the file is imported; what stands below `if TYPE_CHECKING` does not."""
    for node in tree.body:
        match node:
            case ast.ImportFrom(module=str(module), level=0) if _is_airflow(module):
                yield node
            case ast.Import(names=names) if all(_is_airflow(alias.name) for alias in names):
                yield node


def _is_airflow(module: str) -> bool:
    return module.partition(".")[0] == "airflow"
