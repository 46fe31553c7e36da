"""Find out which objects of the API the notebooks really use, from the kernel's records and the server's own log.

Recording: IPython loads this module as an extension (the tests arrange that). It writes down every public tritonclient
call that a cell makes, and whether it succeeded. Servers run with `--log-verbose=1`, so their logs name every HTTP
route and RPC that arrived. None of this shows in a cell.

Evaluating: `evaluate()` joins both with `api_surface.json`, the list of all there is, and `table()` says which lesson
and cell uses what.
"""

from __future__ import annotations

import contextvars
import functools
import importlib
import inspect
import json
import os
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["FOLDER_VARIABLE", "TABLE", "Use", "evaluate", "load_ipython_extension", "surface", "table"]

FOLDER_VARIABLE = "TRITON_COURSE_COVERAGE"  # where recordings go; without it, nothing is recorded
PROJECT = Path(__file__).resolve().parents[1]
TABLE = PROJECT / "docs" / "API_COVERAGE.md"  # the committed result; `make coverage` writes it
CLIENTS = {
    "client-http": "tritonclient.http",
    "client-grpc": "tritonclient.grpc",
    "client-http-aio": "tritonclient.http.aio",
    "client-grpc-aio": "tritonclient.grpc.aio",
}
METHODS = {"0": "GET", "1": "HEAD", "2": "POST", "3": "PUT", "4": "DELETE"}  # as libevhtp numbers them
RPC_NAMES = {  # the log's word -> the service's
    "Logging": "LogSettings",
    "Trace": "TraceSetting",
    "ModelInferHandler": "ModelInfer",
    "ModelStreamInferHandler": "ModelStreamInfer",
    "Check": "Health_Check",
    "CommonCallData": "Health_Check",
}


