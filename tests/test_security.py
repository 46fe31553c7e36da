"""Who may give the server orders: real attacks, with a payload that only makes a file, against each defence."""

from __future__ import annotations

import base64
import http.client
import json
import os
import shutil
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from tutorial_lib.exercises.asking import unload
from tutorial_lib.server import ServerError, access, ports, serve

pytestmark = pytest.mark.live
FREE = {"http_port": 0, "grpc_port": 0, "metrics_port": 0}
CONFIG = json.dumps({"backend": "python", "output": [{"name": "y", "data_type": "TYPE_FP32", "dims": [1]}]})
MODEL = """
import pathlib
class TritonPythonModel:
    def initialize(self, args):
        pathlib.Path(FILE).write_text("I ran")
"""
needs_root = pytest.mark.skipif(
    os.getuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv, to be another user"
)


@pytest.fixture
def mark(tmp_path):
    """The file that an attack makes when its code runs."""
    return tmp_path / "mark"


@pytest.fixture(scope="module")
def open_server():
    with serve(["identity"], **FREE) as server:
        yield server


@pytest.fixture(scope="module")
def server_with_a_key():
    with serve(["identity"], admin_key=True, **FREE) as server:
        yield server


@pytest.fixture(scope="module")
def server_in_mode_none():
    with serve(["identity"], control_mode="none", **FREE) as server:
        yield server


@pytest.fixture(params=["http", "web page", "grpc"])
def attack(request, mark):
    """Load a model whose code comes with the request; return "" or the refusal."""
    code = MODEL.replace("FILE", repr(str(mark))).encode()
    name = f"intruder_by_{request.param.replace(' ', '_')}"  # a served model of the same config would keep its code

    def run(server, headers=None) -> str:
        if request.param == "web page":
            return from_a_web_page(server, name, code)
        module = {"http": httpclient, "grpc": grpcclient}[request.param]
        with module.InferenceServerClient(getattr(server, f"{request.param}_url")) as client:
            try:
                client.load_model(name, config=CONFIG, files={"file:1/model.py": code}, headers=headers)
            except InferenceServerException as error:
                return str(error)
        return ""

    return run


def from_a_web_page(server, name: str, code: bytes) -> str:
    """What the form of a foreign page makes a browser send, without asking: text/plain, its Origin, and any Host."""
    content = {"config": CONFIG, "file:1/model.py": base64.b64encode(code).decode()}
    body = json.dumps({"parameters": content})
    headers = {"Content-Type": "text/plain", "Origin": "https://evil.example", "Host": "evil.example:8000"}
    connection = http.client.HTTPConnection("127.0.0.1", server._ports[0], timeout=60)
    connection.request("POST", f"/v2/repository/models/{name}/load", body, headers)
    reply = connection.getresponse()
    answer = reply.read().decode()
    connection.close()
    return "" if reply.status == 200 else f"[{reply.status}] {answer}"


def test_without_a_key_whoever_reaches_the_port_runs_code(open_server, attack, mark):
    """The attacks are real: this is what the course says of every Triton with model control, and the default here."""
    assert open_server.admin_headers == {}
    assert attack(open_server) == ""
    assert mark.read_text() == "I ran"


def test_with_a_key_nothing_runs_and_the_owner_works_on(server_with_a_key, attack, mark):
    server = server_with_a_key
    assert "is restricted, expecting header" in attack(server)
    assert not mark.exists()
    assert set(server.index()) >= {"identity", "add_sub"}
    server.load("add_sub")
    for module, url in ((httpclient, server.http_url), (grpcclient, server.grpc_url)):
        with module.InferenceServerClient(url) as client:
            unload(client, "add_sub", headers=server.admin_headers)
            with pytest.raises(InferenceServerException, match="restricted"):
                client.register_system_shared_memory("theirs", "/theirs", 64)
            with pytest.raises(InferenceServerException, match="restricted"):
                client.update_log_settings({"log_file": str(mark)})
            assert client.is_model_ready("identity")  # what is not control stays open


def test_mode_none_loads_nothing_for_anybody(server_in_mode_none, attack, mark):
    assert "explicit model load / unload is not allowed" in attack(server_in_mode_none)
    assert not mark.exists()


@pytest.fixture(params=["SageMaker", "Vertex AI"])
def side_door(request, mark, tmp_path):
    """Load a model by a cloud's port; return how to start that server, and the attack, which answers its status."""
    port, code = ports.free_ports(1)[0], MODEL.replace("FILE", repr(str(mark)))
    if request.param == "SageMaker":
        start = {"options": ["--allow-sagemaker=true", f"--sagemaker-port={port}"]}
        (tmp_path / "guest" / "intruder" / "1").mkdir(parents=True)
        (tmp_path / "guest" / "intruder" / "1" / "model.py").write_text(code)
        config = 'backend: "python"\noutput [{ name: "y", data_type: TYPE_FP32, dims: [1] }]\n'
        (tmp_path / "guest" / "intruder" / "config.pbtxt").write_text(config)
        path, body, headers = "/models", {"model_name": "guest", "url": str(tmp_path / "guest")}, {}
    else:
        options = ["--allow-vertex-ai=true", "--vertex-ai-default-model=identity"]
        routes = {"AIP_HTTP_PORT": str(port), "AIP_HEALTH_ROUTE": "/health", "AIP_PREDICT_ROUTE": "/predict"}
        start = {"options": options, "env": routes}
        content = {"config": CONFIG, "file:1/model.py": base64.b64encode(code.encode()).decode()}
        path, body = "/predict", {"parameters": content}
        headers = {"X-Vertex-Ai-Triton-Redirect": "v2/repository/models/intruder/load"}

    def run() -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", path, json.dumps(body), headers)
        status = connection.getresponse().status
        connection.close()
        return status

    return start, run


