"""Thousands of malformed requests to every model: each gets an error that says why, and nothing dies or grows.

The requests come from seeded generators, so that a failure repeats; its message shows the request. Few are marked as
`passes`: Triton 2.51, or the model, may answer them. What ends the server itself is not sent at all: see the guards.
"""

from __future__ import annotations

import gzip
import http.client
import json
import random
import re
import socket
import struct
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import prod
from pathlib import Path
from typing import NamedTuple

import grpc
import numpy as np
import pytest
from google.protobuf.message import Message
from tritonclient.grpc import service_pb2

from tests.waiting import children
from tutorial_lib import models
from tutorial_lib.client import TritonClient
from tutorial_lib.server import models_in, serve

pytestmark = [pytest.mark.live, pytest.mark.slow]
SERVED = [name for name in models_in(models.repository_path()) if name != "resnet_fast"]  # lesson 25 makes its weights
PICK = 8  # requests of a kind for each model and round
GROWTH = 30_000  # kB that server and stubs may take more after a third round than after the second

# Guards: each of these ends Triton 2.51 itself, or a model's stub before the model sees anything.
DEPTH = 5_000  # nested brackets; from about 37 000 on the JSON parser overflows the stack (signal 11)
DATA = 10_000  # numbers in the shape of JSON data; for any shape, memory is taken before the data is counted (signal 6)
FORM = {"Content-Type": "application/json"}  # more than 4 MB that are called a form: signal 11
# wraps(): a size that fits again after 64 bits have overflowed ends the stub of every model with a free dimension.
# Not generated: a string of more than 20 characters as a sequence's id (signal 6 or 11 if the model has CORRID),
# classes of a BYTES output (signal 8), the header triton_grpc_error (signal 11), a body in a million
# chunks of one byte (signal 11), and 0 rows of 0 numbers for ragged_sum, which wait in its queue for ever.

FRONTEND = {  # what Triton's own HTTP frontend calls 500 or 501, though it is the client's mistake; no model may
    "failed to parse the request JSON buffer: ": "no JSON",
    "Unable to parse ": "a field of the wrong type, or missing; data that does not fill its shape",
    "Unable to set 'classification': ": "a count that is no number",
    "Expected JSON object for keyword: 'parameters'": "generate: parameters that are no object",
    "failed to get request params.: attempt to get members for non-object": "parameters that are no object",
    "attempt to get members for non-object": "generate: a body that is no object",
    "HTTP end point doesn't support models with decoupled transaction policy": "infer, with a streaming model",
    "Unsupported compression type": "a Content-Encoding that is neither gzip nor deflate",
    "__init__(): incompatible constructor arguments": "response_parameters: this release cannot serve it",
}
INTERNAL = ("Unable to parse request", "Model ")  # gRPC: no protobuf; an error of any kind in a BLS call (bls_pipeline)
LEAKS = re.compile(r'Traceback|File "|\n\s*At:|site-packages|\.py\b|/tmp/|' + re.escape(str(models.PROJECT)))

ONE = {"BOOL": "?", "UINT8": "B", "INT8": "b", "UINT16": "H", "INT16": "h", "FP16": "e", "UINT32": "I", "INT32": "i"}
ONE |= {"FP32": "f", "UINT64": "Q", "INT64": "q", "FP64": "d"}  # datatype -> how struct calls it
CONTENTS = {"bool_contents": True, "fp32_contents": 1.0, "fp64_contents": 1.0, "bytes_contents": b"ok"}
CONTENTS |= dict.fromkeys(("int_contents", "int64_contents", "uint_contents", "uint64_contents"), 1)
KINDS = {"int64_param": -1, "string_param": "x", "bool_param": True, "double_param": 1.5, "uint64_param": 2**64 - 1}
METHODS = [method.name for method in service_pb2.DESCRIPTOR.services_by_name["GRPCInferenceService"].methods]
TEXTS = {"sentiment": ["I love this product!"], "bls_control": ["ready", "scale"]}


class Bad(NamedTuple):
    what: str
    request: bytes
    passes: bool = False
    method: str = "ModelInfer"  # gRPC only