def surface() -> list[dict[str, Any]]:
    """Return every object of the public API: id, kind, name, signature or route, extension, works on a CPU."""
    return json.loads((Path(__file__).with_name("api_surface.json")).read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------------------ recording


_inside = contextvars.ContextVar("inside", default=False)  # a call that tritonclient makes itself does not count


class _Recorder:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name = folder, f"{os.getpid()}-{time.time_ns()}"
        self.lock, self.cell = threading.RLock(), 0  # a client may be garbage-collected, and so closed, within write()

    def write(self, **event: Any) -> None:
        with self.lock, (self.folder / f"{self.name}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")

    def wrap(self, call: str, function: Callable) -> Callable:
        """Return `function`, wrapped so that each outermost call and how it ended are noted."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self.note(call):
                    return await function(*args, **kwargs)
        else:

            @functools.wraps(function)
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                with self.note(call):
                    return function(*args, **kwargs)

        return wrapped

    def note(self, call: str) -> _Note:
        return _Note(self, call)


class _Note:
    """Runs around one call. It is a class, because @contextmanager would show up in users' tracebacks."""

    def __init__(self, recorder: _Recorder, call: str) -> None:
        self.recorder, self.call = recorder, call

    def __enter__(self) -> None:
        self.outermost, self.cell = not _inside.get(), self.recorder.cell
        self.token = _inside.set(True)

    def __exit__(self, kind: type | None, *_: object) -> None:
        _inside.reset(self.token)
        if self.outermost:
            self.recorder.write(call=self.call, ok=kind is None, cell=self.cell)


def load_ipython_extension(shell: Any) -> None:
    """Record what this kernel's cells do, if the environment names a folder for the recordings."""
    if not os.environ.get(FOLDER_VARIABLE) or Path.cwd().name == "solutions":  # what a lesson leaves to its solution
        return
    recorder = _Recorder(Path(os.environ[FOLDER_VARIABLE]))

    def before(info: Any) -> None:
        recorder.cell += 1  # not the shell's own count, which nbval leaves at 1
        recorder.write(cell=recorder.cell, source=info.raw_cell, time=_seconds_now())

    def after(result: Any) -> None:
        recorder.write(cell=recorder.cell, ended=_seconds_now(), ok=result.success)

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", after)
    _wrap_tritonclient(recorder)
    _wrap_serve(recorder)


def _wrap_tritonclient(recorder: _Recorder) -> None:
    """Wrap every call that the surface names, once per class, under the surface's own ids."""
    done: set[tuple[int, str]] = set()
    for entry in surface():
        owner, name = _locate(entry)
        if owner is None or (id(owner), name) in done:
            continue
        done.add((id(owner), name))
        found = inspect.getattr_static(owner, name, None)
        if inspect.isclass(found):  # a constructor; the class must stay itself for isinstance() and subclasses
            if not issubclass(found, BaseException) and "__init__" in vars(found):
                found.__init__ = recorder.wrap(entry["id"], found.__init__)
        elif isinstance(found, (staticmethod, classmethod)):
            setattr(owner, name, type(found)(recorder.wrap(entry["id"], found.__func__)))
        elif inspect.isfunction(found):
            setattr(owner, name, recorder.wrap(entry["id"], found))


def _locate(entry: dict[str, Any]) -> tuple[Any, str]:
    """Return (module or class, attribute) for a client or util entry, (None, "") for anything else."""
    path = entry["signature_or_route"].split("(")[0].strip()
    if entry["kind"] in CLIENTS:
        module = importlib.import_module(CLIENTS[entry["kind"]])
        *classes, name = path.removeprefix(CLIENTS[entry["kind"]] + ".").split(".")
        owner = module
        if not classes and name[0].islower():
            owner = module.InferenceServerClient
        for part in classes:
            owner = getattr(owner, part, None)
        return owner, name
    if entry["kind"] == "util" and re.fullmatch(r"[\w.]+", path):
        if not path.startswith("tritonclient"):
            path = f"tritonclient.utils.{path}"
        module, parts = None, path.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            try:
                module = importlib.import_module(".".join(parts[:cut]))
                break
            except ImportError:
                continue
        for part in parts[cut:-1]:
            module = getattr(module, part, None)
        return module, parts[-1]
    return None, ""


def _wrap_serve(recorder: _Recorder) -> None:
    """Make servers log what arrives, and keep their logs; `command` still shows what it showed before."""
    from tutorial_lib import server as room  # only in a recorded kernel: the rooms themselves do not import each other

    original = room.serve

    @functools.wraps(original)
    def serve(*args: Any, **kwargs: Any) -> Any:
        server = original(*args, **{**kwargs, "options": ["--log-verbose=1", *kwargs.get("options", ())]})
        if server.argv:
            server.argv.remove("--log-verbose=1")
            recorder.write(served=server.argv[1:])
            stop = server.stop

            def stop_and_keep_the_log() -> None:
                stop()
                files = [Path(word.partition("=")[2]) for word in server.argv if word.startswith("--log-file=")]
                text = "\n".join(
                    [server.log(), *(file.read_text(errors="replace") for file in files if file.is_file())]
                )
                (recorder.folder / f"{recorder.name}-{time.time_ns()}.log").write_text(text, encoding="utf-8")

            server.stop = stop_and_keep_the_log
        return server

    room.serve = serve


def _seconds_now() -> float:
    """Return the seconds since midnight in UTC, as in the server's log."""
    return time.time() % 86400


# ------------------------------------------------------------------------------------------------------ evaluating


@dataclass
class Use:
    """Where one API object was used: cells like "05_model_repository [7]", with success or only with an error."""

    id: str
    cells: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def evaluate(folder: Path | str) -> dict[str, Use]:
    """Return {id: Use} for every object of the surface, from the recordings in `folder`.

    Client and util calls are counted from the kernel's record, REST routes and RPCs from the server's log alone.
    The log says what arrived, not what was answered, so a route that cannot work here counts as failed. Features and
    metrics count where their evidence (`api_surface.json`) is found in a cell that ran without an error,
    in its output, or in the files of a model that the cell names; these last come at the end of the list.
    """
    uses = {entry["id"]: Use(entry["id"]) for entry in surface()}
    works = {entry["id"]: entry["works_on_bundled_cpu"] is True for entry in surface()}
    seen: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))  # in cells, in models' files
    notebooks = _notebooks()
    for path in sorted(Path(folder).glob("*.jsonl")):
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        name = _which_notebook([event["source"] for event in events if "source" in event], notebooks)
        if name is None:
            continue
        spans, succeeded = _spans(events)
        for event in events:
            if "call" in event:
                _add(uses[event["call"]], f"{name} [{event['cell']}]", event["ok"])
        for log in sorted(path.parent.glob(f"{path.stem}-*.log")):
            for identifier, seconds in _arrived(log.read_text(encoding="utf-8", errors="replace")):
                early = 1 if seconds.is_integer() else 0  # the log's ISO8601 format has whole seconds
                during = [n for n, (start, end) in spans.items() if start - early <= seconds <= end + 0.05]
                if during:  # the next cell starts at once, so take the latest that fits
                    _add(uses[identifier], f"{name} [{max(during)}]", works[identifier])
        for count, (own, models) in notebooks[name].items():
            if count in succeeded:
                for entry in surface():
                    for found, text in zip(seen[entry["id"]], (own, models)):
                        if entry.get("evidence") and re.search(entry["evidence"], text):
                            _add(uses[entry["id"]], f"{name} [{count}]", True)
                            found.add(f"{name} [{count}]")
                            break
    for use in uses.values():
        use.cells, use.failed = (sorted(set(cells), key=_by_number) for cells in (use.cells, use.failed))
        own, models = seen[use.id]
        lessons = Counter(cell.partition(" ")[0] for cell in models)  # the lesson on it names the model in most cells
        use.cells.sort(key=lambda cell: (cell in models, -lessons[cell.partition(" ")[0]] if not own else 0))
    return uses


