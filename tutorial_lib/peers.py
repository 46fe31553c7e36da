"""`python -m tutorial_lib bench`: compare the course's server with other ways to serve the same networks (bench/)."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

__all__ = ["NETWORKS", "PEERS", "PeerError", "run", "started"]

PROJECT = Path(__file__).resolve().parents[1]
SCRIPTS, ENVIRONMENT = PROJECT / "bench", PROJECT / ".venv-bench"
MODELS = {
    "linear": "linear_regression_model",
    "resnet": "resnet_model",
    "ensemble": "resnet_ensemble",
    "sentiment": "sentiment",
    "bf16": "resnet_bf16",
}
NETWORKS = list(MODELS)
WEIGHTS = MODELS | {"bf16": "resnet_model"}  # the model to build for each network
CLIENTS = {"linear": (64, 1), "resnet": (8,), "ensemble": (8,), "sentiment": (32,), "bf16": (8,)}
BEST_BATCH = {  # in process: on two CPU cores; on a GPU the largest that Triton may make (max_batch_size)
    "cpu": {"linear": 64, "resnet": 8, "ensemble": 8, "sentiment": 32},
    "cuda": {"linear": 1024, "resnet": 32, "ensemble": 32, "sentiment": 64},
}
GOALS = {  # network -> for how many clients (None: any), at which batch: this case is so many times as fast as that one
    "linear": [
        (64, 1, "Triton HTTP JSON", 3.5, "FastAPI async"),
        (64, 1, "Triton HTTP JSON", 8.0, "FastAPI sync"),
        (1, 1, "Triton HTTP JSON", 1.0, "FastAPI async"),
    ],
    "resnet": [(None, None, "Triton gRPC", 0.98, "in process")],
    "ensemble": [(8, 1, "Triton gRPC", 0.9, "in process")],
    "sentiment": [
        (32, 1, "Triton HTTP JSON", 0.9, "in process, batch 32"),
        (32, 1, "Triton HTTP JSON", 2.0, "FastAPI async"),
    ],
}
GPU_WARMUP = 2.0  # seconds before each run on a GPU, which loads and chooses kernels at the first batch of each size
NEAR = 0.005  # of the logits' range; the untrained ResNet's second class is 0.014 below its first (on a CPU)
TEXT = "This movie was absolutely fantastic!"
LONGEST_START = 120  # seconds; Ray starts half a dozen processes


class PeerError(RuntimeError):
    """A peer cannot be measured here; the message gives the reason."""


class Peer(NamedTuple):
    """How to start a peer, and how to ask it."""

    title: str
    package: str  # what must be importable
    folder: Path  # the environment that has it
    v2: bool = False  # ask in Triton's own V2 protocol, else in the natural form: plain JSON, or a picture's bytes
    networks: tuple[str, ...] = ("linear", "sentiment")  # JSON does not suit a picture: bytes, or not at all


PEERS = {
    "fastapi_async": Peer("FastAPI async", "fastapi", ENVIRONMENT, networks=("linear", "resnet", "sentiment")),
    "fastapi_sync": Peer("FastAPI sync", "fastapi", ENVIRONMENT, networks=("linear", "resnet", "sentiment")),
    "litserve": Peer("LitServe", "litserve", ENVIRONMENT),
    "ray": Peer("Ray Serve", "ray.serve", ENVIRONMENT, networks=("linear", "resnet", "sentiment")),
    "bentoml": Peer("BentoML", "bentoml", ENVIRONMENT),
    "mlserver": Peer("MLServer", "mlserver", ENVIRONMENT / "mlserver", v2=True),
    "pytriton": Peer("PyTriton", "pytriton", Path(sys.prefix), v2=True, networks=("linear", "resnet", "sentiment")),
}


def run(
    network: str,
    bench: ModuleType,
    serve: Callable,
    peers: Sequence[str],
    *,
    clients: int | None = None,
    batch: int = 1,
    **options: Any,
) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Serve one network in every way at once; yield (title, comparison, versions) for each number of clients.

    Each request carries `batch` rows; an ensemble takes one picture at a time.
    """
    if _script("networks").DEVICE == "cuda":
        options.setdefault("warmup", GPU_WARMUP)
    if network == "bf16":
        yield from _bf16(bench, serve, clients, batch, options)
        return
    batch = 1 if network == "ensemble" else batch
    model, question = MODELS[network], _question(network, batch)
    predict = _script("networks").load(network)
    expected = predict(question["plain"])
    missing: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        addresses = {}
        for name in peers:
            try:
                addresses[name] = stack.enter_context(started(name, network, bench, question, expected))
                options["say"](f"{PEERS[name].title}: started")
            except PeerError as error:
                missing[PEERS[name].title] = str(error)
                options["say"](f"{PEERS[name].title}: not measured: {error}")
        server = stack.enter_context(serve([model], http_port=0, grpc_port=0, metrics_port=0))
        for number in (clients,) if clients else CLIENTS[network]:
            cases = _triton_cases(network, bench, server, model, question, expected, number)
            if shutil.which("wrk") is None:
                missing["wrk"] = "not on PATH (sudo apt-get install wrk)"
            cases += _limit(network, bench, predict, question, expected)
            cases += [
                _peer_case(name, network, bench, url, question, expected, number) for name, url in addresses.items()
            ]
            yield (
                _title(model, number, batch),
                bench.compare(cases, missing=missing, goals=_goals(bench, network, number, batch), **options),
                _versions(peers),
            )


