"""The doctor, with seeded faults: each must be found, and the answer must say what was expected and what to do."""

from __future__ import annotations

import http.server
import importlib.metadata
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest

from tests import waiting
from tutorial_lib import doctor

PROJECT = Path(__file__).resolve().parent.parent


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch):
    """No question leaves this machine."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that puts a program with that name and shell text on PATH, which is empty otherwise."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name: str, text: str) -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)

    return put


@pytest.fixture
def free_port() -> int:
    return waiting.free_port()


def named(found: list[doctor.Check], name: str) -> doctor.Check:
    (check,) = [check for check in found if check.name == name]
    return check


def test_this_machine_is_fine_and_every_check_is_complete(no_hub, free_port: int):
    found = doctor.checks(ports=(free_port,))
    assert [check for check in found if check.ok is False] == []
    assert len({check.name for check in found}) == len(found)
    for check in found:
        assert check.found
        assert check.expected
    names = "platform Python libpython glibc tritonserver numpy torch tritonclient /dev/shm memory GPU docker hub curl"
    assert set(names.split()) <= {check.name for check in found}


def test_report_shows_every_check_in_100_columns_with_what_to_do():
    found = [
        doctor.Check("fine", True, "1", "1", "not shown"),
        doctor.Check("broken", False, "a" * 90, "words " * 20, "do this " * 30),
        doctor.Check("optional", None, "none", "none needed", "gain that"),
    ]
    text = doctor.report(found)
    assert max(map(len, text.splitlines())) <= 100
    assert "ok   fine" in text
    assert "FIX  broken" in text
    assert "-    optional" in text
    assert "-> do this" in text
    assert "-> gain that" in text
    assert "not shown" not in text
    assert "1 of 3 checks must be fixed" in text
    assert "Everything that the course needs is here" in doctor.report(found[::2])


@pytest.mark.parametrize(
    ("system", "machine", "words"),
    [("Darwin", "arm64", "virtual machine"), ("Windows", "AMD64", "WSL 2"), ("Linux", "aarch64", "serve(url=")],
)
def test_other_platforms_are_told_to_use_docker_or_a_server_elsewhere(
    monkeypatch: pytest.MonkeyPatch, no_hub, system: str, machine: str, words: str
):
    monkeypatch.setattr(doctor.platform, "system", lambda: system)
    monkeypatch.setattr(doctor.platform, "machine", lambda: machine)
    monkeypatch.setattr(doctor, "_check_docker", lambda: doctor.Check("docker", None, "not installed", "-"))
    found = doctor.checks(ports=())
    check = named(found, "platform")
    assert check.ok is False
    assert check.found == f"{system} {machine}"
    assert check.expected == "Linux x86_64"
    assert words in check.todo
    assert named(found, "tritonserver").ok is None  # not blamed twice
    with_docker = doctor._check_platform(docker_ready=True)
    assert with_docker.ok is (None if system == "Linux" else False)  # how servers are ended here needs Linux
    assert ('mode="docker"' in with_docker.todo) is (system == "Linux")


@pytest.mark.parametrize(
    ("version", "ok"), [((3, 9), False), ((3, 10), True), ((3, 11), True), ((3, 12), True), ((3, 13), False)]
)
def test_python(monkeypatch: pytest.MonkeyPatch, version: tuple[int, int], ok: bool):
    monkeypatch.setattr(doctor.sys, "version_info", (*version, 1))
    assert doctor._check_python().ok is ok


@pytest.mark.parametrize(
    ("libc", "ok"), [(("glibc", "2.34"), False), (("glibc", "2.35"), True), (("glibc", "3.0"), True), (("", ""), False)]
)
def test_glibc(monkeypatch: pytest.MonkeyPatch, libc: tuple[str, str], ok: bool):
    monkeypatch.setattr(doctor.platform, "libc_ver", lambda: libc)
    check = doctor._check_glibc()
    assert check.ok is ok
    assert "2.35" in check.expected


def test_libpython_missing_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(doctor.ctypes.util, "find_library", lambda _name: None)
    monkeypatch.setattr(doctor.sysconfig, "get_config_var", lambda _name: None)
    monkeypatch.setattr(doctor.sys, "base_prefix", str(tmp_path))
    monkeypatch.setattr(doctor.sys, "prefix", str(tmp_path))
    check = doctor._check_libpython()
    assert check.ok is False
    assert f"apt-get install libpython{doctor.PYTHON}" in check.todo
    private = tmp_path / "lib" / "tutorial_lib" / f"libpython{doctor.PYTHON}.so.1.0"
    private.parent.mkdir(parents=True)
    private.touch()
    assert doctor._check_libpython().ok is True


def test_libpython_is_looked_for_where_the_server_looks():
    from tutorial_lib.server import embedded

    assert (doctor._check_libpython().ok is True) == (embedded.find_libpython() is not None)


def versions(monkeypatch: pytest.MonkeyPatch, **changed: str | None):
    def version(package: str) -> str:
        answer = changed.get(package.replace("-", "_"), "1.0")
        if answer is None:
            raise importlib.metadata.PackageNotFoundError(package)
        return answer

    monkeypatch.setattr(doctor.importlib.metadata, "version", version)


def test_numpy_2_is_refused_and_says_why(monkeypatch: pytest.MonkeyPatch):
    versions(monkeypatch, numpy="2.1.0")
    check = doctor._check_package("numpy", "below 2", below=2)
    assert (check.ok, check.found, check.expected) == (False, "2.1.0", "below 2")
    assert "numpy<2" in check.todo
    assert "empty tensors" in check.todo


def test_missing_packages(monkeypatch: pytest.MonkeyPatch, no_hub):
    versions(monkeypatch, numpy=None, torch=None, tritonclient=None, nvidia_pytriton=None)
    found = doctor.checks(ports=())
    for name in ("numpy", "torch", "tritonclient", "tritonserver"):
        assert named(found, name).ok is False
        assert named(found, name).todo == "make setup"


def test_server_wheel_without_its_program(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor.os, "access", lambda *_: False)
    check = doctor._check_tritonserver()
    assert check.ok is False
    assert "reinstall" in check.todo


@pytest.mark.parametrize(
    ("text", "build"),
    [
        ("cuda = None\n", "(CPU build)"),
        ("cuda: Optional[str] = None\n", "(CPU build)"),
        ("cuda: Optional[str] = '13.0'\n", "(CUDA 13.0 build)"),
    ],
)
def test_torch_build_is_read_without_importing_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, build: str
):
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / "torch" / "version.py").write_text(f"__version__ = '1'\n{text}hip = None\n")
    spec = namedtuple("Spec", "origin")(str(tmp_path / "torch" / "__init__.py"))
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _name: spec)
    assert build in doctor._check_torch().found


# --- ports: real sockets and real processes ---------------------------------------------------------------------------


def holder(port: int, *arguments: str, argv0: str = "python3") -> subprocess.Popen[str]:
    """Start a process that listens on `port`, called `argv0`."""
    code = f"import socket; s = socket.create_server(('127.0.0.1', {port})); print('up', flush=True); s.accept()"
    process = subprocess.Popen(
        [argv0, "-c", code, *arguments], executable=sys.executable, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "up\n"
    return process


def test_free_port(free_port: int):
    assert doctor._check_port(free_port).ok is True


@pytest.mark.parametrize(
    ("argv0", "arguments", "ok", "todo"),
    [
        ("python3", (), False, "kill {pid}"),
        ("tritonserver", (), False, "serve(url=...)"),
        ("tritonserver", ("--backend-config=python,shm-region-prefix-name={prefix}1_",), None, "tutorial_lib stop"),
    ],
)
def test_held_port_names_the_holder(free_port: int, argv0: str, arguments: tuple[str, ...], ok: bool | None, todo: str):
    from tutorial_lib.server import registry

    arguments = tuple(argument.format(prefix=registry.SHM_PREFIX) for argument in arguments)
    process = holder(free_port, *arguments, argv0=argv0)
    try:
        check = doctor._check_port(free_port)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert check.ok is ok
    assert check.found == f"held by {argv0} (pid {process.pid})"
    assert check.expected == "free"
    assert todo.format(pid=process.pid) in check.todo


def test_held_on_every_address_counts_too(free_port: int):
    with socket.create_server(("", free_port)):
        check = doctor._check_port(free_port)
    assert check.ok is False
    assert f"(pid {os.getpid()})" in check.found


def test_hidden_holder(monkeypatch: pytest.MonkeyPatch, free_port: int):
    monkeypatch.setattr(doctor, "_holder", lambda _port: None)
    with socket.create_server(("127.0.0.1", free_port)):
        check = doctor._check_port(free_port)
    assert check.ok is False
    assert "another user" in check.found


# --- room -------------------------------------------------------------------------------------------------------------


def full_disk(monkeypatch: pytest.MonkeyPatch, free: int):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _path: usage(free * 2, free, free))


def test_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    full_disk(monkeypatch, doctor.GIB)
    check = doctor._check_disk("disk", tmp_path / "not" / "there yet", needed=True)
    assert (check.ok, check.found, check.expected) == (False, "1.0 GiB free", "3 GiB free")
    assert str(tmp_path) in check.todo
    assert doctor._check_disk("disk", tmp_path, needed=False).ok is None


def test_disk_of_a_relative_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    assert doctor._check_disk("disk", Path("repository"), needed=True).found == (
        f"{shutil.disk_usage(tmp_path).free / doctor.GIB:.1f} GiB free"
    )


def test_small_or_missing_shared_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    check = doctor._check_shared_memory(str(tmp_path / "none"))
    assert check.ok is False
    full_disk(monkeypatch, 2**20)
    check = doctor._check_shared_memory(str(tmp_path))
    assert check.ok is False
    assert "--shm-size" in check.todo


def test_shared_memory_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for i in range(3):
        (tmp_path / f"triton_python_backend_shm_region_{i}").touch()
    monkeypatch.setattr(doctor, "_tritonservers", list)
    check = doctor._check_shared_memory(str(tmp_path))
    assert check.ok is None
    assert "3 files left behind" in check.found
    assert "rm " in check.todo
    monkeypatch.setattr(doctor, "_tritonservers", lambda: [1])
    assert doctor._check_shared_memory(str(tmp_path)).ok is True


# --- GPU, docker, curl ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cuda", "ok", "found"),
    [
        ("echo 'NVIDIA H200, 143771 MiB, 580.159.04'", "13.0", True, "NVIDIA H200, 143771 MiB, 580.159.04"),
        ("echo 'NVIDIA H200, 143771 MiB, 570.86.10'", "13.0", None, "NVIDIA H200, 143771 MiB, 570.86.10"),
        ("echo 'NVIDIA H200, 143771 MiB, 570.86.10'", "12.8", True, "NVIDIA H200, 143771 MiB, 570.86.10"),
        ("echo 'NVIDIA H200, 143771 MiB, 580.159.04'", "", None, "NVIDIA H200, 143771 MiB, 580.159.04"),
        ("echo 'no devices were found'; exit 6", "13.0", None, "nvidia-smi: no devices were found"),
        ("exec /bin/sleep 9", "13.0", None, "nvidia-smi: no answer in 1 s"),
        (None, "", None, "no NVIDIA driver"),
    ],
)
def test_gpu(monkeypatch: pytest.MonkeyPatch, on_path, text: str | None, cuda: str, ok: bool | None, found: str):
    if text:
        on_path("nvidia-smi", text)
    monkeypatch.setattr(doctor, "_torch_cuda", lambda: cuda)
    monkeypatch.setattr(doctor, "DRIVER_SECONDS", 1 if "sleep" in str(text) else 20)
    check = doctor._check_gpu()
    assert (check.ok, check.found) == (ok, found)
    assert bool(check.todo) == bool(text and not ok)


@pytest.mark.parametrize(
    ("text", "ok", "found"),
    [
        ("echo 28.2.2", True, "engine 28.2.2"),
        ("echo 'Cannot connect to the Docker daemon' >&2; exit 1", None, "client, but no engine answers"),
        ("echo 'permission denied while trying to connect' >&2; exit 1", None, "client, but no access to the engine"),
        (None, None, "not installed"),
    ],
)
def test_docker(on_path, text: str | None, ok: bool | None, found: str):
    if text:
        on_path("docker", text)
    check = doctor._check_docker()
    assert (check.ok, check.found) == (ok, found)


def test_a_program_that_hangs_is_not_waited_for():
    begun = time.monotonic()
    assert doctor._output([sys.executable, "-c", "import time; time.sleep(60)"], seconds=0.5) == (-1, "no answer")
    assert time.monotonic() - begun < 5


def test_no_curl(on_path):
    assert doctor._check_curl().ok is None
    assert "apt-get install curl" in doctor._check_curl().todo
    on_path("curl", "")
    assert doctor._check_curl().ok is True


# --- the hub: a real HTTP server --------------------------------------------------------------------------------------


class Hub(http.server.BaseHTTPRequestHandler):
    status, asked = 200, ""
    may_answer: threading.Event

    def do_HEAD(self) -> None:
        type(self).asked = self.path
        self.may_answer.wait(30)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """A hub on this machine, an empty cache, and the class that says how the hub behaves."""
    handler = type("ThisHub", (Hub,), {"may_answer": threading.Event()})
    handler.may_answer.set()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("HF_HUB_CACHE", raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}/")
    yield handler
    handler.may_answer.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_hub_reachable(hub):
    check = doctor._check_hub(doctor._Hub(seconds=30))
    assert (check.ok, check.found) == (True, "reachable; 0 of 2 models in its cache")
    assert hub.asked == "/microsoft/resnet-50/resolve/main/config.json"


def test_hub_refuses(hub):
    hub.status = 503
    check = doctor._check_hub(doctor._Hub(seconds=30))
    assert check.ok is None
    assert check.found.startswith("answers 503")
    assert "classroom" in check.todo


def test_hub_too_slow(hub):
    hub.may_answer.clear()
    assert "no" in doctor._check_hub(doctor._Hub(seconds=0.3)).found  # else it is what the hub says after 30 seconds


def test_hub_away(monkeypatch: pytest.MonkeyPatch, hub, free_port: int):
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free_port}")
    assert doctor._check_hub(doctor._Hub(seconds=30)).found.startswith("not reachable")


@pytest.mark.parametrize("endpoint", ["nonsense", "http://[", "http://127.0.0.1:99999"])
def test_hub_with_an_address_that_is_none(monkeypatch: pytest.MonkeyPatch, hub, endpoint: str):
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    assert doctor._check_hub().ok is None


def test_hub_away_but_cached(monkeypatch: pytest.MonkeyPatch, hub, tmp_path: Path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for model in doctor.HUB_MODELS:
        snapshot = tmp_path / "hub" / f"models--{model.replace('/', '--')}" / "snapshots" / "abc"
        snapshot.mkdir(parents=True)
        (snapshot / "config.json").touch()
    assert doctor._check_hub().ok is None  # an unfinished download
    for snapshot in tmp_path.glob("hub/*/snapshots/*"):
        (snapshot / "model.safetensors").touch()
    check = doctor._check_hub()
    assert (check.ok, check.found) == (True, "switched off by HF_HUB_OFFLINE; 2 of 2 models in its cache")


def test_hub_models_are_the_ones_that_are_built():
    from tutorial_lib.models import resnet, sentiment

    assert (resnet.HUB[0], sentiment.HUB[0]) == doctor.HUB_MODELS


# --- as a program -----------------------------------------------------------------------------------------------------


def run_doctor(*options: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-m", "tutorial_lib", "doctor"],
        cwd=PROJECT,
        env={**os.environ, "HF_HUB_OFFLINE": "1", **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_command_line_works_where_nothing_is_installed():
    done = run_doctor("-S")  # -S: no site-packages, as before the set-up
    assert done.returncode == 1
    assert done.stderr == ""
    assert "make setup" in done.stdout
    assert "not installed" in done.stdout


def test_doctor_imports_nothing_heavy():
    code = "import sys, tutorial_lib.doctor as d; d.checks(ports=()); print({'numpy', 'torch'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "set()\n"


def test_a_workshop_looks_at_weights_room_and_tools(built, monkeypatch, tmp_path):
    found = doctor.workshop(1)
    assert named(found, "weights").ok is True
    monkeypatch.setattr(doctor, "_all_memory", lambda: 64 * doctor.GIB)
    monkeypatch.setattr(doctor.os, "sched_getaffinity", lambda _pid: set(range(16)))
    assert named(doctor.workshop(24), "room").ok is True
    assert "64 GiB" in (room := named(doctor.workshop(32), "room")).expected
    assert room.ok is True
    too_many = named(doctor.workshop(50), "room")
    assert (too_many.ok, too_many.found) == (False, "64.0 GiB, 16 cores")
    assert "32 learners fit" in too_many.todo
    monkeypatch.setattr(doctor.os, "sched_getaffinity", lambda _pid: {0, 1})
    assert named(doctor.workshop(24), "room").ok is None  # slow, but it works
    missing = named(doctor.workshop(repository=tmp_path), "weights")
    assert (missing.ok, "sentiment" in missing.found, "make build" in missing.todo) == (False, True, True)
    monkeypatch.setattr(doctor.shutil, "which", lambda _program: None)
    assert "apt-get install haproxy" in named(doctor.workshop(), "haproxy").todo


def test_a_workshop_makes_a_first_inference(built, capsys, monkeypatch):
    from tutorial_lib import __main__

    check = __main__._first_inference()
    assert (check.ok, check.found[:4]) == (True, "13.0")
    monkeypatch.setenv("TRITON_COURSE_REPOSITORY", "/nowhere")
    broken = __main__._first_inference()
    assert broken.ok is False
    assert "no model repository at /nowhere" in broken.found
