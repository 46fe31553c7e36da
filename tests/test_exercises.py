"""Every exercise from both sides: right answers of different kinds pass, wrong ones get the message they need."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
import tritonclient.http as httpclient

from tests.exercises import lessons
from tests.waiting import crashed
from tutorial_lib import exercises, notebooks
from tutorial_lib.exercises import asking
from tutorial_lib.server import serve

ALL = exercises.exercises()
KEYS = [exercise.key for exercise in ALL]
ANSWERS = {key: (module, answers) for module in lessons().values() for key, answers in module.ANSWERS.items()}
NOTEBOOKS = {path.name[:2]: path for path in sorted(notebooks.FOLDER.glob("[0-9]*.ipynb"))}


class Servers(contextlib.ExitStack):
    """The server of the lesson that is tested now: one at a time, because its exercises have the lesson's own ports."""

    module = server = client = None

    def client_of(self, module: ModuleType) -> httpclient.InferenceServerClient:
        if module is not self.module:
            self.end()
            self.server = self.enter_context(serve(**getattr(module, "SERVER", {})))
            self.client = self.enter_context(httpclient.InferenceServerClient("localhost:8000"))
            self.module = module
        return self.client

    def end(self) -> None:
        self.module = None
        self.close()


@pytest.fixture(scope="module")
def servers(built):
    with Servers() as holder:
        yield holder


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("TRITON_COURSE_PROGRESS", str(tmp_path / "progress.json"))
    exercises._hints_given.clear()


def cases() -> list:
    """Lesson by lesson, and first what nobody did anything for: after a right answer the server is another one."""
    found = [
        pytest.param(module, key, side, answer, id=f"{key}-{side}-{number}")
        for key, (module, answers) in ANSWERS.items()
        for side in ("none", "right", "wrong")
        for number, answer in enumerate(answers.get(side, [None]), 1)
    ]
    return sorted(found, key=lambda case: (case.values[1][:2], case.values[2] != "none"))


@pytest.mark.live
@pytest.mark.parametrize(("module", "key", "side", "answer"), cases())
def test_answer(servers, module, key, side, answer, request):
    try:
        CHECKS[side](key, answer, servers.client_of(module))
    except Exception:
        again = crashed(servers.server, request.node.name)
        if servers.server and not servers.server.alive():
            servers.end()  # the other answers get a new one in any case
        if not again:
            raise
        CHECKS[side](key, answer, servers.client_of(module))


def given(answer, client):
    """A function of the answers' file acts on the live server first; a learner's own function is marked `as_it_is`."""
    return answer(client) if callable(answer) and not hasattr(answer, "as_it_is") else answer


def no_answer_never_passes(key, _answer, _client):
    """Nor does nonsense."""
    for answer in (..., None):
        assert exercises.judge(key, answer)[0] == ("not yet" if exercises._find(key).live else "not attempted")
    for answer in ("", 0, False, [], {}, object()):
        assert exercises.judge(key, answer)[0] == "not yet", answer


def a_right_answer_passes(key, answer, client):
    state, line = exercises.judge(key, given(answer, client))
    assert (state, line) == ("passed", exercises._find(key).why)


def a_wrong_answer_is_told_what_is_wrong(key, answer, client):
    answer, fragment = answer
    before = set(os.listdir("/dev/shm"))
    state, line = exercises.judge(key, given(answer, client))
    assert state == "not yet"
    left = {name for name in set(os.listdir("/dev/shm")) - before if not name.startswith("triton_")}
    assert left == set()  # what one try leaves would decide the next
    assert fragment in line
    assert "\n" not in line
    assert "your answer raised" not in line or "raised" in fragment  # a check that stumbles teaches nothing


CHECKS = {
    "none": no_answer_never_passes,
    "right": a_right_answer_passes,
    "wrong": a_wrong_answer_is_told_what_is_wrong,
}


def test_every_exercise_is_tested_from_both_sides():
    assert sorted(ANSWERS) == sorted(KEYS)
    for key, (_, answers) in ANSWERS.items():
        assert len(answers["right"]) >= 2, key
        assert len(answers["wrong"]) >= 3, key


def test_every_exercise_is_whole_and_in_its_lesson():
    assert len(KEYS) == len(set(KEYS))
    for exercise in ALL:
        assert exercise.kind in exercises.KINDS
        assert len(exercise.hints) == 2
        assert exercise.solution.rstrip().splitlines()[-1].startswith(f'check("{exercise.key}"')
        assert all(text.strip() and "\n" not in text for text in (exercise.title, exercise.why, *exercise.hints))
        cells = nbformat.read(NOTEBOOKS[exercise.key[:2]], as_version=4).cells
        (stub,) = [cell for cell in cells if f'check("{exercise.key}"' in cell.source]
        (task,) = [cell for cell in cells if cell.source.startswith(f"**{exercise.key} ")]
        assert task.source.startswith(f"**{exercise.key} {exercise.kind.capitalize()}: {exercise.title}**")
        assert f"{exercise.key} {'not yet' if exercise.live else 'not attempted'}: " in str(stub.outputs)