def _add(use: Use, cell: str, succeeded: bool) -> None:
    (use.cells if succeeded else use.failed).append(cell)


def _by_number(cell: str) -> tuple[str, int]:
    name, number = cell.rstrip("]").split(" [")
    return name, int(number)


def _spans(events: list[dict]) -> tuple[dict[int, tuple[float, float]], set[int]]:
    """Return ({cell: (start, end)} in seconds of the day, cells that ended without an exception)."""
    started = {event["cell"]: event["time"] for event in events if "time" in event}
    ended = {event["cell"]: event["ended"] for event in events if "ended" in event}
    succeeded = {event["cell"] for event in events if "ended" in event and event["ok"]}
    return {cell: (start, ended.get(cell, start)) for cell, start in started.items()}, succeeded


def _notebooks() -> dict[str, dict[int, tuple[str, str]]]:
    """Return {notebook: {cell: (its source and stored output, the files of the models that it names)}}."""
    models = {
        folder.name: "\n".join(
            path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.p*")) if _is_text(path)
        )
        for folder in (PROJECT / "model_repository").iterdir()
        if folder.is_dir()
    }
    found: dict[str, dict[int, tuple[str, str]]] = {}
    for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb")):
        cells = found[path.stem] = {}
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                text = "".join(cell["source"])
                named = [files for model, files in models.items() if re.search(rf"[\"'/]{model}[\"'/]", text)]
                own = "\n".join([text, *map(_output_text, cell["outputs"])])
                cells[cell["execution_count"]] = own, "\n".join(named)
    return found


def _is_text(path: Path) -> bool:
    return path.suffix in (".pbtxt", ".py") and "__pycache__" not in path.parts


def _output_text(output: dict) -> str:
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return "".join(text) if isinstance(text, list) else text


def _which_notebook(sources: list[str], notebooks: dict[str, dict[int, tuple[str, str]]]) -> str | None:
    """Return the notebook that these cells belong to, because a kernel is not told which notebook it runs."""
    score = {
        name: sum(any(own.startswith(source) for own, _ in cells.values()) for source in sources)
        for name, cells in notebooks.items()
    }
    best = max(score, key=score.get, default=None)
    return best if best and sources and score[best] >= len(sources) / 2 else None


