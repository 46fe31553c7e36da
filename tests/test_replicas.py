"""deploy/haproxy.cfg and the alert for real: three Triton servers behind one port, killed and restarted under load."""

from __future__ import annotations

import csv
import functools
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from tests.waiting import free_port, gone
from tests.waiting import until as until_in
from tutorial_lib.server import serve

pytestmark = [pytest.mark.live, pytest.mark.slow]
DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
KINDS = {"REST": httpclient, "gRPC": grpcclient}


until = functools.partial(until_in, seconds=40)  # three servers start and stop behind a balancer


def run(*command: str, log: Path, **environment: str) -> subprocess.Popen:
    with log.open("w") as file:
        together = ["setpriv", "--pdeathsig", "TERM", *command]
        return subprocess.Popen(together, env={**os.environ, **environment}, stdout=file, stderr=file)


class Cluster:
    """Three replicas, and the balancer that deploy/haproxy.cfg makes."""

    def __init__(self, folder: Path) -> None:
        models = ["slow_echo", "identity"]
        free = {"http_port": 0, "grpc_port": 0, "metrics_port": 0}
        self.replicas = {name: serve(models, control_mode="none", **free) for name in "abc"}
        self.socket, self.port = str(folder / "balancer.sock"), free_port()
        self.url = f"localhost:{self.port}"
        self.environment = {"PORT": str(self.port), "SOCKET": self.socket}
        for name, replica in self.replicas.items():
            self.environment[name.upper()] = replica.http_url.replace("localhost", "127.0.0.1")
            self.environment[f"{name.upper()}_GRPC"] = replica.grpc_url.replace("localhost", "127.0.0.1")
        config = str(DEPLOY / "haproxy.cfg")
        self.balancer = run("haproxy", "-db", "-f", config, log=folder / "haproxy.log", **self.environment)
        until(lambda: os.path.exists(self.socket))
        self.all_up()

    def operate(self, words: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.socket)
            line.sendall(f"{words}\n".encode())
            return line.makefile().read()

    def states(self, column: str = "status", backend: str = "rest") -> dict[str, str]:
        rows = csv.DictReader(self.operate("show stat").lstrip("# ").splitlines())
        return {r["svname"]: r[column] for r in rows if r["pxname"] == backend and r["svname"] in self.replicas}

    def all_up(self) -> None:
        for backend in ("rest", "grpc"):  # gRPC follows REST's checks by `track`
            until(lambda: set(self.states(backend=backend).values()) == {"UP"})  # noqa: B023

    def kill(self, name: str) -> None:
        os.kill(self.replicas[name].pid, signal.SIGKILL)

    def start(self, name: str) -> None:
        old = self.replicas[name]
        old.stop()
        ports = dict(zip(("http_port", "grpc_port", "metrics_port"), old._ports))
        self.replicas[name] = serve(old.models, control_mode="none", **ports)

    def drain(self, name: str, state: str = "drain") -> None:
        for backend in ("rest", "grpc"):
            self.operate(f"set server {backend}/{name} state {state}")
        if state == "drain":
            until(lambda: self.states("scur")[name] == self.states("scur", "grpc")[name] == "0")

    def end(self) -> None:
        self.balancer.terminate()
        self.balancer.wait(60)
        for replica in self.replicas.values():
            replica.stop()

    def counts(self) -> dict[str, int]:
        found = {}
        for name, replica in self.replicas.items():
            with httpclient.InferenceServerClient(replica.http_url) as client:
                stats = client.get_inference_statistics("slow_echo")["model_stats"][0]["inference_stats"]
            found[name] = stats["success"]["count"]
        return found


def asker(protocol: str, url: str, milliseconds: int = 5) -> Callable[[], object]:
    """Return a function that asks once, with a time limit of 25 s."""
    limit = {"network_timeout": 25.0} if protocol == "REST" else {}
    client = KINDS[protocol].InferenceServerClient(url, **limit)
    work = KINDS[protocol].InferInput("work_ms", [1, 1], "INT32")
    work.set_data_from_numpy(np.array([[milliseconds]], dtype=np.int32))
    options = {} if protocol == "REST" else {"client_timeout": 25}
    return lambda: client.infer("slow_echo", [work], **options)


