"""What tests and notebooks share: one environment, classroom weights, and real Triton servers."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest

from tutorial_lib import coverage, models, notebooks
from tutorial_lib.server import serve

os.environ.update(notebooks.ENVIRONMENT)  # before anything imports gRPC; the notebooks' kernels inherit it

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as `make test &` in a script: children would be deaf to Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

PROJECT = Path(__file__).resolve().parent
GUIDE_MODELS = ["linear_regression_model", "resnet_ensemble", "sentiment"]  # the ensemble brings resnet_model


def pytest_configure(config):
    """Let the notebooks' kernels record which calls they make, for tests/test_coverage.py."""
    folder = Path(tempfile.mkdtemp(prefix="triton-course-record-"))
    (folder / "ipython" / "profile_default").mkdir(parents=True)
    setting = 'c.InteractiveShellApp.extensions = ["tutorial_lib.coverage"]\n'
    (folder / "ipython" / "profile_default" / "ipython_kernel_config.py").write_text(setting)
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    os.environ[coverage.FOLDER_VARIABLE] = str(folder / "record")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))


def pytest_collection_modifyitems(items):
    """What the notebooks used is known when they have run: its tests come last. Without curl its cells cannot run."""
    items.sort(key=lambda item: Path(item.path).name == "test_coverage.py")
    for program in ("curl", "openssl"):
        if shutil.which(program) is None:
            lessons = [path for path in (PROJECT / "notebooks").glob("*.ipynb") if f"{program} " in path.read_text()]
            skip = pytest.mark.skip(reason=f"{program} is not installed (sudo apt-get install {program})")
            for item in items:
                if Path(item.path) in lessons:
                    item.add_marker(skip)


def pytest_collection_finish(session):
    """Build before the first notebook runs: fixtures do not reach its cells, and training prints a progress bar."""
    if any(Path(item.path).suffix == ".ipynb" for item in session.items) and not session.config.option.collectonly:
        writer = session.config.get_terminal_writer()
        writer.line("building the models' classroom weights (two to three minutes the first time)")
        _build()


def _build():
    return {item.name: item for item in models.build(weights="classroom", progress=False)}


@pytest.fixture(scope="session")
def built():
    """The guide's models with classroom weights in the model repository."""
    return _build()


@pytest.fixture(scope="session")
def server(built):
    """One real server with the guide's models on free ports, for all tests that do not change it."""
    with serve(GUIDE_MODELS, http_port=0, grpc_port=0, metrics_port=0) as running:
        yield running


@pytest.fixture(scope="module")
def guide_server(built):
    """The guide's models on the guide's ports 8000, 8001 and 8002, so that its commands run as they are."""
    with serve(GUIDE_MODELS) as running:
        yield running