def _goals(bench: ModuleType, network: str, clients: int, batch: int) -> list:
    if _script("networks").DEVICE == "cuda":
        return []  # they are meant for two CPU cores
    asked = [goal for goal in GOALS[network] if goal[0] in (None, clients) and goal[1] in (None, batch)]
    return [bench.Goal(*goal[2:]) for goal in asked]


def _title(model: str, clients: int, batch: int) -> str:
    return f"{model}, {clients} client{'s' * (clients > 1)}" + (f", batch {batch}" if batch > 1 else "")


def _bf16(bench, serve, clients, batch, options) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Measure bench/bf16.py: the network served and in this process; with one picture per request, two ensembles."""
    pixels = np.random.default_rng(0).standard_normal((batch, 3, 224, 224), np.float32)
    number = clients or CLIENTS["bf16"][0]
    with tempfile.TemporaryDirectory(prefix="triton-course-bf16-") as folder:
        whole, on_the_device = _script("bf16").prepared(Path(folder), pixels)
        expected = whole()
        nearly = 0.1 * np.abs(expected).max()  # three digits, and another batch adds up in another order

        def network(outputs: dict[str, np.ndarray]) -> bool:
            return np.abs(outputs["output__0"] - expected).max() < nearly

        names = ["resnet_bf16"] + ["resnet_bf16_ensemble", "resnet_bf16_torch_ensemble"] * (batch == 1)
        with serve(names, repository=folder, http_port=0, grpc_port=0, metrics_port=0) as server:
            at, more, picture = server.grpc_url, {"clients": number}, _question("ensemble")["inputs"]
            asked, places = (names[0], {"input__0": pixels}), {"output__0": np.zeros((batch, 1000), np.float32)}
            cases = [  # 64 pictures are 38.5 MB: over gRPC, Python's client is the limit then
                bench.over_grpc("Triton gRPC", at, *asked, check=network, **more),
                bench.over_shared_memory(
                    "Triton shared memory", server.http_url, *asked, places, check=network, **more
                ),
            ]
            for name, title in zip(names[1:], ("ensemble, prepared by Pillow", "ensemble, prepared by torch")):
                check = _like_alone(at, name, picture)
                cases.append(bench.over_grpc(title, at, name, picture, items=1, check=check, **more))
            cases.append(bench.in_process("in process", whole, items=batch))
            cases.append(bench.in_process("in process, on the device", on_the_device, items=batch))
            yield _title(names[0], number, batch), bench.compare(cases, **options), {}


def _like_alone(url: str, model: str, inputs: dict[str, np.ndarray]) -> Callable[[dict[str, np.ndarray]], bool]:
    """Ask once, while nobody else does; return a check that the same question gets the same answer under load.

    That is the same class, or on a GPU, where other batch sizes round differently, one that is as likely.
    """
    import tritonclient.grpc as triton

    ((name, picture),) = inputs.items()
    given = triton.InferInput(name, picture.shape, "UINT8").set_data_from_numpy(picture)
    with triton.InferenceServerClient(url) as client:
        alone = client.infer(model, [given])
    label, share = (alone.as_numpy(name).item() for name in ("class_label", "confidence"))
    near = 0.01 if _script("networks").DEVICE == "cuda" else 0.0

    def check(outputs: dict[str, np.ndarray]) -> bool:
        return outputs["class_label"].item() == label or abs(outputs["confidence"].item() / share - 1) < near

    return check


def _question(network: str, batch: int = 1) -> dict[str, Any]:
    """Return the same question in the forms that Triton, the function and a peer need."""
    if network == "linear":
        rows = np.full((batch, 1), 5.0, np.float32)
        return {"inputs": {"input__0": rows}, "plain": rows.tolist(), "key": "numbers", "datatype": "FP32"}
    if network == "resnet":
        pixels = np.random.default_rng(0).standard_normal((batch, 3, 224, 224), np.float32)
        return {"inputs": {"input__0": pixels}, "plain": pixels.tobytes(), "key": "pictures", "datatype": "FP32"}
    if network == "ensemble":
        picture = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
        return {"inputs": {"input_image": picture}, "plain": [picture]}
    texts = np.array([[TEXT.encode()]] * batch, dtype=object)
    return {"inputs": {"text": texts}, "plain": [TEXT] * batch, "key": "texts", "datatype": "BYTES"}


def _same(network: str, expected: list, outputs: dict[str, np.ndarray]) -> bool:
    """Say whether Triton's outputs equal what the function in this process returns."""
    if network == "linear":
        return np.allclose(outputs["output__0"], expected, atol=1e-4)
    if network == "resnet":
        # TF32 and another batch size change the fourth digit, so the expected class may be a hair below the best
        logits = outputs["output__0"]
        below = logits.max(axis=1) - logits[np.arange(len(logits)), expected]
        return bool((below <= NEAR * (logits.max(axis=1) - logits.min(axis=1))).all())
    if network == "ensemble":
        return [outputs["class_label"].item().decode()] == expected
    stars = [label.decode() if isinstance(label, bytes) else label for label in outputs["label"].ravel()]
    return [int(label.split()[0]) for label in stars] == expected