class Load:
    """Customers who ask without a pause, half over REST and half over gRPC."""

    def __init__(self, url: str, customers: int = 10) -> None:
        self.answers, self.halves, self.late, self.errors, self.open = 0, 0, [], [], True
        who = list(KINDS) * (customers // 2)
        self.threads = [threading.Thread(target=self._customer, args=(one, url), daemon=True) for one in who]
        for thread in self.threads:
            thread.start()

    def _customer(self, protocol: str, url: str) -> None:
        infer = asker(protocol, url)  # in this thread: the HTTP client belongs to the thread that made it
        while self.open:
            try:
                infer()
                self.answers += 1
            except Exception as error:
                # half an answer has gone to the customer, which no balancer can take back: he asks again (lesson 27)
                if "Stream removed" in str(error):
                    self.halves += 1
                    continue
                # seen once, cause unknown: a request got no answer within 30 s; kept apart, to tell it from a refusal
                if isinstance(error, TimeoutError) or "Deadline Exceeded" in str(error):
                    self.late.append(protocol)
                    continue
                self.errors.append(f"{type(error).__name__}: {error}")
                time.sleep(0.05)

    def more(self, number: int) -> None:
        wanted = self.answers + number
        until(lambda: self.answers >= wanted, seconds=120)

    def stop(self) -> None:
        self.open = False
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive(), "a request hangs"
        assert self.halves <= 5, "more than the requests of one moment"
        assert self.late == [], f"requests without an answer within 25 s: {self.late}"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    for program in ("haproxy", "setpriv"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (sudo apt-get install haproxy util-linux)")
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    yield started
    started.end()


@pytest.mark.parametrize("protocol", KINDS)
def test_requests_are_spread_evenly(cluster, protocol):
    cluster.all_up()
    before, infer = cluster.counts(), asker(protocol, cluster.url, 0)
    for _ in range(300):
        infer()
    until(lambda: sum(cluster.counts().values()) - sum(before.values()) == 300)
    assert [count - before[name] for name, count in cluster.counts().items()] == [100, 100, 100]


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_replica_loses_nothing(cluster, seed):
    """kill -9 at a moment that the seed chooses: requests are under way at each."""
    chance = random.Random(seed)
    cluster.all_up()
    load = Load(cluster.url)
    load.more(200)
    time.sleep(chance.random())
    name = chance.choice("abc")
    cluster.kill(name)
    until(lambda: cluster.states()[name] == "DOWN")
    load.more(500)
    cluster.start(name)
    until(lambda: cluster.states()[name] == "UP")
    load.more(500)
    load.stop()
    assert load.errors == []


def test_a_replica_that_answers_its_check_late_stays(cluster):
    """Stopped for two seconds, as if its machine were too busy; a dead one is seen at once (other tests)."""
    cluster.all_up()
    downs = cluster.states("chkdown")["b"]
    os.kill(cluster.replicas["b"].pid, signal.SIGSTOP)
    try:
        time.sleep(2)
    finally:
        os.kill(cluster.replicas["b"].pid, signal.SIGCONT)
    time.sleep(1)
    assert cluster.states("chkdown")["b"] == downs, "how often it was taken out"
    cluster.all_up()


def test_two_of_three_killed_at_once_lose_nothing(cluster):
    cluster.all_up()
    load = Load(cluster.url)
    load.more(200)
    cluster.kill("a")
    cluster.kill("b")
    load.more(500)
    for name in "ab":  # before anything is judged: the next test needs them
        cluster.start(name)
    load.stop()
    assert load.errors == []


def test_a_rolling_restart_loses_none_of_ten_thousand(cluster):
    cluster.all_up()
    load = Load(cluster.url)
    for name in cluster.replicas:
        cluster.drain(name)
        cluster.start(name)
        cluster.drain(name, "ready")
        until(lambda: cluster.states()[name] == "UP")  # noqa: B023
    until(lambda: load.answers >= 10_000, seconds=600)
    load.stop()
    assert load.errors == []


def test_a_stop_without_draining_loses_nothing(cluster):
    """SIGTERM out of the blue: Triton ends what is under way, and takes nothing new."""
    cluster.all_up()
    load = Load(cluster.url)
    load.more(200)
    for name in "ac":
        cluster.start(name)  # stops it first
        until(lambda: cluster.states()[name] == "UP")  # noqa: B023
    load.more(200)
    load.stop()
    assert load.errors == []


def test_without_any_replica_the_balancer_says_so(cluster):
    cluster.all_up()
    for name in "abc":
        cluster.operate(f"set server rest/{name} state maint")
    until(lambda: not any(state == "UP" for state in cluster.states(backend="grpc").values()))
    with pytest.raises(InferenceServerException) as rest:
        asker("REST", cluster.url)()
    with pytest.raises(InferenceServerException) as grpc:
        asker("gRPC", cluster.url)()
    for name in "abc":
        cluster.operate(f"set server rest/{name} state ready")
    assert rest.value.status() == "503"
    assert grpc.value.status() == "StatusCode.UNAVAILABLE"
    cluster.all_up()


@pytest.mark.parametrize("protocol", KINDS)
def test_what_changes_one_replica_is_refused_with_the_reason(cluster, protocol):
    client = KINDS[protocol].InferenceServerClient(cluster.url)
    calls = [
        (client.load_model, ["slow_echo"], "one replica of several"),
        (client.unload_model, ["slow_echo"], "one replica of several"),
        (client.register_system_shared_memory, ["x", "/x", 4], "one replica of several"),
        (client.unregister_system_shared_memory, [], "one replica of several"),
        (client.update_log_settings, [{"log_verbose_level": 1}], "settings of one replica"),
        (client.update_trace_settings, ["slow_echo", {"trace_level": ["OFF"]}], "settings of one replica"),
    ]
    for call, arguments, why in calls:
        with pytest.raises(InferenceServerException, match=why) as refused:
            call(*arguments)
        assert refused.value.status() == {"REST": "403", "gRPC": "StatusCode.PERMISSION_DENIED"}[protocol]
    assert client.is_model_ready("slow_echo")


@pytest.mark.parametrize("protocol", KINDS)
def test_a_tensor_larger_than_the_buffer_passes(cluster, protocol):
    kind = KINDS[protocol]
    x = np.arange(500_000, dtype=np.float32).reshape(1, -1)
    tensor = kind.InferInput("fp32", x.shape, "FP32").set_data_from_numpy(x)
    back = kind.InferenceServerClient(cluster.url).infer("identity", [tensor]).as_numpy("fp32_out")
    assert np.array_equal(back, x)


def test_a_stream_passes(cluster):
    answers, given = [], threading.Event()

    def note(result, error):
        answers.append(error or result.as_numpy("batch_size").item())
        given.set()

    client = grpcclient.InferenceServerClient(cluster.url)
    work = grpcclient.InferInput("work_ms", [1, 1], "INT32").set_data_from_numpy(np.array([[1]], dtype=np.int32))
    client.start_stream(note)
    try:
        for _ in range(3):  # the next goes out when the last has been answered: nothing waits for the stream's end
            given.clear()
            client.async_stream_infer("slow_echo", [work])
            assert given.wait(10)
    finally:
        client.stop_stream()
    assert answers == [1, 1, 1]


def test_the_alert_fires_and_ends(cluster, tmp_path):
    """The real files, but for the addresses, and for seconds: looked at each second, and an alert after two."""
    if shutil.which("prometheus") is None:
        pytest.skip("prometheus is not installed (sudo apt-get install prometheus)")
    cluster.all_up()
    targets = ", ".join(f'"{replica.metrics_url}"' for replica in cluster.replicas.values())
    config = (DEPLOY / "monitoring" / "prometheus.yml").read_text()
    config = config.replace('"triton:8002"', targets).replace("_interval: 5s", "_interval: 1s")
    (tmp_path / "prometheus.yml").write_text(config)
    (tmp_path / "rules.yml").write_text((DEPLOY / "monitoring" / "rules.yml").read_text().replace("for: 1m", "for: 2s"))
    port = free_port()
    words = [f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data"]
    address = f"--web.listen-address=127.0.0.1:{port}"
    watcher = run("prometheus", *words, address, log=tmp_path / "prometheus.log")

    def alerts() -> set[tuple[str, str]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/alerts", timeout=10) as reply:
                found = json.load(reply)["data"]["alerts"]
        except OSError:
            return {("starting", "")}
        return {(a["labels"]["alertname"], a["labels"].get("instance", "")) for a in found if a["state"] == "firing"}

    try:
        time.sleep(3)
        until(lambda: alerts() == set())
        cluster.kill("b")
        expected = ("TritonReplicaDown", cluster.replicas["b"].metrics_url)
        until(lambda: alerts() == {expected})
        cluster.start("b")
        until(lambda: alerts() == set())
    finally:
        watcher.terminate()
        watcher.wait(60)


def test_the_balancer_dies_with_who_started_it(cluster, tmp_path):
    script = (
        "import pathlib, sys, time\nfrom tests.test_replicas import DEPLOY, run\n"
        "p = run('haproxy', '-db', '-f', str(DEPLOY / 'haproxy.cfg'), log=pathlib.Path(sys.argv[1]))\n"
        "print(p.pid, flush=True)\ntime.sleep(60)\n"
    )
    environment = {**os.environ, **cluster.environment, "PORT": str(free_port()), "SOCKET": str(tmp_path / "b.sock")}
    words = [sys.executable, "-c", script, str(tmp_path / "log")]
    starter = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True, cwd=DEPLOY.parent)
    pid = int(starter.stdout.readline())
    until(lambda: (tmp_path / "b.sock").exists())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    until(lambda: gone(pid))
