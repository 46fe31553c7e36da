"""Lessons on Google Colab and Binder, as far as that can be tried without them: not verified there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from tutorial_lib import notebooks

PROJECT = Path(__file__).resolve().parents[1]
LESSON = PROJECT / "notebooks" / "00_start_here.ipynb"


@pytest.fixture
def lesson():
    return nbformat.read(LESSON, as_version=4)


def test_the_start_cell_is_the_first_code_cell_and_there_once(lesson):
    old = nbformat.from_dict(notebooks.with_start_cell(lesson))
    new = nbformat.from_dict(notebooks.with_start_cell(old, "https://example.org/course.git"))
    first = next(cell for cell in new.cells if cell.cell_type == "code")
    assert '"https://example.org/course.git"' in first.source
    assert sum("Google Colab" in cell.source for cell in new.cells) == 1
    rest = [cell.source for cell in new.cells if cell is not first]
    assert rest == [cell.source for cell in lesson.cells if "Google Colab" not in cell.source]
    assert len(first.source.splitlines()) <= 15  # as test_hygiene wants it


def test_the_start_cell_does_nothing_elsewhere():
    script = f"import os\nhere = os.getcwd()\n{notebooks.START_CELL}\nassert os.getcwd() == here\n"
    clean = {name: value for name, value in os.environ.items() if name != "TRITON_COURSE_COLAB"}
    done = subprocess.run([sys.executable, "-c", script], env=clean, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_lesson_has_it():
    for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb")):
        found = nbformat.read(path, as_version=4).cells[1]
        asks = re.sub(r"repository = .*", "", notebooks.START_CELL.rstrip())  # the owner may have written the address
        assert re.sub(r"repository = .*", "", found.source) == asks, path.name
        assert found.metadata == notebooks.START_METADATA, f"{path.name}: it would fill the reader's screen"


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ("https://github.com/someone/course.git", "https://github.com/someone/course"),
        ("git@github.com:someone/course.git", "https://github.com/someone/course"),
        ("ssh://git@gitlab.com/a/group/course", "https://gitlab.com/a/group/course"),
        ("https://user:secret@github.com/someone/course", ""),
        ("https://git.example.org/course", ""),
        ("/srv/course", ""),
        (None, ""),
    ],
)
def test_the_launch_buttons_follow_the_origin(tmp_path, origin, address):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    if origin:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", origin], check=True)
    assert notebooks.public_address(tmp_path) == address


RUN = """
import sys, nbformat
from nbclient import NotebookClient
book = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(book, timeout=300, iopub_timeout=60, kernel_name="python3").execute()
nbformat.write(book, sys.argv[1])
"""


@pytest.mark.slow
@pytest.mark.live
def test_a_lesson_runs_where_only_the_start_cell_has_brought_the_course(tmp_path, lesson):
    """A virtual environment with the packages but not the course, a folder that is no checkout, a git repository."""
    if not (shutil.which("git") and (PROJECT / ".git").exists()):
        pytest.skip("needs git and a clone of the project")
    venv, home, elsewhere = tmp_path / "venv", tmp_path / "content", tmp_path / "elsewhere"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (site,) = (venv / "lib").glob("python3*/site-packages")
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "packages.pth").write_text(packages)  # its own .pth files, and with them the course, do not come along
    home.mkdir()
    elsewhere.mkdir()
    python = venv / "bin" / "python"
    blind = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRITON_COURSE"))}
    blind |= notebooks.ENVIRONMENT | {"JUPYTER_PATH": "", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    run = {"cwd": elsewhere, "capture_output": True, "text": True, "check": False}
    missing = subprocess.run([python, "-c", "import tutorial_lib"], env=blind, **run)
    assert "ModuleNotFoundError" in missing.stderr

    book = nbformat.from_dict(notebooks.with_start_cell(lesson))
    colab = blind | {"TRITON_COURSE_COLAB": str(home)}
    first = next(cell for cell in book.cells if cell.cell_type == "code")
    done = subprocess.run([python, "-c", first.source], env=colab, input=f"{PROJECT.as_uri()}\n", **run)
    assert (done.returncode, done.stdout.count("The session starts again")) == (-9, 1), done.stderr
    nbformat.write(book, elsewhere / "lesson.ipynb")
    done = subprocess.run([python, "-c", RUN, "lesson.ipynb"], env=colab, **run)
    assert done.returncode == 0, done.stderr
    now = nbformat.read(elsewhere / "lesson.ipynb", as_version=4)
    notebooks.normalise(now)
    cells = [cell for cell in now.cells if cell.cell_type == "code"]
    assert cells[0].outputs == []
    stored = {cell.source: cell for cell in lesson.cells if cell.cell_type == "code"}
    for cell in cells[1:]:
        if "nbval-ignore-output" not in cell.metadata.get("tags", []):
            assert cell.outputs == stored[cell.source].outputs, cell.source
    ran = subprocess.run([python, "-c", "import tutorial_lib; print(tutorial_lib.__file__)"], env=colab, **run)
    assert ran.stdout.startswith(str(home)), "the clone's, not this checkout's"


def test_binder_has_what_it_needs():
    folder = PROJECT / ".binder"
    conda = yaml.safe_load((folder / "environment.yml").read_text())
    assert conda["dependencies"] == ["python=3.11", "pip"]
    assert (folder / "apt.txt").read_text().split() == ["curl", "openssl"]
    assert os.access(folder / "postBuild", os.X_OK)
    assert subprocess.run(["bash", "-n", folder / "postBuild"], check=False).returncode == 0