def test_the_clouds_ports_ask_for_no_key(side_door, mark):
    """SECURITY.md says so: this is Triton's way, and the reason for control_mode="none" there."""
    start, attack = side_door
    with serve(["identity"], admin_key=True, **start, **FREE):
        assert attack() == 200
        assert mark.read_text() == "I ran"


def test_mode_none_closes_the_clouds_ports_too(side_door, mark):
    start, attack = side_door
    with serve(["identity"], control_mode="none", **start, **FREE):
        assert attack() in (400, 503)
        assert not mark.exists()


def test_the_key_is_in_one_file_for_this_user_only():
    with serve(admin_key=True, **FREE) as server:
        (key,) = set(server.admin_headers.values())
        file = server._folder / "admin-key"
        assert file.read_text() == key
        assert len(key) >= 32
        assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]
        for process in Path("/proc").glob("[0-9]*/cmdline"):  # Triton takes it from there, and all users read it
            with suppress(OSError):  # a process that ends
                assert key.encode() not in process.read_bytes(), process
        assert key not in server.command
        assert key not in server.log()
        with serve(admin_key=True, **FREE) as other:
            assert other.admin_headers != server.admin_headers
    assert not file.exists()


LOOK = """
import os, pathlib, sys
for path in [*pathlib.Path("/proc").glob("[0-9]*/*"), *pathlib.Path(sys.argv[1]).rglob("*")]:
    if path.name in ("cmdline", "environ", "mem", "maps") or "proc" not in path.parts:
        try:
            print(path.read_bytes().decode("latin-1"))
        except OSError:
            pass
"""


@needs_root
def test_another_user_does_not_find_the_key():
    with serve(admin_key=True, **FREE) as server:
        (key,) = set(server.admin_headers.values())
        someone = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        seen = subprocess.run(
            [*someone, sys.executable, "-c", LOOK, str(server._folder.parent.parent)], capture_output=True, check=True
        ).stdout
        assert b"triton-admin-key=(hidden)" in seen  # it did look at the server
        assert key.encode() not in seen


NO_TRACING = """
import ctypes, struct, sys
allow, deny = 0x7FFF0000, 0x00050000 | 1
program = b"".join(struct.pack("HBBI", *line) for line in [
    (0x20, 0, 0, 0), (0x15, 0, 1, 101), (0x06, 0, 0, deny), (0x06, 0, 0, allow)])  # 101 is ptrace
holder = ctypes.create_string_buffer(program)
libc = ctypes.CDLL(None)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, struct.pack("HxxxxxxQ", 4, ctypes.addressof(holder)), 0, 0) == 0
from tutorial_lib.server import serve
with serve(admin_key=True, http_port=0, grpc_port=0, metrics_port=0) as server:
    (key,) = set(server.admin_headers.values())
    print(key in open(f"/proc/{server.pid}/cmdline").read(), len(server.index()) > 5)
"""


def test_a_system_that_allows_no_tracing_is_told_what_remains():
    done = subprocess.run([sys.executable, "-c", NO_TRACING], capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"
    assert "other users can read the key in the list of processes" in done.stderr


@pytest.fixture
def nobody_decided(monkeypatch):
    for name in (access.VARIABLE, "JUPYTERHUB_USER", "JUPYTERHUB_API_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_a_shared_machine_is_noticed(nobody_decided, monkeypatch, capsys):
    monkeypatch.setenv("JUPYTERHUB_USER", "ada")
    with serve(**FREE) as server:
        assert server.admin_headers
    said = capsys.readouterr().err
    assert said.startswith("this is a JupyterHub: loading models, ")
    assert said.count("\n") == 1
    monkeypatch.setenv(access.VARIABLE, "off")
    assert access.why_needed() == ""


@needs_root
def test_another_user_at_work_is_noticed(nobody_decided):
    with subprocess.Popen(["setpriv", "--reuid=54321", "--clear-groups", "sleep", "60"]) as process:
        try:
            while Path(f"/proc/{process.pid}").stat().st_uid == 0:
                pass
            assert "user 54321" in access.why_needed()
        finally:
            process.kill()


def test_ids_of_a_directory_are_persons_and_those_of_containers_are_not(monkeypatch):
    """LDAP numbers people above the system's own range; the ids of containers lie there too, but have no name."""
    monkeypatch.setattr(access, "_name", {200_001: "ada", 65534: "nobody"}.get)
    assert [user for user in (0, 999, 1000, 59_999, 65534, 100_000, 200_001) if access._is_person(user)] == [
        1000,
        59_999,
        200_001,
    ]


def test_own_restrictions_win(nobody_decided, monkeypatch):
    monkeypatch.setenv(access.VARIABLE, "on")
    own = ["--http-restricted-api=model-repository:x=y"]
    with serve(options=own, headers={"x": "y"}, **FREE) as server:
        assert server.admin_headers == {}


def test_restrictions_of_something_else_leave_the_key_on(nobody_decided, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv(access.VARIABLE, "on")
    own = ["--http-restricted-api=logging:x=y", f"--log-file={tmp_path}/restricted.log"]
    with serve(options=own, **FREE) as server:  # Triton would refuse to take `logging` twice
        assert server.admin_headers
    assert capsys.readouterr().err


OPENING = ["--http-address=0.0.0.0", "--grpc-address 192.168.1.2", "--metrics-address=::", "--http-addr=0.0.0.0"]


@pytest.mark.parametrize("option", OPENING)
@pytest.mark.parametrize("admin_key", [None, True])
def test_the_embedded_server_stays_on_this_machine(option, admin_key):
    with pytest.raises(ServerError, match=r"would let other machines in. Expected: 127.0.0.1"):
        serve(options=option.split(), admin_key=admin_key, **FREE)