class Model:
    """What is a good request to a served model, and how to spoil it."""

    def __init__(self, config: dict) -> None:
        self.name, self.path = config["name"], f"/v2/models/{config['name']}"
        self.streams = config.get("model_transaction_policy", {}).get("decoupled") or "shouting" in self.name
        self.batched, self.sequence = config["max_batch_size"] > 0, self.name.startswith("running_sum")
        self.optional = all(tensor["optional"] for tensor in config["input"])  # identity: one input of many will do
        self.output = "fp32_out" if self.optional else config["output"][0]["name"]
        self.classes = not any(tensor["data_type"] == "TYPE_STRING" for tensor in config["output"])  # a guard
        self.inputs, self.values, self.raw = {}, {}, {}
        for tensor in config["input"]:
            if not tensor["optional"] or tensor["name"] == "fp32":
                name, datatype = tensor["name"], tensor["data_type"][5:].replace("STRING", "BYTES")
                shape = [1] * self.batched + [abs(int(size)) for size in tensor["dims"]]
                self.inputs[name] = datatype, shape
                self.values[name] = (
                    TEXTS.get(self.name, ["ok"]) if datatype == "BYTES" else [int(name != "seconds")] * prod(shape)
                )
                self.raw[name] = coded(datatype, self.values[name])

    def document(self, binary: bool) -> dict:
        found = {"id": "x", "inputs": [], "outputs": [{"name": self.output}]}
        if self.sequence:
            found["parameters"] = {"sequence_id": 7, "sequence_start": True, "sequence_end": True}
        for name, (datatype, shape) in self.inputs.items():
            found["inputs"].append({"name": name, "shape": [*shape], "datatype": datatype})
            if binary or prod(shape) > 16:
                found["inputs"][-1]["parameters"] = {"binary_data_size": len(self.raw[name])}
            else:
                found["inputs"][-1]["data"] = [*self.values[name]]
        return found

    def http(self, change: Callable = lambda found: found, binary: bool = False, tail: bytes | None = None) -> bytes:
        """Return the HTTP request for a good document after `change`, which may also return another text."""
        document = self.document(binary)
        if tail is None:
            tail = b"".join(self.raw[tensor["name"]] for tensor in document["inputs"] if "data" not in tensor)
        changed = change(document) or document
        return self.post(changed if isinstance(changed, bytes) else written(changed), tail)

    def post(self, text: bytes, tail: bytes = b"", **headers: object) -> bytes:
        length = {"Inference_Header_Content_Length": len(text)} if tail else {}
        return http_request("POST", self.path + "/infer", text + tail, **{**length, **headers})

    def grpc(self, change: Callable = lambda found: found, typed: bool | None = False) -> bytes:
        """Return the bytes of a good protobuf after `change`; typed: data in `contents`, None: no data at all."""
        found = service_pb2.ModelInferRequest(model_name=self.name, id="x")
        for name, (datatype, shape) in self.inputs.items():
            tensor = found.inputs.add(name=name, datatype=datatype, shape=shape)
            if typed:
                values = [v.encode() if datatype == "BYTES" else v for v in self.values[name]]
                getattr(tensor.contents, field_of(datatype)).extend(values)
            elif typed is False:
                found.raw_input_contents.append(self.raw[name])
        found.outputs.add(name=self.output)
        if self.sequence:
            found.parameters["sequence_id"].int64_param = 7
            found.parameters["sequence_start"].bool_param = found.parameters["sequence_end"].bool_param = True
        change(found)
        return found.SerializeToString()


def coded(datatype: str, values: list) -> bytes:
    if datatype == "BYTES":
        texts = [value.encode() if isinstance(value, str) else value for value in values]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    return struct.pack(f"<{len(values)}{ONE[datatype]}", *values)


def field_of(datatype: str) -> str:
    kind = datatype.rstrip("0123456789").lower()
    return f"{kind}{datatype[-2:] if kind == 'fp' or datatype[-2:] == '64' else ''}_contents"


def written(document: object) -> bytes:
    """Return JSON; a string that begins with @@ becomes the rest of it, as it is."""
    text = re.sub(r'"@@((?:[^"\\]|\\.)*)"', lambda found: json.loads(f'"{found[1]}"'), json.dumps(document))
    return text.encode("latin-1", "replace")


