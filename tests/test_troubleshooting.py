"""docs/TROUBLESHOOTING.md: every message in it is real, found where tests compare outputs, or provoked here."""

from __future__ import annotations

import ast
import asyncio
import gc
import http.client
import http.server
import io
import json
import os
import queue
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
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stderr, suppress
from functools import cache
from pathlib import Path

import grpc
import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.grpc.aio as grpcaioclient
import tritonclient.http as httpclient
import tritonclient.http.aio as aioclient
import tritonclient.utils.shared_memory as shm
from tritonclient.grpc import service_pb2, service_pb2_grpc
from tritonclient.utils import InferenceServerException, serialize_byte_tensor

from tests import lane
from tests.waiting import at_work, until
from tutorial_lib import models, notebooks
from tutorial_lib.exercises.asking import unload
from tutorial_lib.server import Server, ServerError, access, docker, embedded, ports, serve

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
    """Return what is compared elsewhere: outputs of notebooks, recipes and guides, and what other tests expect."""
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
    for path in sorted((PROJECT / "tests").glob("test_*.py")):
        if path != Path(__file__):
            texts = _strings(ast.parse(path.read_text(encoding="utf-8")))
            found += [re.sub(r"\\(.)", r"\1", text) for text in texts]  # most are patterns for pytest.raises
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
    parts = literal(message)
    return all(part in text for part in parts) and (  # the first half alone saves most of a minute
        re.search(".*".join(map(re.escape, parts)), text, re.DOTALL) is not None
    )


@cache
def literal(message: str) -> list[str]:
    return [part.strip() for part in message.split("...") if part.strip()]


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
STATEMENT = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        for request in requests:
            code = pb_utils.get_input_tensor_by_name(request, "code").as_numpy()[0].decode()
            answers, sender = [], request.get_response_sender()
            good = pb_utils.InferenceResponse([pb_utils.Tensor("y", np.ones(1, np.float32))])
            exec(code)  # one mistake of a reader
            if not answers:
                return None
        return answers
"""
STATEMENT_CONFIG = CONFIG.replace('"x", data_type: TYPE_FP32', '"code", data_type: TYPE_STRING')
TOO_EARLY = """
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def initialize(self, args):
        pb_utils.InferenceRequest(model_name="identity", requested_output_names=["fp32_out"], inputs=[]).exec()
"""


def model_py(execute: str = "return []", complete: str = "return config") -> str:
    """Return a model that does this when it loads, and this with requests."""
    return f"""
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    @staticmethod
    def auto_complete_config(config):
        {complete}

    def execute(self, requests):
        {execute}
"""


def completes(tensor: dict[str, object]) -> str:
    return model_py(complete=f"config.add_input({tensor}); return config")


def environment(path: str) -> str:
    return CONFIG + f'parameters {{ key: "EXECUTION_ENV_PATH" value {{ string_value: "{path}" }} }}'


def warmup(dim: int, data: str = "zero_data: true") -> str:
    tensor = f'inputs {{ key: "x" value {{ data_type: TYPE_FP32 dims: [{dim}] {data} }} }}'
    return f'model_warmup [{{ name: "first" batch_size: 1 {tensor} }}]'


PROBES = {  # models that fail, each in its own way: (config.pbtxt, model.py)
    "no_package": (CONFIG, "import no_such_package"),
    "no_environment": (environment("env.tar.gz"), model_py()),
    "no_activate": (environment("$$TRITON_MODEL_DIRECTORY"), model_py()),
    "completes_nothing": (CONFIG, model_py(complete="pass")),
    "other_maximum": (CONFIG.replace("size: 0", "size: 8"), model_py(complete="return config.set_max_batch_size(4)")),
    "other_type": (CONFIG, completes({"name": "x", "data_type": "TYPE_INT32", "dims": [1]})),
    "other_dims": (CONFIG, completes({"name": "x", "data_type": "TYPE_FP32", "dims": [2]})),
    "other_key": (CONFIG, completes({"name": "x", "datatype": "TYPE_FP32", "dims": [1]})),
    "cold": (CONFIG + warmup(1), model_py("raise ValueError('not zero')")),
    "short_warmup": (CONFIG + warmup(1, 'input_data_file: "x"'), model_py()),
    "open_warmup": (CONFIG.replace("[1]", "[-1]") + warmup(-1), model_py()),
    "no_list": (CONFIG, model_py("return pb_utils.InferenceResponse([])")),
    "returns_in_a_stream": (CONFIG + "model_transaction_policy { decoupled: true }", model_py()),
}
FREE = {"http_port": 0, "grpc_port": 0, "metrics_port": 0, "mode": "embedded"}
A = {"name": "a", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4]}
BINARY = {"name": "a", "shape": [1, 4], "datatype": "FP32", "parameters": {"binary_data_size": 16}}
TWICE = {"name": "code", "shape": [1], "datatype": "BYTES", "data": ["sender.send(good)\nsender.send(good, flags=1)"]}
NO_TIME = {"name": "seconds", "shape": [1, 1], "datatype": "FP32", "data": [0]}
NO_CODE = {"name": "error", "shape": [1, 1], "datatype": "BYTES", "data": ["X"]}
FLAG = {"name": "bool", "shape": [1, 1], "datatype": "BOOL", "data": [True]}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Four teaching models, and some that die, run a mistake of a reader, or cannot be loaded."""
    folder = tmp_path_factory.mktemp("models")
    for name in ("identity", "add_sub", "errors_demo", "ticker"):
        (folder / name).symlink_to(PROJECT / "model_repository" / name)
    for name, code in {"dies": MODEL, "bad": "raise ValueError('broken on purpose')", "empty": None}.items():
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text(CONFIG)
        if code:
            (folder / name / "1" / "model.py").write_text(code)
    mistakes = {"statement": (STATEMENT, STATEMENT_CONFIG), "too_early": (TOO_EARLY, CONFIG)}
    mistakes["statement_decoupled"] = (STATEMENT, f"{STATEMENT_CONFIG} model_transaction_policy {{ decoupled: true }}")
    for name, (code, config) in mistakes.items():
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text(config)
        (folder / name / "1" / "model.py").write_text(code)
    (folder / "statement" / "old-4").mkdir()
    for name, (config, code) in PROBES.items():
        (folder / name / "1").mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text(config)
        (folder / name / "1" / "model.py").write_text(code)
    (folder / "short_warmup" / "warmup").mkdir()
    (folder / "short_warmup" / "warmup" / "x").write_bytes(b"12")
    return folder


