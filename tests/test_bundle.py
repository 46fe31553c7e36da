"""The archive of `make bundle`: installed in a network without a route, where it must serve and predict."""

from __future__ import annotations

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
    assert not [name for name in inside if name.startswith((".git/", ".venv", ".build", ".progress"))]
    assert all(name.partition("/")[0] == "triton-course" for name in names)
    assert [name for name in inside if name.startswith("wheels/torch-")]


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
