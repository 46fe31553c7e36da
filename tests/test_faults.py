"""Bad luck, with the real server: each time a clear message, nothing left behind, and the next server works."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from tests import lane
from tests.waiting import at_work, until
from tutorial_lib import models
from tutorial_lib.server import ServerError, embedded, ports, registry, serve

pytestmark = pytest.mark.live
FREE = {"http_port": 0, "grpc_port": 0, "metrics_port": 0}
FAKETIME = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
CYCLES = int(os.environ.get("START_STOP_CYCLES", "6"))  # make test-all: 200


def processes() -> set[int]:
    """Return the live processes that come from this one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = path.read_text().split(" (", 1)[0], path.read_text().rsplit(") ", 1)[1].split()
        except OSError:
            continue
        if rest[0] != "Z":
            parents[int(name)] = int(rest[1])
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = processes(), set(os.listdir("/dev/shm")), set(os.listdir(registry.base()))
    yield
    until(lambda: not processes() - before[0])
    assert set(os.listdir("/dev/shm")) <= before[1]
    assert set(os.listdir(registry.base())) - {"ports.lock"} <= before[2]


def works() -> None:
    """Start a server, ask it, stop it."""
    with serve(["linear_regression_model"], **FREE) as server, httpclient.InferenceServerClient(server.http_url) as one:
        given = httpclient.InferInput("input__0", [1, 1], "FP32").set_data_from_numpy(np.array([[5]], np.float32))
        assert abs(one.infer("linear_regression_model", [given]).as_numpy("output__0").item() - 13) < 0.01


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_killed_in_the_middle_of_a_request(protocol):
    """Nobody waits for an answer that cannot come, and the error says that the connection ended."""
    module = {"http": httpclient, "grpc": grpcclient}[protocol]
    with serve(["slow_echo"], **FREE) as server:
        work = module.InferInput("work_ms", [1, 1], "INT32").set_data_from_numpy(np.array([[60_000]], np.int32))

        def kill() -> None:
            until(lambda: at_work(server))
            os.kill(server.pid, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        began = time.monotonic()
        client = module.InferenceServerClient(getattr(server, f"{protocol}_url"))
        with client, pytest.raises((InferenceServerException, OSError, http.client.HTTPException)) as caught:
            client.infer("slow_echo", [work])
        assert time.monotonic() - began < 55, "it waited for the answer"
        killer.join()
        assert str(caught.value)
        while server.alive():
            time.sleep(0.02)
        assert "killed by signal 9 (SIGKILL)" in server.why_ended()
        with pytest.raises(ServerError, match="does not answer"):
            server.index()


CRAMPED = """
import ctypes, os, sys, tempfile
what, size = sys.argv[1:]
folder = "/dev/shm" if what == "shm" else tempfile.mkdtemp()
assert ctypes.CDLL(None).mount(b"tmpfs", folder.encode(), b"tmpfs", 0, f"size={size}".encode()) == 0
if what == "tmp":
    os.environ["TMPDIR"] = tempfile.tempdir = folder
from tutorial_lib.server import ServerError, serve
try:
    serve(["identity"], http_port=0, grpc_port=0, metrics_port=0)
except ServerError as error:
    print(error)
print("left:", os.listdir("/dev/shm"), [name for _, _, names in os.walk(folder) for name in names])
"""


@pytest.mark.skipif(os.getuid() != 0 or lane.possible() != "", reason="needs root, to mount small file systems")
@pytest.mark.parametrize(
    ("what", "size", "said"),
    [
        ("shm", "100k", "Each Python backend model instance requires at least 1 MB of shared memory"),
        ("tmp", "100k", "the server's own files cannot be made in "),
        ("tmp", "2200k", "No space left on device.\nExpected: a folder of this user with 5 MB free."),
    ],
)
def test_no_room(what, size, said):
    command = [sys.executable, lane.__file__, "-c", CRAMPED, what, size]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert said in done.stdout
    assert done.stdout.splitlines()[-1].replace("'ports.lock'", "") == "left: [] []"
    assert done.stderr == ""


@pytest.fixture
def repository(built, tmp_path):
    """A model repository of its own, with the guide's linear model."""
    source = models.repository_path() / "linear_regression_model"
    shutil.copytree(source, tmp_path / "repository" / "linear_regression_model")
    return tmp_path / "repository"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:1000]), "is not a whole TorchScript file (1000 bytes)"),
        (lambda path: path.write_bytes(b""), "is not a whole TorchScript file (0 bytes)"),
        (lambda path: path.write_text("<html>404</html>"), "is not a whole TorchScript file (16 bytes)"),
        (lambda path: path.write_bytes(bytes(reversed(path.read_bytes()))), "is not a whole TorchScript file"),
        (lambda path: path.unlink(), "no weights: 1/model.pt does not exist"),
    ],
)
def test_damaged_weights(repository, damage, said):
    damage(repository / "linear_regression_model" / "1" / "model.pt")
    with pytest.raises(ServerError) as caught:
        serve(["linear_regression_model"], repository=repository, **FREE)
    assert said in str(caught.value)
    assert "Try: python -m tutorial_lib build" in str(caught.value)
    assert "Try: repair linear_regression_model as the log says" in str(caught.value)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('platform: "pytorch_libtorch', "failed to read text proto"),
        ("max_batch_size: many", "Expected integer"),
        ("no_such_field: 1", 'has no field named "no_such_field"'),
        ('name: "other"', "directory name"),
    ],
)
def test_broken_config(repository, config, said):
    (repository / "linear_regression_model" / "config.pbtxt").write_text(config)
    with pytest.raises(ServerError, match=said) as caught:
        serve(["linear_regression_model"], repository=repository, **FREE)
    assert "Try: repair linear_regression_model as the log says" in str(caught.value)