def put(*path: object) -> Callable:
    """Return the change that puts the last item at the path of the others, in JSON or in a protobuf."""

    def change(place):
        for key in path[:-2]:
            if isinstance(place, Message):
                place = getattr(place, key)
            else:
                place = place.setdefault(key, {}) if isinstance(place, dict) else place[key]
        key, value = path[-2:]
        if isinstance(value, dict) and "shared_memory_region" in value:
            place.pop("data", None)  # an input has its data in one place
        if not isinstance(place, Message):
            place[key] = value
        elif isinstance(value, list):
            getattr(place, key)[:] = value
        else:
            setattr(place, key, value)

    return change


def spoil(build: Callable, wrong: dict[tuple, list], **options: object) -> Iterator[Bad]:
    for path, value in ((path, value) for path, values in wrong.items() for value in values):
        yield Bad(f"{path} = {value!r}"[:90], build(put(*path, value), **options))


def http_request(method: str, path: str, body: bytes, **headers: object) -> bytes:
    lines = {"Host": "x", "Content_Length": len(body), **FORM, **headers}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k.replace('_', '-')}: {v}\r\n" for k, v in lines.items())
    return head.encode("latin-1") + b"\r\n" + body


# --- HTTP -----------------------------------------------------------------------------------------------------------

NEVER = ["tru", "0x10", "01", "+1", ".5", "1.", "'x'", '"\\x"', '"\n"', '"\\ud800"', "1e400", '"\xff', "[1,]", "{,}"]
NEVER = ["@@" + token for token in NEVER]
NO_TEXT = [None, True, -1, 1.5, [], {}, ["x"], float("nan"), 2**64, *NEVER]
NO_LIST = [None, True, -1, "x", "", {}, {"a": 1}, float("inf"), 2**63, *NEVER]
NO_SIZE = [None, True, -1, 1.5, "x", "", [], {}, float("nan"), 2**64, -(2**63) - 1, *NEVER]
NO_BOOL = [None, 0, 1.5, "true", [], {}, *NEVER]
NAMES = ["nothing", "../x", "a/b", "é中", "\0", "x" * 9_000, "%s%n", "${x}", "{}", "a b", "\u202e"]
TYPES = ["", "fp32", "FP8", "BYTES ", "é", *ONE, "BYTES"]


def json_text(model: Model, rng: random.Random) -> Iterator[Bad]:
    good = written(model.document(False))
    broken = [good[:cut] for cut in rng.sample(range(1, len(good)), 12)]
    broken += [b"[]", b"null", b"{}", b'"x"', b"7", good + good, good + b"x", b"\0" + good, rng.randbytes(60)]
    broken += [good.replace(*pair) for pair in ((b":", b"="), (b'"', b"'"), (b"{", b"{,"), (b"inputs", b"\xff"))]
    broken += [b"[" * DEPTH, b'{"a":' * DEPTH, good.decode().encode("utf-16")]
    broken += [good.replace(b'"name"', b'"name": "nothing", "name"')]  # the first of two counts
    for text in broken:
        yield Bad(f"text {text[:30]}", model.http(lambda _, text=text: text))


def json_fields(model: Model, rng: random.Random) -> Iterator[Bad]:
    document = model.document(False)
    first, inputs = document["inputs"][0], document["inputs"]
    wrong = {("inputs",): [*NO_LIST, inputs * 2, [*inputs, {**first, "name": "more"}]], ("outputs",): NO_LIST}
    wrong |= {("inputs", 0): [None, [], 7, *NEVER], ("outputs", 0): [None, {}, 7, *NEVER], ("parameters",): NEVER}
    wrong |= {("inputs", 0, "name"): NO_TEXT + NAMES, ("outputs", 0, "name"): NO_TEXT + NAMES, ("id",): NO_TEXT}
    wrong |= {("inputs", 0, "shape"): NO_LIST, ("inputs", 0, "shape", 0): NO_SIZE}
    wrong |= {("inputs", 0, "datatype"): NO_TEXT + [name for name in TYPES if name != first["datatype"]]}
    if data := first.get("data"):
        wrong |= {("inputs", 0, "data"): [*NO_LIST, [], data[1:], data * 3, data * 500, [data, data]]}
        wrong |= {
            ("inputs", 0, "data", 0): NO_TEXT[:4] + NEVER if first["datatype"] == "BYTES" else [None, "x", {}, *NEVER]
        }
    yield from spoil(model.http, wrong)
    if not model.optional:
        yield from spoil(model.http, {("inputs",): [[], inputs[1:]]}, tail=b"")
    yield Bad("an output twice", model.http(put("outputs", document["outputs"] * 2)), passes=True)


