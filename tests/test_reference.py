"""The API reference (docs/reference/): every object of the API stands under one entry, with an example that uses it."""

from __future__ import annotations

import argparse
import http.client
import importlib
import inspect
import itertools
import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import grpc
import ml_dtypes
import numpy as np
import pytest
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from docs import config_fields, snippets
from tutorial_lib import __main__, bench, coverage, server
from tutorial_lib.exercises.asking import unload
from tutorial_lib.server import Server, serve

PROJECT = Path(__file__).resolve().parents[1]
OPERATIONS = snippets.operations()
CALLS = [e for e in coverage.surface() if e["kind"] in ("rest", "grpc", "util", *coverage.CLIENTS)]
FORMS = ["cURL", "HTTP", "gRPC", "asyncio over HTTP", "asyncio over gRPC", "Python", "Errors"]
# Made for the user by the library, never by hand
NEVER_CALLED = {
    "InferAsyncRequest": "async_infer returns it",
    "InferResult": "infer returns it",
    "Request": "a plugin gets it",
    "CallContext": "async_infer returns it",
    "SharedMemoryRegion": "create_shared_memory_region returns it",
    "CudaSharedMemoryRegion": "create_shared_memory_region returns it",
    "CudaStream": "the CUDA functions make one",
    "SharedMemoryTensor": "as_shared_memory_tensor returns it",
}


def name_of(entry: dict) -> str:
    return entry["signature_or_route"].partition("(")[0].strip().rpartition(".")[2]


def test_every_call_stands_under_exactly_one_entry():
    places = {e["id"]: [op.title for op in OPERATIONS if op.has(e["id"])] for e in CALLS}
    assert {identifier: found for identifier, found in places.items() if len(found) != 1} == {}


def test_every_pattern_matches_something():
    for op in OPERATIONS:
        for pattern in op.patterns:
            one = snippets.Operation("", "", "", (pattern,), ())
            assert any(one.has(e["id"]) for e in CALLS), f"{op.title}: {pattern}"


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.title)
def test_an_entry_says_what_it_does_and_shows_it(op):
    assert op.text
    assert op.examples
    forms = [example.form for example in op.examples]
    assert forms == [form for form in FORMS if form in forms], "each form once, in this order"
    assert all(example.expected and example.expected.strip() for example in op.examples), "no answer is stored"


@pytest.mark.parametrize("op", OPERATIONS, ids=lambda op: op.title)
def test_an_entry_uses_each_of_its_calls(op):
    missing = []
    for entry in (entry for entry in CALLS if op.has(entry["id"])):
        name, kind = name_of(entry), entry["kind"]
        if kind == "rest":
            method, path = entry["signature_or_route"].split()[:2]
            if path.startswith("$"):
                path = {"GET": "/health", "POST": "/predict"}[method]
            word = re.sub(r"\\\{\w+\\\}", r"[\\w$]+", re.escape(path)) + r"(?![\w/])"
            codes = [unrolled(example.code) for example in op.examples]
        elif kind == "grpc":
            word, codes = "", [example.code for example in op.examples if "grpc" in example.code]
        elif kind == "util":
            word, codes = rf"\b{name}\b", [example.code for example in op.examples]
        else:
            module = coverage.CLIENTS[kind]
            imports = rf"(import {re.escape(module)} as|from {re.escape(module)} import)"
            codes = [example.code for example in op.examples if re.search(imports, example.code)]
            word = rf"\b{name}\b"
        if name not in NEVER_CALLED and not any(re.search(word, code) for code in codes):
            missing.append(entry["id"])
    assert missing == []


def unrolled(code: str) -> str:
    """Write out the one loop over paths that the shell examples use."""
    loop = re.search(r"for path in (.*?); do\n(.*?)\ndone", code, re.DOTALL)
    return "\n".join(loop[2].replace("$path", path) for path in loop[1].split()) if loop else code