def test_a_port_taken_during_the_start(monkeypatch):
    """Between our check and Triton's bind somebody else takes the port: the start fails, and says so."""
    http, grpc, metrics = ports.free_ports(3)

    assemble = embedded.assemble_backends

    def thief(folder: Path) -> Path:
        taken.bind(("127.0.0.1", http))
        taken.listen()
        return assemble(folder)

    with socket.socket() as taken:
        monkeypatch.setattr(embedded, "assemble_backends", thief)
        with pytest.raises(ServerError, match=f"{http}|already in use|failed to start HTTP"):
            serve(["identity"], http_port=http, grpc_port=grpc, metrics_port=metrics, timeout=30)


def test_many_starts_and_stops_grow_nothing():
    """Processes, files and shared memory are what `nothing_is_left` looks at; here descriptors, threads, memory."""

    def size() -> dict[str, int]:
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        found = {"descriptors": len(os.listdir("/proc/self/fd")), "threads": int(status["Threads"])}
        return {**found, "kilobytes": int(status["RssAnon"].split()[0])}

    for _ in range(2):  # imports, and what is made once
        works_without_torch()
    before = size()
    for _ in range(CYCLES):
        works_without_torch()
    after = size()
    assert after["descriptors"] <= before["descriptors"], (before, after)
    assert after["threads"] <= before["threads"]
    assert after["kilobytes"] < before["kilobytes"] + 500 + 100 * CYCLES


def works_without_torch() -> None:
    with serve(["identity"], **FREE) as server:
        body = {"inputs": [{"name": "int32", "shape": [1, 2], "datatype": "INT32", "data": [1, 2]}]}
        connection = http.client.HTTPConnection(*server.http_url.split(":"))
        connection.request("POST", "/v2/models/identity/infer", json.dumps(body))
        assert json.load(connection.getresponse())["outputs"][0]["data"] == [1, 2]
        connection.close()


@pytest.mark.skipif(not FAKETIME, reason="libfaketime is not installed (sudo apt-get install faketime)")
def test_the_servers_clock_jumps(tmp_path):
    """Days ahead and back, as a laptop's or a virtual machine's clock does: the server and its models go on."""
    offset = tmp_path / "offset"
    offset.write_text("+0")
    fake = {"LD_PRELOAD": str(FAKETIME[0]), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_NO_CACHE": "1"}
    fake["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"  # the kernel's never jumps either
    with (
        serve(["identity"], env=fake, **FREE) as server,
        httpclient.InferenceServerClient(server.http_url) as http,
        grpcclient.InferenceServerClient(server.grpc_url) as grpc,
    ):

        def asked() -> list[int]:
            found = []
            for module, client in ((httpclient, http), (grpcclient, grpc)):
                given = module.InferInput("int32", [1, 1], "INT32").set_data_from_numpy(np.array([[5]], np.int32))
                found.append(client.infer("identity", [given]).as_numpy("int32_out").item())
            return found

        for days in ("+2d", "-3d", "+0"):
            offset.write_text(days)
            assert asked() == [5, 5]
            server.unload("identity")
            server.load("identity")
            assert asked() == [5, 5]
        offset.write_text("-1d")
    assert len(set(re.findall(r"^I(\d{4}) ", server.log(), re.MULTILINE))) >= 3  # its log has the days of the jumps


def test_no_wait_depends_on_the_wall_clock():
    """A clock that jumps (a laptop that wakes up, NTP) must not end a wait or make it endless.

    Only root can set the clock, and for the whole machine; libfaketime breaks Python's own sleep. So this reads our
    code: the time of day is for people.
    """
    room = Path(registry.__file__).parent
    lines = [line.strip() for path in room.glob("*.py") for line in path.read_text().splitlines()]
    assert sorted(line for line in lines if "time.time()" in line or "datetime" in line) == [
        '"started": time.time(),',
        'minutes = int(time.time() - entry["started"]) // 60',
    ]


def test_after_all_this_a_server_works(built):
    works()