@pytest.fixture(scope="module")
def live(repository):
    models = ["identity", "add_sub", "errors_demo", "ticker", "dies", "statement", "statement_decoupled"]
    with serve(models, repository=repository, **FREE) as server:
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


def integers_for_fp32(server: Server) -> None:
    """Fill the wrong field of a request's message."""
    request = service_pb2.ModelInferRequest(model_name="add_sub")
    for name in ("a", "b"):
        tensor = request.inputs.add(name=name, datatype="FP32", shape=[1, 4])
        tensor.contents.int_contents.extend([1, 2, 3, 4])
    with grpc.insecure_channel(server.grpc_url) as channel:
        service_pb2_grpc.GRPCInferenceServiceStub(channel).ModelInfer(request, timeout=20)


def failing_warmup(server: Server) -> str:
    """Load `cold` in servers of its own: about half of them crash instead of answering."""
    for _ in range(12):
        with (
            serve(["identity"], repository=server.repository, **FREE) as own,
            httpclient.InferenceServerClient(own.http_url) as client,
        ):
            try:
                client.load_model("cold")
            except InferenceServerException as error:
                return str(error)
            except (OSError, http.client.HTTPException):  # the connection ends
                until(lambda: not own.alive())
                assert "killed by signal 11" in own.why_ended()
    return "only crashes"


def load_and_ask(server: Server, model: str) -> str:
    """Load one of PROBES and ask it over a gRPC stream, which takes decoupled models too."""
    answers: queue.SimpleQueue[object] = queue.SimpleQueue()
    with grpcclient.InferenceServerClient(server.grpc_url) as client:
        client.load_model(model)
        client.start_stream(lambda result, error: answers.put(error or result.get_response()))
        x = grpcclient.InferInput("x", [1], "FP32").set_data_from_numpy(np.zeros(1, np.float32))
        client.async_stream_infer(model, [x])
        said = str(answers.get(timeout=30))
        client.stop_stream()
        unload(client, model)
    return said


def bytes_of_a_string(data: bytes) -> Callable[[Server], str]:
    tensor = {"name": "bytes", "shape": [1, 1], "datatype": "BYTES", "parameters": {"binary_data_size": len(data)}}
    return lambda server: infer(server, "identity", {"inputs": [tensor]}, data)


def too_few_strings(server: Server) -> str:
    data = serialize_byte_tensor(np.array([b"one"], dtype=object)).item()
    tensor = {"name": "bytes", "shape": [1, 2], "datatype": "BYTES", "parameters": {"binary_data_size": len(data)}}
    return infer(server, "identity", {"inputs": [tensor]}, data)


def dead_stub(server: Server) -> str:
    request = {"inputs": [{"name": "x", "shape": [1], "datatype": "FP32", "data": [1]}]}
    return " ".join(infer(server, "dies", request) for _ in range(2))


def unload_a_model_at_work(server: Server) -> str:
    request = {"inputs": [{"name": "seconds", "shape": [1, 1], "datatype": "FP32", "data": [8]}]}
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


def in_another_loop(module: object, protocol: str, closed: bool = False) -> Callable[[Server], None]:
    """Make an asyncio client in one event loop, and use it in another."""

    async def make(url: str) -> object:
        return module.InferenceServerClient(url)

    def use(server: Server) -> None:
        first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
        client = first.run_until_complete(make(getattr(server, f"{protocol}_url")))
        if closed:
            first.close()
        try:
            second.run_until_complete(client.is_server_live())
        finally:
            (second if closed else first).run_until_complete(client.close())
            first.close()
            second.close()

    return use


FORK = """
import os, signal, sys
import numpy as np
import tritonclient.grpc as grpcclient

tensor = grpcclient.InferInput("fp32", [1, 1], "FP32").set_data_from_numpy(np.zeros((1, 1), np.float32))
with grpcclient.InferenceServerClient(sys.argv[1]) as client:
    client.infer("identity", [tensor])
    for _ in range(60):
        if not (child := os.fork()):
            signal.alarm(5)  # lest one hangs
            try:
                client.infer("identity", [tensor])
            except Exception as error:
                print(error, flush=True)
                os._exit("Wrong file" in str(error))
            os._exit(0)
        if os.waitpid(child, 0)[1] == 256:
            break
"""