def shapes_of(good: list[int]) -> list[list[int]]:
    far = [2**31, 2**32, 2**53, 2**62, 2**63 - 1]
    found = [[], good[1:], [1, *good], [*good, 1], [1] * 100, [0] * len(good), [*good[:-1], 0], [2**16] * 4]
    found += [[size] * len(good) for size in far] + [[*good[:-1], size] for size in far]
    found += [[0, *good[1:]], [2**32 + 1, *good[1:]], [2**62, 4, *good[2:]], [good[0] + 1, *good[1:]]]
    return [shape for shape in found if shape != good and not wraps(shape, good)]


def wraps(shape: list[int], good: list[int]) -> bool:
    """A guard: say whether the size of this shape, in 64 bits, is that of a good one."""
    return prod(shape) > 2**61 and (prod(shape) - prod(good)) % 2**61 == 0


def one_row(model: Model, good: list[int], shape: list[int]) -> bool:
    """Triton keeps the number of rows in 32 bits, and takes 0 rows for a request without that dimension."""
    return model.batched and len(shape) == len(good) and shape[1:] == good[1:] and shape[0] % 2**32 in (0, 1)


def shapes(model: Model, rng: random.Random) -> Iterator[Bad]:
    for place, (_, good) in enumerate(model.inputs.values()):
        for shape in [*shapes_of(good), [2**63, *good[1:]], [2**64 - 1, *good[1:]]]:
            change = put("inputs", place, "shape", shape)
            yield Bad(f"shape {shape}", model.http(change, binary=True), one_row(model, good, shape))
            if 0 < prod(shape) < DATA and prod(good) <= 16:
                yield Bad(f"JSON, shape {shape}", model.http(change))


def lengths(model: Model, rng: random.Random) -> Iterator[Bad]:
    data = b"".join(model.raw.values())
    for place, right in enumerate(map(len, model.raw.values())):
        sizes = [1, right - 1, right + 1, right * 2, 2**31, 2**32 + right, 2**63, 2**64 - 1, -right, str(right)]
        path = ("inputs", place, "parameters", "binary_data_size")
        yield from spoil(model.http, {path: sizes + NO_SIZE}, binary=True, tail=data)
    for tail in (b"x", data[:-1], data + b"\0", data * 2):
        yield Bad(f"{len(tail)} bytes of data", model.http(binary=True, tail=tail))


def parameters(model: Model, rng: random.Random) -> Iterator[Bad]:
    wrong = {"sequence_id": [None, True, -1, 1.5, [], {}, 2**64], "sequence_start": NO_BOOL, "x": [None, [], {}]}
    wrong |= {"priority": NO_SIZE, "timeout": NO_SIZE, "binary_data_output": NO_BOOL}
    wrong |= {"triton_enable_empty_final_response": [True, 1]}  # only the server itself may
    wrong = {("parameters", name): values for name, values in wrong.items()}
    wrong |= {("outputs", 0, "parameters", "binary_data"): NO_BOOL}
    wrong |= {("outputs", 0, "parameters", "classification"): NO_SIZE if model.classes else []}
    region = {"shared_memory_region": "nothing", "shared_memory_offset": 0, "shared_memory_byte_size": 4}
    memory = [{**region, "shared_memory_region": name} for name in ("", "/etc/passwd", "x" * 5_000, 7, None)]
    memory += [{**region, key: value} for key in list(region)[1:] for value in (-4, 2**63, 2**64 - 1, "4", None)]
    wrong |= {(place, 0, "parameters"): memory for place in ("inputs", "outputs")}
    yield from spoil(model.http, wrong)


