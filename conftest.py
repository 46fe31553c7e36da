"""What tests and notebooks share: one environment, classroom weights, and real Triton servers."""

from __future__ import annotations

import gc
import os
import queue
import shlex
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import pytest

from tests import lane
from tutorial_lib import coverage, models, notebooks
from tutorial_lib.server import serve

os.environ.pop("TRITON_URL", None)  # no server of the reader's
device = {"CUDA_VISIBLE_DEVICES": os.environ.get("CUDA_VISIBLE_DEVICES", "0")} if os.environ.get("GPU_CHECK") else {}
os.environ.update(notebooks.ENVIRONMENT | device)  # before anything imports gRPC; the notebooks' kernels inherit it

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as `make test &` in a script: children would be deaf to Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

gc.set_threshold(50_000)  # collecting 4 500 tests makes many objects that stay; looking for garbage took a quarter

PROJECT = Path(__file__).resolve().parent
GUIDE_MODELS = ["linear_regression_model", "resnet_ensemble", "sentiment"]  # the ensemble brings resnet_model


def pytest_addoption(parser):
    parser.addoption("--lanes", type=int, default=1, help="how many files to run at a time, each in a tests/lane.py")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Make of each lane one worker of pytest-xdist, where this machine allows lanes."""
    option = config.option
    if option.lanes > 1 and not (option.collectonly or option.usepdb or hasattr(config, "workerinput")):
        if reason := lane.possible():
            print(f"one file at a time: this machine allows no namespaces ({reason})")
            return
        python = shlex.join([sys.executable, lane.__file__])
        option.dist, option.tx, option.loadscopereorder = "loadfile", [f"{option.lanes}*popen//python={python}"], False


def pytest_configure(config):
    """Let the notebooks' kernels record which calls they make, for tests/test_coverage.py."""
    if hasattr(config, "workerinput"):  # a lane: its environment has this already
        return
    folder = Path(tempfile.mkdtemp(prefix="triton-course-record-"))
    (folder / "ipython" / "profile_default").mkdir(parents=True)
    setting = 'c.InteractiveShellApp.extensions = ["tutorial_lib.coverage"]\n'
    (folder / "ipython" / "profile_default" / "ipython_kernel_config.py").write_text(setting)
    os.environ["IPYTHONDIR"] = str(folder / "ipython")
    os.environ[coverage.FOLDER_VARIABLE] = str(folder / "record")
    (folder / "crashes").mkdir()
    os.environ["TRITON_COURSE_CRASHES"] = str(folder / "crashes")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if config.option.lanes > 1:
        config.pluginmanager.register(_Lanes(folder / "lessons-ended"))


def pytest_terminal_summary(terminalreporter, exitstatus):
    """Tell of each crash of Triton that a test forgave, and beside failures the last words of all servers that crashed,
    of which some tests make one or two on purpose.
    """
    folder = Path(os.environ["TRITON_COURSE_CRASHES"])
    for note in sorted(folder.glob("*.again")):
        terminalreporter.section("Triton crashed, and the test asked a new server once more")
        terminalreporter.line(note.read_text(errors="replace"))
    for log in sorted(folder.glob("*.log")) if exitstatus == pytest.ExitCode.TESTS_FAILED else []:
        terminalreporter.section(f"a server crashed: {log.stem}")
        terminalreporter.line("\n".join(log.read_text(errors="replace").splitlines()[-40:]))


class _Lanes:
    """What the process that gives the lanes their files does besides."""

    def __init__(self, ended: Path) -> None:
        self.ended = ended
        self.lessons: set[str] = set()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_setupnodes(self, config, specs):
        writer = config.get_terminal_writer()
        writer.line(
            f"{len(specs)} files at a time; before, the classroom weights (two to three minutes the first time)"
        )

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids):
        self.lessons = {test for test in ids if ".ipynb::" in test}

    def pytest_runtest_logreport(self, report):
        """Tell tests/test_coverage.py in whichever lane that the last lesson has ended."""
        if report.when not in ("setup", "call") and report.nodeid in self.lessons:
            self.lessons.discard(report.nodeid)
            if not self.lessons:
                self.ended.touch()


def pytest_collection_modifyitems(config, items):
    """Order the files for the lanes; test_coverage.py comes last. Without curl, its cells are skipped.

    What the notebooks used is known when they have run.
    """
    if hasattr(config, "workerinput"):
        place = _mixed(dict.fromkeys(Path(item.path) for item in items))
        items.sort(key=lambda item: place[Path(item.path)])
    items.sort(key=lambda item: Path(item.path).name == "test_coverage.py")
    for item in items:
        if hasattr(item, "output_timeout"):  # nbval's 5 s for a kernel to hand over its output: too few on busy cores
            item.output_timeout = 60
            item.parent.get_kernel_message = _nudging(item.parent)
    for program, sign in (
        ("curl", "curl "),
        ("openssl", "openssl "),
        ("haproxy", '"haproxy'),
        ("prometheus", '"prometheus'),
    ):
        if shutil.which(program) is None:
            sign = sign.replace('"', '\\"')  # as a notebook's JSON has it
            lessons = [path for path in (PROJECT / "notebooks").glob("*.ipynb") if sign in path.read_text()]
            skip = pytest.mark.skip(reason=f"{program} is not installed (sudo apt-get install {program})")
            for item in items:
                if Path(item.path) in lessons:
                    item.add_marker(skip)


def _nudging(notebook):
    """Return what gets a kernel's next message, and asks the kernel something after 10 s without one.

    ipykernel's output thread can miss a wake-up (seen in one of some 150 000 cells): the cell has ended, but its output
    comes only with the kernel's next message, whatever that is about.
    """

    def get_kernel_message(timeout, stream="iopub"):
        for left in range(int(timeout), 0, -10):
            try:
                return notebook.kernel.get_message(stream, timeout=min(left, 10))
            except queue.Empty:
                notebook.kernel.kc.kernel_info()
        raise queue.Empty

    return get_kernel_message


def _mixed(paths):
    """Return where in the order each file comes, for lanes: the two longest first, notebooks among the other files.

    A lesson often waits while the other files mostly compute: side by side they keep the cores busy to the end.
    """
    tests, lessons = ([path for path in paths if (path.suffix == ".ipynb") is kind] for kind in (False, True))
    place = {path: index / len(files) for files in (tests, lessons) for index, path in enumerate(files)}
    return place | {path: -1 for path in tests if path.name in ("test_exercises.py", "test_recipes.py")}


def pytest_collection_finish(session):
    """Build before the first notebook runs: fixtures do not reach its cells, and training prints a progress bar."""
    if any(Path(item.path).suffix == ".ipynb" for item in session.items) and not session.config.option.collectonly:
        if not hasattr(session.config, "workerinput"):
            writer = session.config.get_terminal_writer()
            writer.line("building the models' classroom weights (two to three minutes the first time)")
        _build()


def _build():
    return {item.name: item for item in models.build(weights="classroom", progress=False)}


@pytest.fixture(scope="session")
def built():
    """The guide's models with classroom weights in the model repository."""
    return _build()


@pytest.fixture(scope="module")
def server(request, built):
    """One real server on free ports, for all tests of a file that do not change it.

    It has the guide's models, or those that the file names as SERVED: each network costs two seconds of torch.
    """
    with serve(getattr(request.module, "SERVED", GUIDE_MODELS), http_port=0, grpc_port=0, metrics_port=0) as running:
        yield running


@pytest.fixture(scope="module")
def guide_server(built):
    """The guide's models on the guide's ports 8000, 8001 and 8002, so that its commands run as they are."""
    with serve(GUIDE_MODELS) as running:
        yield running
