"""The archive of `make bundle`: installed in a network without a route, where it must serve and predict."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests import lane

PROJECT = Path(__file__).resolve().parents[1]
BUNDLE = PROJECT / ".build" / "triton-course-bundle.tar"


@pytest.fixture(scope="module")
def bundle():
    """The archive, where the run asks for it: installing 450 MB takes minutes."""
    if os.environ.get("TEST_BUNDLE") != "yes":
        pytest.skip("installs some 450 MB: only with make test-all, or TEST_BUNDLE=yes after make bundle")
    if not BUNDLE.exists():
        pytest.skip("there is no bundle to install (make bundle)")
    if reason := lane.possible():
        pytest.skip(f"this machine allows no network of its own ({reason})")
    return BUNDLE


def test_it_holds_the_course_and_nobodys_own_files(bundle):
    with tarfile.open(bundle) as archive:
        names = archive.getnames()
    inside = {name.partition("/")[2] for name in names}
    assert {
        "install.sh",
        "Makefile",
        "notebooks/00_start_here.ipynb",
        "model_repository/sentiment/1/model.pt",
    } <= inside
    private = (".git/", ".venv", ".build", ".progress", ".hypothesis", ".env")
    assert not [name for name in inside if name.startswith(private)]
    assert all(name.partition("/")[0] == "triton-course" for name in names)
    assert [name for name in inside if name.startswith("wheels/torch-")]


@pytest.mark.parametrize("with_git", [True, False], ids=["git", "no git"])
def test_private_files_and_those_of_tools_stay_at_home(tmp_path, with_git):
    if with_git and shutil.which("git") is None:
        pytest.skip("git is not installed (sudo apt-get install git)")
    spec = importlib.util.spec_from_file_location("bundle", PROJECT / "deploy" / "bundle.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    project = tmp_path / "project"
    course = ["README.md", "notebooks/00.ipynb", "model_repository/m/config.pbtxt"]
    weights = ["model_repository/m/1/model.pt", "model_repository/m/1/tokenizer.json"]
    private = [
        ".env",
        ".hypothesis/unicode/x",
        ".progress.json",
        ".venv/x",
        ".build/x",
        "tutorial_lib/__pycache__/x.pyc",
    ]
    for name in (*course, *weights, *private):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(name)
    (project / "README.md").chmod(0o755)
    if with_git:
        private.append("notes.txt")  # names alone cannot tell
        (project / "notes.txt").write_text("mine")
        (project / "gone.txt").write_text("deleted since")
        subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
        subprocess.run(["git", "add", *course, "gone.txt"], cwd=project, check=True)
        (project / "gone.txt").unlink()
    maker.copy(project, tmp_path / "copy")
    found = {str(path.relative_to(tmp_path / "copy")) for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert found == {*course, *weights}
    assert os.access(tmp_path / "copy" / "README.md", os.X_OK)


@pytest.mark.slow
@pytest.mark.live
def test_it_installs_and_serves_without_a_network(bundle, tmp_path):
    with tarfile.open(bundle) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / "triton-course"
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_", "TRITON_", "PYTEST"))
    }
    clean |= {"PYTHON": getattr(sys, "_base_executable", sys.executable), "HOME": str(tmp_path)}
    script = (
        "import socket, subprocess, sys\n"
        "try:\n    socket.create_connection(('192.0.2.1', 443), timeout=2)\n    sys.exit('there is a route')\n"
        "except OSError:\n    pass\n"
        "for words in (['sh', 'install.sh'], ['.venv/bin/python', '-m', 'tutorial_lib', 'tour']):\n"
        "    subprocess.run(words, check=True)\n"
    )
    command = [sys.executable, lane.__file__, "-c", script]
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, timeout=560, check=False)
    shutil.rmtree(folder)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "5 stars" in done.stdout
    assert "a first inference" in done.stdout
