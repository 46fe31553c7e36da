"""A file of answers for each lesson with exercises."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType


def lessons() -> dict[str, ModuleType]:
    """Return {"06": the module with its ANSWERS}."""
    files = sorted(Path(__file__).parent.glob("lesson_*.py"))
    return {path.stem[-2:]: importlib.import_module(f"tests.exercises.{path.stem}") for path in files}


def as_it_is(function):
    """Mark a function that is itself the answer; any other would be called with a client, and act on the server."""
    function.as_it_is = True
    return function