def inherited_grpc_client(server: Server) -> str:
    """Fork until a child fails at its first call: some three in ten do."""
    command, environment = (
        [sys.executable, "-c", FORK, server.grpc_url],
        {**os.environ, "GRPC_ENABLE_FORK_SUPPORT": "1"},
    )
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=320, check=False)
    return done.stdout + done.stderr


class Page(http.server.BaseHTTPRequestHandler):
    """A web page whose script asks the Triton server that its path names."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        request = "{method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'}"
        self.wfile.write(f"<script>fetch('http:/{self.path}', {request})</script>".encode())

    def log_message(self, *_: object) -> None: ...


def from_a_web_page(server: Server) -> str:
    """Return what a browser says in its console."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("chromium is not installed (sudo apt-get install chromium)")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--virtual-time-budget=3000"]
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as web, tempfile.TemporaryDirectory() as profile:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{web.server_port}/{server.http_url}/v2/models/identity/infer"
        command = [chromium, *flags, f"--user-data-dir={profile}", "--dump-dom", address]
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr
        finally:
            web.shutdown()


def run_python(*words: str) -> str:
    command = [sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stderr


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
        unload(client, "add_sub")
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


def start_without_code(server: Server) -> str:
    """Give the server longer until its log has the reason: a busy machine may need all of a short time to start it."""
    said = ""
    for timeout in (6, 12, 24):
        if "Python model file not found" not in said:
            said = start(["empty"], server.repository, timeout=timeout)
    return said


def elsewhere(target: str, value: object) -> Callable[[Server], object]:
    """Start a server as if on a machine where `target` is `value`."""

    def said(_server: Server) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(target, value)
            serve(mode="embedded")

    return said


def without_docker(**environment: str) -> Callable[[Server], object]:
    def said(_server: Server) -> None:
        if "PATH" not in environment and not shutil.which("docker"):
            pytest.skip("the command docker is not installed")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            serve(mode="docker")

    return said


def on_a_shared_machine(server: Server) -> str:
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(io.StringIO()) as said:
        patch.delenv(access.VARIABLE, raising=False)
        patch.setenv("JUPYTERHUB_USER", "ada")
        serve([], repository=server.repository, **FREE).stop()
    return said.getvalue()


def wait_for_a_dead_model(server: Server) -> None:
    dead_stub(server)
    server.wait("dies")


def command(*words: str) -> str:
    """Return what `python -m tutorial_lib` says, where no server of this test is known."""
    with tempfile.TemporaryDirectory() as folder:
        line = [sys.executable, "-m", "tutorial_lib", *words]
        env = {**os.environ, "TMPDIR": folder}
        done = subprocess.run(line, env=env, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


def nobody() -> str:
    return f"localhost:{ports.free_ports(1)[0]}"


def killed(
    ask: Callable[[Server], object],
    frozen: int = 0,
    connected: Callable[[Server], AbstractContextManager] = nullcontext,
) -> str:
    """Kill a server while it works on a request; `frozen`: before it has read these bytes; `connected`: asks that."""
    over = threading.Event()

    def kill() -> None:
        try:
            until(lambda: over.is_set() or (unread(server) >= frozen if frozen else at_work(server)), 60)
        finally:
            os.kill(server.pid, signal.SIGKILL)

    with serve(["slow_echo"], **FREE) as server, connected(server) as asked:
        if frozen:
            os.kill(server.pid, signal.SIGSTOP)
            tasks = list(Path(f"/proc/{server.pid}").glob("task/*/stat"))
            while any(task.read_text().rsplit(") ", 1)[1][0] != "T" for task in tasks):  # it may go on for a moment
                time.sleep(0.01)
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            return str(ask(asked))
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        finally:
            over.set()
            killer.join()


def unread(server: Server) -> int:
    """Return how many bytes wait in the server's sockets."""
    own = {f"{int(url.rpartition(':')[2]):04X}" for url in (server.http_url, server.grpc_url)}
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()]
    connected = [line for line in lines if line[1].rpartition(":")[2] in own and line[3] == "01"]
    return sum(int(line[4].rpartition(":")[2], 16) for line in connected)


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


PAIR = """
backend: "python"
input [{ name: "p", data_type: TYPE_FP32, dims: [1] }, { name: "q", data_type: TYPE_FP32, dims: [1] }]
output [{ name: "y", data_type: TYPE_FP32, dims: [1] }]
"""
IDLE = """
class TritonPythonModel:
    def execute(self, requests):
        return [None for _ in requests]
"""


def refused(server: Server, **configs: str | None) -> str:
    """Put models into the repository and load the last one; return the client's message and what the log adds.

    None stands for no config.pbtxt, and no model.py either.
    """
    before = len(server.log())
    folders = [server.repository / name for name in configs]
    try:
        for folder, config in zip(folders, configs.values()):
            (folder / "1").mkdir(parents=True)
            if config is not None:
                (folder / "config.pbtxt").write_text(config, encoding="utf-8")
                if "ensemble" not in config:
                    (folder / "1" / "model.py").write_text(IDLE)
        with httpclient.InferenceServerClient(server.http_url) as client:
            with pytest.raises(InferenceServerException) as said:
                client.load_model(list(configs)[-1])
            for name in configs:  # a step that loaded for its ensemble goes before its folder does
                unload(client, name)
                server.wait(name, "UNAVAILABLE")
        return f"{said.value}\n{server.log()[before:]}"
    finally:
        for folder in folders:
            shutil.rmtree(folder)


def ensemble(*steps: str) -> str:
    """Return the config of an ensemble from x to y; a step is "MODEL key=value > key=value", inputs and outputs."""
    written = []
    for step in steps:
        (name, *inputs), outputs = step.split(" > ")[0].split(), step.split(" > ")[1].split()
        maps = [("input_map", *pair.split("=")) for pair in inputs] + [("output_map", *o.split("=")) for o in outputs]
        lines = " ".join(f'{kind} {{ key: "{key}" value: "{value}" }}' for kind, key, value in maps)
        written.append(f'{{ model_name: "{name}" model_version: -1 {lines} }}')
    kind = CONFIG.replace('backend: "python"', 'platform: "ensemble"')
    return f"{kind}ensemble_scheduling {{ step [{', '.join(written)}] }}"


def part_of_an_ensemble(server: Server) -> str:
    """Ask an ensemble for its last output, but not for the one that its last step reads; return all that is said."""
    code = "return [pb_utils.InferenceResponse([pb_utils.Tensor('y', r.inputs()[0].as_numpy())]) for r in requests]"
    config = ensemble("same x=x > y=middle", "same x=middle > y=y")
    output = 'output [{ name: "middle", data_type: TYPE_FP32, dims: [1] }'
    files = {"same": CONFIG, "both": config.replace("output [{", output + ", {", 1)}
    wishes, said = [["middle", "y"], ["middle"], ["y"], []], []
    try:
        for name, text in files.items():
            (server.repository / name / "1").mkdir(parents=True)
            (server.repository / name / "config.pbtxt").write_text(text)
        (server.repository / "same" / "1" / "model.py").write_text(model_py(code))
        server.load("both")
        for module, url in ((httpclient, server.http_url), (grpcclient, server.grpc_url)):
            with module.InferenceServerClient(url) as client:
                x = module.InferInput("x", [1], "FP32").set_data_from_numpy(np.zeros(1, np.float32))
                for names in wishes:
                    try:
                        client.infer("both", [x], outputs=[module.InferRequestedOutput(name) for name in names] or None)
                        said.append("answered")
                    except InferenceServerException as error:
                        said.append(str(error))
    finally:
        for name in reversed(files):
            server.unload(name)
            shutil.rmtree(server.repository / name)
    assert [text == "answered" for text in said] == [True, False, False, True] * 2, said
    return " ".join(said)


def times_out(server: Server) -> None:
    seconds = httpclient.InferInput("seconds", [1, 1], "FP32").set_data_from_numpy(np.array([[1]], np.float32))
    with httpclient.InferenceServerClient(server.http_url, network_timeout=0.2) as client:
        client.infer("errors_demo", [seconds])


def crashed(_server: Server) -> str:
    """Send what ends release 2.51, more than 4 MB that say they are a form; return the log.

    A few crashes in a hundred end without a word, so there are several tries.
    """
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(4):
        with serve(["identity"], **FREE) as server:
            connection = http.client.HTTPConnection(server.http_url, timeout=20)
            with suppress(OSError):  # the connection breaks, now or when the answer is asked for
                connection.request("POST", "/v2/models/identity/infer", b"1" * (5 << 20), form)
                connection.getresponse()
            connection.close()
            until(lambda: not server.alive())
            assert "killed by signal 11" in server.why_ended()
            if "Signal" in server.log():
                return server.log()
    return "four crashes without a word"


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


def identity(module: object, server: Server, inputs: object = None, **how: object) -> object:
    """Ask `identity` by `module`'s client, with one good tensor unless `inputs` says otherwise."""
    url = server.http_url if module is httpclient else server.grpc_url
    with module.InferenceServerClient(url) as client:
        return client.infer("identity", [zero(module)] if inputs is None else inputs, **how)


def zero(module: object) -> httpclient.InferInput | grpcclient.InferInput:
    return module.InferInput("fp32", [1, 1], "FP32").set_data_from_numpy(np.zeros((1, 1), dtype=np.float32))


def bytes_as_json(server: Server) -> None:
    words = np.array([[b"\xff\xfe"]], dtype=object)
    tensor = httpclient.InferInput("bytes", words.shape, "BYTES").set_data_from_numpy(words)
    identity(httpclient, server, [tensor], outputs=[httpclient.InferRequestedOutput("bytes_out", binary_data=False)])


def statement(server: Server, code: str, in_log: str = "", model: str = "statement") -> str:
    """Run `code` in a model's execute(); return the answer, and what the log has said since if it says `in_log`."""
    before, words = len(server.log()), np.array([code.encode()], dtype=object)
    tensor, answers = grpcclient.InferInput("code", [1], "BYTES").set_data_from_numpy(words), []
    with grpcclient.InferenceServerClient(server.grpc_url) as client:
        client.start_stream(lambda result, error: answers.append(str(error or result.as_numpy("y"))))
        client.async_stream_infer(model, [tensor])
        client.stop_stream()
    answer = " ".join(answers)
    if not in_log:
        return answer
    until(lambda: in_log in server.log()[before:])  # the client has its answer before the model fails
    return answer + server.log()[before:]


def load(server: Server, name: str = "written", **how: object) -> str:
    """Load a model that cannot be loaded; return the client's message and what the log said."""
    before = len(server.log())
    with httpclient.InferenceServerClient(server.http_url) as client, pytest.raises(InferenceServerException) as said:
        client.load_model(name, **how)
    return f"{said.value} {server.log()[before:]}"


def written(server: Server, dims: list[int]) -> str:
    tensors = {"input": [{"name": "x", "data_type": "TYPE_FP32", "dims": dims}]}
    config = json.dumps({"backend": "python", "max_batch_size": 0, **tensors})
    return load(server, config=config, files={"file:1/model.py": MODEL.encode()})


def smaller_than_the_array(_server: Server) -> None:
    region = shm.create_shared_memory_region("two", f"/troubleshooting_two_{os.getpid()}", 8)
    try:
        shm.get_contents_as_numpy(region, np.float32, [4])
    finally:
        shm.destroy_shared_memory_region(region)


def from_a_proxy(body: bytes) -> str:
    """Answer a client as a proxy without a server behind it does."""

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(502)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        proxy.timeout = 20
        thread = threading.Thread(target=proxy.handle_request)
        thread.start()
        try:
            with httpclient.InferenceServerClient(f"127.0.0.1:{proxy.server_port}") as client:
                client.get_server_metadata()
        except InferenceServerException as error:
            return str(error)
        finally:
            thread.join()
    return ""


def older_protobuf(_server: Server) -> str:
    return run_python(
        "-c", "import google.protobuf.runtime_version as v; v.MINOR = v.PATCH = 0; import tritonclient.grpc"
    )


def ended_at_work(_server: Server) -> str:
    with serve(["slow_echo"], options=["--exit-timeout-secs=1"], **FREE) as server:

        def ask() -> None:
            with suppress(http.client.HTTPException, OSError):  # the server goes before it has answered
                infer(server, "slow_echo", SLEEP)

        work = threading.Thread(target=ask)
        work.start()
        until(lambda: at_work(server))
        os.kill(server.pid, signal.SIGTERM)
        work.join()
        until(lambda: "Exit timeout expired" in server.log())
        return server.log()


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
    "Failed to preinitialize Python stub: Python model file not found in ...": start_without_code,
    "Address already in use": by_hand,
    "CUDA driver version is insufficient for CUDA runtime version": lambda s: s.log(),
    "DCGM unable to start: DCGM initialization error": lambda s: s.log(),
    "dynamic batching preferred size must be <= max batch size for ...": smaller_than_preferred,
    "expected ... inputs but got ... inputs for model '...'": lambda s: infer(s, "add_sub", {"inputs": [A]}),
    "unexpected size for input '...', expecting ... additional bytes for model '...'": lambda s: infer(
        s, "add_sub", {"inputs": [BINARY]}, b"12345678"
    ),
    "input '...' already exists in request": lambda s: infer(s, "add_sub", {"inputs": [A, A]}),
    "unexpected explicit tensor data for input tensor '...' for model '...' of type '...', expected datatype '...'": (
        integers_for_fp32
    ),
    "string correlation ID cannot be longer than 128 characters": lambda s: infer(
        s, "add_sub", {"inputs": [A, {**A, "name": "b"}], "parameters": {"sequence_id": "x" * 129}}
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
        lambda s: post(s, "/v2/models/slow_echo/infer", b" " * 1000), frozen=1000
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
        sleep_over_grpc, frozen=100, connected=grpc_client
    ),
    "enter idle": call_longer_than_the_connection,
    "Too many pings": too_many_pings,
    "failed to stat file ...": lambda s: by_hand(s, "--model-repository=/nowhere/models"),
    "failed to read text proto from ...": lambda s: refused(s, broken=CONFIG.replace("] }]", "] },]")),
    "Expected identifier, got: ...": lambda s: refused(s, broken='{"backend": "python"}'),
    "Expected string, got: ...": lambda s: refused(s, broken=CONFIG.replace('"python"', "python")),
    "Interpreting non ascii codepoint ...": lambda s: refused(
        s, broken=CONFIG.replace('"python"', "\u201cpython\u201d")
    ),
    'Unknown enumeration value of "..." for field "...".': lambda s: refused(s, broken=CONFIG.replace("TYPE_", "")),
    "Could not determine backend for model '...' with no backend in model configuration. "
    "Expected model name of the form 'model.<backend_name>'.": lambda s: refused(s, nothing=None),
    "unexpected platform type '...' for ...": lambda s: refused(s, broken=CONFIG.replace("backend:", "platform:")),
    "in ensemble ..., ensemble tensor ...: inconsistent data type: ...": lambda s: refused(
        s, whole=CONFIG.replace("FP32", "INT32"), both=ensemble("whole x=x > y=y")
    ),
    "in ensemble ..., ensemble tensor ...: inconsistent shape: ...": lambda s: refused(
        s, two=CONFIG.replace("[1]", "[2]"), both=ensemble("two x=x > y=y")
    ),
    "in ensemble ..., ensemble tensor ... is mapping to non-existing input ... in model ...": lambda s: refused(
        s, idle=CONFIG, both=ensemble("idle X=x > y=y")
    ),
    "in ensemble ..., input ... in model ... is not mapped to any ensemble tensors": lambda s: refused(
        s, pair=PAIR, both=ensemble("pair p=x > y=y")
    ),
    "ensemble output '...' for ensemble ...' is not used": lambda s: refused(
        s, idle=CONFIG, both=ensemble("idle x=x > y=Y")
    ),
    "output '...' for ensemble '...' is not written": lambda s: refused(
        s, idle=CONFIG, both=ensemble("idle x=x > y=m", "idle x=M > y=y")
    ),
    "ensemble tensor '...' is unused in ensemble '...'": lambda s: refused(
        s, idle=CONFIG, both=ensemble("idle x=x > y=y", "idle x=x > y=z")
    ),
    "unexpected deadlock, at least one output is not set while no more ensemble steps can be made": (
        part_of_an_ensemble
    ),
    "ensemble ... contains models that are not available or ambiguous: ...": lambda s: refused(
        s, both=ensemble("nobody x=x > y=y")
    ),
    "ensemble '...' depends on '...' which has no loaded version.": lambda s: refused(
        s, both=ensemble("bad x=x > y=y")
    ),
    "TimeoutError: timed out": times_out,
    "Signal (11) received.": crashed,
    'Bad option: "...".': lambda s: by_hand(s, "--allow-http=maybe"),
    "Error: Use of '--load-model' requires setting '--model-control-mode=explicit' as well.": lambda s: by_hand(
        s, "--model-control-mode=poll", "--load-model=add_sub"
    ),
    "The server cannot listen to ... requests and ... requests at the same address and port ...": lambda s: by_hand(
        s, "--http-port=8900", "--grpc-port=8900"
    ),
    "Exit timeout expired. Exiting immediately.": ended_at_work,
    "Load parameter 'config' must be specified for model file override": lambda s: load(
        s, "identity", files={"file:1/model.py": b""}
    ),
    "unexpected error on creating Triton parameter": lambda s: load(s, config="{}", files={"1/model.py": b""}),
    "ignore version directory '...' which fails to convert to integral number": lambda s: s.log(),
    "model input '...' must specify 'dims' for ...": lambda s: written(s, []),
    "dimension must be integer >= 1, or -1 to indicate a variable-size dimension": lambda s: written(s, [0]),
    "Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', "
    "'shared_memory_region' in 'parameters'. But ...": lambda s: identity(
        httpclient, s, [httpclient.InferInput("fp32", [1, 1], "FP32")]
    ),
    "unable to find data for input tensor '...' for model '...' in request.": lambda s: identity(
        grpcclient, s, [grpcclient.InferInput("fp32", [1, 1], "FP32")]
    ),
    "input '...' batch size does not match other inputs for '...'": lambda s: infer(
        s, "add_sub", {"inputs": [A, {**A, "name": "b", "shape": [2, 4], "data": [1] * 8}]}
    ),
    "attempt to access JSON non-number as double": lambda s: infer(
        s, "add_sub", {"inputs": [{**A, "data": ["1", 2, 3, 4]}]}
    ),
    "attempt to access JSON non-unsigned-integer as unsigned-integer": lambda s: infer(
        s, "identity", {"inputs": [{"name": "uint8", "shape": [1, 1], "datatype": "UINT8", "data": [-1]}]}
    ),
    "attempt to access JSON non-array as array": lambda s: infer(s, "add_sub", {"inputs": [{**A, "shape": 4}]}),
    "attempt to get members for non-object": lambda s: infer(s, "add_sub", {"inputs": [A], "parameters": [1]}),
    "Unable to parse 'name': attempt to access non-existing object member 'name'": lambda s: infer(
        s, "add_sub", {"inputs": [A], "outputs": ["sum"]}
    ),
    "inference header size should be in range (0, ...), got: ...": lambda s: post(
        s, "/v2/models/add_sub/infer", {"inputs": [A]}, 10_000
    ),
    "... is not JSON serializable": lambda s: identity(httpclient, s, parameters={"x": np.int64(3)}),
    "Expected a message object, but got {'name': ...": lambda s: identity(grpcclient, s, [zero(httpclient)]),
    "'InferInput' object is not iterable": lambda s: identity(httpclient, s, zero(httpclient)),
    "... object has no attribute '_get_tensor'": lambda s: identity(httpclient, s, outputs=["fp32_out"]),
    'The parameter datatype "..." for key "..." is not supported.': lambda s: identity(
        grpcclient, s, parameters={"x": [1]}
    ),
    "'float' object cannot be interpreted as an integer": lambda s: identity(grpcclient, s, timeout=0.5),
    "cannot serialize bytes tensor: invalid datatype": lambda _: serialize_byte_tensor(np.array(["a"])),
    "Failed to encode using UTF-8. Please use binary_data=True, if you want to pass a byte array.": bytes_as_json,
    "buffer is too small for requested array": smaller_than_the_array,
    "'NoneType' object has no attribute 'as_numpy'": lambda s: statement(
        s, "pb_utils.get_input_tensor_by_name(request, 'Code').as_numpy()"
    ),
    "Output tensor for inference response should not be empty.": lambda s: statement(
        s, "pb_utils.InferenceResponse([None])"
    ),
    "Input tensor for request with id '...' and model name '...' should not be empty.": lambda s: statement(
        s, "pb_utils.InferenceRequest(model_name='identity', requested_output_names=['fp32_out'], inputs=[None])"
    ),
    "NumPy dtype is not supported.": lambda s: statement(s, "pb_utils.Tensor('y', np.array(['text']))"),
    "... is using the decoupled. The current BLS request call doesn't support models using the decoupled transaction "
    "policy.": lambda s: statement(
        s,
        "number = pb_utils.Tensor('n', np.array([2], np.int32))\n"
        "call = pb_utils.InferenceRequest(model_name='ticker', requested_output_names=['tick'], inputs=[number])\n"
        "answers.append(pb_utils.InferenceResponse(error=call.exec().error()))",
    ),
    "BLS is only supported during the 'execute' function.": lambda s: load(s, "too_early"),
    "Unable to send response. Response sender has been closed.": lambda s: statement(
        s, "sender.send(good, flags=1)\nsender.send(good)", "sender has been closed", "statement_decoupled"
    ),
    "Inference Response object must be provided when the response flags is set to zero.": lambda s: statement(
        s, "sender.send()"
    ),
    "Unable to send response. Non-decoupled model cannot send more than one response.": lambda s: statement(
        s, "sender.send(good)\nsender.send(good, flags=1)", "more than one response"
    ),
    "expected a single response, got ...": lambda s: curl(
        f"{s.http_url}/v2/models/statement/infer", "--data", json.dumps({"inputs": [TWICE]})
    ),
    "an exception occurred in the client while decoding the response: ...": lambda _: from_a_proxy(
        b"<html>502 Bad Gateway</html>"
    ),
    "client received an empty response from the server.": lambda _: from_a_proxy(b""),
    "Detected incompatible Protobuf Gencode/Runtime versions when loading ...": older_protobuf,
    "Expected str, not <class 'int'>": one_dictionary_for_two_clients,
    "Unable to initialize shared memory key '...' to requested size (... bytes).": lambda _: shared_memory_of("64k"),
    "Failed to increase the shared memory pool size for key '...' to ... bytes.": lambda _: shared_memory_of("2m"),
    "The installation does not include http support.": lambda _: without_the_extra("http"),
    "The installation does not include grpc support.": lambda _: without_the_extra("grpc"),
    "The grpc package installed is at version ..., but the generated code in ... depends on grpcio>=...": (
        lambda _: run_python("-c", "import grpc; grpc.__version__ = '1.60.0'; import tritonclient.grpc")
    ),
    "Failed to initialize Python stub for auto-complete: ...": lambda s: load(s, "no_package"),
    "ModuleNotFoundError: No module named '...'": lambda s: load(s, "no_package"),
    "No module named 'triton_python_backend_utils'": lambda _: run_python(
        str(PROJECT / "model_repository" / "identity" / "1" / "model.py")
    ),
    "Failed to get the canonical path for ...": lambda s: load(s, "no_environment"),
    "Path ... does not exist. The Python environment should contain an 'activate' script.": lambda s: load(
        s, "no_activate"
    ),
    "auto_complete_config function in model '...' must return a valid pb.ModelConfig object.": lambda s: load(
        s, "completes_nothing"
    ),
    "configuration specified max_batch_size ..., but in auto-complete-config function for model '...' specified "
    "max_batch_size ...": lambda s: load(s, "other_maximum"),
    "configuration expects datatype ... for input '...', model provides ...": lambda s: load(s, "other_type"),
    "tensor '...': the model expects dims ... but the model configuration specifies dims ...": lambda s: load(
        s, "other_dims"
    ),
    "input '...' in auto-complete-config function for model '...' contains property other than 'name', 'data_type', "
    "'dims' and 'optional'.": lambda s: load(s, "other_key"),
    "failed to run warmup sample '...': ...": failing_warmup,
    "warmup setting expects ... bytes, but the data provided from ...": lambda s: load(s, "short_warmup"),
    "warmup setting expects all variable-size dimensions are specified for input '...'": lambda s: load(
        s, "open_warmup"
    ),
    "incomplete string length indicator for inference input '...'": bytes_of_a_string(b"ab"),
    "incomplete string data for inference input '...', expecting string of length ... but only ... bytes available": (
        bytes_of_a_string(b"text")
    ),
    "Number of InferenceResponse objects do not match the number of InferenceRequest objects.": lambda s: statement(
        s, "answers += [good, good]"
    ),
    "Expected a list in the execute return, found type '...'.": lambda s: load_and_ask(s, "no_list"),
    "Expected an 'InferenceResponse' object in the execute function return list, found type '...'.": (
        lambda s: statement(s, "answers.append(pb_utils.Tensor('y', np.ones(1, np.float32)))")
    ),
    "Python model '...' is using the decoupled mode and the execute function must return None.": (
        lambda s: load_and_ask(s, "returns_in_a_stream")
    ),
    "DLPack tensor is not contiguous. Only contiguous DLPack tensors that are stored in C-Order are supported.": (
        lambda s: statement(s, "pb_utils.Tensor.from_dlpack('y', np.zeros((2, 3)).T)")
    ),
    "tritonserver stopped after ...": lambda s: start([], s.repository, options=["--no-such-option"]),
    "tritonserver is not ready after ...": lambda s: start(["identity"], s.repository, timeout=0.1),
    "...: loading models, shared memory, log and trace settings need headers=server.admin_headers": on_a_shared_machine,
    "mode=... is unknown. Expected: auto, embedded, docker or external.": lambda _: serve(mode="podman"),
    "no notebook ... Found: ...": lambda _: notebooks.execute(["nope"]),
    "no Triton server can be started here.": elsewhere("platform.machine", lambda: "aarch64"),
    "the embedded tritonserver is for Linux x86_64 only.": elsewhere("platform.machine", lambda: "aarch64"),
    "the embedded tritonserver needs glibc >= 2.35": elsewhere("platform.libc_ver", lambda: ("glibc", "2.31")),
    "found numpy ...; the python backend of this server needs numpy < 2": (
        elsewhere("importlib.metadata.version", lambda _: "2.1.0")
    ),
    "... is missing, and the python backend is linked to it.": (
        elsewhere("tutorial_lib.server.embedded.find_libpython", lambda: None)
    ),
    "found Python ...; the wheel has no python backend for it.": (
        elsewhere("tutorial_lib.server.embedded.PYTHON", "3.7")
    ),
    "the command `docker` is not installed.": without_docker(PATH="/nowhere"),
    "no Docker engine answers: ...": without_docker(DOCKER_HOST="unix:///nowhere/docker.sock"),
    "no model ... in ... Found: ...": lambda s: serve(["nope"], repository=s.repository),
    "nothing answers at ... Expected: a running Triton server.": lambda _: serve(url=nobody()),
    "... is no Triton HTTP endpoint: GET /v2 answers ...": lambda s: serve(url=s.metrics_url),
    "what answers at ... does not speak HTTP. Is it the gRPC port?": lambda s: serve(url=s.grpc_url),
    "Triton's own HTTP endpoint has no TLS.": lambda _: serve(url="https://localhost:8000"),
    "... says READY, but its python process (stub) is dead: every request gets an error.": wait_for_a_dead_model,
    "... is not built in ... Try: python -m tutorial_lib build ...": (
        lambda s: models.reference("sentiment", {}, repository=s.repository)
    ),
    "... is not a port: expected a number from 1 to 65533": lambda _: command("serve", "--port", "x"),
    "no course server is running": lambda _: command("status"),
    "Wrong file descriptor generation": inherited_grpc_client,
    "has been blocked by CORS policy": from_a_web_page,
    "no running event loop": lambda s: aioclient.InferenceServerClient(s.http_url),
    "Timeout context manager should be used inside a task": in_another_loop(aioclient, "http"),
    "Event loop is closed": in_another_loop(aioclient, "http", closed=True),
    "attached to a different loop": in_another_loop(grpcaioclient, "grpc"),
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


@pytest.mark.live
def test_every_check_of_the_asyncio_http_client_ends_in_a_name_error(live):
    """As the entry says: for a version that is not text, and for a header that the client refuses."""
    tensor, chunked = zero(aioclient), {"Transfer-Encoding": "chunked"}

    async def said() -> list[str]:
        found = []
        async with aioclient.InferenceServerClient(live.http_url) as client:
            for call in (
                lambda: client.infer("identity", [tensor], model_version=1),
                lambda: client.is_model_ready("identity", 1),
                lambda: client.get_model_metadata("identity", 1),
                lambda: client.get_inference_statistics("identity", 1),
                lambda: client.infer("identity", [tensor], headers=chunked),
            ):
                try:
                    found.append(str(await call()))
                except NameError as error:
                    found.append(str(error))
            assert await client.get_model_config("identity", 1)
        return found

    assert asyncio.run(said()) == ["name 'raise_error' is not defined"] * 5


HELD = """
import time
from pathlib import Path

class TritonPythonModel:
    def initialize(self, args):
        self.stay("initialize")

    def finalize(self):
        self.stay("finalize")

    def stay(self, step):
        Path("FOLDER", step).touch()
        while Path("FOLDER", f"hold_{step}").exists():
            time.sleep(0.02)
"""


@pytest.mark.live
@pytest.mark.parametrize("strict", [True, False])
def test_ready_while_a_model_unloads_or_loads(strict, repository, tmp_path):
    """The line of "When there is no message" on readiness; tests/test_reference.py has that on metrics."""
    (tmp_path / "identity").symlink_to(repository / "identity")
    (tmp_path / "held" / "1").mkdir(parents=True)
    (tmp_path / "held" / "config.pbtxt").write_text(CONFIG)
    (tmp_path / "held" / "1" / "model.py").write_text(HELD.replace("FOLDER", str(tmp_path)))
    options = [] if strict else ["--strict-readiness=false"]
    with (
        serve(["identity", "held"], repository=tmp_path, options=options, **FREE) as server,
        httpclient.InferenceServerClient(server.http_url) as client,
        grpcclient.InferenceServerClient(server.grpc_url) as other,
    ):

        def meanwhile(step: str, change: Callable[..., None], **how: str) -> tuple[str, set[bool]]:
            """Return the state of `held` and what both doors say while it stays in `step`; the other model goes on."""
            (tmp_path / step).unlink(missing_ok=True)
            (tmp_path / f"hold_{step}").touch()
            time.sleep(0.1)  # a model must not be unloaded in the instant after its load
            thread = threading.Thread(target=change, args=("held",), kwargs=how)
            thread.start()
            try:
                until((tmp_path / step).exists)
                identity(httpclient, server)
                return server.index()["held"][0], {client.is_server_ready(), other.is_server_ready()}
            finally:
                (tmp_path / f"hold_{step}").unlink()
                thread.join()

        # over gRPC: other HTTP calls were seen to wait for a load over HTTP
        with grpcclient.InferenceServerClient(server.grpc_url) as loader:
            assert meanwhile("finalize", loader.unload_model) == ("UNLOADING", {not strict})
            server.wait("held", "UNAVAILABLE")
            until(lambda: client.is_server_ready() and other.is_server_ready())  # the state changes just before
            assert meanwhile("initialize", loader.load_model) == ("LOADING", {not strict})
            for step, rows in ("initialize", 4), ("finalize", 2):  # the new one comes, the old one goes
                config = json.dumps({**client.get_model_config("held"), "max_batch_size": rows})
                assert meanwhile(step, loader.load_model, config=config)[1] == {True}


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


def test_what_was_not_run_says_so():
    heading, table = PAGE.read_text(encoding="utf-8").split("\n## ")[-1].split("\n", 1)
    messages = re.findall(r"`(.+?)`", " ".join(re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)))
    assert heading.endswith("(not run here)")
    assert len(messages) >= 10
    assert not set(messages) & set(ENTRIES)


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