def headers(model: Model, rng: random.Random) -> Iterator[Bad]:
    """Text for a length counts as 0, and broken compression ends the data: what is left is data of the one input."""
    good, data = written(model.document(True)), b"".join(model.raw.values())
    for length in (-1, 1, len(good) // 2, len(good) - 1, len(good + data) + 1, 10**8, 2**63, 2**64, "1e3"):
        yield Bad(f"header of {length}", model.post(good, data, Inference_Header_Content_Length=length))
    for length in (0, "x", "", "0x10", -(2**63), "%d"):
        yield Bad(f"header of {length!r}", model.post(good, data, Inference_Header_Content_Length=length), passes=True)
    packed = gzip.compress(good, mtime=0)
    for coding in ("gzip", "deflate", "br", "gzip, gzip", "x"):
        for body in (b"garbage", good, packed[:-9], packed[:12], b"", b"\x1f\x8b" + bytes(40)):
            yield Bad(f"{coding} {body[:9]}", model.post(body, Content_Encoding=coding), passes=True)


def routes(model: Model, rng: random.Random) -> Iterator[Bad]:
    body, name = written(model.document(False)), model.name
    others = [name.upper(), "..", "%2e%2e", "../" + name, "%zz", "\xff", "x" * 8_000, "%ff%fe", name + "/versions"]
    others += [name + end for end in ("x", "/", "%2F", "%00", "?x=1", "%20")]
    others += [f"{name}/versions/{v}" for v in ("", "0", "-1", "99", "x", "1.5", "9" * 30, "1%00", "%31")]
    paths = [f"/v2/models/{other}/infer" for other in others]
    paths += [model.path + end for end in ("/infe", "/infer/", "/Infer", "/infer/x", "/explain", "/config", "")]
    for path in paths:
        yield Bad("route", http_request("POST", path, body))
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "xyz", "POST\0"):
        yield Bad("method", http_request(method, model.path + "/infer", body))
    for length in ("-1", "x", "1e3", 2**64):
        yield Bad("length", model.post(body, Content_Length=length))


def generate(model: Model, rng: random.Random) -> Iterator[Bad]:
    good = {name: values[:16] for name, values in model.values.items()}
    bodies = [written(good)[:cut] for cut in rng.sample(range(1, len(written(good))), 4)]
    bodies += [b"", b"[]", b"null", b"x", b"[1]", b'"x"', b'{"parameters": 1}', b'{"a":' * DEPTH]
    bodies += [] if model.optional else [b"{}", b'{"nothing": 1}']
    for name, (datatype, _) in model.inputs.items():
        wrong = [None, True, 7, *NEVER] if datatype == "BYTES" else [None, True, "x", {"x": 1}, [1, "x"], *NEVER]
        bodies += [written({**good, name: value}) for value in wrong]
    for body in bodies:
        for kind in ("generate", "generate_stream"):
            yield Bad(f"{kind} {body[:30]}", http_request("POST", f"{model.path}/{kind}", body))


def broken_data(model: Model) -> Iterator[tuple[int, bytes, bool]]:
    """Return (place of an input, its data, whether that is the model's affair)."""
    words = [b"\xff", b"caf\xe9", b"\xed\xa0\x80", b"", b" ", b"\0", "\u202e☃".encode(), b"a" * 100_000]
    ends = {"FP32": [float("nan"), float("inf"), float("-inf"), -3e38], "INT64": [-(2**63), 0, 2**63 - 1]}
    patient = model.name in ("metered", "shouting_storyteller")  # they do, or break, as they are told
    ends |= {"INT32": [-(2**31), -1] if patient else [-(2**31), -1, 2**31 - 1], "BYTES": words}
    for place, (name, (datatype, shape)) in enumerate(model.inputs.items()):
        good, short = model.raw[name], b"\4\0\0\0abc"
        if datatype == "BYTES":
            broken = [b"\1", short, short[:4], short + b"de", b"\xff" * 4 + short[4:], b"\0\0\0\x80", good * 2]
            yield from ((place, data, False) for data in [*broken, good + b"\0", good[:-1]])
        for value in ends.get(datatype, []) if model.name != "ragged_sum" else []:  # a second each, and no news
            yield place, coded(datatype, [value] * prod(shape)), True


def values(model: Model, rng: random.Random) -> Iterator[Bad]:
    for place, data, passes in broken_data(model):
        tail = b"".join(data if number == place else raw for number, raw in enumerate(model.raw.values()))
        change = put("inputs", place, "parameters", "binary_data_size", len(data))
        yield Bad(f"data {data[:20]}", model.http(change, binary=True, tail=tail), passes)


# --- gRPC -----------------------------------------------------------------------------------------------------------


