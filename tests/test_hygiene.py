"""Notebooks that can be compared and pasted, rooms with documented doors, and a library that starts without torch."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import tutorial_lib
from tutorial_lib import notebooks

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "notebooks"
NOTEBOOKS = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
LESSONS = [path for path in NOTEBOOKS if path.parent == FOLDER]
TAGS = {"raises-exception", "nbval-ignore-output", "nbval-skip", "remove-cell"}
MACHINE = re.compile(
    rf"/(home|root|tmp|work|Users|mnt|opt|srv|var|usr)/|\b[A-Z]:\\|site-packages|{re.escape(str(Path.home()))}/"
)
FORBIDDEN_TYPES = {"image/svg+xml", "text/html", "application/json", "application/vnd.jupyter.widget-view+json"}
LONG, TOO_LONG = 15, 30  # lines of a cell: rarely more than the first, never more than the second

ROOMS = list(tutorial_lib.__all__)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.relative_to(FOLDER).with_suffix("").as_posix())
def notebook(request):
    book = nbformat.read(request.param, as_version=nbformat.NO_CONVERT)
    book.path = request.param  # only for messages; this copy is never written
    return book


def code(book) -> list:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def tags(cell) -> set[str]:
    return set(cell.metadata.get("tags", []))


def text_of(output) -> str:
    data = output.get("data", {})
    parts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    return "\n".join([*parts, *(str(value) for kind, value in data.items() if not kind.startswith("image/"))])


# ------------------------------------------------------------------------------------------------------- notebooks


def test_the_first_lessons_exist():
    assert [path.name[:2] for path in LESSONS][:4] == ["00", "01", "02", "03"]
    assert all(re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", path.name) for path in LESSONS), "NN_topic.ipynb"


def test_outputs_are_stored_and_numbered(notebook):
    """nbval does not compare a cell that has neither a count nor an output."""
    counts = [cell.execution_count for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1)), (
        f"re-run it: python -m tutorial_lib notebooks {notebook.path.stem}"
    )
    assert all(cell.source.strip() for cell in notebook.cells), "an empty cell"


def test_it_is_in_the_form_that_a_rerun_writes(notebook):
    path = notebook.pop("path")
    text = path.read_text(encoding="utf-8")
    nbformat.validate(notebook)
    notebooks.normalise(notebook)
    assert nbformat.writes(notebook).rstrip("\n") == text.rstrip("\n"), (
        f"try: python -m tutorial_lib notebooks {path.stem}"
    )
    assert notebook.metadata.kernelspec.name == "python3"


def test_it_holds_no_times_and_no_id_twice(notebook):
    for cell in notebook.cells:
        if cell.metadata != notebooks.START_METADATA:
            assert set(cell.metadata) <= {"tags"}, "metadata such as the time of execution changes on every run"
    assert "widgets" not in notebook.metadata
    ids = [cell["id"] for cell in json.loads(notebook.path.read_text(encoding="utf-8"))["cells"]]  # nbformat mends them
    assert len(set(ids)) == len(ids)


def test_drawings_and_snippets_do_not_wrap(notebook):
    """JupyterLab breaks lines of a fenced block that its window does not hold: 84 letters on a laptop."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and notebook.path in LESSONS:
            for block in re.findall(r"```\w*\n(.*?)```", cell.source, re.DOTALL):
                assert max(map(len, block.splitlines())) <= 84, block


def test_errors_are_there_on_purpose(notebook):
    for cell in code(notebook):
        failed = any(output.output_type == "error" for output in cell.outputs)
        assert failed == ("raises-exception" in tags(cell)), f"cell [{cell.execution_count}]: error and tag go together"
        assert not [output for output in cell.outputs if output.get("name") == "stderr"], (
            f"cell [{cell.execution_count}] prints to stderr: {cell.outputs}"
        )


def test_outputs_name_no_machine_and_need_no_browser(notebook):
    for cell in code(notebook):
        for output in cell.outputs:
            found = MACHINE.search(text_of(output))
            assert not found, f"cell [{cell.execution_count}] prints a path of one machine: {found[0]!r}"
            assert not FORBIDDEN_TYPES & set(output.get("data", {})), (
                f"cell [{cell.execution_count}]: text, PNG and JPEG only"
            )


def test_every_picture_says_in_words_what_it_shows(notebook):
    """In an alternative text for pages, and, for JupyterLab, which does not read that, in a line below a plot."""
    for cell in code(notebook):
        for number, output in enumerate(cell.outputs):
            for kind in [kind for kind in output.get("data", {}) if kind.startswith("image/")]:
                alt = output.metadata.get(kind, {}).get("alt", "")
                assert alt.strip(), f"cell [{cell.execution_count}]: try show.picture(figure, alt=...)"
                if kind == "image/png":
                    words = " ".join(text_of(following) for following in cell.outputs[number + 1 :])
                    assert " ".join(alt.split()) in " ".join(words.split()), f"cell [{cell.execution_count}]: {alt}"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"!\[\s*\]\(|<img\b(?![^>]*\balt=[\"'][^\"'])", cell.source), cell.source


