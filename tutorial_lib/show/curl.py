"""A tritonclient request as the cURL command that does the same."""

from __future__ import annotations

import base64
import json
import re
import shlex
import struct
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import numpy as np

_NUMPY = {  # the datatypes that JSON can carry, except BYTES
    "BOOL": "?",
    **{f"{sign}INT{bits}": f"{sign.lower() or 'i'}{bits // 8}" for sign in ("U", "") for bits in (8, 16, 32, 64)},
    "FP32": "f4",
    "FP64": "f8",
}
# tritonclient adds these to the caller's own headers, for its own body
_PACKING = ("inference-header-content-length", "content-encoding", "accept-encoding")


def as_curl(
    model_name: str,
    inputs: Sequence[Any],
    outputs: Sequence[Any] | None = None,
    *,
    url: str = "localhost:8000",
    model_version: str = "",
    request_id: str = "",
    sequence_id: int | str = 0,
    sequence_start: bool = False,
    sequence_end: bool = False,
    priority: int = 0,
    timeout: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    binary: bool | None = None,
) -> str:
    """Return the cURL command of `client.infer(...)` with the same arguments, ready to paste into bash.

    `inputs` and `outputs` are InferInput and InferRequestedOutput objects of tritonclient.http or tritonclient.grpc.
    The command sends JSON and prints the JSON answer. If JSON cannot carry an input exactly (FP16, BF16, bytes that are
    not UTF-8, FP64 with more digits than the server reads), or with binary=True, it sends the very body of
    tritonclient's request, written in base64; the answer goes to the file answer.bin and its headers to the screen.
    binary=False insists on JSON: FP64 may differ in its last digit, and what JSON cannot say at all raises ValueError.
    """
    tensors = [_described(tensor) for tensor in inputs]
    datas = [None if raw is None else _json_data(tensor["datatype"], raw) for tensor, raw in tensors]
    lost = [tensor for (tensor, raw), data in zip(tensors, datas) if raw is not None and data is None]
    if binary is False and lost:
        raise ValueError(f"JSON cannot carry the {lost[0]['datatype']} input {lost[0]['name']!r}; try binary=True")
    if binary is None:
        rounded = [tensor for tensor, data in zip(tensors, datas) if tensor[0]["datatype"] == "FP64" and _rounded(data)]
        binary = bool(lost or rounded)
    request: dict[str, Any] = {"id": request_id} if request_id else {}
    request["inputs"] = []
    for (tensor, raw), data in zip(tensors, datas):
        if binary and raw is not None:
            tensor.setdefault("parameters", {})["binary_data_size"] = len(raw)
        elif raw is not None:
            tensor["data"] = data
        request["inputs"].append(tensor)
    if outputs:
        request["outputs"] = [_wanted(output, binary) for output in outputs]
    sequence = {"sequence_id": sequence_id, "sequence_start": sequence_start, "sequence_end": sequence_end}
    extra = {
        **(sequence if sequence_id else {}),
        **({"priority": priority} if priority else {}),
        **({} if timeout is None else {"timeout": timeout}),
        **({"binary_data_output": True} if binary and not outputs else {}),
        **(parameters or {}),
    }
    if extra:
        request["parameters"] = extra
    version = f"/versions/{model_version}" if model_version else ""
    lines = [shlex.join(["curl", "--silent", f"http://{url}/v2/models/{quote(model_name)}{version}/infer"])]
    for name, value in (headers or {}).items():
        if name.lower() not in _PACKING:
            lines.append(f"  --header {_quoted(f'{name}: {value}' if value.strip() else f'{name};')}")
    if binary:
        head = json.dumps(request, ensure_ascii=False).encode()
        lines.append(f'  --header "Inference-Header-Content-Length: {len(head)}"')
        lines.append('  --header "Content-Type: application/octet-stream"')  # or curl calls it a form (lesson 15)
        lines.append("  --data-binary @- --dump-header - --output answer.bin")
        body = base64.b64encode(head + b"".join(raw for _, raw in tensors if raw is not None)).decode()
        lines[0] = "base64 --decode <<'BASE64' | " + lines[0]
        pieces = [body[start : start + 100] for start in range(0, len(body), 100)]
        return " \\\n".join(lines) + "\n" + "\n".join([*pieces, "BASE64"])
    lines.append('  --header "Content-Type: application/json"')
    text = _laid_out(request)
    quoted = text.replace("'", r"\u0027")
    if len(quoted.encode()) < 100_000:  # bash passes on an argument of up to 128 KiB
        return " \\\n".join([*lines, f"  --data '{quoted}'"])
    return " \\\n".join([*lines, "  --data-binary @- <<'JSON'"]) + f"\n{text}\nJSON"


