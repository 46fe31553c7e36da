"""What a learner costs: a real JupyterHub, N learners who all run a lesson at the same time, their memory and CPU.

    python bench/classroom.py 6 00_start_here 01_linear_regression

Needs `pip install jupyterhub` (in an environment of its own that sees the course's packages) and its proxy
(`npm install configurable-http-proxy`) on the PATH. Kernels run in lanes, as deploy/jupyterhub sets them up, which
needs Linux namespaces. Memory is the proportional set size (PSS) of all processes of a learner: a page that several
processes share counts in parts.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import nbformat
import websocket

PROJECT = Path(__file__).resolve().parents[1]
HUB = PROJECT / "deploy" / "jupyterhub"
TOKEN = secrets.token_hex(16)
ADDRESS = "127.0.0.1:8765"
TICKS = os.sysconf("SC_CLK_TCK")
CONFIG = """
exec(open({hub_config!r}).read())
c.JupyterHub.bind_url = "http://{address}"
c.JupyterHub.hub_port = 8766
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.Spawner.args += ["--allow-root"]
c.Spawner.environment["JUPYTER_PATH"] = {data!r}
c.JupyterHub.concurrent_spawn_limit = 100
c.JupyterHub.services = [{{"name": "measure", "api_token": {token!r}}}]
scopes = ["admin:users", "admin:servers", "access:servers"]
c.JupyterHub.load_roles = [{{"name": "measure", "scopes": scopes, "services": ["measure"]}}]
"""


def call(method: str, path: str, body: object = None) -> object:
    """Ask the hub, or a learner's server through the hub's proxy."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"http://{ADDRESS}{path}", data, {"Authorization": f"token {TOKEN}"}, method=method
    )
    with urllib.request.urlopen(request, timeout=300) as reply:
        text = reply.read()
    return json.loads(text) if text else None


def learn(name: str, lessons: list[list[str]], found: dict, ready: threading.Barrier, go_on: threading.Event) -> None:
    """Be one learner: start a server, open a kernel, run all cells but the last ones, wait, and leave."""
    began = time.monotonic()
    call("POST", f"/hub/api/users/{name}")
    call("POST", f"/hub/api/users/{name}/server")
    while not call("GET", f"/hub/api/users/{name}")["servers"].get("", {}).get("ready"):
        time.sleep(0.5)
    found["spawn"] = time.monotonic() - began
    kernel = call("POST", f"/user/{name}/api/kernels", {"name": "python3", "path": "notebooks"})["id"]
    url = f"ws://{ADDRESS}/user/{name}/api/kernels/{kernel}/channels"
    line = websocket.create_connection(url, header=[f"Authorization: token {TOKEN}"], timeout=600)
    began, found["errors"], found["seconds"] = time.monotonic(), [], []
    for lesson in lessons:
        for source in lesson[:-1]:
            found["errors"] += execute(line, source)
        found["seconds"].append(time.monotonic() - began)
        if lesson is not lessons[-1]:
            execute(line, lesson[-1])
        began = time.monotonic()
    line.close()
    ready.wait(1200)
    go_on.wait(1200)
    line = websocket.create_connection(url, header=[f"Authorization: token {TOKEN}"], timeout=600)
    execute(line, lessons[-1][-1])
    line.close()
    call("DELETE", f"/hub/api/users/{name}/server")


def execute(line: websocket.WebSocket, source: str) -> list[str]:
    """Run one cell; return its errors."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "username": "",
        "session": "s",
        "version": "5.3",
    }
    content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
    line.send(
        json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"})
    )
    errors = []
    while True:
        message = json.loads(line.recv())
        if message["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        if message["msg_type"] == "error":
            errors.append(f"{message['content']['ename']}: {message['content']['evalue']}"[:300])
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return errors


def trees() -> dict[str, list[int]]:
    """Return {learner: all processes that descend from that learner's server}."""
    parents, roots = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(") ", 1)[1].split()[1])
            if any(word.endswith(b"jupyterhub-singleuser") for word in words[:3]):
                variables = (entry / "environ").read_bytes().split(b"\0")
                roots[int(entry.name)] = next(v[16:].decode() for v in variables if v.startswith(b"JUPYTERHUB_USER="))
        except (OSError, StopIteration):
            continue
    found: dict[str, list[int]] = {name: [] for name in roots.values()}
    for pid in parents:
        at = pid
        while at and at not in roots:
            at = parents.get(at, 0)
        if at:
            found[roots[at]].append(pid)
    return found


