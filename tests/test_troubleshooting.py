"""docs/TROUBLESHOOTING.md: every message in it is real, found where tests compare outputs, or provoked here."""

from __future__ import annotations

import ast
import asyncio
import gc
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
import tritonclient.http.aio as aioclient
import tritonclient.utils.shared_memory as shm
from tritonclient.utils import InferenceServerException, serialize_byte_tensor

from tests import lane
from tutorial_lib.server import Server, ServerError, docker, embedded, ports, serve

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "TROUBLESHOOTING.md"


def entries() -> dict[str, str]:
    """Return {message: the text of its entry}."""
    sections = re.split(r"^### +(`.*`)\n", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    texts = [re.split(r"^## ", text, flags=re.MULTILINE)[0] for text in sections[1::2]]
    return dict(zip(map(bare, sections[::2]), texts))


def bare(title: str) -> str:
    return title.strip("`").strip()


ENTRIES = entries()


def slug(heading: str) -> str:
    """Return the anchor that GitHub and MyST give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def recorded() -> tuple[str, ...]:
    """Return what other tests compare (outputs of notebooks, recipes and guides), and the messages of our own code."""
    found = []
    for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code" and "nbval-ignore-output" not in cell["metadata"].get("tags", []):
                for output in cell["outputs"]:
                    text = output.get("text") or output.get("data", {}).get("text/plain", "")
                    found += "".join(text).splitlines()
    pages = [*(PROJECT / "docs" / "recipes").glob("*.md"), *(PROJECT / "docs").glob("*.md")]
    for path in sorted(set(pages) - {PAGE}):
        for block in re.findall(r"^```text\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            found += block.splitlines()
    for path in sorted((PROJECT / "tutorial_lib").rglob("*.py")):
        found += _strings(ast.parse(path.read_text(encoding="utf-8")))
    return tuple(found)


def _strings(tree: ast.AST) -> list[str]:
    """Return the source's texts; what an f-string fills in becomes a mark that matches no letter."""
    texts, said_elsewhere = [], set()  # docstrings say nothing to users; the parts of an f-string come joined
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            texts.append("".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values))
            said_elsewhere |= {id(part) for part in node.values}
        elif isinstance(node, ast.Expr):
            said_elsewhere.add(id(node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said_elsewhere:
            texts.append(node.value)
    return texts


def matches(message: str, text: str) -> bool:
    """Say whether the literal parts of `message` (split at ...) are in `text`, in this order."""
    parts = [re.escape(part.strip()) for part in message.split("...") if part.strip()]
    return re.search(".*".join(parts), text, re.DOTALL) is not None


# --- the rest is provoked: each function gets the live server, and answers with what a user would see ----------------

CONFIG = """
backend: "python"
max_batch_size: 0
input [{ name: "x", data_type: TYPE_FP32, dims: [1] }]
output [{ name: "y", data_type: TYPE_FP32, dims: [1] }]
"""
MODEL = """
class TritonPythonModel:
    def execute(self, requests):
        import os
        os._exit(1)  # what the kernel's out-of-memory killer does to a stub
"""
FREE = {"http_port": 0, "grpc_port": 0, "metrics_port": 0, "mode": "embedded"}
A = {"name": "a", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4]}
BINARY = {"name": "a", "shape": [1, 4], "datatype": "FP32", "parameters": {"binary_data_size": 16}}
NO_TIME = {"name": "seconds", "shape": [1, 1], "datatype": "FP32", "data": [0]}
NO_CODE = {"name": "error", "shape": [1, 1], "datatype": "BYTES", "data": ["X"]}
FLAG = {"name": "bool", "shape": [1, 1], "datatype": "BOOL", "data": [True]}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Three teaching models, one whose process dies, one that cannot be loaded, one without a model.py."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("identity", "add_sub", "errors_demo"):
        (folder / name).symlink_to(PROJECT / "model_repository" / name)
    for name, code in {"dies": MODEL, "bad": "raise ValueError('broken on purpose')", "empty": None}.items():
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text(CONFIG)
        if code:
            (folder / name / "1" / "model.py").write_text(code)
    return folder


@pytest.fixture(scope="module")
def live(repository):
    with serve(["identity", "add_sub", "errors_demo", "dies"], repository=repository, **FREE) as server:
        yield server


def post(server: Server, path: str, body: bytes | dict, header: int | None = None) -> str:
    connection = http.client.HTTPConnection(server.http_url, timeout=20)
    headers = {} if header is None else {"Inference-Header-Content-Length": str(header)}
    connection.request("POST", path, json.dumps(body) if isinstance(body, dict) else body, headers)
    answer = connection.getresponse().read().decode()
    connection.close()
    return str(json.loads(answer).get("error", answer))


def infer(server: Server, model: str, request: dict, data: bytes = b"") -> str:
    head = json.dumps(request).encode()
    return post(server, f"/v2/models/{model}/infer", head + data, len(head))


def grpc_identity(url: str, *, size: int = 1, **options: object) -> None:
    numbers = np.zeros((1, size), dtype=np.float32)
    with grpcclient.InferenceServerClient(url, **options) as client:
        tensor = grpcclient.InferInput("fp32", numbers.shape, "FP32").set_data_from_numpy(numbers)
        client.infer("identity", [tensor], client_timeout=20)


def too_few_strings(server: Server) -> str:
    data = serialize_byte_tensor(np.array([b"one"], dtype=object)).item()
    tensor = {"name": "bytes", "shape": [1, 2], "datatype": "BYTES", "parameters": {"binary_data_size": len(data)}}
    return infer(server, "identity", {"inputs": [tensor]}, data)


def dead_stub(server: Server) -> str:
    request = {"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}]}
    return " ".join(infer(server, "dies", request) for _ in range(2))


def unload_a_model_at_work(server: Server) -> str:
    request = {"inputs": [{"name": "seconds", "shape": [1, 1], "datatype": "FP32", "data": [3]}]}
    work = threading.Thread(target=infer, args=(server, "errors_demo", request))
    work.start()
    try:
        time.sleep(1)
        client = httpclient.InferenceServerClient(server.http_url)
        client.unload_model("errors_demo")
        client.close()
        with pytest.raises(ServerError) as said:
            server.wait("errors_demo", "UNAVAILABLE", timeout=0.5)
        return str(said.value)
    finally:
        work.join()
        server.wait("errors_demo", "UNAVAILABLE")
        server.load("errors_demo")


THREADS = """
import os, sys, threading
import numpy as np
import tritonclient.http as httpclient

client, numbers = httpclient.InferenceServerClient(sys.argv[1]), np.zeros((1, 1), np.float32)
tensor = httpclient.InferInput("fp32", numbers.shape, "FP32").set_data_from_numpy(numbers)

def work():
    for _ in range(200):
        client.async_infer("identity", [tensor]).get_result()

threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(5)
sys.stderr.flush()
os._exit(0)
"""


def one_client_in_four_threads(server: Server) -> str:
    """Share an HTTP client in a process of its own: some of the threads may hang."""
    command = [sys.executable, "-c", THREADS, server.http_url]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr


def nested_loop(_server: Server) -> None:
    async def cell() -> None:
        work = asyncio.sleep(0)
        try:
            asyncio.run(work)
        finally:
            work.close()

    asyncio.run(cell())


def forgotten_aio_client(server: Server) -> str:
    seen = []

    async def cell() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: seen.append(context["message"]))
        client = aioclient.InferenceServerClient(server.http_url)
        await client.is_server_live()
        del client
        gc.collect()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        asyncio.run(cell())
    return " ".join(seen)


def output_in_shared_memory(module: object, url: str, name: str) -> None:
    region = shm.create_shared_memory_region(name, f"/{name}_{os.getpid()}", 64)
    client = module.InferenceServerClient(url)
    try:
        client.register_system_shared_memory(name, f"/{name}_{os.getpid()}", 64)
        numbers = np.zeros((1, 1), dtype=np.float32)
        tensor = module.InferInput("fp32", numbers.shape, "FP32").set_data_from_numpy(numbers)
        output = module.InferRequestedOutput("fp32_out")
        output.set_shared_memory(name, 64)
        client.infer("identity", [tensor], outputs=[output]).as_numpy("fp32_out")
    finally:
        client.infer("identity", [tensor])  # gRPC answers before it lets go of the region; the next answer comes after
        client.unregister_system_shared_memory(name)
        client.close()
        shm.destroy_shared_memory_region(region)


def smaller_than_preferred(server: Server) -> str:
    """Lower the maximum as a reader would: in the config that the server answers."""
    with httpclient.InferenceServerClient(server.http_url) as client:
        config = client.get_model_config("add_sub")
        client.load_model("add_sub", config=json.dumps({**config, "dynamic_batching": {}}))
        config = client.get_model_config("add_sub")
        with pytest.raises(InferenceServerException, match="failed to poll"):
            client.load_model("add_sub", config=json.dumps({**config, "max_batch_size": 2}))
        client.unload_model("add_sub")
    server.wait("add_sub", "UNAVAILABLE")
    server.load("add_sub")
    return server.log()


def smaller_region_exists(_server: Server) -> None:
    key = f"/troubleshooting_{os.getpid()}"
    regions = [shm.create_shared_memory_region("small", key, 64)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            regions.append(shm.create_shared_memory_region("large", key, 8192))
    finally:
        for region in regions:
            shm.destroy_shared_memory_region(region)


def result_twice(server: Server) -> None:
    numbers = np.zeros((1, 1), dtype=np.float32)
    with httpclient.InferenceServerClient(server.http_url) as client:
        tensor = httpclient.InferInput("fp32", numbers.shape, "FP32").set_data_from_numpy(numbers)
        waiting = client.async_infer("identity", [tensor])
        waiting.get_result()
        waiting.get_result()


def by_hand(server: Server, *options: str) -> str:
    """Run tritonserver itself, on the ports of `server` unless `options` say otherwise, until it gives up."""
    prefix = f"shm-region-prefix-name=triton_course_{os.getpid()}_"
    argv = [re.sub("shm-region-prefix-name=.*", prefix, word) for word in server.argv if "--load-model" not in word]
    done = subprocess.run(
        [*argv, *options], env=embedded.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


def bad_model_by_hand(server: Server) -> str:
    free = zip(("http", "grpc", "metrics"), ports.free_ports(3))
    return by_hand(server, "--load-model=bad", *(f"--{name}-port={port}" for name, port in free))


def start(models: list[str], repository: Path, **how: object) -> str:
    """Start a server that cannot start; return serve()'s message and the log's words in it."""
    try:
        serve(models, repository=repository, **FREE, **how).stop()
    except ServerError as error:
        return str(error)
    return ""


def nobody() -> str:
    return f"localhost:{ports.free_ports(1)[0]}"


def killed(
    ask: Callable[[Server], object],
    frozen: bool = False,
    connected: Callable[[Server], AbstractContextManager] = nullcontext,
) -> str:
    """Kill a server while it works on a request; `frozen`: before it has read it; `connected`: asks that."""
    with serve(["slow_echo"], **FREE) as server, connected(server) as asked:
        if frozen:
            os.kill(server.pid, signal.SIGSTOP)
            tasks = list(Path(f"/proc/{server.pid}").glob("task/*/stat"))
            while any(task.read_text().rsplit(") ", 1)[1][0] != "T" for task in tasks):  # it may go on for a moment
                time.sleep(0.01)
        timer = threading.Timer(1, os.kill, (server.pid, signal.SIGKILL))
        timer.start()
        try:
            return str(ask(asked))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            timer.join()


SLEEP = {"inputs": [{"name": "work_ms", "shape": [1, 1], "datatype": "INT32", "data": [10_000]}]}


def sleep_over_http(server: Server) -> None:
    work = httpclient.InferInput("work_ms", [1, 1], "INT32").set_data_from_numpy(np.array([[10_000]], np.int32))
    with httpclient.InferenceServerClient(server.http_url) as client:
        client.infer("slow_echo", [work])


@contextmanager
def grpc_client(server: Server) -> Iterator[grpcclient.InferenceServerClient]:
    with grpcclient.InferenceServerClient(server.grpc_url) as client:
        client.is_server_live()  # connected
        yield client


def sleep_over_grpc(client: grpcclient.InferenceServerClient) -> None:
    work = grpcclient.InferInput("work_ms", [1, 1], "INT32").set_data_from_numpy(np.array([[10_000]], np.int32))
    client.infer("slow_echo", [work])


def call_longer_than_the_connection(_server: Server) -> None:
    age = ["--grpc-max-connection-age=1000", "--grpc-max-connection-age-grace=500"]
    with serve(["slow_echo"], options=age, **FREE) as server, grpc_client(server) as client:
        sleep_over_grpc(client)


def too_many_pings(server: Server) -> None:
    often = grpcclient.KeepAliveOptions(
        keepalive_time_ms=100, keepalive_permit_without_calls=True, http2_max_pings_without_data=0
    )
    seconds = grpcclient.InferInput("seconds", [1, 1], "FP32").set_data_from_numpy(np.array([[10]], np.float32))
    with grpcclient.InferenceServerClient(server.grpc_url, keepalive_options=often) as client:
        client.infer("errors_demo", [seconds])


def one_dictionary_for_two_clients(server: Server) -> None:
    headers, numbers = {}, np.zeros((1, 1), dtype=np.float32)
    for module, url in ((httpclient, server.http_url), (grpcclient, server.grpc_url)):
        with module.InferenceServerClient(url) as client:
            tensor = module.InferInput("fp32", numbers.shape, "FP32").set_data_from_numpy(numbers)
            client.infer("identity", [tensor], headers=headers)


SMALL = """
import ctypes, sys
import numpy as np
import tritonclient.http as httpclient
from tutorial_lib.server import serve

assert ctypes.CDLL(None).mount(b"tmpfs", b"/dev/shm", b"tmpfs", 0, sys.argv[1].encode()) == 0
with serve(["identity"], http_port=0, grpc_port=0, metrics_port=0, mode="embedded") as server:
    with httpclient.InferenceServerClient(server.http_url) as client:
        numbers = np.zeros((1, 1_000_000), dtype=np.float32)
        client.infer("identity", [httpclient.InferInput("fp32", numbers.shape, "FP32").set_data_from_numpy(numbers)])
"""


def shared_memory_of(size: str) -> str:
    """Start a server where /dev/shm is as small as in some containers, and send it 4 MB."""
    if reason := lane.possible():
        pytest.skip(f"a /dev/shm of its own needs a lane ({reason})")
    command = [sys.executable, lane.__file__, "-c", SMALL, f"size={size}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False).stderr


def without_the_extra(protocol: str) -> str:
    """Import what `pip install tritonclient` installs, and nothing else."""
    code = f"import sys; sys.path.append(sys.argv[1]); import tritonclient.{protocol}"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("tritonclient", "numpy", "rapidjson"):
            for found in Path(np.__file__).parents[1].glob(f"{name}*"):
                (Path(folder) / found.name).symlink_to(found)
        command = [sys.executable, "-S", "-c", code, folder]  # -S: without this environment's packages
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr


def curl(*words: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(["curl", "--silent", "--show-error", *words], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


REPRODUCE: dict[str, Callable[[Server], object]] = {
    "error: creating server: ...": bad_model_by_hand,
    "No cache specified. --cache-config option format is ...": lambda s: start(
        [], s.repository, options=["--cache-config=local"]
    ),
    "Failed to preinitialize Python stub: Python model file not found in ...": lambda s: start(
        ["empty"], s.repository, timeout=6
    ),
    "Address already in use": by_hand,
    "CUDA driver version is insufficient for CUDA runtime version": lambda s: s.log(),
    "DCGM unable to start: DCGM initialization error": lambda s: s.log(),
    "dynamic batching preferred size must be <= max batch size for ...": smaller_than_preferred,
    "expected ... inputs but got ... inputs for model '...'": lambda s: infer(s, "add_sub", {"inputs": [A]}),
    "unexpected size for input '...', expecting ... additional bytes for model '...'": lambda s: infer(
        s, "add_sub", {"inputs": [BINARY]}, b"12345678"
    ),
    "unexpected additional input data for model '...'": lambda s: infer(s, "add_sub", {"inputs": [BINARY]}, b"x" * 24),
    "Raw request must only have 1 input (found 1) to be deduced but got ... inputs in '...' model configuration": (
        lambda s: post(s, "/v2/models/add_sub/infer", b"x" * 16, 0)
    ),
    "invalid datatype for input ...": lambda s: infer(s, "add_sub", {"inputs": [{**A, "datatype": "fp32"}]}),
    "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.": (
        lambda s: infer(s, "add_sub", {"parameters": {"triton_x": 1}, "inputs": [A]})
    ),
    "expected ... string elements for inference input '...', got ...": too_few_strings,
    "class result not available for output due to unsupported type '...'": lambda s: infer(
        s,
        "identity",
        {"inputs": [FLAG], "outputs": [{"name": "bool_out", "parameters": {"classification": 1}}]},
    ),
    "shared memory can't be set on classification output": lambda _: httpclient.InferRequestedOutput(
        "fp32_out", class_count=1
    ).set_shared_memory("region", 8),
    "Stub process '...' is not healthy.": dead_stub,
    "... is UNLOADING, expected UNAVAILABLE": unload_a_model_at_work,
    "error must be one of ..., exception": lambda s: infer(s, "errors_demo", {"inputs": [NO_TIME, NO_CODE]}),
    "[Errno 111] Connection refused": lambda _: http.client.HTTPConnection(nobody()).connect(),
    "curl: (7) Failed to connect to ...": lambda _: curl(nobody()),
    "[Errno 104] Connection reset by peer": lambda _: killed(
        lambda s: post(s, "/v2/models/slow_echo/infer", b" " * 1000), frozen=True
    ),
    "curl: (52) Empty reply from server": lambda _: killed(
        lambda s: curl(f"{s.http_url}/v2/models/slow_echo/infer", "--data", json.dumps(SLEEP))
    ),
    "HTTPConnectionClosed": lambda _: killed(sleep_over_http),
    "failed to connect to all addresses; ...": lambda _: grpc_identity(nobody()),
    "errors resolving http://...": lambda s: grpc_identity(f"http://{s.grpc_url}"),
    "CLIENT: Received message larger than max (...": lambda s: grpc_identity(
        s.grpc_url, channel_args=[("grpc.max_receive_message_length", 10)]
    ),
    "CLIENT: Sent message larger than max (...": lambda s: grpc_identity(
        s.grpc_url, size=1000, channel_args=[("grpc.max_send_message_length", 100)]
    ),
    "Cannot switch to a different thread": one_client_in_four_threads,
    "asyncio.run() cannot be called from a running event loop": nested_loop,
    "Unclosed client session": forgotten_aio_client,
    "KeyError: 'data'": lambda s: output_in_shared_memory(httpclient, s.http_url, "ts_http"),
    "cannot reshape array of size 0 into shape ...": lambda s: output_in_shared_memory(
        grpcclient, s.grpc_url, "ts_grpc"
    ),
    "reusing shared memory region with key '...', region size is ... instead of requested ...": smaller_region_exists,
    "Parse error at offset 0: The document is empty.": result_twice,
    "Stream removed (Socket closed)": lambda _: killed(sleep_over_grpc, connected=grpc_client),
    "Stream removed (recvmsg:Connection reset by peer (104))": lambda _: killed(
        sleep_over_grpc, frozen=True, connected=grpc_client
    ),
    "enter idle": call_longer_than_the_connection,
    "Too many pings": too_many_pings,
    "Expected str, not <class 'int'>": one_dictionary_for_two_clients,
    "Unable to initialize shared memory key '...' to requested size (... bytes).": lambda _: shared_memory_of("64k"),
    "Failed to increase the shared memory pool size for key '...' to ... bytes.": lambda _: shared_memory_of("2m"),
    "The installation does not include http support.": lambda _: without_the_extra("http"),
    "The installation does not include grpc support.": lambda _: without_the_extra("grpc"),
}


@pytest.mark.live
@pytest.mark.parametrize("message", REPRODUCE)
def test_message_is_said(message, live):
    assert message in ENTRIES, "provoked here, but not on the page"
    try:
        said = REPRODUCE[message](live)
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
    if not matches(message, str(said)) and message.startswith(("CUDA", "DCGM")) and docker.has_gpu():
        pytest.skip("this machine has a GPU, so nobody complains")
    assert matches(message, str(said)), str(said)[-2000:]


@pytest.mark.parametrize("message", [message for message in ENTRIES if message not in REPRODUCE])
def test_message_is_recorded(message):
    assert any(matches(message, text) for text in recorded()), "no compared output has it; reproduce it in REPRODUCE"


def test_a_message_that_nobody_says_is_noticed():
    assert not any(matches("the server has run out of ... paper", text) for text in recorded())
    assert not matches("second ... first", "first, then second")


def test_every_entry_says_what_to_do():
    assert len(ENTRIES) >= 70
    for message, text in ENTRIES.items():
        fields = re.findall(r"^- \*\*(Where|Cause|Fix|Lesson):\*\* (\S.*)$", text, re.MULTILINE)
        assert [name for name, _ in fields] == ["Where", "Cause", "Fix", "Lesson"], message
        lessons = re.findall(r"\[(\d\d)\]\(\.\./notebooks/(\d\d)_(\w+\.ipynb)\)", fields[3][1])
        assert lessons, message
        for shown, number, name in lessons:
            assert shown == number, message
            assert (PROJECT / "notebooks" / f"{number}_{name}").exists(), message


def test_the_lesson_named_shows_the_message():
    shown = {path.name: everything(path) for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb"))}
    wrong = []
    for message, text in ENTRIES.items():
        where = {name for name, lines in shown.items() if any(matches(message, line) for line in lines)}
        named = set(re.findall(r"notebooks/(\w+\.ipynb)", text))
        if where and not named & where:
            wrong.append(f"{message}: shown by {sorted(where)}, but the entry names {sorted(named)}")
    assert wrong == []


def everything(notebook: Path) -> list[str]:
    found = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        found += "".join(cell["source"]).splitlines()
        for output in cell.get("outputs", []):
            found += "".join(output.get("text") or output.get("data", {}).get("text/plain", "")).splitlines()
    return found


def test_anchors_are_unique_and_links_resolve():
    page = PAGE.read_text(encoding="utf-8")
    anchors = [slug(heading.replace("`", "")) for heading in re.findall(r"^#{1,3} +(.*)$", page, re.MULTILINE)]
    assert [anchor for anchor in set(anchors) if anchors.count(anchor) > 1] == []
    assert [target for target in re.findall(r"\]\(#([^)]*)\)", page) if target not in anchors] == []


def test_index_is_complete_and_sorted():
    section = PAGE.read_text(encoding="utf-8").split("## Index of messages")[1].split("\n## ")[0]
    index = re.findall(r"^- \[(`.*`)\]\(#(.*)\)$", section, re.MULTILINE)
    messages = [bare(title) for title, _ in index]
    assert sorted(messages) == sorted(ENTRIES)
    assert [anchor for _, anchor in index] == [slug(message.replace("`", "")) for message in messages]

    def letters(message: str) -> tuple[str, str]:
        return re.sub(r"[^a-z0-9 ]", "", message.lower()).strip(), message

    assert messages == sorted(messages, key=letters)
