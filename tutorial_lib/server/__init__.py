"""The server room: start a real Triton Inference Server, wait for it, and leave nothing behind.

    from tutorial_lib.server import serve

    with serve(["linear_regression_model"]) as server:
        print(server.http_url)          # localhost:8000

There are three ways to get a server, all with the same return type: `embedded` runs the tritonserver inside the wheel
`nvidia-pytriton`, `docker` runs NVIDIA's container with the same model repository, and `external` attaches to a server
that somebody else runs (and never stops it). A server belongs to the process that started it and ends with that
process, however the process ends.

Two notebooks at once: the ports 8000-8002 belong to one server at a time. A second notebook's `serve()` changes
nothing; it says whose server has the ports and how to end it. If the same notebook calls `serve()` again, it gets a
fresh server.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from ..waits import VARIABLE, waiting
from . import access, docker, embedded, ports, registry
from .handle import Server, ServerError, mine

__all__ = ["Server", "ServerError", "describe", "models_in", "running", "serve", "stop"]

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM)  # what only the user can fix
GRACE = 4  # seconds for requests in flight to finish when the server is asked to stop


def serve(
    models: Iterable[str] = (),
    *,
    mode: str = "auto",
    url: str | None = None,
    repository: str | os.PathLike[str] | None = None,
    http_port: int = 8000,
    grpc_port: int = 8001,
    metrics_port: int = 8002,
    control_mode: str = "explicit",
    options: Sequence[str] = (),
    env: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    admin_key: bool | None = None,
    image: str = docker.IMAGE,
    timeout: float = 180.0,
) -> Server:
    """Start a Triton server with `models` loaded, or attach to one, and return when it is ready.

    Args:
        models: names in the model repository to load; an ensemble loads its steps too. No names: an empty server.
        mode: "auto" (attach if `url` or $TRITON_URL is set, else embedded, else docker), "embedded", "docker" or
            "external".
        url: "HOST:PORT" of the HTTP endpoint of a running server; gRPC and metrics are expected on the next two ports.
        repository: the model repository; default: $TRITON_COURSE_REPOSITORY, else the project's `model_repository`.
        http_port, grpc_port, metrics_port: ports on 127.0.0.1; 0 takes a free one.
        control_mode: "explicit", "none" or "poll", as in `--model-control-mode`. With "none" and "poll" the server
            sees only `models` (if none are named, all in the repository), without stray folders.
        options: more options for tritonserver, passed on as they are, such as ["--log-verbose=1"].
        env: environment variables for the server and its Python models.
        headers: for this object's own HTTP requests (readiness, index, load), where an external server restricts them.
        admin_key: True: only those who have `server.admin_headers` may load models, register shared memory, or change
            log and trace settings (Triton's restricted APIs, with a random key). False: anyone who reaches the ports
            may. None: True if other people work on this machine too (a line on stderr says so), else False.
        image: the container image for docker mode.
        timeout: how many seconds the server may take to become ready.

    Raises:
        ServerError: a port is in use (it says by whom), a model is unknown, a load failed (with the log's last error
            lines), an address is one that other machines can reach, or no server can run here (and what to do).
    """
    names = [models] if isinstance(models, str) else list(models)
    url = url or (os.environ.get("TRITON_URL") if mode in ("auto", "external") else None)
    if mode not in ("auto", "embedded", "docker", "external"):
        raise ServerError(f"mode={mode!r} is unknown. Expected: auto, embedded, docker or external.")
    _let_localhost_pass_the_proxy()
    if mode == "external" or url:
        return _attach(url, names, headers or {})
    mode = _choose(mode)
    if mode == "docker" and (lacking := docker.lacks(image)):
        raise ServerError(lacking)
    if opening := access.outside(options) if mode == "embedded" else None:
        raise ServerError(
            f"{opening} would let other machines in. Expected: 127.0.0.1, because the embedded server "
            "(Triton 2.51) lacks later security fixes.\n"
            "Try: a tunnel (ssh -L 8000:localhost:8000), or NVIDIA's current container. See SECURITY.md"
        )
    if admin_key is None and not access.is_restricted(options) and (reason := access.why_needed()):
        print(
            f"{reason}: loading models, shared memory, log and trace settings need headers=server.admin_headers "
            f"({access.VARIABLE}=off opens them)",
            file=sys.stderr,
        )
        admin_key = True
    for port in (http_port, grpc_port, metrics_port):
        if not 0 <= port < 65536:
            raise ServerError(f"port {port} does not exist. Expected: a number from 1 to 65535, or 0 for a free one.")
    for option in options:
        if given := re.match(r"--(http|grpc|metrics)-port\b", option):
            name = given[0][2:].replace("-", "_")
            raise ServerError(f"{option} in options=. Expected: serve(..., {name}=9000), so that its port is known.")
    if wrong := [item for item in (env or {}).items() if not all(isinstance(part, str) for part in item)]:
        raise ServerError(f"env= has {wrong[0][0]!r}: {wrong[0][1]!r}. Expected: text for both, such as {{'X': '1'}}.")
    folder_of_models = _repository(repository, names)
    _replace_own({http_port, grpc_port, metrics_port} - {0})
    chosen = tuple(port or free for port, free in zip((http_port, grpc_port, metrics_port), ports.free_ports(3)))
    if len(set(chosen)) < 3:
        raise ServerError(f"found the ports {chosen}; HTTP, gRPC and metrics need three different ones.")
    locks = _take_ports(chosen)
    try:
        server = Server(mode, [f"localhost:{port}" for port in chosen], names, folder_of_models)
        server._ports, server._headers = chosen, {**access.keys_in(options), **(headers or {})}
        try:
            _start(server, locks, control_mode, list(options), env, image, timeout, bool(admin_key))
        except BaseException as error:
            if server._folder and (server._guard is None or isinstance(error, OSError)):
                shutil.rmtree(server._folder, ignore_errors=True)
            # shutil.Error lists what could not be copied, and why
            if isinstance(error, shutil.Error) or getattr(error, "errno", None) in NO_ROOM:
                raise registry.no_room(error) from None
            raise
        return server
    finally:
        os.close(locks)  # the guard holds them now, until the server ends


def running() -> list[dict]:
    """Return every course server that this user runs: ports, models, owner, pid of its guard, start time."""
    return registry.entries()


def describe(entry: dict) -> str:
    """Describe a server from `running()` in a few lines: whose it is, its ports, and the state of each loaded model."""
    http, grpc, metrics = entry["ports"]
    lines = [f"{registry.describe(entry)}: HTTP {http}, gRPC {grpc}, metrics {metrics}"]
    lines += [f"  models from {entry['repository']}", f"  log: {entry['folder']}/server.log"]
    server = Server(entry["mode"], [f"localhost:{port}" for port in entry["ports"]], entry["models"])
    try:
        folder = Path(entry["folder"])
        server.pid, server._headers = int((folder / "pid").read_text()), access.headers(access.key_in(folder))
        dead = server.dead_models()
        for model, (state, reason) in sorted(server.index().items()):
            if state != "UNAVAILABLE" or reason:
                note = "python process dead; unload and load it" if model in dead else reason
                lines.append(f"  {model}: {state}" + (f" ({note})" if note else ""))
    except (ServerError, OSError, ValueError):
        lines.append("  starting, or not answering")
    return "\n".join(lines)


def stop(port: int | None = None) -> list[str]:
    """Stop this user's course servers (the one on `port`, or all of them); return a line about each."""
    ended = []
    for entry in registry.entries():
        if port is None or port in entry["ports"]:
            whose = f"{registry.describe(entry)} on port {entry['ports'][0]}"
            gone = registry.end(entry)
            ended.append(f"stopped {whose}" if gone else f"still ending: {whose}. Try again in a moment")
    return ended


def _choose(mode: str) -> str:
    reasons = {}
    for name, room in (("embedded", embedded), ("docker", docker)):
        if mode in ("auto", name):
            reasons[name] = room.why_not()
            if reasons[name] is None:
                return name
    text = "\n".join(f"{name}: {reason}" for name, reason in reasons.items())
    raise ServerError(f"no Triton server can be started here.\n{text}\nMore: python -m tutorial_lib doctor")


def _repository(repository: str | os.PathLike[str] | None, names: Sequence[str]) -> Path:
    default = os.environ.get("TRITON_COURSE_REPOSITORY") or Path(__file__).resolve().parents[2] / "model_repository"
    folder = Path(repository or default).absolute()
    if not folder.is_dir():
        raise ServerError(f"no model repository at {folder}. Try: run from the project, or serve(repository=...)")
    unknown = [name for name in names if not (folder / name).is_dir()]
    if unknown:
        known = ", ".join(models_in(folder)) or "no model at all"
        own = "serve(..., repository=...), or on the command line --repository FOLDER"
        raise ServerError(
            f"no model {', '.join(unknown)} in {folder}.\nFound: {known}\nFor a repository of your own: {own}"
        )
    return folder


def models_in(repository: str | os.PathLike[str]) -> list[str]:
    """Return the sorted names of the models in a model repository; raise ServerError if there is no such folder."""
    return sorted(entry.name for entry in _repository(repository, []).iterdir() if _is_model(entry))


def _is_model(folder: Path) -> bool:
    """Say whether this is a model's folder; in mode "none", `.ipynb_checkpoints` and the like make a start fail."""
    try:
        return folder.is_dir() and (
            (folder / "config.pbtxt").is_file() or any(d.name.isdigit() for d in folder.iterdir())
        )
    except OSError:  # not ours to read, such as lost+found on a separate disk
        return False


def _let_localhost_pass_the_proxy() -> None:
    """Let urllib, cURL and gRPC talk to servers on this machine; with http_proxy set they would ask the proxy."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    if hosts != ["*"]:  # no proxy at all
        os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(dict.fromkeys([*hosts, "localhost", "127.0.0.1"]))


def _replace_own(wanted: set[int]) -> None:
    """Stop this process's earlier server on these ports, for example when a lesson's first cell is run again."""
    for server in list(mine):
        if server._owner == os.getpid() and wanted & set(server._ports):
            server.stop()


def _take_ports(wanted: Sequence[int]) -> int:
    """Before any model loads, lock the ports against other course servers and check that nobody listens on them."""
    locks = registry.open_locks()
    try:
        for port, use in zip(wanted, ("HTTP", "gRPC", "metrics")):
            remedy = "Try: stop that program"
            if not ports.allowed(port):
                raise ServerError(f"port {port} ({use}) is not allowed for this user. Expected: usually 1024 or more.")
            if registry.lock_port(locks, port):
                who = ports.holder(port)
            else:
                entry = registry.entry_on(port)
                who = registry.describe(entry) if entry else "another course server that is starting or stopping"
                remedy = "Try: run that notebook's last cell, or: python -m tutorial_lib stop"
            if who is not None:
                raise ServerError(
                    f"port {port} ({use}) is in use by {who}.\n"
                    f"Expected: a free port; one server at a time can have it.\n{remedy}\n"
                    f"Or take other ports: serve(..., http_port={wanted[0] + 10}, grpc_port={wanted[1] + 10}, "
                    f"metrics_port={wanted[2] + 10})\n"
                    f"Or use a Triton server that is already there: serve(url='localhost:{wanted[0]}')"
                )
    except BaseException:
        os.close(locks)
        raise
    return locks


def _start(
    server: Server,
    locks: int,
    control_mode: str,
    options: list[str],
    env: dict[str, str] | None,
    image: str,
    timeout: float,
    admin_key: bool,
) -> None:
    mode, names, chosen = server.mode, server.models, server._ports
    folder = server._folder = Path(tempfile.mkdtemp(prefix="server-", dir=registry.base()))
    prefix = f"{registry.SHM_PREFIX}{folder.name[7:]}_"
    loads = [f"--load-model={name}" for name in names] if control_mode == "explicit" else []
    secret = access.options(access.new_key(folder), options) if admin_key else []
    shown = [re.sub(r"=[^=]*$", "=(hidden)", option) for option in secret]  # what the process list shows
    server.admin_headers = access.headers(access.key_in(folder))
    server._headers.update(server.admin_headers)
    seen = _seen_repository(server.repository, names, control_mode, folder)
    common = [f"--model-control-mode={control_mode}", *loads, f"--exit-timeout-secs={GRACE}", *shown, *options]
    if mode == "embedded":
        backends = embedded.assemble_backends(folder / "backends")
        server.argv = embedded.argv(str(seen), str(backends), chosen, prefix, common)
        environment, cleanup = embedded.environment(env), []
    else:
        name = f"triton-course-{folder.name[7:]}"
        server.argv = docker.argv(
            str(seen), chosen, name, common, variables=env or (), image=image, gpu=docker.has_gpu()
        )
        environment, cleanup = {**os.environ, **(env or {})}, ["docker", "rm", "--force", name]
    owner_fd = os.pidfd_open(os.getpid())
    try:
        spec = {
            "argv": server.argv,
            "hidden": dict(zip(shown, secret)),
            "env": environment,
            "log": str(folder / "server.log"),
            "owner_fd": owner_fd,
            "shm_prefix": prefix,
            "grace": GRACE + 2,
            "cleanup": cleanup,
            "crashes": os.environ.get("TRITON_COURSE_CRASHES"),
        }
        (folder / "spec.json").write_text(json.dumps(spec))
        guard = Path(__file__).with_name("guard.py")
        with (folder / "server.log").open("ab") as log:
            server._guard = subprocess.Popen(
                [sys.executable, "-I", "-S", str(guard), str(folder / "spec.json")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                pass_fds=[owner_fd, locks],
                start_new_session=True,  # Ctrl-C and a closing terminal reach the owner, which decides
            )
            mine.append(server)
    finally:
        os.close(owner_fd)
    try:
        entry = {
            "guard": server._guard.pid,
            "owner": os.getpid(),
            "owner_name": _owner_name(),
            "started": time.time(),
            "ports": chosen,
            "models": names,
            "repository": str(server.repository),
            "mode": mode,
            "shm_prefix": prefix,
        }
        (folder / "server.json").write_text(json.dumps(entry))
        with waiting(f"Starting a Triton server with {', '.join(names) or 'no model'}: usually 2 to 6 seconds ..."):
            _wait_until_ready(server, timeout)
        if (folder / "key-is-shown").exists() or (secret and mode == "docker"):
            print("other users can read the key in the list of processes: it cannot be hidden here", file=sys.stderr)
    except BaseException:  # KeyboardInterrupt too: an interrupted start must leave no server behind
        server.stop()
        raise


def _seen_repository(repository: Path, names: Sequence[str], control_mode: str, folder: Path) -> Path:
    """Return the path for tritonserver: only safe characters, and no stray folders where they would matter."""
    stray = any(entry.is_dir() and not _is_model(entry) for entry in repository.iterdir())
    if control_mode != "explicit" and (names or stray):
        view = folder / "models"
        view.mkdir()
        for model in repository.iterdir():
            if _is_model(model) and (not names or model.name in names):
                (view / model.name).symlink_to(model)
        return view
    if registry.SAFE_PATH.fullmatch(str(repository)):
        return repository
    link = folder / "model_repository"
    link.symlink_to(repository)
    return link


def _wait_until_ready(server: Server, timeout: float) -> None:
    services = dict(zip(("http", "grpc", "metrics"), server._ports))  # they open one after another, metrics last
    closed = re.findall(r"--allow-(\w+)[= ](?:false|0|no|off)\b", " ".join(server.argv), re.IGNORECASE)
    offered = [port for name, port in services.items() if name not in closed]
    began = time.monotonic()
    ours, seen, looked = server.mode != "embedded", None, 0.0
    while True:
        seconds = time.monotonic() - began
        if (server._folder / "exit.json").exists() or server._guard.poll() is not None:
            raise ServerError(_why_it_stopped(server, seconds))
        if server.pid is None:
            try:
                server.pid = int((server._folder / "pid").read_text())
            except OSError:
                pass
        elif not ours:
            # the process that listens must be our child, or another server's readiness would be mistaken for ours.
            # While nothing opens a socket there is no need to look: the kernel's table is long, and the models load
            held = ports.sockets(server.pid)
            if held != seen or seconds > looked + 0.25:
                ours, seen, looked = ports.listens(server.pid, offered), held, seconds
                if ours:
                    continue
        else:
            if "http" in closed:  # nothing to ask, and in explicit mode the ports open when the models are loaded
                return
            try:
                if server._http("GET", "/v2/health/ready", timeout=5)[0] == 200:
                    return
            except ServerError:
                pass
        if seconds > timeout:
            raise ServerError(
                f"tritonserver is not ready after {timeout:.0f} s (timeout={timeout:.0f}).{server._log_tail()}\n"
                f"Command: {server.command}\nTry: a longer timeout, or: python -m tutorial_lib doctor"
            )
        time.sleep(0.02)


def _why_it_stopped(server: Server, seconds: float) -> str:
    names = f" while loading {', '.join(server.models)}" if server.models else ""
    named = r"(?:failed to load|failed to poll model|Poll failed for model directory) '(?:[^']*/)?([^'/]+)'"
    models = re.findall(named, server.log())
    hint = "python -m tutorial_lib doctor"
    if models:
        hint = f"repair {models[0]} as the log says; docs/TROUBLESHOOTING.md, 'Loading a model', explains the messages"
    return (
        f"tritonserver stopped after {seconds:.0f} s{names}.{server._log_tail()}\n"
        f"Command: {server.command}\nTry: {hint}"
    )


def _attach(url: str | None, names: Sequence[str], headers: dict[str, str]) -> Server:
    if not url:
        raise ServerError('mode="external" needs the server\'s address. Try: serve(url="localhost:8000")')
    bad = ServerError(f"url={url!r}: expected HOST:PORT with a number for the port, such as localhost:8000")
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        raise bad from None
    if parts.scheme == "https":
        hint = "Expected: HOST:PORT, such as localhost:8000"
        raise ServerError(f"url={url!r}: Triton's own HTTP endpoint has no TLS. {hint}")
    try:
        host, port = parts.hostname or "localhost", parts.port or 8000
    except ValueError:
        raise bad from None
    shown = f"[{host}]" if ":" in host else host
    server = Server("external", [f"{shown}:{port + i}" for i in range(3)], names)
    server._headers = headers
    try:
        with socket.create_connection((host, port), timeout=5):
            pass
    except OSError as error:
        raise ServerError(f"nothing answers at {host}:{port} ({error}). Expected: a running Triton server.") from None
    status, body = server._http("GET", "/v2")
    if status != 200 or b"extensions" not in body:
        raise ServerError(f"{host}:{port} is no Triton HTTP endpoint: GET /v2 answers {status}. Is it the gRPC port?")
    for name in names:
        if server._http("GET", f"/v2/models/{quote(name, safe='')}/ready")[0] != 200:
            try:
                server.load(name)  # works only if the server runs in explicit mode
            except ServerError as error:
                raise ServerError(f"the server at {host}:{port} does not serve {name!r}. {error}") from None
    return server


def _owner_name() -> str:
    """Return the name people know this process by: its notebook (Jupyter tells the kernel), script or command."""
    name = os.path.basename(os.environ.get("JPY_SESSION_NAME") or sys.argv[0] or "python")
    return " ".join(["tutorial_lib", *sys.argv[1:2]]) if name == "__main__.py" else name


@atexit.register
def _stop_all() -> None:
    os.environ[VARIABLE] = "off"  # a kernel that is ending must not show a line
    for server in list(mine):
        server.stop()