def protobuf(model: Model, rng: random.Random) -> Iterator[Bad]:
    """A stream of what is no protobuf just ends."""
    good = model.grpc()
    head = len(model.grpc(put("raw_input_contents", [])))
    for cut in rng.sample(range(head), 6):
        yield Bad(f"cut at {cut}", good[:cut], model.streams)
    for bit in rng.sample(range(head * 8), 0 if model.sequence else 6):  # not in the data: it would be a long sleep
        flipped = bytearray(good)
        flipped[bit // 8] ^= 1 << bit % 8
        yield Bad(f"flipped bit {bit}", bytes(flipped), passes=True)
    for method in METHODS:
        yield Bad("garbage", b"\xff" * 11 + rng.randbytes(30), method == "ModelStreamInfer" or model.streams, method)


def contents(model: Model, rng: random.Random) -> Iterator[Bad]:
    raw, datatype = list(model.raw.values()), next(iter(model.inputs.values()))[0]
    broken = [[], raw[1:], [b"", *raw[1:]], [raw[0][:-1], *raw[1:]], [raw[0] * 2, *raw[1:]]]
    yield from spoil(model.grpc, {("raw_input_contents",): broken})
    yield Bad("more data than inputs", model.grpc(put("raw_input_contents", [*raw, b"more"])), passes=True)
    wrong = {("inputs", 0, "contents", field): [[value]] for field, value in CONTENTS.items()}
    yield from spoil(model.grpc, wrong)  # beside raw data
    wrong.pop(("inputs", 0, "contents", field_of(datatype)))
    yield from spoil(model.grpc, wrong, typed=True)  # beside data in the right field
    yield from spoil(model.grpc, {**wrong, ("inputs", 0, "contents", "int_contents"): [[1] * 999]}, typed=None)


def messages(model: Model, rng: random.Random) -> Iterator[Bad]:
    paths = [("inputs", -1, "name"), ("outputs", 0, "name"), ("model_name",), ("model_version",)]
    yield from spoil(model.grpc, dict.fromkeys(paths, NAMES))
    yield Bad("an input twice", model.grpc(lambda message: message.inputs.append(message.inputs[0])))
    for place, (datatype, good) in enumerate(model.inputs.values()):
        yield from spoil(model.grpc, {("inputs", place, "datatype"): [name for name in TYPES if name != datatype]})
        for shape in [*shapes_of(good), [-1] * len(good), [-(2**63), *good[1:]]]:
            change, typed = put("inputs", place, "shape", shape), rng.random() < 0.5
            yield Bad(f"shape {shape}", model.grpc(change, typed), one_row(model, good, shape))
    for place, data, passes in broken_data(model):
        yield Bad(f"data {data[:20]}", model.grpc(put("raw_input_contents", place, data)), passes)


def fields(model: Model, rng: random.Random) -> Iterator[Bad]:
    takes = {"sequence_id": ("int64_param", "string_param"), "sequence_start": ("bool_param",), "x": tuple(KINDS)[:4]}
    takes |= {"timeout": ("int64_param",), "priority": ("uint64_param",), "model": tuple(KINDS)[:4]}
    wrong = {("parameters", name, kind): [KINDS[kind]] for name in takes for kind in KINDS if kind not in takes[name]}
    if model.classes:
        wrong |= {("outputs", 0, "parameters", "classification", kind): [value] for kind, value in KINDS.items()}
    for place in ("inputs", "outputs"):
        region, size = [(place, 0, "parameters", f"shared_memory_{name}") for name in ("region", "byte_size")]
        wrong |= {(*region, kind): [value] for kind, value in KINDS.items()}
        wrong |= {(*size, "int64_param"): [-1, 0, 4, 2**63 - 1]}
    if model.name == "bls_pipeline":  # it takes the name of another model from here
        wrong |= {("parameters", "model", kind): [value] for kind, value in KINDS.items()}
        wrong |= {("parameters", "model", "string_param"): ["", "x" * 3_000, "ticker"]}
    yield from spoil(model.grpc, wrong)


# --- the server -----------------------------------------------------------------------------------------------------

HTTP = [json_text, json_fields, shapes, lengths, parameters, headers, routes, generate, values]
GRPC = [protobuf, contents, messages, fields]
REACH = (shapes, values, messages)


class Course:
    """A server with every model: sends, and judges what comes back."""

    def __init__(self, server) -> None:
        self.server, self.port = server, server.http_url.rpartition(":")[2]
        configs = (server._http("GET", f"/v2/models/{name}/config")[1] for name in SERVED)
        self.models = [Model(json.loads(config)) for config in configs]
        self.channel = grpc.insecure_channel(server.grpc_url)
        service = "/inference.GRPCInferenceService/"
        self.calls = {method: self.channel.unary_unary(service + method) for method in METHODS}
        self.stream = self.channel.stream_stream(service + "ModelStreamInfer")
        self.processes = self.pids()

    def pids(self) -> set[int]:
        return {self.server.pid} | children(self.server.pid)

    def memory(self) -> int:
        """Return what the server and its stubs hold, in kB."""
        states = [Path(f"/proc/{pid}/status").read_text() for pid in self.pids()]
        return sum(int(re.search(r"RssAnon:\s+(\d+)", state)[1]) for state in states)

    def for_all(self, do: Callable) -> list:
        """Return what `do` returns for each model, several at a time."""
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(do, self.models))

    def send_all(self, kind: Callable) -> int:
        """Send the chosen requests of a kind, and return how many there were."""
        send = self.send_http if kind in HTTP else self.send_grpc
        return sum(self.for_all(lambda model: len([send(model, bad) for bad in chosen(kind, model)])))

    def send_http(self, model: Model, bad: Bad) -> bool:
        """Return whether a rightful answer came; an error must say why."""
        with socket.create_connection(("127.0.0.1", self.port), 20) as connection:
            connection.sendall(bad.request)
            answer = http.client.HTTPResponse(connection, method=bad.request.split(b" ", 1)[0].decode())
            try:
                answer.begin()
                status, body = answer.status, answer.read()
            except (http.client.RemoteDisconnected, ConnectionResetError):
                return False  # no HTTP, no answer; a time-out would be another thing
        shown = f"{model.name}: {bad.what}\n{bad.request[:2000]!r}\nanswer: {status} {body[:2000]!r}"
        assert not LEAKS.search(body.decode(errors="replace").replace("\\n", "\n")), shown
        if status == 200:
            length = answer.getheader("Inference-Header-Content-Length")
            assert bad.passes, shown
            assert well_formed(body, length), shown
        elif b" /" in bad.request[:9] and not bad.request.startswith(b"HEAD"):
            cause = json.loads(body.removeprefix(b"data: "))["error"]
            assert cause, shown
            assert 400 <= status < 500 or cause.startswith(tuple(FRONTEND)), shown
        return status == 200

    def send_grpc(self, model: Model, bad: Bad) -> bool:
        shown = f"{model.name}: {bad.what}, {bad.method}\n{bad.request[:2000]!r}"
        try:
            if bad.method == "ModelStreamInfer" or (model.streams and bad.method == "ModelInfer"):
                found = list(self.stream(iter([bad.request]), timeout=20))
                answers = [service_pb2.ModelStreamInferResponse.FromString(part) for part in found]
                causes = [answer.error_message for answer in answers if answer.error_message]
                whole = [answer.infer_response for answer in answers if not answer.error_message]
            else:
                found = self.calls[bad.method](bad.request, timeout=20)
                causes, whole = [], [service_pb2.ModelInferResponse.FromString(found)]
        except grpc.RpcError as error:
            code, causes = error.code().name, [error.details()]
            assert code not in ("DEADLINE_EXCEEDED", "UNAVAILABLE", "CANCELLED", "UNKNOWN"), (code, causes, shown)
            assert code != "INTERNAL" or causes[0].startswith(INTERNAL), (causes, shown)
        assert not any(LEAKS.search(cause) for cause in causes), (causes, shown)
        assert any(causes) or bad.passes, shown
        for answer in [] if causes else whole:
            assert len(answer.outputs) == len(answer.raw_output_contents), shown
        return not causes

    def is_well(self) -> None:
        """The same processes as at the start, and the guide's models answer as the same models do here."""
        assert self.server.alive(), self.server.why_ended()
        assert self.pids() == self.processes
        assert self.server.dead_models() == []
        with TritonClient(self.server.http_url) as client:
            for name, (inputs, expected) in expectations().items():
                found = client.infer(name, inputs)
                for output, array in expected.items():
                    if array.dtype == object:
                        assert found[output].tolist() == array.tolist(), name
                    else:
                        np.testing.assert_allclose(found[output], array, atol=0.02, err_msg=name)