def test_solutions_are_made_from_the_lessons():
    """Run `make notebooks ARGS=...` after a change; the solutions' notebooks are executed as the lessons are."""
    solutions = {exercise.key: exercise.solution for exercise in ALL}
    found = {path.name[:2]: path for path in (notebooks.FOLDER / "solutions").glob("*.ipynb")}
    for lesson, path in NOTEBOOKS.items():
        wanted = notebooks.with_solutions(nbformat.read(path, as_version=4), solutions)
        assert (wanted is None) == (lesson not in found)
        if wanted:
            stored = nbformat.read(found[lesson], as_version=4)
            assert [cell.source for cell in stored.cells] == [cell.source for cell in wanted.cells]
            printed = "".join(output.get("text", "") for cell in stored.cells for output in cell.get("outputs", []))
            for key in (key for key in KEYS if key.startswith(lesson)):
                assert f"{key} passed: " in printed


def test_check_hint_and_solution_speak_in_lines(capsys):
    key = KEYS[0]
    exercises.check(key)
    assert (
        capsys.readouterr().out == f'{key} not attempted: put your answer in place of the dots; hint("{key}") helps\n'
    )
    for number in (1, 2, 2):
        exercises.hint(key)
        assert capsys.readouterr().out.startswith(f"{key} hint {number} of 2: ")
    exercises.solution(key)
    assert capsys.readouterr().out == f"{ALL[0].solution}\n\n# {ALL[0].why}\n"
    with pytest.raises(exercises.ExerciseError, match=r"no exercise '06.99'. Found: 06.1, "):
        exercises.check("06.99", 1)
    with pytest.raises(exercises.ExerciseError, match="no exercise 'six'"):
        exercises.hint("six")


def test_without_a_server_it_says_so(monkeypatch):
    monkeypatch.setattr(asking, "HTTP", "localhost:9")  # nobody listens there, whatever lesson's server still runs
    state, line = exercises.judge("06.3")
    assert state == "not yet"
    assert "no server answers" in line
    assert "run the cells of this lesson" in line


@pytest.mark.live
def test_without_a_server_no_right_answer_is_blamed(servers):
    servers.end()
    for key, (_, answers) in ANSWERS.items():
        right = [answer for answer in answers["right"] if not callable(answer) or hasattr(answer, "as_it_is")]
        for answer in right or [...]:
            state, line = exercises.judge(key, answer)
            assert state == "passed" or "no server answers" in line, (key, line)


def command(*words: str) -> str:
    line = [sys.executable, "-m", "tutorial_lib", "progress", *words]
    return subprocess.run(line, env=os.environ, capture_output=True, text=True, check=True).stdout


def test_progress_is_kept_shown_and_forgotten(capsys):
    file = Path(os.environ["TRITON_COURSE_PROGRESS"])
    exercises.check("24.1", 0.6)
    exercises.check("24.1", 0.4)
    exercises.check("24.1", 0.6)  # once passed stays passed
    noted = json.loads(file.read_text())
    assert (noted["24.1"]["state"], noted["24.1"]["tries"]) == ("passed", 2)
    assert f"1 of {len(KEYS)} exercises passed" in command()
    assert "lesson 24  x ." in command()
    assert json.loads(command("--json")) == noted
    assert f"0 of {len(KEYS)} exercises passed" in command("--reset")
    assert not file.exists()
    for text in "no JSON", "[]", '{"24.1": 3}':
        file.write_text(text)
        assert f"0 of {len(KEYS)} exercises passed" in command()


def test_an_answer_is_judged_where_no_progress_can_be_kept(monkeypatch, capsys):
    monkeypatch.setenv("TRITON_COURSE_PROGRESS", "/proc/nowhere/progress.json")
    exercises.check("24.1", 0.4)
    assert capsys.readouterr().out.startswith("24.1 passed: ")
    monkeypatch.setenv("TRITON_COURSE_PROGRESS", "/dev/full/progress.json")  # a file where a folder is expected
    exercises.check("24.1", 0.6)
    assert capsys.readouterr().out.startswith("24.1 not yet: ")


def test_many_notebooks_note_their_progress_at_once():
    code = "from tutorial_lib import exercises; import sys; exercises._note(sys.argv[1], 'passed')"
    started = [subprocess.Popen([sys.executable, "-c", code, f"x.{n}"]) for n in range(8)]
    assert [process.wait() for process in started] == [0] * 8
    assert len(exercises._read()) == 8


def test_there_are_enough_of_each_kind():
    kinds = Counter(exercise.kind for exercise in ALL)
    assert sum(kinds.values()) >= 45
    assert min(kinds[kind] for kind in exercises.KINDS) >= 8