def _described(tensor: Any) -> tuple[dict[str, Any], bytes | None]:
    """Return an InferInput of either client as the JSON of the request, and its bytes (None: in shared memory)."""
    if hasattr(tensor, "_get_content"):  # tritonclient.grpc
        parameters, raw = _plain(tensor._get_tensor().parameters), tensor._get_content()
    else:
        parameters, raw = dict(tensor._get_tensor().get("parameters", {})), tensor._get_binary_data()
        parameters.pop("binary_data_size", None)
        data = tensor._get_tensor().get("data")
        if data is not None and tensor.datatype() == "BYTES":
            raw = b"".join(struct.pack("<I", len(item.encode())) + item.encode() for item in data)
        elif data is not None:  # not in _NUMPY: FP16, which the client accepts as JSON and the server does not
            raw = np.array(data, dtype=_NUMPY.get(tensor.datatype(), "f2")).tobytes()
    described = {"name": tensor.name(), "shape": [int(size) for size in tensor.shape()], "datatype": tensor.datatype()}
    if parameters:
        described["parameters"] = parameters
    if raw is None and "shared_memory_region" not in parameters:
        raise ValueError(f"input {tensor.name()!r} holds no data yet; try set_data_from_numpy")
    return described, raw


def _wanted(output: Any, binary: bool) -> dict[str, Any]:
    described = output._get_tensor()  # a dict over HTTP, a protobuf message over gRPC
    if isinstance(described, dict):
        parameters = dict(described.get("parameters", {}))
        in_binary = parameters.pop("binary_data", True)
    else:
        parameters, in_binary = _plain(described.parameters), "shared_memory_region" not in described.parameters
    if binary:
        parameters["binary_data"] = in_binary
    return {"name": output.name(), **({"parameters": parameters} if parameters else {})}


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, value.WhichOneof("parameter_choice")) for name, value in parameters.items()}


def _json_data(datatype: str, raw: bytes) -> list[Any] | None:
    """Return the elements as JSON values that the server reads back exactly, or None if that is impossible."""
    if datatype == "BYTES":
        items, start = [], 0
        while start < len(raw):
            end = start + 4 + struct.unpack_from("<I", raw, start)[0]
            items.append(raw[start + 4 : end])
            start = end
        try:
            return [item.decode() for item in items]
        except UnicodeDecodeError:
            return None
    if datatype not in _NUMPY:
        return None
    array = np.frombuffer(raw, dtype=_NUMPY[datatype])
    if datatype == "FP32":  # the fewest digits that give the same number: 0.1, not 0.10000000149011612
        return [float(str(number)) if np.float32(float(str(number))) == number else float(number) for number in array]
    return array.tolist()


def _rounded(numbers: list[float] | None) -> bool:
    """Say whether the server's JSON parser may get a digit wrong: it is exact up to 2**53 times 10**+-22."""
    for number in numbers or []:
        _, digits, power = Decimal(repr(number)).as_tuple()
        if isinstance(power, int) and (abs(power) > 22 or int("".join(map(str, digits))) > 2**53):
            return True
    return False


def _laid_out(request: dict[str, Any]) -> str:
    """Return JSON on one line or, if that is too long, with one tensor per line."""
    line = json.dumps(request, ensure_ascii=False)
    if len(line) <= 100:
        return line
    parts = []
    for key, value in request.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list):
            text = "[\n    " + ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n  ]"
        parts.append(f'  "{key}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}"


def _quoted(text: str) -> str:
    return f'"{text}"' if re.fullmatch(r"[\w :;,./=+*()@%~-]*", text, re.ASCII) else shlex.quote(text)
