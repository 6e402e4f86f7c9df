"""The model's own inference.py: model_fn, and defaults for what it leaves out."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from modelway_runtime import formats
from modelway_runtime.errors import ProgramError

NAME = "inference"
Body = str | bytes
# A model that calls sys.exit has failed; it must not take the thread or the job along without a word.
FAILURES = (Exception, SystemExit)


@dataclass(frozen=True)
class Program:
    """The four functions of a model."""

    model_fn: Callable[[str], Any]
    input_fn: Callable[[Body, str], Any]
    predict_fn: Callable[[Any, Any], Any]
    output_fn: Callable[[Any, str], Any]


def load_program(folder: Path) -> Program:
    """Import inference.py from the folder; its neighbours can be imported by it."""
    module = _import(folder)
    model_fn = getattr(module, "model_fn", None)
    if model_fn is None:
        raise ProgramError(
            f"{NAME}.py in {folder} has no model_fn; write `def model_fn(model_dir)` that returns the model"
        )
    return Program(
        model_fn=model_fn,
        input_fn=getattr(module, "input_fn", formats.decode),
        predict_fn=getattr(module, "predict_fn", _predict),
        output_fn=getattr(module, "output_fn", formats.encode),
    )


def load_model(program: Program, folder: Path) -> Any:
    """The model, by its own model_fn."""
    try:
        return program.model_fn(str(folder))
    except FAILURES as error:
        raise ProgramError(f"model_fn failed on {folder}: {told(error)}") from error


def told(error: BaseException) -> str:
    """The exception as one line: `ValueError: c is negative`."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _import(folder: Path) -> ModuleType:
    path = folder / f"{NAME}.py"
    if not path.is_file():
        raise ProgramError(f"{NAME}.py is not in {folder}; a model repository has it at its top")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(NAME)
    except FAILURES as error:
        raise ProgramError(f"{path} cannot be imported: {told(error)}") from error


def _predict(data: Any, model: Any) -> Any:
    return model.predict(data)
