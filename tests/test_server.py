"""The server room, with the real tritonserver: every fault ends in a clear message and leaves nothing behind."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import os
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from tests.waiting import children, free_port, gone, until
from tutorial_lib.server import ServerError, docker, embedded, handle, models_in, ports, registry, running, serve, stop

SERVED = ["identity"]
pytestmark = pytest.mark.live
FREE = {"http_port": 0, "grpc_port": 0, "metrics_port": 0}
CONFIG = """
backend: "python"
max_batch_size: 4
input [{ name: "x", data_type: TYPE_FP32, dims: [1] }]
output [{ name: "y", data_type: TYPE_FP32, dims: [1] }]
"""
MODEL = """
import os
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        arrays = [pb_utils.get_input_tensor_by_name(request, "x").as_numpy() for request in requests]
        if any((array == 666).any() for array in arrays):
            os._exit(1)  # what the kernel's out-of-memory killer does to a stub
        return [pb_utils.InferenceResponse([pb_utils.Tensor("y", array)]) for array in arrays]
"""


def write_model(repository: Path, name: str, source: str = MODEL, config: str = CONFIG) -> None:
    (repository / name / "1").mkdir(parents=True)
    (repository / name / "config.pbtxt").write_text(config)
    (repository / name / "1" / "model.py").write_text(source)


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    write_model(folder, "echo")
    write_model(folder, "broken", "import no_such_module")
    return folder


def ask(server, value=1.0, model="echo"):
    tensor = grpcclient.InferInput("x", [1, 1], "FP32")
    tensor.set_data_from_numpy(np.full((1, 1), value, np.float32))
    with grpcclient.InferenceServerClient(server.grpc_url) as client:
        return client.infer(model, [tensor]).as_numpy("y").item()


def shm_of(folder_name: str) -> list[Path]:
    return list(Path("/dev/shm").glob(f"{registry.SHM_PREFIX}{folder_name[7:]}_*"))


def stubs_of(pid: int) -> list[int]:
    return sorted(children(pid))


# ---------------------------------------------------------------------------------------------- life and death


def test_start_answer_stop_and_nothing_is_left(repository):
    with serve(["echo"], repository=repository, **FREE) as server:
        assert ask(server, 3.0) == 3.0
        assert server.alive()
        assert "--model-repository=model_repository" in server.command
        assert str(repository) not in server.command  # it repeats on every machine
        pid, folder, stubs = server.pid, server._folder, stubs_of(server.pid)
        assert stubs
        assert shm_of(folder.name)
    assert all(gone(process) for process in [pid, *stubs])
    assert not shm_of(folder.name)
    assert not folder.exists()
    assert not server.alive()
    assert "successfully loaded 'echo'" in server.log()  # the log can be read afterwards
    server.stop()  # a second time does no harm


def test_a_client_left_open_does_not_hold_up_the_end(repository, monkeypatch):
    """A stopping server looks each second whether HTTP connections are open, and waits; notebooks leave them open."""
    monkeypatch.setattr(handle, "UNLOAD_SECONDS", 30)  # on a busy machine the models need longer to unload
    server = serve(["echo"], repository=repository, **FREE)
    clients = [httpclient.InferenceServerClient(server.http_url) for _ in range(3)]
    other = http.client.HTTPConnection(server.metrics_url)
    other.request("GET", "/metrics")
    other.getresponse().read()
    assert all(client.is_server_live() for client in clients)
    bystanders = socket.socketpair()
    socket.setdefaulttimeout(60)  # Python makes a socket that it takes in hand non-blocking then
    try:
        server.stop()
    finally:
        socket.setdefaulttimeout(None)
    assert os.get_blocking(bystanders[0].fileno())
    assert "Waiting for in-flight requests" in server.log()
    assert "Timeout 3: Found" not in server.log()  # the second look found none
    for connection in (*clients, other, *bystanders):
        connection.close()


def test_only_loopback_listens(server):
    for port in server._ports:
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            for line in Path(table).read_text().splitlines()[1:]:
                address, state = line.split()[1], line.split()[3]
                if state == ports.LISTEN and int(address.rsplit(":", 1)[1], 16) == port:
                    assert address.split(":")[0].endswith("0100007F")  # 127.0.0.1, in IPv6 too


def test_a_containers_quota_counts_like_cores_that_are_not_there(tmp_path):
    mine, quota = len(os.sched_getaffinity(0)), tmp_path / "cpu.max"
    for text, expected in (("100000 100000", 1), ("50000 100000", 1), ("9900000 100000", mine), ("max 100000", mine)):
        quota.write_text(f"{text}\n")
        assert embedded.cores(str(quota)) == expected
    quota.unlink()
    assert embedded.cores(str(quota)) == mine


OWNER = """
import signal, sys, time
from tutorial_lib.server import serve
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup make test` hands on that it is ignored
server = serve(["echo"], repository=sys.argv[1], http_port=0, grpc_port=0, metrics_port=0)
print(server.pid, server._folder.name, server._guard.pid, server._ports[0], flush=True)
time.sleep(1000)
"""


@pytest.fixture
def owner(repository):
    """Another process that owns a server: (process, pid of tritonserver, folder, pid of the guard, HTTP port)."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(repository)], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    line = process.stdout.readline().split()
    yield process, int(line[0]), line[1], int(line[2]), int(line[3])
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_the_server_ends_with_its_owner(owner, how):
    process, pid, folder, guard, _ = owner
    stubs = stubs_of(pid)
    os.kill(process.pid, how)
    until(lambda: all(gone(p) for p in [pid, guard, *stubs]))
    assert not shm_of(folder)
    until(lambda: not (registry.base() / folder).exists())  # an owner that ends politely removes it after the guard


def test_a_killed_guard_takes_the_server_with_it_and_the_next_start_sweeps(owner, repository):
    process, pid, folder, guard, _ = owner
    os.kill(guard, signal.SIGKILL)
    until(lambda: gone(pid))
    process.kill()
    process.wait()
    running()
    assert not shm_of(folder)
    assert not (registry.base() / folder).exists()


def test_a_killed_server_is_noticed_and_the_next_one_starts(repository):
    with serve(["echo"], repository=repository, **FREE) as server:
        pid, folder, stubs = server.pid, server._folder, stubs_of(server.pid)
        os.kill(pid, signal.SIGKILL)
        until(lambda: not server.alive())
        assert "killed by signal 9 (SIGKILL)" in server.why_ended()
        with pytest.raises(ServerError, match="does not answer"):
            server.wait("echo")
        until(lambda: all(gone(stub) for stub in stubs))
        assert not shm_of(folder.name)
    with serve(["echo"], repository=repository, **FREE) as server:
        assert ask(server) == 1.0


def test_a_dead_stub_is_noticed_and_healed(repository):
    with serve(["echo"], repository=repository, **FREE) as server:
        assert server.dead_models() == []
        with pytest.raises(InferenceServerException, match="not healthy"):
            ask(server, 666)
        assert server.dead_models() == ["echo"]
        assert server.index()["echo"][0] == "READY"  # what Triton says
        with pytest.raises(ServerError, match=r"server\.heal\(\)"):
            server.wait("echo")
        assert server.heal() == ["echo"]
        assert ask(server, 2.0) == 2.0
        os.kill(stubs_of(server.pid)[-1], signal.SIGKILL)  # and without a request in flight
        until(lambda: server.dead_models() == ["echo"])
        assert server.heal() == ["echo"]
        assert ask(server, 2.0) == 2.0


def test_every_death_of_a_stub_counts_where_a_model_has_two(repository):
    """After the first death and its healing the old instances' other stub must not stand in for a new one."""
    if not (repository / "two").exists():
        write_model(repository, "two", config=CONFIG + "instance_group { count: 2 kind: KIND_CPU }")
    with serve(["two"], repository=repository, **FREE) as server:
        for _ in range(3):
            with pytest.raises(InferenceServerException, match="not healthy"):
                ask(server, 666, "two")
            assert server.heal() == ["two"]
            until(lambda: sum(not gone(stub) for stub in stubs_of(server.pid)) == 2)
            assert [ask(server, 2.0, "two") for _ in range(4)] == [2.0] * 4


@pytest.mark.parametrize("count", [1, 2])
def test_instances_may_have_a_name_of_their_own(tmp_path, count):
    group = f'instance_group {{ name: "fast" count: {count} kind: KIND_CPU }}'
    write_model(tmp_path, "named", config=CONFIG + group)
    with serve(["named"], repository=tmp_path, **FREE) as server:
        assert server.dead_models() == []
        with pytest.raises(InferenceServerException, match="not healthy"):
            ask(server, 666, "named")
        assert server.heal() == ["named"]
        assert ask(server, 2.0, "named") == 2.0


def test_a_pid_that_went_to_another_program_is_left_alone(repository):
    """The files of a server outlive a power cut; its guard's number may be anybody's by then."""
    with subprocess.Popen(["sleep", "60"]) as other, serve(repository=repository, **FREE) as server:
        folder = registry.base() / "server-old"
        folder.mkdir(exist_ok=True)
        entry = json.loads((server._folder / "server.json").read_text())
        entry |= {"guard": other.pid, "owner": 2**22, "ports": [1, 2, 3], "shm_prefix": "triton_course_old_"}
        (folder / "server.json").write_text(json.dumps(entry))
        try:
            assert 1 not in [entry["ports"][0] for entry in running()]
            assert not folder.exists()  # swept
            assert other.poll() is None
        finally:
            other.kill()
            shutil.rmtree(folder, ignore_errors=True)


PROXY = """
import json, urllib.request
import tritonclient.grpc as grpcclient
from tutorial_lib.server import serve

with serve(http_port=0, grpc_port=0, metrics_port=0) as server:
    print(json.load(urllib.request.urlopen(f"http://{server.http_url}/v2"))["name"])
    print(grpcclient.InferenceServerClient(server.grpc_url).is_server_live())
"""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "localhost,127.0.0.1"),
        ({"NO_PROXY": ".corp.example, localhost"}, ".corp.example,localhost,127.0.0.1"),
        ({"no_proxy": "a", "NO_PROXY": "b"}, "a,localhost,127.0.0.1"),  # as everybody reads them
        ({"no_proxy": "*"}, "*"),
    ],
)
def test_the_users_own_exceptions_from_the_proxy_stay(monkeypatch, given, expected):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, given.get(name, ""))
    with serve(**FREE):
        assert os.environ["no_proxy"] == expected


def test_a_companys_proxy_is_not_asked_for_this_machine():
    names = ("http_proxy", "https_proxy", "HTTP_PROXY", "grpc_proxy")
    clean = {name: value for name, value in os.environ.items() if name.lower() not in ("no_proxy", "no_grpc_proxy")}
    environment = {**clean, **dict.fromkeys(names, "http://127.0.0.1:9")}
    done = subprocess.run([sys.executable, "-c", PROXY], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["triton", "True"], done.stderr


def test_a_server_without_http_is_ready_too():
    with serve(options=["--allow-http=false"], **FREE) as server:
        assert grpcclient.InferenceServerClient(server.grpc_url).is_server_ready()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"http_port": 70_000}, "port 70000 does not exist. Expected: a number from 1 to 65535"),
        ({"env": {"OMP_NUM_THREADS": 1}}, "env= has 'OMP_NUM_THREADS': 1. Expected: text for both"),
        ({"options": ["--http-port=9000"]}, r"--http-port=9000 in options=. Expected: serve\(..., http_port=9000\)"),
    ],
)
def test_wrong_words_are_explained(words, message):
    with pytest.raises(ServerError, match=message):
        serve(**{**FREE, **words})


NOT_ALLOWED = """
from tutorial_lib.server import ServerError, serve
try:
    serve(http_port=80)
except ServerError as error:
    print(error)
"""


@pytest.mark.skipif(os.getuid() != 0 or not shutil.which("setpriv"), reason="only root can become another user")
def test_a_port_of_root_is_named_as_that():
    limit = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if int(limit.read_text()) <= 80:
        pytest.skip("here everybody may take port 80")
    other = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
    if subprocess.run([*other, sys.executable, "-c", "import tutorial_lib"], cwd="/", capture_output=True).returncode:
        pytest.skip("another user cannot read this checkout")
    try:
        done = subprocess.run([*other, sys.executable, "-c", NOT_ALLOWED], capture_output=True, text=True, cwd="/")
    finally:
        shutil.rmtree(f"{tempfile.gettempdir()}/triton-course-54321", ignore_errors=True)
    assert done.stdout == "port 80 (HTTP) is not allowed for this user. Expected: usually 1024 or more.\n", done.stderr


def test_a_folder_that_may_not_be_read_is_no_model(tmp_path, monkeypatch):
    write_model(tmp_path, "echo")
    (tmp_path / "lost+found").mkdir()
    real = Path.iterdir

    def iterdir(path):
        if path.name == "lost+found":  # root may read everything
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    assert models_in(tmp_path) == ["echo"]


def test_a_temporary_folder_that_takes_no_file_is_named(monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/proc")
    with pytest.raises(ServerError, match=r"(?s)cannot be made in /proc: .*set TMPDIR to another"):
        serve(**FREE)


def test_a_server_started_in_a_thread_outlives_the_thread(repository):
    servers = []
    thread = threading.Thread(target=lambda: servers.append(serve(["echo"], repository=repository, **FREE)))
    thread.start()
    thread.join()
    with servers[0] as server:
        time.sleep(0.5)
        assert ask(server) == 1.0


def test_a_forked_child_does_not_stop_its_parents_server(server):
    code = "import os; os._exit(0)"
    child = os.fork()
    if child == 0:
        server.stop()
        exec(code)
    os.waitpid(child, 0)
    assert server.alive()


def test_interrupted_start_leaves_nothing(repository):
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(repository)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until(lambda: any(entry["owner"] == process.pid for entry in running()))
    entry = next(entry for entry in running() if entry["owner"] == process.pid)
    process.send_signal(signal.SIGINT)
    process.wait(15)
    process.stdout.close()
    assert gone(entry["guard"])
    assert not Path(entry["folder"]).exists()
    assert not shm_of(Path(entry["folder"]).name)


# ---------------------------------------------------------------------------------------------- ports


def test_a_port_in_use_is_refused_in_a_moment_with_the_name_of_who_has_it(repository, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setattr("tutorial_lib.server._start", pytest.fail)  # it is said before anything starts
        with pytest.raises(ServerError) as caught:
            serve(["echo"], repository=repository, http_port=port, grpc_port=0, metrics_port=0)
    assert f"port {port} (HTTP) is in use by" in str(caught.value)
    assert f"pid {os.getpid()}" in str(caught.value)
    assert "Try:" in str(caught.value)


def test_a_port_of_ipv6_localhost_counts_too(repository):
    with socket.socket(socket.AF_INET6) as other:
        try:
            other.bind(("::1", 0))
        except OSError:
            pytest.skip("no IPv6 loopback on this machine")
        other.listen()
        with pytest.raises(ServerError, match="in use"):
            serve(["echo"], repository=repository, http_port=0, grpc_port=other.getsockname()[1], metrics_port=0)


def test_two_notebooks_the_second_is_told_whose_server_it_is(owner, repository):
    process, *_, port = owner
    with pytest.raises(ServerError) as caught:
        serve(["echo"], repository=repository, http_port=port, grpc_port=0, metrics_port=0)
    assert f"the Triton server that '-c' (pid {process.pid}) started" in str(caught.value)
    assert "python -m tutorial_lib stop" in str(caught.value)
    with serve(url=f"localhost:{port}") as attached:  # attaching is explicit, and never stops
        assert attached.mode == "external"
        assert attached.index()["echo"][0] == "READY"
    assert attached.alive()
    lines = stop(port)
    assert len(lines) == 1
    assert not attached.alive()


def test_the_same_notebook_gets_a_fresh_server(repository):
    first = serve(["echo"], repository=repository, **FREE)
    http, grpc, metrics = first._ports
    with serve(["echo"], repository=repository, http_port=http, grpc_port=grpc, metrics_port=metrics) as second:
        assert not first.alive()
        assert ask(second) == 1.0


def test_twenty_starts_at_the_same_instant_give_one_server(repository):
    wanted = ports.free_ports(3)
    code = (
        "import sys; from tutorial_lib.server import serve, ServerError\n"
        "try: s = serve(['echo'], repository=sys.argv[1], http_port=int(sys.argv[2]), grpc_port=int(sys.argv[3]), "
        "metrics_port=int(sys.argv[4])); print('started', flush=True); sys.stdin.read()\n"
        "except ServerError as e: print('refused' if 'is in use by' in str(e) else e, flush=True)"
    )
    command = [sys.executable, "-c", code, str(repository), *map(str, wanted)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, **pipes) for _ in range(20)]
    try:
        answers = [process.stdout.readline().strip() for process in processes]
        assert sorted(answers) == ["refused"] * 19 + ["started"]
    finally:
        for process in processes:
            process.communicate()


def test_a_process_with_a_thousand_open_files_gets_a_server(repository):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 1200:
        pytest.skip(f"this user may open {hard} files only")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 1200), hard))
    with contextlib.ExitStack() as files:
        for _ in range(1100):
            files.enter_context(open(os.devnull))
        with serve(["echo"], repository=repository, **FREE) as server:
            assert ask(server) == 1.0


# ---------------------------------------------------------------------------------------------- repositories


def test_unsafe_paths_are_served_through_a_safe_link(tmp_path):
    folder = tmp_path / 'it\'s "naïve"; ünïcode(c)' / "model_repository"
    write_model(folder, "echo")
    with serve(["echo"], repository=folder, **FREE) as server:
        assert ask(server, 4.0) == 4.0


@pytest.mark.parametrize("mode", ["none", "poll"])
def test_stray_folders_do_not_count_as_models(tmp_path, mode):
    write_model(tmp_path, "echo")
    write_model(tmp_path, "other")
    for stray in (".ipynb_checkpoints", "__pycache__", "notes"):
        (tmp_path / stray).mkdir()
    with serve(["echo"], repository=tmp_path, control_mode=mode, **FREE) as server:
        assert list(server.index()) == ["echo"]
        assert ask(server) == 1.0
    with serve(repository=tmp_path, control_mode=mode, **FREE) as server:
        assert sorted(server.index()) == ["echo", "other"]


def test_a_broken_model_says_why(repository):
    with pytest.raises(ServerError) as caught:
        serve(["broken"], repository=repository, **FREE)
    assert "ModuleNotFoundError: No module named 'no_such_module'" in str(caught.value)
    assert "while loading broken" in str(caught.value)
    assert "--load-model=broken" in str(caught.value)
    assert not any(entry["models"] == ["broken"] for entry in running())


def test_an_unknown_model_or_repository_is_refused_at_once(repository, tmp_path):
    with pytest.raises(ServerError, match=r"no model nope .*\nFound: broken, echo"):
        serve(["nope"], repository=repository)
    with pytest.raises(ServerError, match="no model repository at"):
        serve(repository=tmp_path / "missing")


def test_load_unload_and_wait(repository):
    with serve(repository=repository, **FREE) as server:
        assert server.index()["echo"][0] == "UNAVAILABLE"
        server.load("echo")
        assert ask(server) == 1.0
        server.unload("echo")
        assert server.index()["echo"][0] == "UNAVAILABLE"
        with pytest.raises(ServerError, match="not in this model repository"):
            server.wait("nope")
        with pytest.raises(ServerError, match="no_such_module"):
            server.load("broken")
        with pytest.raises(ServerError, match="expected READY"):
            server.wait("echo", timeout=0.2)


# ---------------------------------------------------------------------------------------------- three ways


def test_docker_runs_the_same_repository_on_loopback(repository):
    command = docker.argv(str(repository), (8000, 8001, 8002), "course", ["--load-model=echo"], gpu=True)
    text = " ".join(command)
    assert command[:2] == ["docker", "run"]
    assert "--publish=127.0.0.1:8000:8000 --publish=127.0.0.1:8001:8001 --publish=127.0.0.1:8002:8002" in text
    assert f"--volume={repository}:/models:ro" in text
    assert "nvcr.io/nvidia/tritonserver:26.07-py3" in command
    assert text.endswith("tritonserver --model-repository=/models --load-model=echo")
    assert "--gpus=all" in command
    plain = docker.argv(str(repository), (1, 2, 3), "course", [], packages=False)
    assert plain[-2:] == ["tritonserver", "--model-repository=/models"]
    assert "--gpus=all" not in plain


def test_docker_mounts_what_links_name_and_passes_variables_on(repository, tmp_path):
    (tmp_path / "echo").symlink_to(repository / "echo")  # inside the container the link would lead nowhere
    command = docker.argv(str(tmp_path), (1, 2, 3), "course", [], variables=["HF_TOKEN"])
    assert [word for word in command if word.startswith(("--volume=/", "--env"))] == [
        f"--volume={repository}/echo:/models/echo:ro",
        "--env=HF_TOKEN",
    ]


def test_docker_for_real(repository):
    if reason := docker.why_not() or docker.lacks(docker.IMAGE):
        pytest.skip(f"docker: {reason.splitlines()[0]}")
    with serve(["echo"], repository=repository, mode="docker", timeout=600, **FREE) as server:
        assert ask(server) == 1.0


def test_docker_without_an_engine_says_so(repository):
    if docker.why_not() is None:
        pytest.skip("a docker engine runs here")
    with pytest.raises(ServerError, match=r"docker: .*\nTry: "):
        serve(["echo"], repository=repository, mode="docker", **FREE)


def test_docker_through_a_command_of_that_name(repository, tmp_path, monkeypatch):
    """The guard's handling of `docker run`, without an engine: a stand-in starts the embedded server instead."""
    wanted = ports.free_ports(3)
    backends = embedded.assemble_backends(tmp_path / "backends")
    real = embedded.argv(str(repository), str(backends), tuple(wanted), "triton_course_standin_", [])
    script = tmp_path / "docker"
    options = '"$(printf "%s\\n" "$@" | grep -o -e "--load-model=.*")"'
    script.write_text(
        f'#!/bin/bash\necho "$1" >> {tmp_path}/calls\ncase "$1" in run) exec {shlex.join(real)} '
        f"--model-control-mode=explicit --exit-timeout-secs=3 {options};; esac\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.path.dirname(sys.executable)}:{os.environ['PATH']}")
    monkeypatch.setenv("LD_LIBRARY_PATH", embedded.environment()["LD_LIBRARY_PATH"])
    named = dict(zip(FREE, wanted))
    with serve(["echo"], repository=repository, mode="docker", **named) as server:
        assert ask(server) == 1.0
        assert server.argv[0] == "docker"
    assert (tmp_path / "calls").read_text().split() == [
        "info",
        "image",
        "run",
        "rm",
    ]  # `rm`: a killed client leaves a container


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://host:1", "no TLS"),
        ("localhost:http", "a number for the port"),
        ("http://[::1", "a number for the port"),
        ("[::1]:1", r"nothing answers at ::1:1"),
        ("localhost:1", "nothing answers at localhost:1"),
    ],
)
def test_a_wrong_url_is_explained(url, message):
    with pytest.raises(ServerError, match=message):
        serve(url=url)


def test_the_grpc_port_is_not_an_http_endpoint(server):
    with pytest.raises(ServerError, match="gRPC port"):
        serve(url=server.grpc_url)


def test_external_needs_the_models(server, monkeypatch):
    monkeypatch.setenv("TRITON_URL", f"http://{server.http_url}/")
    attached = serve(["identity"])
    assert (attached.mode, attached.http_url) == ("external", server.http_url)
    with pytest.raises(ServerError, match=r"does not serve 'nope'.*"):
        serve(["nope"])


def test_unknown_mode():
    with pytest.raises(ServerError, match="Expected: auto, embedded, docker or external"):
        serve(mode="podman")


# ---------------------------------------------------------------------------------------------- command line


def course(*arguments, **options):
    command = [sys.executable, "-m", "tutorial_lib", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


def serve_in_terminal(*arguments: str, **pipes: int) -> subprocess.Popen:
    command = [sys.executable, "-m", "tutorial_lib", "serve", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **pipes)


def test_command_line_serve_status_stop(built):
    http = free_port(row=3)
    process = serve_in_terminal("linear_regression_model", "--port", str(http), stderr=subprocess.PIPE)
    try:
        lines = iter(process.stdout.readline, "")
        begin = list(itertools.takewhile(lambda line: "Ctrl-C stops the server" not in line, lines))
        assert "log: " in "".join(begin), process.communicate()[1]
        (log,) = [line.split()[1] for line in begin if line.startswith("log: ")]
        assert "Started HTTPService" in Path(log).read_text()
        status = course("status")
        assert f"the Triton server that 'tutorial_lib serve' (pid {process.pid}) started just now" in status.stdout
        assert f"HTTP {http}" in status.stdout
        assert f"models from {Path(__file__).parents[1] / 'model_repository'}\n  log: {log}\n" in status.stdout
        assert "linear_regression_model: READY" in status.stdout
        body = b'{"inputs":[{"name":"input__0","shape":[1,1],"datatype":"FP32","data":[5.0]}]}'
        url = f"http://localhost:{http}/v2/models/linear_regression_model/infer"
        with urllib.request.urlopen(url, body) as reply:
            assert json.load(reply)["outputs"][0]["data"] == [13.0]
        stopped = course("stop", "--port", str(http))
        assert "stopped the Triton server that" in stopped.stdout
        assert process.wait(15) == 1  # it did not end by its own Ctrl-C: that is worth an error
        assert process.stderr.read() == "the server was stopped from outside (python -m tutorial_lib stop)\n"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def test_serve_takes_a_model_repository_of_your_own(repository):
    http = free_port(row=3)
    process = serve_in_terminal("echo", "--repository", str(repository), "--port", str(http))
    try:
        assert any("models: echo" in line for line in iter(process.stdout.readline, ""))
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_serve_goes_on_where_its_own_options_restrict_apis(repository):
    http = free_port(row=3)
    restriction = "--option=--http-restricted-api=model-repository,statistics:admin-key=secret"
    process = serve_in_terminal("echo", "--repository", str(repository), "--port", str(http), restriction)
    try:
        lines = []
        assert any(lines.append(line) or "Ctrl-C stops" in line for line in iter(process.stdout.readline, ""))
        assert "Any program" not in "".join(lines)
        with pytest.raises(subprocess.TimeoutExpired):  # it looks after its models every second
            process.wait(3)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_an_empty_repository_is_named(tmp_path):
    done = course("serve", "--repository", str(tmp_path))
    assert (done.returncode, done.stderr) == (
        1,
        f"error: no model in {tmp_path}: expected folders MODEL/1 in it. See docs/MODEL_SETUP.md\n",
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["serve", "nope"], 1, "error: no model nope"),
        (["serve", "--repository", "nowhere"], 1, "error: no model repository at"),
        (["build", "nope"], 1, "error: Found model 'nope'"),
        (["notebooks", "nope"], 1, "error: no notebook 'nope'"),
        (["serve", "--port", "x"], 2, "'x' is not a port"),
        (["nonsense"], 2, "invalid choice"),
        (["bench", "--json", "/proc"], 1, "error: /proc cannot be written (Is a directory)"),
    ],
)
def test_a_users_mistake_shows_no_traceback(arguments, status, message):
    done = course(*arguments)
    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_option_is_named(repository):
    with pytest.raises(ServerError, match="unrecognized option '--no-such-option"):
        serve(repository=repository, options=["--no-such-option=1"], **FREE)


def test_the_servers_own_requests_have_the_key_of_its_options(repository):
    options = ["--http-restricted-api=health,model-repository:x-key=secret"]
    with serve(["echo"], repository=repository, options=options, **FREE) as server:  # it reads the key there
        assert server.index()["echo"][0] == "READY"