def well_formed(body: bytes, length: str | None) -> bool:
    """Say whether this is an answer of infer or generate, and as long as it says."""
    found = json.loads(body[: int(length)] if length else body)
    sizes = [output["parameters"]["binary_data_size"] for output in found.get("outputs", []) if "data" not in output]
    return found["model_name"] in SERVED and sum(sizes) == (len(body) - int(length) if length else 0)


@cache
def chosen(kind: Callable, model: Model) -> list[Bad]:
    """Return some of a kind's requests to a model, always the same, and of REACH all that get as far as the model."""
    rng = random.Random(f"{kind.__name__} {model.name}")
    every = list(kind(model, rng))
    reach = [bad for bad in every if bad.passes and kind in REACH]
    rest = [bad for bad in every if bad not in reach]
    if model.name == "ragged_sum":  # it waits a second for company, each time
        reach = reach[:1]
    return reach + rng.sample(rest, min(PICK, len(rest)))


@cache
def expectations() -> dict[str, tuple[dict, dict]]:
    rng = np.random.default_rng(7)
    picture = rng.integers(0, 256, (40, 30, 3), np.uint8)
    inputs = {
        "linear_regression_model": {"input__0": np.array([[5.0], [-1.0]], np.float32)},
        "resnet_preprocessor": {"input_image": picture},
        "resnet_model": {"input__0": rng.standard_normal((1, 3, 224, 224), np.float32)},
        "resnet_postprocessor": {"logits": rng.standard_normal((2, 1000), np.float32)},
        "resnet_ensemble": {"input_image": picture},
        "sentiment": {"text": np.array([[b"I love this product!"], [b"This is terrible."]], object)},
    }
    return {name: (arrays, models.reference(name, arrays)) for name, arrays in inputs.items()}