def test_cells_are_short_and_plain(notebook):
    lengths = {cell.execution_count: len(cell.source.strip().splitlines()) for cell in code(notebook)}
    long = {count: lines for count, lines in lengths.items() if lines > LONG}
    assert max(lengths.values()) <= TOO_LONG, long
    assert len(long) <= max(1, len(lengths) // 10), f"cell: lines {long}"
    for cell in code(notebook):
        assert not re.search(r"^\s*!", cell.source, re.MULTILINE), "a shell command belongs in a %%bash cell"
        assert "asyncio.run(" not in cell.source, "await works in a cell, asyncio.run does not"


def test_it_begins_with_a_title_and_ends_with_a_recap_and_a_stopped_server(notebook):
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    headings = re.findall(r"^## +(.*)$", prose, re.MULTILINE)
    if notebook.path in LESSONS:  # a solution has none
        assert any("recap" in heading.lower() for heading in headings[-2:]), headings
    if any(re.search(r"\bserve\(", cell.source) for cell in code(notebook)):
        assert ".stop()" in code(notebook)[-1].source, "the last cell stops the server"


def test_every_relaxed_comparison_has_its_reason():
    """In notebooks/README.md, one table: | notebook | cell | tag | reason |, cell being the number in its brackets."""
    row = r"^\| *`?(\d\d_\w+)(?:\.ipynb)?`? *\| *(\d+) *\| *`?(nbval-[\w-]+)`? *\| *(\S.*?) *\|$"
    given = re.findall(row, (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    used = []
    for path in NOTEBOOKS:
        for cell in code(nbformat.read(path, as_version=4)):
            assert tags(cell) <= TAGS, f"{path.name} [{cell.execution_count}] has unknown tags {tags(cell) - TAGS}"
            left = sorted(tags(cell) - {"raises-exception", "remove-cell"})
            used += [(path.stem, str(cell.execution_count), tag) for tag in left]
    assert sorted(line[:3] for line in given) == sorted(used)


def test_the_course_map_lists_every_lesson_in_reading_order():
    links = re.findall(r"\]\((\d\d_\w+\.ipynb)\)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    assert list(dict.fromkeys(links)) == [path.name for path in LESSONS]


def test_pictures_are_attributed():
    attribution = (FOLDER / "images" / "ATTRIBUTION.md").read_text(encoding="utf-8")
    pictures = [path.name for path in (FOLDER / "images").iterdir() if path.suffix in (".jpg", ".jpeg", ".png")]
    assert [name for name in pictures if name not in attribution] == []


# ------------------------------------------------------------------------------------------------------------- doors


def order(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then functions: the order that ruff keeps."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", ROOMS)
def test_public_names_are_sorted_complete_and_documented(name):
    module = importlib.import_module(f"tutorial_lib.{name}")
    assert module.__doc__, name
    assert list(module.__all__) == sorted(module.__all__, key=order)
    own = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
    }
    assert own <= set(module.__all__), "public by its name, so list it in __all__, or begin it with an underscore"
    for key in module.__all__:
        value = getattr(module, key)
        if inspect.isfunction(value) or inspect.isclass(value):
            assert_documented(f"{name}.{key}", value)


def assert_documented(name: str, value: object) -> None:
    assert inspect.getdoc(value), f"{name} has no docstring"
    if inspect.isfunction(value):
        signature = inspect.signature(value)
        hints = [parameter.annotation for key, parameter in signature.parameters.items() if key != "self"]
        assert inspect.Signature.empty not in [*hints, signature.return_annotation], f"{name} lacks a type hint"
    elif inspect.isclass(value) and not issubclass(value, Exception):
        for key, member in vars(value).items():
            member = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
            if not key.startswith("_") and inspect.isfunction(member):
                assert_documented(f"{name}.{key}", member)


def test_the_package_names_its_rooms():
    assert sorted(ROOMS) == ROOMS
    assert all(f"`tutorial_lib.{room}`" in tutorial_lib.__doc__ for room in ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_do_not_import_each_other(room):
    folder, file = PROJECT / "tutorial_lib" / room, PROJECT / "tutorial_lib" / f"{room}.py"
    for path in [file] if file.exists() else folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                up = node.level - (path.parent == folder)  # `from . import x` inside a room's folder stays inside
                start = "tutorial_lib." if up > 0 else "" if not node.level else f"tutorial_lib.{room}."
                base = f"{start}{node.module or ''}".rstrip(".")
                names = [f"{base}.{alias.name}" for alias in node.names]
            others = [
                name
                for name in names
                for other in ROOMS
                if other != room and f"{name}.".startswith(f"tutorial_lib.{other}.")
            ]
            assert not others, f"{path.name} imports {others}: only __main__ joins rooms"


def test_a_reader_with_a_remote_server_needs_no_torch():
    script = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers", "tokenizers", "matplotlib"):
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
import tutorial_lib
from tutorial_lib import client, doctor, server, show

client.TritonClient("localhost:1").close()
show.table([("works", 1)])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("works  1\n", "")


# ------------------------------------------------------------------------------------------------------ literal files


def test_model_files_are_short_enough_to_read():
    lengths = {path: len(path.read_text().splitlines()) for path in PROJECT.glob("model_repository/*/*/model.py")}
    assert len(lengths) >= 30
    limits = {"sentiment": 73}  # a whole service in one file
    too_long = {path.parts[-3]: lines for path, lines in lengths.items() if lines > limits.get(path.parts[-3], 60)}
    assert too_long == {}


def test_models_that_differ_only_in_their_config_have_the_same_code():
    names = ("slow_echo", "one_at_a_time", "priority_order", "short_queue", "two_instances")
    assert len({(PROJECT / "model_repository" / name / "1" / "model.py").read_bytes() for name in names}) == 1
    labels = [PROJECT / "model_repository" / f"resnet_{step}" / "labels.txt" for step in ("model", "postprocessor")]
    assert len({path.read_bytes() for path in labels}) == 1


@pytest.mark.parametrize("words", ["check", "format --check"])
def test_one_style_for_code_and_notebooks(words):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *words.split(), "."], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + "\nTry: .venv/bin/ruff check --fix . && .venv/bin/ruff format ."
