"""The bench room: how many requests per second a server answers, how long they take, and how that compares.

    json = bench.over_json("HTTP JSON", server.http_url, "linear_regression_model", {"input__0": x}, clients=64)
    grpc = bench.over_grpc("gRPC", server.grpc_url, "linear_regression_model", {"input__0": x}, clients=64)
    print(bench.table(bench.compare([json, grpc], rounds=3, seconds=2)))

These are closed loops: each client sends a request, waits for the answer, and sends the next. The requests are built
once, as bytes. A separate process sends them, so that the work of this one (a notebook, say) does not slow them down;
over HTTP, one thread drives all connections with epoll. A wrong answer raises BenchError, because a fast wrong answer
is worth nothing.

A request that crosses the edge of the measured window counts only for the part of its time that lies inside. Otherwise
slow networks, with few requests in a window, would be measured in whole batches.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import shutil
import statistics
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from . import loops
from .report import BenchError, Case, Comparison, Goal, Result, compare, page, plot, record, table

__all__ = [
    "BenchError",
    "Case",
    "Comparison",
    "Goal",
    "Result",
    "by_wrk",
    "compare",
    "in_process",
    "over_binary",
    "over_grpc",
    "over_http",
    "over_json",
    "over_shared_memory",
    "page",
    "plot",
    "record",
    "table",
]


# ------------------------------------------------------------------------------------------------- what can be measured


def over_http(
    name: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    *,
    clients: int = 1,
    items: int = 1,
    check: Callable[[bytes], object] | None = None,
) -> Case:
    """POST `body` to `url` ("localhost:8000/path") on keep-alive connections; `check(body of an answer)` must be true.

    `items` is how many items one request carries, such as the rows of a batch.
    """
    return _http(name, url, body, headers or {}, clients, items, lambda _, answer: check is None or check(answer))


def over_json(
    name: str,
    url: str,
    model: str,
    inputs: Mapping[str, Any],
    *,
    clients: int = 1,
    items: int | None = None,
    check: Callable | None = None,
) -> Case:
    """Send `inputs` (numpy arrays) as JSON; `check({output: array})` must be true. Source: POST v2/models/M/infer.

    `items`, here and below, is how many items one request carries; default: the first input's first dimension, its
    batch.
    """
    tensors = [dict(_describe(key, value), data=_as_list(value)) for key, value in inputs.items()]
    body = json.dumps({"inputs": tensors}).encode()
    headers = {"Content-Type": "application/json"}
    return _http(
        name, _infer(url, model), body, headers, clients, items or _rows(inputs), _checker(_outputs_of_json, check)
    )


def over_binary(
    name: str,
    url: str,
    model: str,
    inputs: Mapping[str, Any],
    *,
    clients: int = 1,
    items: int | None = None,
    check: Callable | None = None,
) -> Case:
    """Send `inputs` as binary tensors over HTTP, built by tritonclient; `check({output: array})` must be true."""
    import tritonclient.http as triton

    tensors = []
    for key, value in inputs.items():
        tensors.append(triton.InferInput(key, value.shape, _datatype(value)).set_data_from_numpy(value))
    body, header_length = triton.InferenceServerClient.generate_request_body(tensors)
    headers = {"Content-Type": "application/octet-stream", "Inference-Header-Content-Length": str(header_length)}
    return _http(
        name, _infer(url, model), body, headers, clients, items or _rows(inputs), _checker(_outputs_of_binary, check)
    )


def over_shared_memory(
    name: str,
    url: str,
    model: str,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    *,
    clients: int = 1,
    items: int | None = None,
    check: Callable | None = None,
) -> Case:
    """Keep tensors in system shared memory and send only their names; the regions exist only during a run.

    `outputs` holds an array of the right shape and type for each output. All clients share one input region, and all of
    them write to each output region. Source: system shared memory extension.
    """
    import tritonclient.http as triton
    from tritonclient.utils import InferenceServerException, shared_memory

    arrays = {**{("in", key): value for key, value in inputs.items()}, **{("out", k): v for k, v in outputs.items()}}
    region = {key: f"bench_{uuid.uuid4().hex[:12]}" for key in arrays}

    def place(side: str) -> list[dict]:
        tensors = []
        for (where, key), value in arrays.items():
            if where == side:
                memory = {"shared_memory_region": region[where, key], "shared_memory_byte_size": value.nbytes}
                tensors.append({**(_describe(key, value) if side == "in" else {"name": key}), "parameters": memory})
        return tensors

    body = json.dumps({"inputs": place("in"), "outputs": place("out")}).encode()

    def measure(seconds: float, warmup: float) -> Result:
        client, handles, registered = triton.InferenceServerClient(url), {}, []
        try:
            for key, value in arrays.items():
                handles[key] = shared_memory.create_shared_memory_region(region[key], f"/{region[key]}", value.nbytes)
                client.register_system_shared_memory(region[key], f"/{region[key]}", value.nbytes)
                registered.append(region[key])
                if key[0] == "in":
                    shared_memory.set_shared_memory_region(handles[key], [value])

            def read(_head: bytes, _body: bytes) -> dict[str, Any]:
                return {
                    key: shared_memory.get_contents_as_numpy(handles["out", key], value.dtype, value.shape)
                    for key, value in outputs.items()
                }

            case = _http(name, _infer(url, model), body, {}, clients, items or _rows(inputs), _checker(read, check))
            return case.measure(seconds, warmup)
        finally:
            for handle in handles.values():  # first, because a server that died lets nothing be unregistered
                shared_memory.destroy_shared_memory_region(handle)
            with contextlib.suppress(InferenceServerException, OSError):
                for one in registered:
                    client.unregister_system_shared_memory(one)
            client.close()

    return Case(name, measure)


def over_grpc(
    name: str,
    url: str,
    model: str,
    inputs: Mapping[str, Any],
    *,
    clients: int = 1,
    items: int | None = None,
    check: Callable | None = None,
) -> Case:
    """Send `inputs` as one prebuilt ModelInferRequest, `clients` at a time on one channel of grpc.aio.

    Threads or futures would cost more per request. For tiny models, Python's gRPC is still the limit.
    """
    from tritonclient.grpc import InferResult, service_pb2
    from tritonclient.utils import serialize_byte_tensor

    request = service_pb2.ModelInferRequest(model_name=model)
    for key, value in inputs.items():
        request.inputs.add(name=key, datatype=_datatype(value), shape=value.shape)
        data = serialize_byte_tensor(value).item() if value.dtype == object else value.tobytes()
        request.raw_input_contents.append(data)

    def decode(_head: bytes, body: bytes) -> dict[str, Any]:
        reply = InferResult(service_pb2.ModelInferResponse.FromString(body))
        return {output.name: reply.as_numpy(output.name) for output in reply.get_response().outputs}

    plan = {"loop": "grpc", "url": url, "body": request.SerializeToString(), "clients": clients}
    return _case(name, plan, items or _rows(inputs), _checker(decode, check))


def in_process(
    name: str,
    function: Callable[[], Any],
    *,
    clients: int = 1,
    items: int = 1,
    check: Callable[[Any], object] | None = None,
) -> Case:
    """Call `function()` in this process, in `clients` threads: the best that serving could reach."""

    def measure(seconds: float, warmup: float) -> Result:
        found = loops.call_loop(function, clients, seconds, warmup)
        return _result(name, clients, items, found, seconds, lambda _, answer: check is None or check(answer))

    return Case(name, measure)


def by_wrk(case: Case, name: str = "") -> Case | None:
    """Return the same HTTP load, driven by the C program wrk, as a cross-check of this harness; None without wrk."""
    program = shutil.which("wrk")
    if program is None or not case.plan:
        return None
    plan, name = case.plan, name or f"{case.name} (wrk)"
    host, _, path = plan["url"].partition("/")
    quoted = "".join(f"\\{byte:03d}" for byte in plan["body"])
    lines = ['wrk.method = "POST"', f'wrk.body = "{quoted}"']
    lines += [f'wrk.headers["{key}"] = "{value}"' for key, value in plan["headers"].items()]

    def measure(seconds: float, warmup: float) -> Result:
        case.measure(max(warmup, 0.1), 0)  # also checks the answer, which wrk does not
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder, "request.lua")
            script.write_text("\n".join(lines))
            whole = max(1, round(seconds))  # wrk takes whole seconds
            command = [
                program,
                "-t1",
                f"-c{plan['clients']}",
                f"-d{whole}s",
                "--latency",
                f"-s{script}",
                f"http://{host}/{path}",
            ]
            done = subprocess.run(command, capture_output=True, text=True, timeout=whole + loops.TIMEOUT, check=False)
        return _wrk_result(name, plan["clients"], case.plan["items"], done.stdout or done.stderr)

    return Case(name, measure)


def _wrk_result(name: str, clients: int, items: int, text: str) -> Result:
    rate, total = re.search(r"Requests/sec: +([\d.]+)", text), re.search(r"(\d+) requests in ([\d.]+)", text)
    if rate is None or total is None:
        raise BenchError(f"{name}: wrk measured nothing: {text.strip()[-300:]}")
    scale = {"us": 1e-3, "ms": 1.0, "s": 1e3}
    found = dict(re.findall(r"(50%|90%|99%|Latency) +([\d.]+[mu]?s)", text.replace("Latency Distribution", "")))
    ms = {key: float(value.rstrip("mus")) * scale[value.lstrip("0123456789.")] for key, value in found.items()}
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = {"not 2xx": int(failed[1])} if failed else {}
    answered = int(total[1])
    good = answered - sum(errors.values())
    broken = re.search(r"Socket errors: (.+)", text)  # they got no answer, so wrk's total leaves them out
    errors |= {kind: int(number) for kind, number in re.findall(r"(\w+) ([1-9]\d*)", broken[1] if broken else "")}
    per_s = float(rate[1]) * good / max(answered, 1)
    return Result(
        name, clients, float(total[2]), good + sum(errors.values()), good, per_s, per_s * items,
        *(ms.get(key, float("nan")) for key in ("50%", "90%", "99%", "Latency")), float("nan"), errors,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- requests and answers


def _infer(url: str, model: str) -> str:
    return f"{url}/v2/models/{model}/infer"


def _datatype(value: Any) -> str:
    from tritonclient.utils import np_to_triton_dtype

    return np_to_triton_dtype(value.dtype)


def _describe(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "shape": list(value.shape), "datatype": _datatype(value)}


def _as_list(value: Any) -> list:
    return [x.decode() if isinstance(x, bytes) else x for x in value.ravel().tolist()]


def _rows(inputs: Mapping[str, Any]) -> int:
    """Return the first dimension of the first input: the batch, if the model takes batches."""
    return int(next(iter(inputs.values())).shape[0])


def _outputs_of_json(_head: bytes, body: bytes) -> dict[str, Any]:
    import numpy as np

    return {out["name"]: np.array(out["data"]).reshape(out["shape"]) for out in json.loads(body)["outputs"]}


def _outputs_of_binary(head: bytes, body: bytes) -> dict[str, Any]:
    import tritonclient.http as triton

    length = re.search(rb"(?i)inference-header-content-length: *(\d+)", head)
    reply = triton.InferenceServerClient.parse_response_body(body, header_length=int(length[1]) if length else None)
    return {output["name"]: reply.as_numpy(output["name"]) for output in reply.get_response()["outputs"]}


def _checker(decode: Callable[[bytes, bytes], Any], check: Callable | None) -> Callable[[bytes, Any], object]:
    return lambda head, body: check is None or check(decode(head, body))


def _http(
    name: str, url: str, body: bytes, headers: Mapping[str, str], clients: int, items: int, check: Callable
) -> Case:
    host, _, path = url.partition("/")
    lines = [f"POST /{path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    request = "\r\n".join([*lines, "", ""]).encode() + body
    plan = {"loop": "http", "url": url, "clients": clients, "request": request}
    case = _case(name, plan, items, check)
    return dataclasses.replace(case, plan={**plan, "body": body, "headers": dict(headers), "items": items})


def _case(name: str, plan: dict[str, Any], items: int, check: Callable) -> Case:
    def measure(seconds: float, warmup: float) -> Result:
        found = loops.in_child({**plan, "seconds": seconds, "warmup": warmup})
        return _result(name, plan["clients"], items, found, seconds, check)

    return Case(name, measure)


def _result(name: str, clients: int, items: int, found: dict[str, Any], seconds: float, check: Callable) -> Result:
    """Check the first and the last answer, and turn what was found into figures."""
    if "failed" in found:
        raise BenchError(f"{name}: {found['failed']}")
    errors = ", ".join(f"{number} x {key} ({found['samples'][key]})" for key, number in found["errors"].items())
    if not found["answers"]:
        raise BenchError(f"{name}: not one good answer, but {errors or 'nothing at all'}")
    for head, body in found["answers"]:
        body = loops.unchunked(head, body)
        try:
            right = check(head, body)
        except Exception as error:  # an answer in another form
            raise BenchError(f"{name}: wrong answer: {error!r} while reading {body!r:.200}") from error
        if not right:
            raise BenchError(f"{name}: wrong answer: {body!r:.200}")
    inside = [(sent, done) for sent, done in found["times"] if done > 0 and sent < seconds]
    count = sum((min(done, seconds) - max(sent, 0)) / (done - sent) for sent, done in inside)
    took = sorted((done - sent) * 1000 for sent, done in inside)
    if not took:
        raise BenchError(f"{name}: no answer within the measured {seconds} s. Found: {errors}. Try: more seconds")
    p50, p90, p99 = (took[min(len(took) - 1, int(len(took) * part))] for part in (0.5, 0.9, 0.99))
    return Result(
        name, clients, seconds, found["sent"], len(found["times"]), count / seconds, items * count / seconds,
        p50, p90, p99, statistics.fmean(took), found["cpu"], found["errors"], found["samples"],
    )  # fmt: skip