def test_the_first_page_counts_right():
    text = (PROJECT / "docs" / "index.md").read_text(encoding="utf-8")
    messages = re.findall(
        r"^### `", (PROJECT / "docs" / "TROUBLESHOOTING.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    lessons = list((PROJECT / "notebooks").glob("[0-9]*.ipynb"))
    assert f"{sum(len(snippets.read(path)) for path in snippets.RECIPES)} tasks" in text
    assert f"{len(messages)} messages" in text
    assert f"{len(lessons)} notebooks" in text


@pytest.mark.parametrize("kind", coverage.CLIENTS)
def test_a_new_or_dropped_method_is_noticed(kind):
    """A tritonclient release that adds or drops a method of a client adds work here."""
    module = importlib.import_module(coverage.CLIENTS[kind])
    client = module.InferenceServerClient
    now = {name for name in dir(client) if not name.startswith("_") and callable(getattr(client, name))}
    listed = {name_of(e) for e in CALLS if e["kind"] == kind and re.match(r"[a-z_]+\(", e["signature_or_route"])}
    assert now == listed


def test_the_signatures_are_those_that_are_installed():
    """The site takes signatures from tritonclient; the surface list must not say otherwise."""
    for entry in CALLS:
        owner, name = coverage._locate(entry)
        found = getattr(owner, name, None)
        if entry["kind"] in coverage.CLIENTS and inspect.isfunction(found):
            parameters = [name for name in inspect.signature(found).parameters if name != "self"]
            assert [word for word in parameters if word not in entry["signature_or_route"]] == [], entry["id"]


# ------------------------------------------------------------------------------------------------ model configuration


def test_every_field_is_described():
    described, known, used = config_fields.described(), list(config_fields.known()), config_fields.used()
    assert len(used) > 60
    assert len(known) > 150
    assert [field for field in known if field not in described] == []
    assert [field for field in described if field not in known] == []
    assert [field for field in used if field not in known] == []


@pytest.mark.live
def test_the_defaults_are_those_that_the_server_fills_in():
    with serve(["identity"], http_port=0, grpc_port=0, metrics_port=0) as server:
        measured = config_fields.measure(server.http_url)
    assert measured == json.loads(config_fields.DEFAULTS.read_text(encoding="utf-8"))


# ------------------------------------------------------------------------------------------- the course's own tools


def table(head: str, page: str = "docs/reference/course.md") -> list[list[str]]:
    """Return the rows of the table on a page that has this first line."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    rows = text.partition(f"\n{head}\n")[2].partition("\n\n")[0].splitlines()
    assert len(rows) > 1, f"{page} has no table {head}"
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[1:]]


def codes(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def signature(name: str, function) -> str:
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self"]
    words = [p.name + ("" if p.default is p.empty else f"={shown(p.default)}") for p in parameters]
    return f"{name}({', '.join(words)})"


def shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def test_the_arguments_of_serve_are_all_there():
    documented = [(codes(name), codes(default)) for name, default, _ in table("| argument | default | accepts |")]
    parameters = inspect.signature(serve).parameters.values()
    assert documented == [([p.name], [shown(p.default)]) for p in parameters]


def test_the_server_object_has_what_is_documented_and_nothing_else():
    one = Server("external", ["localhost:1", "localhost:2", "localhost:3"], [])
    public = {name: getattr(one, name) for name in dir(one) if not name.startswith("_")}
    attributes = [name for row in table("| attribute | what it is |") for name in codes(row[0])]
    assert sorted(attributes) == sorted(name for name, value in public.items() if not callable(value))
    methods = [name for row in table("| method | what it does |") for name in codes(row[0])]
    assert sorted(methods) == sorted(signature(name, value) for name, value in public.items() if callable(value))
    functions = [name for row in table("| function | what it does |") for name in codes(row[0])]
    others = set(server.__all__) - {"Server", "ServerError", "serve"}
    assert sorted(functions) == sorted(signature(name, getattr(server, name)) for name in others)


def test_the_commands_and_their_options_are_all_there():
    parser = __main__._parser()
    (choices,) = [a.choices for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    documented = {codes(row[0])[0]: codes(row[1]) for row in table("| command | arguments | what it does |")}
    for name, command in choices.items():
        actions = [action for action in command._actions if action.dest != "help"]
        flags = [flag for action in actions for flag in action.option_strings]
        names = [word for word in documented.get(name, []) if not word.startswith("--")]
        assert sorted(word for word in documented.get(name, []) if word.startswith("--")) == sorted(flags), name
        assert len(names) == sum(not action.option_strings for action in actions), name
    assert set(documented) == set(choices)
    sources = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "tutorial_lib").rglob("*.py"))
    for variable in (codes(row[0])[0] for row in table("| environment variable | for |")):
        assert f'"{variable}"' in sources, variable


@pytest.mark.live
@pytest.mark.parametrize("language", ["python", "bash"])
def test_the_examples_of_the_course_page_run(language, tmp_path):
    text = (PROJECT / "docs" / "reference" / "course.md").read_text(encoding="utf-8")
    ((code, expected),) = re.findall(rf"^```{language}\n(.*?)^```\n\n```text\n(.*?)^```$", text, re.M | re.S)
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-c", code]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "TRITON_COURSE_ADMIN_KEY": "off"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert re.sub(r"localhost:\d+", "localhost:PORT", done.stdout) == expected
    assert all(9000 not in entry["ports"] for entry in server.running())


# ------------------------------------------------------------------------------------------------ facts in tables


METRICS = "| metric | what it counts, and the unit | per | for a mean, divide its growth by that of |"


def test_the_table_of_metrics_has_each_metric_of_this_server_once():
    named = [name for row in table(METRICS, "docs/reference/settings.md") for name in codes(row[0])]
    listed = [e["name"] for e in coverage.surface() if e["kind"] == "metric" and "Added after 2.51" not in e["note"]]
    assert sorted(named) == sorted(listed)


@pytest.mark.live
def test_after_an_unload_only_the_failures_and_the_models_own_metrics_stay():
    def families() -> list[str]:
        with urllib.request.urlopen(f"http://{server.metrics_url}/metrics") as reply:
            lines = reply.read().decode().splitlines()
        return [line.partition("{")[0] for line in lines if 'model="metered"' in line]

    with serve(["metered"], http_port=0, grpc_port=0, metrics_port=0) as server:
        before = families()
        server.unload("metered")
        after = families()
    assert "nv_inference_count" in before
    assert [name for name in after if name.startswith("nv_")] == ["nv_inference_request_failure"] * 4  # for each reason
    own = {name for name in before if not name.startswith("nv_")}
    assert own
    assert own <= set(after)


@pytest.mark.live
def test_the_table_of_restricted_groups_is_what_the_server_restricts():
    """Each group has a header of its own, and a refused call names the header that it expects."""
    rows = {
        codes(group)[0]: (codes(rest), codes(rpcs))
        for group, rest, rpcs in table("| group | REST | RPC |", "SECURITY.md")
    }
    routes = [e["signature_or_route"].split()[:2] for e in CALLS if e["kind"] == "rest"]
    routes = [(method, path) for method, path in routes if path.startswith("/v2")]  # other ports have no groups
    short = {path: path.replace("/repository/{repository}", "/repository") for _, path in routes}
    words = {word for rest, _ in rows.values() for word in rest} - {"GET", "POST"}
    assert {word for word in words if not any(names(word, method, short[path]) for method, path in routes)} == set()
    flags = ("http-restricted-api", "grpc-restricted-protocol")
    options = [f"--{flag}={group}:key-{group}=secret" for flag in flags for group in rows]
    with serve([], http_port=0, grpc_port=0, metrics_port=0, options=options) as server:
        for method, path in routes:
            expected = [
                group for group, (rest, _) in rows.items() if any(names(word, method, short[path]) for word in rest)
            ]
            for headers in ({}, {f"key-{expected[0]}": "wrong"}):
                status, said = ask(server.http_url, method, re.sub(r"\{\w+\}", "1", path), headers)
                assert (status, re.findall("'key-(.*?)'", said)) == (403, expected), path
        rpcs = {name: group for group, (_, found) in rows.items() for name in found}
        with grpc.insecure_channel(server.grpc_url) as channel:
            for name, group in rpcs.items():
                call = channel.stream_stream(name_of_rpc(name))
                for metadata in ([], [(f"triton-grpc-protocol-key-{group}", "wrong")]):
                    with pytest.raises(grpc.RpcError) as caught:
                        list(call(iter([b""]), metadata=metadata, timeout=10))
                    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
                    assert f"-key-{group}'" in caught.value.details(), name
    assert len(rpcs) == sum(len(found) for _, found in rows.values()), "an RPC is in one group"
    works = {e["name"] for e in CALLS if e["kind"] == "grpc" and e["works_on_bundled_cpu"]}
    assert {name.replace("grpc.health.v1.Health/Check", "Health.Check") for name in rpcs} == works


def names(word: str, method: str, path: str) -> bool:
    """Say whether a word of the table means this route: in full, by its beginning, or by its end."""
    whole = word.startswith("/") and (path == word or path.startswith(f"{word}/"))
    return whole or word == f"{method} {path}" or word == path.rpartition("/")[2]


def name_of_rpc(name: str) -> str:
    return f"/{name}" if "/" in name else f"/inference.GRPCInferenceService/{name}"


def ask(url: str, method: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection(url, timeout=10)
    try:
        connection.request(method, path, body=b"{}" if method == "POST" else None, headers=headers)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


SEEN = b"""
import json
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        return [pb_utils.InferenceResponse([answer(request)]) for request in requests]

def answer(request):
    facts = {tensor.name(): said(tensor) for tensor in request.inputs()}
    return pb_utils.Tensor("seen", np.array([[json.dumps(facts)]], dtype=np.object_))

def said(tensor):
    try:
        tensor.triton_dtype()
    except TypeError:  # the page says so; a release that mends it is news
        pass
    else:
        raise ValueError("triton_dtype() works")
    try:
        return tensor.as_numpy().ravel().tolist()
    except Exception as error:
        return str(error)
"""


NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def facts_server():
    options = ["--http-header-forward-pattern=^x-tenant$"]
    models = ["inspect_request", "priority_order", "countdown"]
    with serve(models, http_port=0, grpc_port=0, metrics_port=0, options=options) as one:
        yield one


def seen(one: Server, datatype: str, array: np.ndarray, config: dict, **options) -> dict:
    """Load a model with this config, send it one tensor `x`, and return what its inputs held."""
    name = f"seen_{next(NUMBERS)}"  # an unload takes a moment, and then the name is unknown
    output = [{"name": "seen", "data_type": "TYPE_STRING", "dims": [1]}]
    inputs = [{"name": "x", "data_type": f"TYPE_{datatype}", "dims": [1]}]
    config = {"backend": "python", "max_batch_size": 2, "input": inputs, "output": output, **config}
    with httpclient.InferenceServerClient(one.http_url) as client:
        client.load_model(name, config=json.dumps(config), files={"file:1/model.py": SEEN})
        tensor = httpclient.InferInput("x", [1, 1], datatype).set_data_from_numpy(array)
        found = json.loads(client.infer(name, [tensor], **options).as_numpy("seen").item())
        unload(client, name)
    return found


@pytest.mark.live
def test_no_control_input_is_required_and_their_values_are_free(facts_server):
    kinds = {"START": {"fp32_false_true": [-1, 7.5]}, "READY": {"int32_false_true": [3, 4]}}
    true = {"START": [7.5], "READY": [4]}
    for wanted in ([], ["START"], ["START", "READY"]):
        controls = [{"name": n, "control": [{"kind": f"CONTROL_SEQUENCE_{n}", **kinds[n]}]} for n in wanted]
        config = {"sequence_batching": {"direct": {}, "control_input": controls}}
        found = seen(facts_server, "INT32", np.int32([[9]]), config, sequence_id=1, sequence_start=True)
        assert found == {"x": [9], **{name: true[name] for name in wanted}}
    controls = [{"name": "START", "control": [{"kind": "CONTROL_SEQUENCE_START", "int32_false_true": [1]}]}]
    with pytest.raises(InferenceServerException, match="failed to load"):
        seen(facts_server, "INT32", np.int32([[9]]), {"sequence_batching": {"direct": {}, "control_input": controls}})


@pytest.mark.live
def test_a_bf16_tensor_does_not_become_an_array(facts_server):
    found = seen(facts_server, "BF16", np.array([[1]], ml_dtypes.bfloat16), {})
    assert "Tensor dtype is BF16 and cannot be converted to NumPy" in found["x"]


@pytest.mark.live
def test_a_header_wins_over_a_parameter_and_a_parameter_passes_for_a_header(facts_server):
    tensor = httpclient.InferInput("x", [1], "FP32").set_data_from_numpy(np.ones(1, np.float32))
    with httpclient.InferenceServerClient(facts_server.http_url) as client:
        for headers, expected in (
            ({}, {"x-tenant": "parameter"}),
            ({"x-tenant": "header"}, {"x-tenant": "header"}),
            ({"X-Tenant": "header"}, {"X-Tenant": "header", "x-tenant": "parameter"}),
        ):
            parameters = {"x-tenant": "parameter"}
            result = client.infer("inspect_request", [tensor], headers=headers, parameters=parameters)
            assert json.loads(result.as_numpy("parameters").item()) == expected


@pytest.mark.live
def test_the_key_of_a_queue_policy_is_its_level_and_an_entry_replaces_the_default(facts_server):
    with httpclient.InferenceServerClient(facts_server.http_url) as client:
        config = client.get_model_config("priority_order")
        batching = config["dynamic_batching"] | {"default_queue_policy": {"max_queue_size": 1}}
        for level, loads in (("1", True), ("3", True), ("0", False), ("4", False)):
            policy = {"priority_queue_policy": {level: {"timeout_action": "DELAY"}}}
            text = json.dumps({**config, "dynamic_batching": {**batching, **policy}})
            if loads:
                client.load_model("priority_order", config=text)
                found = client.get_model_config("priority_order")["dynamic_batching"]
                assert found["priority_queue_policy"][level]["max_queue_size"] == 0
                assert found["default_queue_policy"]["max_queue_size"] == 1
            else:
                with pytest.raises(InferenceServerException, match="failed to load"):
                    client.load_model("priority_order", config=text)


@pytest.mark.live
def test_a_limit_that_nobody_reaches_can_stop_a_quick_model_for_half_a_second(facts_server):
    name, x = f"seen_{next(NUMBERS)}", {"x": np.zeros((1, 1), np.int32)}
    tensors = {"input": [{"name": "x", "data_type": "TYPE_INT32", "dims": [1]}]}
    tensors["output"] = [{"name": "seen", "data_type": "TYPE_STRING", "dims": [1]}]
    batching = {"default_queue_policy": {"max_queue_size": 1000}}
    config = {"backend": "python", "max_batch_size": 64, "dynamic_batching": batching, **tensors}
    case = bench.over_json("quick", facts_server.http_url, name, x, clients=8)
    plan = {**case.plan, "seconds": 0.5, "warmup": 0.1}
    with httpclient.InferenceServerClient(facts_server.http_url) as client:
        client.load_model(name, config=json.dumps(config), files={"file:1/model.py": SEEN})
        slowest = 0.0
        for _ in range(200):  # on a busy machine the clients are slower, and it happens less often
            found = bench.loops.in_child(plan)
            assert not found["errors"]
            slowest = max(slowest, *(done - sent for sent, done in found["times"]))
            if slowest > 0.4:
                break
        unload(client, name)
    assert slowest > 0.4


@pytest.mark.live
@pytest.mark.parametrize(
    ("start", "route", "body"),
    [(0, "generate_stream", ""), (0, "generate", "exactly 1 response"), (2, "generate", "exactly 1 response")],
)
def test_without_an_answer_the_status_is_200(start, route, body, facts_server):
    data = json.dumps({"start": start}).encode()
    with urllib.request.urlopen(f"http://{facts_server.http_url}/v2/models/countdown/{route}", data) as reply:
        said = reply.read().decode()
    assert reply.status == 200
    assert body in said
    assert bool(said) == bool(body)