def _arrived(log: str) -> list[tuple[str, float]]:
    """Return (id, seconds of the day) for the HTTP requests and RPCs that a server's verbose log names.

    At most one of each kind is kept per hundredth of a second, because a lesson that measures sends thousands.
    """
    rpcs = {e["id"] for e in surface() if e["kind"] == "grpc"}
    found: dict[tuple[str | None, int], float] = {}
    stamp = r"(?:[IWE]\d{4} |\d{4}-\d\d-\d\dT)(\d\d):(\d\d):(\d\d(?:\.\d+)?)Z?"
    pattern = re.compile(
        rf"{stamp}.*?(?:(HTTP|SageMaker|Vertex AI) request: (\d) (\S+?)\"?$|\"?Process for (\w+), rpc_ok=1)"
    )
    for line in log.splitlines():
        if not (" request: " in line or "Process for " in line) or not (match := pattern.match(line)):
            continue
        hours, minutes, seconds, frontend, method, path, rpc = match.groups()
        moment = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        if rpc:
            identifier = f"grpc.{RPC_NAMES.get(rpc, rpc).lower()}"
            identifier = identifier if identifier in rpcs else None
        else:
            identifier = _route_of(f"{frontend} {METHODS.get(method, method)} {path.split('?')[0]}")
        found.setdefault((identifier, int(moment * 100)), moment)
    return [(identifier, moment) for (identifier, _), moment in found.items() if identifier]


@functools.lru_cache(maxsize=4096)
def _route_of(call: str) -> str | None:
    return next((identifier for identifier, route in _routes() if route.fullmatch(call)), None)


@functools.cache
def _routes() -> list[tuple[str, re.Pattern]]:
    """Return (id, pattern of "FRONTEND METHOD PATH") for every REST route, literal paths before those with names."""
    routes = []
    for entry in (entry for entry in surface() if entry["kind"] == "rest"):
        method, path = entry["signature_or_route"].split()[:2]
        frontend = {"sagemaker": "SageMaker", "vertex_ai": "Vertex AI"}.get(entry["extension"], "HTTP")
        if frontend == "Vertex AI":
            path = {"GET": "/health", "POST": "/predict"}[method]
        pattern = "".join(
            r"[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", path)
        )
        routes.append((path.count("{"), entry["id"], re.compile(f"{frontend} {method} {pattern}")))
    return [(identifier, route) for _, identifier, route in sorted(routes, key=lambda route: route[0])]


def table(uses: dict[str, Use], most: int = 3) -> str:
    """Return the index of the course as markdown: every object of the API and at most `most` cells that use it."""
    lines = [INTRODUCTION]
    groups: dict[str, list[dict]] = defaultdict(list)
    for entry in surface():
        groups[entry["kind"]].append(entry)
    for kind, entries in groups.items():
        used = sum(bool(uses[entry["id"]].cells) for entry in entries)
        lines += [
            f"\n## {TITLES[kind]}: {used} of {len(entries)}\n",
            "| call | on a CPU | lesson and cell |",
            "|---|---|---|",
        ]
        for entry in entries:
            use = uses[entry["id"]]
            where = ", ".join((use.cells or use.failed)[:most]) or "-"
            works = {True: "yes", False: "no", "gpu-only": "GPU only"}[entry["works_on_bundled_cpu"]]
            call = f"`{entry['signature_or_route']}`".replace("|", "\\|")
            if kind == "feature":  # an option or two lines of a config do not say what they are for
                call = f"{entry['name']}: {call}"
            lines.append(f"| {call} | {works} | {where}{' (its error)' if use.failed and not use.cells else ''} |")
    return "\n".join(lines).strip() + "\n"


INTRODUCTION = """# The API, object by object

Every object of Triton's public API, and the first lessons and cells that use it. `make coverage` writes this page, and
the tests prove it: client and `tritonclient.utils` calls were recorded while the notebooks ran; routes and RPCs are in
the server's own log; features and metrics were found in a cell that ran, in its output, or (these come last) in the
files of a model that it names. *Its error* means that the call was made and the cell shows how it fails here, because
there is no GPU, or because no server or client of these versions can do it. *00_start_here [8]* is the code cell of
that lesson with the number 8 beside it: only code cells are counted, from the lesson's first one on.
"""

TITLES = {
    "rest": "REST routes",
    "grpc": "RPCs",
    "client-http": "`tritonclient.http`",
    "client-grpc": "`tritonclient.grpc`",
    "client-http-aio": "`tritonclient.http.aio`",
    "client-grpc-aio": "`tritonclient.grpc.aio`",
    "util": "`tritonclient.utils`",
    "feature": "Features",
    "metric": "Metrics",
}
