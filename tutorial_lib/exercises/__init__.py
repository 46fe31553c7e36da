"""The exercise room: check("05.3", answer), hint("05.3"), solution("05.3"), progress().

Each lesson has a file with its exercises (`lesson_05.py`). A check asks the lesson's own server what is true (is the
model loaded? did the batch form?) or tries the answer on it; it never looks at how the answer is written.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "Exercise",
    "ExerciseError",
    "NotYetError",
    "check",
    "exercises",
    "hint",
    "judge",
    "progress",
    "reset",
    "solution",
]

KINDS = {"predict": "what will the server answer?", "write": "write it yourself", "repair": "find what is broken"}
PROJECT = Path(__file__).resolve().parents[2]


class ExerciseError(ValueError):
    """There is no such exercise; the message lists the ones that exist."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook, show the message instead of a page of this library's code (IPython's own hook)."""
        return [f"{type(self).__name__}: {self}"]


class NotYetError(Exception):
    """The answer is not right yet; the message says what was found and why it matters."""


@dataclass(frozen=True)
class Exercise:
    """One exercise. `check(answer)` raises NotYetError or returns; `why` is the point to remember."""

    key: str  # "05.3": the third exercise of lesson 05
    kind: str  # "predict", "write" or "repair"
    title: str
    check: Callable[[Any], None]
    hints: tuple[str, str]  # where to look; then almost the answer
    solution: str  # code that ends in check(key, ...), as a cell of the solutions' notebook
    why: str
    live: bool = False  # check("05.3") takes no answer: the check looks at the state of the lesson's server


def check(key: str, answer: Any = ...) -> None:
    """Print in one line whether `answer` is right: passed, not yet (what was found), or not attempted (`...`, None)."""
    state, line = judge(key, answer)
    if state != "not attempted":
        with contextlib.suppress(OSError):  # nowhere to write, or a full disk: the answer still counts
            _note(key, state)
    print(f"{key} {state}: {line}")


def judge(key: str, answer: Any = ...) -> tuple[str, str]:
    """Return ("passed", "not yet" or "not attempted", one line) and record nothing. Raises ExerciseError."""
    exercise = _find(key)
    if not exercise.live and (answer is ... or answer is None):
        return "not attempted", f'put your answer in place of the dots; hint("{key}") helps'
    try:
        exercise.check(answer)
    except NotYetError as error:
        return "not yet", _one_line(error)
    except ConnectionError as error:
        return "not yet", f"no server answers ({_one_line(error)}): run the cells of this lesson from the top"
    except Exception as error:  # the answer's own code, or an answer of an unexpected kind
        return "not yet", f"your answer raised {type(error).__name__}: {_one_line(error)}"
    return "passed", exercise.why


def hint(key: str) -> None:
    """Print where to look; the second time, almost the answer."""
    exercise = _find(key)
    level = min(_hints_given.get(key, 0), 1)
    _hints_given[key] = level + 1
    more = "" if level else f'   (for the second hint: hint("{key}"))'
    print(f"{key} hint {level + 1} of 2: {exercise.hints[level]}{more}")


def solution(key: str) -> None:
    """Print one right answer, and why it is right."""
    exercise = _find(key)
    print(f"{exercise.solution}\n\n# {exercise.why}")


def exercises(lesson: str = "") -> list[Exercise]:
    """Return the exercises of a lesson ("05"), or all of them, in order."""
    found = []
    for path in sorted(Path(__file__).parent.glob("lesson_*.py")):
        if path.stem.endswith(lesson):
            found += importlib.import_module(f"{__name__}.{path.stem}").EXERCISES
    return found


def progress(as_json: bool = False) -> None:
    """Print which exercises are passed, lesson by lesson; `as_json` for programs: {key: {state, tries, at}}."""
    noted = _read()
    if as_json:
        print(json.dumps(noted, indent=1))
        return
    lessons: dict[str, list[str]] = {}
    for exercise in exercises():
        state = noted.get(exercise.key, {}).get("state", "")
        lessons.setdefault(exercise.key[:2], []).append({"passed": "x", "not yet": "/"}.get(state, "."))
    total = sum(len(states) for states in lessons.values())
    passed = sum(states.count("x") for states in lessons.values())
    for lesson, states in lessons.items():
        print(f"lesson {lesson}  {' '.join(states)}   {states.count('x')} of {len(states)}")
    print(f"{passed} of {total} exercises passed   (x passed, / tried, . open)")


def reset() -> None:
    """Forget all progress."""
    _file().unlink(missing_ok=True)


_hints_given: dict[str, int] = {}  # in this session


def _find(key: str) -> Exercise:
    lesson = str(key).partition(".")[0]
    known = exercises(lesson) if lesson.isdigit() and len(lesson) == 2 else []
    for exercise in known:
        if exercise.key == key:
            return exercise
    there = ", ".join(exercise.key for exercise in known) or ", ".join(e.key for e in exercises())
    raise ExerciseError(f"no exercise {key!r}. Found: {there}")


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]


def _file() -> Path:
    """Return where progress is kept: the project's `.progress.json`, or TRITON_COURSE_PROGRESS (for the tests)."""
    return Path(os.environ.get("TRITON_COURSE_PROGRESS") or PROJECT / ".progress.json")


def _read() -> dict[str, dict]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
        return {key: entry for key, entry in found.items() if isinstance(entry, dict)}
    except (OSError, ValueError, AttributeError):  # no file yet, or somebody edited it
        return {}


def _note(key: str, state: str) -> None:
    """Remember an attempt; an exercise once passed stays passed."""
    with _locked():
        noted = _read()
        before = noted.get(key, {})
        if before.get("state") == "passed":
            return
        now = time.strftime("%Y-%m-%dT%H:%M:%S")
        noted[key] = {"state": state, "tries": before.get("tries", 0) + 1, "at": now}
        copy = _file().with_name(f"{_file().name}.tmp")
        copy.write_text(json.dumps(dict(sorted(noted.items())), indent=1) + "\n", encoding="utf-8")
        os.replace(copy, _file())


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """Let one notebook write at a time; a folder that cannot be written to is no reason to stop a lesson."""
    try:
        file = open(_file().with_name(f"{_file().name}.lock"), "a")  # noqa: SIM115
    except OSError:
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