def use(pids: list[int]) -> tuple[float, float]:
    """Return (PSS in MB, seconds of CPU) of these processes and of their children that have ended."""
    memory = cpu = 0.0
    for pid in pids:
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            memory += next(int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:")) / 1000
            cpu += sum(map(int, Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[11:15])) / TICKS
        except (OSError, StopIteration):
            continue
    return memory, cpu


def main(number: int, names: list[str]) -> None:
    lessons = []
    for name in names:
        book = nbformat.read(PROJECT / "notebooks" / f"{name}.ipynb", as_version=4)
        cells = [cell for cell in book.cells if cell.cell_type == "code"]
        lessons.append([f"get_ipython().run_cell({cell.source!r}).raise_error()" for cell in cells])
    users = [f"learner{i:02d}" for i in range(1, number + 1)]
    with tempfile.TemporaryDirectory(prefix="hub-") as scratch:
        spec = Path(scratch, "data", "kernels", "python3")
        spec.mkdir(parents=True)
        text = (HUB / "kernel.json").read_text().replace("/srv/triton-course", str(PROJECT))
        (spec / "kernel.json").write_text(text)
        data = str(Path(scratch, "data"))
        config = CONFIG.format(hub_config=str(HUB / "hub_config.py"), address=ADDRESS, token=TOKEN, data=data)
        Path(scratch, "config.py").write_text(config)
        for user in users:
            Path("/tmp", user).mkdir(exist_ok=True)
            Path("/tmp", user, "triton-course").symlink_to(PROJECT)
        with open(Path(scratch, "log"), "w") as log:
            command = [sys.executable, "-m", "jupyterhub", "-f", "config.py"]
            hub = subprocess.Popen(command, cwd=scratch, stdout=log, stderr=log)
        try:
            measure(users, lessons, hub)
        except BaseException:
            print(Path(scratch, "log").read_text()[-3000:], file=sys.stderr)
            raise
        finally:
            hub.terminate()
            hub.wait(30)
            for user in users:
                shutil.rmtree(f"/tmp/{user}", ignore_errors=True)


def measure(users: list[str], lessons: list[list[str]], hub: subprocess.Popen) -> None:
    for _ in range(120):
        try:
            call("GET", "/hub/api/")
            break
        except OSError:
            assert hub.poll() is None, "the hub has ended"
            time.sleep(0.5)
    found: dict[str, dict] = {user: {} for user in users}
    ready, go_on = threading.Barrier(len(users) + 1), threading.Event()
    threads = [threading.Thread(target=learn, args=(u, lessons, found[u], ready, go_on), daemon=True) for u in users]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    while ready.n_waiting < len(users):
        if not all(thread.is_alive() for thread in threads):
            raise SystemExit(f"a learner is gone (its reason is above): {found}")
        time.sleep(0.5)
        if time.monotonic() - began > 900:
            raise SystemExit(f"not ready after 900 s: {found}")
    wall = time.monotonic() - began
    uses = [use(pids) for pids in trees().values()]
    time.sleep(10)
    idle = sum(later[1] - earlier[1] for later, earlier in zip([use(pids) for pids in trees().values()], uses)) / 10
    memory = [megabytes for megabytes, _ in uses]
    seconds = [sum(one["seconds"]) for one in found.values()]
    errors = [error for one in found.values() for error in one["errors"]]
    print(f"{len(uses)} learners; all done after {wall:.0f} s; errors: {errors}")
    median, most = statistics.median(memory), max(memory)
    print(f"memory of a learner, MB: median {median:.0f}, most {most:.0f}; all {sum(memory):.0f}")
    print(f"CPU of a learner: {sum(cpu for _, cpu in uses) / len(uses):.1f} s; all idle: {idle:.2f} cores")
    spawn = [one["spawn"] for one in found.values()]
    print(f"log in to Lab: median {statistics.median(spawn):.0f} s, longest {max(spawn):.0f} s")
    print(f"lessons, without reading: median {statistics.median(seconds):.0f} s, longest {max(seconds):.0f} s")
    print(f"hub and proxy, MB: {use([hub.pid, *children(hub.pid)])[0]:.0f}")
    ready.wait(60)
    go_on.set()
    for thread in threads:
        thread.join(120)
    print("processes left:", sum(len(pids) for pids in trees().values()))


def children(pid: int) -> list[int]:
    """Return the proxy: those of the hub's children that are no learner's."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split() if b"singleuser" not in Path(f"/proc/{word}/cmdline").read_bytes()]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:] or ["00_start_here"])