def _triton_cases(network, bench, server, model, question, expected, clients) -> list:
    def check(outputs: dict[str, np.ndarray]) -> bool:
        return _same(network, expected, outputs)

    inputs, more = question["inputs"], {"clients": clients, "check": check}
    if network == "ensemble":  # one picture; its first dimension is its height, not a number of pictures
        more["items"] = 1
    binary = bench.over_binary("Triton HTTP binary", server.http_url, model, inputs, **more)
    grpc = bench.over_grpc("Triton gRPC", server.grpc_url, model, inputs, **more)
    if network == "ensemble":
        return [grpc, binary]
    if network == "resnet":
        places = {"output__0": np.zeros((len(inputs["input__0"]), 1000), np.float32)}
        shared = bench.over_shared_memory("Triton shared memory", server.http_url, model, inputs, places, **more)
        return [grpc, binary, shared]
    plain = bench.over_json("Triton HTTP JSON", server.http_url, model, inputs, **more)
    cases = [case for case in (plain, bench.by_wrk(plain), binary) if case]
    if network == "linear":
        places = {"output__0": np.zeros_like(inputs["input__0"])}
        cases.append(bench.over_shared_memory("Triton shared memory", server.http_url, model, inputs, places, **more))
    return [*cases, grpc]


def _limit(network, bench, predict, question, expected) -> list:
    """Return the cases in this very process: the network on the rows of one request, and on the best batch of them."""
    best = BEST_BATCH[_script("networks").DEVICE][network]
    plain, rows, times = question["plain"], len(expected), max(1, best // len(expected))
    one = bench.in_process("in process", lambda: predict(plain), items=rows, check=lambda answer: answer == expected)
    whole = plain * times  # not in the measured call: bytes of pictures take milliseconds
    many = bench.in_process(f"in process, batch {rows * times}", lambda: predict(whole), items=rows * times)
    return [one, many] if times > 1 else [one]


def _peer_case(name, network, bench, url, question, expected, clients):
    peer = PEERS[name]
    body, headers = (_v2 if peer.v2 else _natural)(network, question)
    check, rows = (lambda got: _answer(got) == expected), len(expected)
    return bench.over_http(peer.title, url, body, headers, clients=clients, items=rows, check=check)


def _natural(network: str, question: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    if network == "resnet":
        return question["plain"], {"Content-Type": "application/octet-stream"}
    return json.dumps({question["key"]: question["plain"]}).encode(), {"Content-Type": "application/json"}


def _v2(network: str, question: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    (rows,) = question["inputs"].values()
    tensor = {"name": "rows", "shape": list(rows.shape), "datatype": question["datatype"]}
    if network == "resnet":  # the binary tensor extension: JSON first, then the bytes
        tensor["parameters"] = {"binary_data_size": rows.nbytes}
        head = json.dumps({"inputs": [tensor]}).encode()
        return head + question["plain"], {"Inference-Header-Content-Length": str(len(head))}
    tensor["data"] = question["plain"] if network == "sentiment" else rows.ravel().tolist()
    return json.dumps({"inputs": [tensor]}).encode(), {"Content-Type": "application/json"}


def _answer(body: bytes) -> list:
    """Return the predictions in a peer's answer, whatever it wraps them in."""
    answer = json.loads(body)
    if isinstance(answer, dict) and "outputs" in answer:
        (output,) = answer["outputs"]
        flat = output["data"]
        return [[value] for value in flat] if output["datatype"] == "FP64" else flat
    return answer["predictions"] if isinstance(answer, dict) else answer


# ------------------------------------------------------------------------------------------------------- peer processes


@contextlib.contextmanager
def started(name: str, network: str, bench: ModuleType, question: dict[str, Any], expected: list) -> Iterator[str]:
    """Run a peer until the block ends, and yield its URL. Raises PeerError, which says why that does not work here."""
    peer = PEERS[name]
    if network not in peer.networks:
        takes = "serves one network" if network == "ensemble" else "takes pictures as JSON only, some 3 MB for each"
        raise PeerError(f"{takes}: no fair comparison")
    python = peer.folder / "bin" / "python"
    if not python.exists():
        raise PeerError("not installed (make bench-peers)")
    found = [str(python), "-c", f"import {peer.package}"]
    try:
        tried = subprocess.run(found, capture_output=True, text=True, timeout=LONGEST_START, check=False)
    except subprocess.TimeoutExpired:
        raise PeerError(f"importing {peer.package} takes more than {LONGEST_START} s") from None
    if tried.returncode:
        raise PeerError(f"not installed (make bench-peers): {_last_line(tried.stderr)}")
    port, mark = _free_port(), uuid.uuid4().hex
    libraries = [sysconfig.get_config_var("LIBDIR") or "", os.environ.get("LD_LIBRARY_PATH", "")]
    environment = {**os.environ, "BENCH_PEER": mark, "LD_LIBRARY_PATH": ":".join(filter(None, libraries))}
    command = [str(python), str(SCRIPTS / f"peer_{name}.py"), network, str(port)]
    if shutil.which("setpriv"):  # the peer ends when this process ends, in whatever way
        command = ["setpriv", "--pdeathsig", "TERM", *command]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, cwd=SCRIPTS, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            url = f"127.0.0.1:{port}" + (f"/v2/models/{network}/infer" if peer.v2 else "/predict")
            _wait(_peer_case(name, network, bench, url, question, expected, 1), process, log, bench)
            yield url
        finally:
            _end(process, mark)


def _wait(case: Any, process: subprocess.Popen, log: Any, bench: ModuleType) -> None:
    """Wait for the first correct answer."""
    deadline, found = time.monotonic() + LONGEST_START, "nothing"
    while time.monotonic() < deadline and process.poll() is None:
        try:
            case.measure(0.05, 0)
            return
        except bench.BenchError as error:
            found = str(error)
            if "wrong answer" in found:
                raise PeerError(found.partition(": ")[2]) from None
        time.sleep(0.2)
    log.seek(0)
    why = (
        f"ended with status {process.returncode}"
        if process.poll() is not None
        else f"not ready after {LONGEST_START} s"
    )
    raise PeerError(f"{why}: {_last_line(log.read()) or found}")


def _end(process: subprocess.Popen, mark: str) -> None:
    """Ask the peer to end, then kill every process that still has its mark in its environment."""
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(15)
    for _ in range(3):  # a process may start another while we look
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"BENCH_PEER={mark}".encode() in (folder / "environ").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
    process.wait()
    for left in Path("/dev/shm").glob(f"pytrtion{process.pid}-*"):  # PyTriton leaves it behind, and spells it like this
        left.unlink(missing_ok=True)


def _free_port() -> int:
    """Return a free port below the range that the system hands out; the next two are free as well."""
    for port in range(18000, 30000, 10):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for offset in range(3):
                stack.enter_context(socket.socket()).bind(("127.0.0.1", port + offset))
            return port
    raise PeerError("no free port")


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else ""


def _script(name: str) -> ModuleType:
    """Import a file of bench/: the limit is measured with the peers' own code."""
    if str(SCRIPTS) not in sys.path:
        sys.path.append(str(SCRIPTS))
    return importlib.import_module(name)


def _versions(peers: Sequence[str]) -> dict[str, str]:
    """Return the installed version of each peer's package."""
    words = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    found = {}
    for peer in (PEERS[name] for name in peers):
        name = {"pytriton": "nvidia-pytriton", "ray.serve": "ray"}.get(peer.package, peer.package)
        python = peer.folder / "bin" / "python"
        command = [str(python) if python.exists() else sys.executable, "-c", words, name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found[name] = done.stdout.strip() or "not installed"
    return found
