"""The object that `serve()` returns: a running server, and what you can ask it and do with it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from ..waits import waiting
from . import ports

UNLOAD_SECONDS = 2  # for the models to unload before the server ends; a Python model's stub takes 1.3 to end
SETTLED = 0.1  # seconds before an unload: right after a model's load or last answer, it can end Triton 2.51 (signal 11)
_HARMLESS = re.compile(r"CudaDriverHelper|CUDA driver version|initialize NVML|DCGM unable|pinned system memory")
_TROUBLE = re.compile(
    r"E\d{4} |\[libprotobuf ERROR|.*Failed to preinitialize Python stub"
)  # not all trouble is level E
mine: list[Server] = []  # the servers of this process


class ServerError(RuntimeError):
    """The server could not be started, found or used. The message says what was found and expected, and what to try."""

    def _render_traceback_(self) -> list[str]:
        """In a notebook, show the message instead of a page of this library's code (IPython calls this hook)."""
        return [f"{type(self).__name__}: {self}"]


class Server:
    """A running Triton server, as returned by `serve()`.

    Attributes:
        mode: "embedded", "docker" or "external".
        http_url, grpc_url, metrics_url: "HOST:PORT" without a scheme, as tritonclient expects it.
        models: the names that you asked for.
        repository: the model repository on this machine, or None for an external server.
        argv: the exact command line, or [] for an external server.
        pid: the process id of tritonserver (of `docker run` in docker mode), or None.
        admin_headers: the headers for restricted calls (`headers=` in tritonclient); {} if nothing is restricted.
    """

    def __init__(self, mode: str, urls: Sequence[str | None], models: Sequence[str], repository: Path | None = None):
        self.mode, self.models, self.repository = mode, list(models), repository
        self.http_url, self.grpc_url, self.metrics_url = urls
        self.argv: list[str] = []
        self.pid: int | None = None
        self.admin_headers: dict[str, str] = {}
        self._owner, self._guard, self._folder = os.getpid(), None, None
        self._headers: dict[str, str] = {}
        self._log = ""

    def __repr__(self) -> str:
        models = ", ".join(self.models) or "no model asked for"
        return f"<Triton {self.mode} at {self.http_url}: {models}>"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    @property
    def command(self) -> str:
        """The command line as you would type it: short names for paths, and without the course's own plumbing."""
        words = []
        for word in self.argv:
            if any(own in word for own in ("shm-region-prefix-name", "stub-timeout", "metrics-interval-ms=250")):
                continue
            word = re.sub(r"^(--model-repository=).*", r"\1model_repository", word)
            word = re.sub(r"^(--(?:backend|cache)-directory=).*/(\w+)$", r"\1\2", word)
            words.append(os.path.basename(word) if word.endswith("/tritonserver") else word)
        return " \\\n  ".join(words)

    @property
    def log_file(self) -> Path | None:
        """The path of the log while the server runs (try `tail -f`); None for an external or stopped server."""
        return self._folder / "server.log" if self._folder else None

    def log(self) -> str:
        """Return the server's whole log so far ("" for an external server). It also works after `stop()`."""
        try:
            return self.log_file.read_text(errors="replace") if self.log_file else self._log
        except OSError:
            return self._log

    def errors(self) -> list[str]:
        """Return the log's error lines, except those that only say that there is no GPU."""
        return [line for line in self.log().splitlines() if _TROUBLE.match(line) and not _HARMLESS.search(line)]

    def index(self, timeout: float = 10.0) -> dict[str, tuple[str, str]]:
        """Return {model: (state, reason)} from the repository index within `timeout` seconds; READY if any version is.

        States: "READY", "LOADING", "UNLOADING", "UNAVAILABLE" (also for a model that was never loaded).
        Source: model repository extension, POST v2/repository/index.
        """
        status, body = self._http("POST", "/v2/repository/index", timeout)
        if status != 200:
            raise ServerError(f"{self!r} answers {status} to the repository index: {body.decode(errors='replace')}")
        states: dict[str, tuple[str, str]] = {}
        for model in json.loads(body):
            state, reason = model.get("state") or "UNAVAILABLE", model.get("reason", "")
            if states.get(model["name"], ("",))[0] != "READY":
                states[model["name"]] = (state, reason)
        return states

    def wait(self, model: str, state: str = "READY", timeout: float = 60.0) -> None:
        """Wait until `model` is in `state` ("READY" or "UNAVAILABLE"); loading and unloading are asynchronous.

        Raises ServerError at once if that can no longer happen (unknown model, failed load, dead stub, dead server),
        otherwise after `timeout` seconds.
        """
        with waiting(f"Waiting until {model} is {state}: usually 1 to 4 seconds ..."):
            self._wait(model, state, timeout)

    def _wait(self, model: str, state: str, timeout: float = 60.0) -> None:
        deadline = time.monotonic() + timeout
        while True:
            states = self.index()
            found, reason = states.get(model, ("", ""))
            if not found:
                raise ServerError(f"{model!r} is not in this model repository. Found: {', '.join(sorted(states))}.")
            if found == state:
                if state == "READY" and model in self.dead_models():
                    raise ServerError(
                        f"{model!r} says READY, but its python process (stub) is dead: every request gets an error.\n"
                        "Triton does not restart it; loading it again does nothing. Try: server.heal()"
                    )
                return
            failed = state == "READY" and found == "UNAVAILABLE" and reason and reason != "unloaded"
            if failed or time.monotonic() > deadline:
                why = f": {reason}" if reason else ""
                if found == "UNLOADING" and "Failed to process the request(s) for model" in self.log():
                    why = (
                        ".\nAn exception escaped from its execute() before, and now and then Triton never lets go"
                        " of such a model."
                        "\nTry: server.load(), which replaces it at once; and answer with a TritonError instead"
                    )
                raise ServerError(f"{model!r} is {found}, expected {state}{why}{self._log_tail()}")
            time.sleep(0.05)

    def load(self, model: str) -> None:
        """Load `model` and wait until it is READY. Source: POST v2/repository/models/{model}/load."""
        with waiting(f"Loading {model}: usually 1 to 4 seconds ..."):
            self._control(model, "load")
            self._wait(model, "READY")

    def unload(self, model: str) -> None:
        """Unload `model` and wait until it is UNAVAILABLE. Source: POST v2/repository/models/{model}/unload."""
        with waiting(f"Unloading {model}: usually 1 to 3 seconds ..."):
            time.sleep(SETTLED)
            self._control(model, "unload")
            self._wait(model, "UNAVAILABLE")

    def dead_models(self) -> list[str]:
        """Return the READY models that lack a live python process (stub) for an instance; [] if all is well.

        Triton itself does not notice when a stub dies: the model stays READY and answers every request with an error.
        This works only for the embedded server, where all models run in stubs, except that ensembles have none.
        """
        if self.mode != "embedded" or self.pid is None:
            return []
        # looked at twice, because a model may load or unload while the server is asked
        alive = {name for _, name in _stubs(self.pid)}
        instances = self._instances()
        alive |= {name for _, name in _stubs(self.pid)}
        return [model for model, names in instances.items() if not names <= alive]

    def _instances(self) -> dict[str, set[str]]:
        """Return {READY model: names of its instances}; the stubs are named after them. An ensemble has none."""
        found = {}
        for model in (name for name, (state, _) in self.index().items() if state == "READY"):
            status, body = self._http("GET", f"/v2/models/{quote(model, safe='')}/config")
            groups = json.loads(body).get("instance_group", []) if status == 200 else []
            found[model] = {f"{group['name']}_{i}" for group in groups for i in range(group["count"])}
        return found

    def heal(self) -> list[str]:
        """Unload and load every model that `dead_models()` names; return their names.

        It does not wait in between: once a request has met the dead stub, the old instances stay UNLOADING forever, but
        a load replaces them at once. If any of their stubs are still alive a moment later, they are ended.
        """
        dead = self.dead_models()
        names = self._instances() if dead else {}
        others = set().union(*(names[model] for model in names if model not in dead))  # groups may share a name
        theirs = set().union(*(names.get(model, ()) for model in dead)) - others
        old = [pid for pid, name in _stubs(self.pid) if name in theirs]
        time.sleep(SETTLED)
        for model in dead:
            self._control(model, "unload")
            self._control(model, "load")
        deadline = time.monotonic() + UNLOAD_SECONDS
        while left := {pid for pid, _ in _stubs(self.pid)}.intersection(old):
            if time.monotonic() > deadline:
                for pid in left:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.05)
        for model in dead:
            self.wait(model)
        return dead

    def alive(self) -> bool:
        """Say whether the server's process is running (for an external server: whether it answers)."""
        if self.mode == "external":
            try:
                return self._http("GET", "/v2/health/live")[0] == 200
            except ServerError:
                return False
        return self._guard is not None and self._guard.poll() is None and not (self._folder / "exit.json").exists()

    def why_ended(self) -> str:
        """Return a text that says how the server ended, with the last log lines; "" while it runs."""
        code = self._exit().get("returncode")
        if code is None:
            return ""
        how = f"killed by signal {-code} ({signal.Signals(-code).name})" if code < 0 else f"exit status {code}"
        return how + self._log_tail()

    def was_stopped(self) -> bool:
        """Say whether the server ended because another process asked it to, such as `python -m tutorial_lib stop`."""
        return bool(self._exit().get("asked"))

    def _exit(self) -> dict:
        """Return what the guard wrote when the server ended; {} before that."""
        try:
            return json.loads((self._folder / "exit.json").read_text())
        except (OSError, TypeError, ValueError):
            return {}

    def stop(self) -> None:
        """Stop the server and clean up after it; requests in flight may finish. An external server is left alone."""
        if self._guard is None or os.getpid() != self._owner:  # a forked child must not end its parent's server
            return
        with waiting("Stopping the server: usually 1 to 2 seconds ..."):
            if self._guard.poll() is None:
                if self._unload_all():
                    ports.hang_up({self._ports[0], self._ports[2]})  # or it would wait GRACE seconds for open clients
                self._guard.terminate()
            self._guard.wait()
        self._forget()

    def _unload_all(self) -> bool:
        """Unload the models before the end, because a stopping server checks only once a second whether any are left.

        Return whether none are left, and so no inference is in flight.
        """
        if "--model-control-mode=explicit" not in self.argv:
            return False
        time.sleep(SETTLED)
        deadline = time.monotonic() + UNLOAD_SECONDS
        try:
            for model in (name for name, (state, _) in self.index(timeout=1).items() if state == "READY"):
                self._http("POST", f"/v2/repository/models/{quote(model, safe='')}/unload", timeout=1)
            while any(state != "UNAVAILABLE" for state, _ in self.index(timeout=1).values()):
                if time.monotonic() > deadline:
                    return False
                time.sleep(0.05)
        except (ServerError, ValueError):  # it hangs, restricts these calls, or is already ending: the guard ends it
            return False
        return True

    def _forget(self) -> None:
        self._log, folder = self.log(), self._folder
        self._guard = self._folder = self.pid = None
        shutil.rmtree(folder, ignore_errors=True)
        if self in mine:
            mine.remove(self)

    def _control(self, model: str, action: str) -> None:
        status, body = self._http("POST", f"/v2/repository/models/{quote(model, safe='')}/{action}", timeout=300)
        if status != 200:
            raise ServerError(f"{action} of {model!r} failed ({status}): {_error_of(body)}{self._log_tail()}")

    def _http(self, method: str, path: str, timeout: float = 10.0) -> tuple[int, bytes]:
        host, _, port = self.http_url.rpartition(":")
        connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=timeout)
        try:
            connection.request(method, path, headers=self._headers)
            reply = connection.getresponse()
            return reply.status, reply.read()
        except OSError as error:  # comes first, because a cut connection is an HTTPException too
            raise ServerError(f"{self!r} does not answer: {error}{self._log_tail()}") from None
        except http.client.HTTPException:
            raise ServerError(f"what answers at {self.http_url} does not speak HTTP. Is it the gRPC port?") from None
        finally:
            connection.close()

    def _log_tail(self) -> str:
        log = self.log().splitlines()
        refused = [line for line in log if "unrecognized option" in line or line.startswith("Unexpected argument")]
        hung = [i for i, line in enumerate(log) if line.startswith("Timeout (")]  # where a load hangs
        stack = log[hung[-1] :][:12] if hung else []
        rest = log[hung[-1] + 12 :] if hung else log
        lines = refused or self.errors()[-8:] or stack + rest[-8:]
        return "\nLast log lines:\n" + "\n".join(lines) if lines else ""


def _stubs(server_pid: int) -> list[tuple[int, str]]:
    """Return (process id, model instance such as `sentiment_0_0`) for each live python stub of this server."""
    found = []
    for path in Path(f"/proc/{server_pid}/task").glob("*/children"):
        try:
            children = path.read_text().split()
        except OSError:  # a thread that has just ended
            continue
        for child in children:
            try:
                words = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if words[0].endswith("triton_python_backend_stub"):  # a dead one, a zombie, has no command line
                found.append((int(child), words[-3]))
    return found


def _error_of(body: bytes) -> str:
    try:
        return json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")