@pytest.fixture(scope="module")
def course(built):
    quiet = {"OMP_NUM_THREADS": "1"}  # forty stubs on a few cores
    with serve(SERVED, http_port=0, grpc_port=0, metrics_port=0, env=quiet) as server:
        found = Course(server)
        yield found
        found.channel.close()


def test_good_requests_pass(course):
    """What the generators spoil is right before, in each form: else an error would say nothing."""

    def answered(model: Model) -> bool:
        requests = [Bad("good", model.grpc(typed=typed), passes=True) for typed in (False, True)]
        found = [course.send_grpc(model, request) for request in requests]
        if not model.streams:
            requests = [Bad("good", model.http(binary=binary), passes=True) for binary in (False, True)]
            found += [course.send_http(model, request) for request in requests]
        return all(found)

    good = dict(zip(SERVED, course.for_all(answered)))
    assert [name for name in good if not good[name]] == ["response_parameters"]
    course.is_well()


@pytest.mark.parametrize("kind", [*HTTP, *GRPC], ids=lambda kind: kind.__name__)
def test_malformed(course, kind):
    assert course.send_all(kind) > 20
    course.is_well()


def test_bodies_that_come_slowly_or_not_at_all(course):
    for model in course.models:
        good = model.http()
        start = good.index(b"\r\n\r\n") + 4
        for end in (9, start, start + 9, len(good) - 1):  # and then the client goes away
            with socket.create_connection(("127.0.0.1", course.port)) as connection:
                connection.sendall(good[:end])
        request = model.http(lambda document: written(document)[:60] + b" " * 9, tail=b"")
        with socket.create_connection(("127.0.0.1", course.port), 20) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(request[:start])
            for byte in request[start:]:
                connection.send(bytes([byte]))
            assert connection.recv(12) in (b"HTTP/1.1 500", b"HTTP/1.1 501"), model.name
    course.is_well()


def test_memory_does_not_grow(course):
    """The tests above were the first round."""
    sizes = []
    for _ in range(2):
        assert sum(course.send_all(kind) for kind in [*HTTP, *GRPC]) > 1_000
        sizes.append(course.memory())
    print(f"\n{sizes[0] / 1000:.0f} MB after two rounds, {sizes[1] / 1000:.0f} MB after three")
    assert sizes[1] - sizes[0] < GROWTH
    course.is_well()
