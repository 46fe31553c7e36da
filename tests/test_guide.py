"""The user's guide, block by block, against a real server: its commands run as they are, its answers are the real ones.

`guide/API_USAGE_GUIDE.md` is a verbatim copy. Blocks are numbered 1 to 34 from the top. Where the guide is wrong about
the real server, ERRATA says so once, with a proof; a proof fails as soon as the guide's version turns out to be true.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import requires, version
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from tests.waiting import settled, until
from tutorial_lib.client import TritonClient
from tutorial_lib.server import Server, serve

pytestmark = pytest.mark.live

HERE = Path(__file__).resolve().parent
GUIDE = HERE / "guide" / "API_USAGE_GUIDE.md"
CAT = HERE.parent / "notebooks" / "images" / "cat.jpg"


@dataclass(frozen=True)
class Block:
    """A fenced block of the guide: its number from the top, its language ("" for plain text) and what it holds."""

    number: int
    language: str
    text: str


def blocks() -> dict[int, Block]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return {number: Block(number, *fence) for number, fence in enumerate(found, start=1)}


BLOCKS = blocks()
COMMANDS = [2, 1, 4, 6, 8, 10, 15, 17, 31, 33]  # curl lines, apart from load and unload
LOAD, UNLOAD, INSTALL, TEMPLATE = 12, 13, 19, 14
ANSWERS = {3: 2, 5: 4, 7: 6, 9: 8, 11: 10, 16: 15, 18: 17, 25: 24, 32: 31}  # block of an answer -> block that asks
ERRORS = [27, 28, 29]  # answers to requests that the guide does not show: see ERRATA
WHOLE = [9, 16]  # answers that the guide shows to the last field and digit

NOT_PROMISED = {  # in an answer: its block -> what differs from run to run and from machine to machine
    5: r'"2\.38\.0"',
    11: '"KIND_GPU"',  # see ERRATA
    18: r"0\.8433",
    32: r"(?<=: )\d+",
}
PRINTS = {  # python blocks that run as they are, and their output; <%> stands for a confidence, which nobody promised
    20: "Input: 5.0\nOutput: 13.0\n",
    21: "Text: This movie was absolutely fantastic!\nSentiment: 5 stars\nConfidence: <%>\n",
    23: "Sample 1: Input=1.0, Output=3.00\nSample 2: Input=2.0, Output=5.50\n"
    "Sample 3: Input=3.0, Output=8.00\nSample 4: Input=4.0, Output=10.50\n",
    24: "Text: I love this product!\n  → 5 stars: <%>\n\nText: This is terrible.\n  → 1 star: <%>\n\n"
    "Text: It's okay, nothing special.\n  → 3 stars: <%>\n\n",
    34: "{'output__0': array([[13.]], dtype=float32)}\n",
}
NEEDS_HELP = [22, 26, 30]  # python blocks that do not run as they are: see ERRATA


def curl(block: Block, folder: Path) -> tuple[int, str]:
    """Run a block with the real curl, unmodified, return (HTTP status, body); without a curl, Python sends the same."""
    if shutil.which("curl"):
        (folder / ".curlrc").write_text('silent\nshow-error\nwrite-out = "\\n%{http_code}"\n')
        done = subprocess.run(
            ["bash", "-c", block.text], env={**os.environ, "CURL_HOME": str(folder)}, capture_output=True, timeout=60
        )
        assert done.returncode == 0, done.stderr.decode()
        body, _, status = done.stdout.decode().rpartition("\n")
        return int(status), body
    words = shlex.split(block.text.replace("\\\n", " "))
    options = dict(pairwise(words))
    name, _, value = options.get("-H", "Accept: */*").partition(": ")
    url = next(word for word in words if word.startswith("http://"))
    return ask(options.get("-X", "GET"), url, options.get("-d"), {name: value})


def ask(method: str, url: str, body: str | bytes | None = None, headers: dict | None = None) -> tuple[int, str]:
    """Send one request, to the guide's server unless `url` is a whole one, and return (HTTP status, body)."""
    host, _, path = url.removeprefix("http://").partition("/") if "://" in url else ("localhost:8000", "", url)
    connection = http.client.HTTPConnection(host, timeout=60)
    try:
        connection.request(method, f"/{path}", body, headers or {})
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def python(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block as a program of its own in `folder`."""
    (folder / "block.py").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "block.py"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120)


def without_confidences(text: str) -> str:
    return re.sub(r"\d+\.\d\d%", "<%>", text)


def shown(block: Block):
    """The JSON of an answer block; "..." stands for whatever the guide leaves out, and for what it does not promise."""
    text = re.sub(NOT_PROMISED.get(block.number, "$^"), '"..."', block.text)
    text = text.replace("{...}", '{"...": 0}')
    return json.loads(re.sub(r'(?<!")[.]{3}', '"..."', text))


def assert_like(expected, real, path: str = "answer") -> None:
    """Every field that the guide shows exists, with the same value; the real answer may have more fields."""
    if expected == "...":
        return
    assert isinstance(real, type(expected)), f"{path}: {real!r} is not like {expected!r}"
    if isinstance(expected, dict):
        for name in set(expected) - {"..."}:
            assert name in real, f"{path}.{name} is missing"
            assert_like(expected[name], real[name], f"{path}.{name}")
    elif isinstance(expected, list) and "..." in expected:
        assert all(item in real for item in expected if item != "..."), f"{path}: {real!r}"
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict) and "name" in expected[0]:
        by_name = {row["name"]: row for row in real}  # the order of tensors and models is not promised
        for row in expected:
            assert_like(row, by_name[row["name"]], f"{path}.{row['name']}")
    elif isinstance(expected, list):
        for one, other in zip(expected, real, strict=True):
            assert_like(one, other, path)
    else:
        assert real == expected, f"{path}: {real!r}, the guide says {expected!r}"


# ---------------------------------------------------------------------------------------------------------------------


def test_the_copy_is_whole_and_every_block_is_tested():
    tested = [*COMMANDS, LOAD, UNLOAD, INSTALL, TEMPLATE, *ANSWERS, *ERRORS, *PRINTS, *NEEDS_HELP]
    assert sorted(tested) == sorted(BLOCKS) == list(range(1, 35))
    runnable = [block for block in BLOCKS.values() if block.language in ("bash", "python") and block.number != INSTALL]
    assert (len(runnable), len(runnable) - len(NEEDS_HELP)) == (20, 17)
    assert {erratum.block for erratum in ERRATA} <= set(BLOCKS)


def test_curl_is_the_real_one():
    if not shutil.which("curl"):
        pytest.skip(
            "curl is not installed: its commands were sent by Python instead (install curl to run them as they are)"
        )
    assert subprocess.run(["curl", "--version"], capture_output=True, check=True).stdout.startswith(b"curl ")


@pytest.mark.parametrize("number", COMMANDS)
def test_curl_command(guide_server, number, tmp_path):
    status, _ = curl(BLOCKS[number], tmp_path)
    assert status == 200


@pytest.mark.parametrize("number", PRINTS)
def test_python_block_prints_what_the_guide_says(guide_server, number, tmp_path):
    done = python(BLOCKS[number].text, tmp_path)
    assert done.returncode == 0, done.stderr
    assert without_confidences(done.stdout) == PRINTS[number]


@pytest.mark.parametrize("number", [number for number in ANSWERS if BLOCKS[number].language == "json"])
def test_answer_is_like_the_guides(guide_server, number, tmp_path):
    _, body = curl(BLOCKS[ANSWERS[number]], tmp_path)
    assert_like(shown(BLOCKS[number]), json.loads(body))
    if number in WHOLE:
        assert json.loads(body) == json.loads(BLOCKS[number].text)


def test_the_answer_to_the_three_texts(guide_server, tmp_path):
    done = python(BLOCKS[ANSWERS[25]].text, tmp_path)
    assert without_confidences(done.stdout).strip() == without_confidences(BLOCKS[25].text).strip()


def test_the_request_format_is_accepted(guide_server):
    body = BLOCKS[TEMPLATE].text.replace("[batch_size, ...]", "[2, 1]").replace("[...]", "[5.0, 1.0]")
    body = body.replace("input_name", "input__0").replace("output_name", "output__0")
    status, answer = ask("POST", "v2/models/linear_regression_model/infer", body)
    assert status == 200
    assert json.loads(answer)["outputs"][0]["data"] == [13.0, 3.0]


def test_the_client_that_the_guide_installs_is_here():
    """pip is not run: what it would install must be installed already, with the extra's own needs."""
    assert BLOCKS[INSTALL].text.strip() == "pip install tritonclient[http]"
    for need in requires("tritonclient"):
        if re.search(r"""extra == ["']http["']""", need):
            assert version(re.match(r"[\w.-]+", need)[0])


# ------------------------------------------------------------------------------------------------ proofs of the errata


def the_body_is_empty(server: Server, folder: Path) -> None:
    for number in (1, 2):
        assert curl(BLOCKS[number], folder) == (200, "")
    assert BLOCKS[3].text == "200 OK\n"


def load_and_unload_need_explicit_mode(server: Server, folder: Path) -> None:
    with serve(["identity"], http_port=0, grpc_port=0, metrics_port=0, control_mode="none") as other:
        for action in ("load", "unload"):
            status, body = ask("POST", f"http://{other.http_url}/v2/repository/models/identity/{action}")
            assert (status, "explicit" in body) == (503, True), body
        assert ask("GET", f"http://{other.http_url}/v2/models/identity/ready")[0] == 200


def unload_is_asynchronous_and_takes_the_ensemble_down(server: Server, folder: Path) -> None:
    def seen_during_an_unload() -> set:
        seen = set()

        def look() -> None:  # from before the unload: on a busy machine the model may be gone before curl has ended
            deadline = time.monotonic() + 60
            while (state := model_state("resnet_model")) != "UNAVAILABLE":
                seen.add((state, ask("GET", "v2/health/ready")))
                assert time.monotonic() < deadline

        try:
            with ThreadPoolExecutor(1) as pool:
                looking = pool.submit(look)
                assert curl(BLOCKS[UNLOAD], folder)[0] == 200
                looking.result()
            assert model_state("resnet_ensemble") == "UNAVAILABLE"
            assert ask("GET", "v2/models/resnet_ensemble/ready")[0] == 400
            until(lambda: ask("GET", "v2/health/ready") == (200, ""))  # without a model it is ready, just after this
        finally:
            assert curl(BLOCKS[LOAD], folder)[0] == 200
        assert [model_state(name) for name in ("resnet_model", "resnet_ensemble")] == ["READY", "READY"], "load waits"
        return seen

    # the model is on its way out for a while; a busy machine may not let us look in that while
    assert any(("UNLOADING", (400, "")) in seen_during_an_unload() for _ in range(3))


def model_state(name: str) -> str:
    index = json.loads(ask("POST", "v2/repository/index")[1])
    return next(model.get("state", "") for model in index if model["name"] == name)


def not_ready_is_400_and_before_the_start_nobody_answers(server: Server, folder: Path) -> None:
    # 400 while a model is unloading: unload_is_asynchronous_and_takes_the_ensemble_down has seen it
    assert ask("GET", "v2/models/nonexistent_model/ready")[0] == 400
    with pytest.raises(ConnectionRefusedError):
        ask("GET", "http://127.0.0.1:9/v2/health/ready")
    assert "503" not in {str(ask("GET", f"v2/models/nonexistent_model{path}")[0]) for path in ("", "/ready", "/stats")}


def the_instance_is_where_the_machine_has_it(server: Server, folder: Path) -> None:
    (group,) = json.loads(curl(BLOCKS[10], folder)[1])["instance_group"]
    assert '"instance_group": [{"kind": "KIND_GPU", "count": 1}]' in BLOCKS[11].text
    assert group["kind"] == ("KIND_GPU" if gpu() else "KIND_CPU")


def gpu() -> bool:
    if os.environ.get("CUDA_VISIBLE_DEVICES") == "":  # hidden from Triton, which nvidia-smi does not know
        return False
    return bool(shutil.which("nvidia-smi")) and subprocess.run(["nvidia-smi", "-L"], capture_output=True).stdout != b""


def the_picture_is_missing(server: Server, folder: Path) -> None:
    alone = python(BLOCKS[22].text, folder)
    assert "FileNotFoundError" in alone.stderr
    assert "cat.jpg" in alone.stderr
    shutil.copy(CAT, folder)
    done = python(BLOCKS[22].text, folder)
    assert done.returncode == 0, done.stderr
    assert without_confidences(done.stdout) == "Prediction: tabby cat\nConfidence: <%>\n"


TEXT_INPUT = """
import numpy as np
import tritonclient.http as httpclient

inputs = [httpclient.InferInput("text", [1, 1], "BYTES")]
inputs[0].set_data_from_numpy(np.array([[b"I love this product!"]], dtype=object))
"""
NUMBER_INPUT = """
import numpy as np
import tritonclient.http as httpclient

inputs = [httpclient.InferInput("input__0", [1, 1], "FP32")]
inputs[0].set_data_from_numpy(np.array([[5.0]], dtype=np.float32))
"""


def inputs_is_not_defined(server: Server, folder: Path) -> None:
    assert "NameError: name 'inputs' is not defined" in python(BLOCKS[26].text, folder).stderr
    done = python(f"{TEXT_INPUT}\n{BLOCKS[26].text}\nprint(error, result.as_numpy('label'))", folder)
    assert (done.returncode, done.stdout) == (0, "None [[b'5 stars']]\n"), done.stderr


def a_missing_server_raises_in_is_server_ready(server: Server, folder: Path) -> None:
    with httpclient.InferenceServerClient("127.0.0.1:9") as client, pytest.raises(ConnectionRefusedError):
        client.is_server_ready()
    elsewhere = BLOCKS[26].text.replace("localhost:8000", "127.0.0.1:9")
    done = python(f"{TEXT_INPUT}\n{elsewhere}", folder)
    assert done.stdout == "Error: Unexpected error: [Errno 111] Connection refused\n", "and not: Server not ready"


def only_four_endpoints_answer_404(server: Server, folder: Path) -> None:
    message = shown(BLOCKS[27])
    model, control = "v2/models/nonexistent_model", "v2/repository/models/nonexistent_model"
    asked = {path: ask("GET", f"{model}{path}") for path in ("", "/config", "/ready", "/stats")}
    asked["/infer"] = ask("POST", f"{model}/infer", '{"inputs": []}')
    asked |= {action: ask("POST", f"{control}/{action}") for action in ("load", "unload")}
    assert {path: status for path, (status, _) in asked.items()} == {
        "": 404,
        "/config": 404,
        "/infer": 404,
        "/ready": 400,
        "/stats": 400,
        "load": 500,
        "unload": 200,
    }
    assert [json.loads(asked[path][1]) for path in ("", "/config", "/infer")] == [message] * 3


def a_wrong_shape_has_its_own_message(server: Server, folder: Path) -> None:
    def infer(model: str, shape: list[int], data: list[float]) -> tuple[int, str]:
        tensor = {"name": "input__0", "shape": shape, "datatype": "FP32", "data": data}
        status, body = ask("POST", f"v2/models/{model}/infer", json.dumps({"inputs": [tensor]}))
        return status, json.loads(body)["error"]

    status, message = infer("resnet_model", [1, 2], [1.0, 2.0])
    assert status == 400
    assert (
        "unexpected shape for input 'input__0' for model 'resnet_model'. Expected [-1,3,224,224], got [1,2]" in message
    )
    status, message = infer("linear_regression_model", [2, 1], [1.0])
    assert (status, message) == (500, "Unable to parse 'data': Shape does not match true shape of 'data' field")

    tensor = {"name": "input__0", "shape": [1, 1], "datatype": "FP32", "parameters": {"binary_data_size": 8}}
    head = json.dumps({"inputs": [tensor]}).encode()
    length = {"Inference-Header-Content-Length": str(len(head))}
    status, body = ask("POST", "v2/models/linear_regression_model/infer", head + bytes(8), length)
    assert status == 400
    assert "input byte size mismatch for input 'input__0' for model 'linear_regression_model'. Expected 4" in body


def an_async_request_is_asked_for_its_own_result(server: Server, folder: Path) -> None:
    assert "NameError: name 'inputs' is not defined" in python(BLOCKS[30].text, folder).stderr
    assert "has no attribute 'get_async_result'" in python(NUMBER_INPUT + BLOCKS[30].text, folder).stderr
    guides = 'client.get_async_result(request_id="my_request_123")'
    assert guides in BLOCKS[30].text
    amended = BLOCKS[30].text.replace(guides, "async_request.get_result()")
    done = python(f"{NUMBER_INPUT}\n{amended}\nprint(result.as_numpy('output__0'))", folder)
    assert (done.returncode, done.stdout) == (0, "[[13.]]\n"), done.stderr


def inference_count_counts_rows_and_no_failures(server: Server, folder: Path) -> None:
    def counts() -> dict[str, int]:
        (stats,) = json.loads(ask("GET", "v2/models/linear_regression_model/stats")[1])["model_stats"]
        requests = {key: stats["inference_stats"][key]["count"] for key in ("success", "fail")}
        return {"inference_count": stats["inference_count"], **requests}

    with TritonClient("localhost:8000") as client:
        before = settled(counts)
        client.infer("linear_regression_model", {"input__0": [[1], [2], [3], [4]]})
        with pytest.raises(InferenceServerException):
            client.infer("linear_regression_model", {"input__0": [1]})
        until(lambda: counts()["success"] != before["success"])  # the server counts a request just after its reply
        after = settled(counts)
    difference = {key: after[key] - before[key] for key in after}
    assert difference == {"inference_count": 4, "success": 1, "fail": 0}, (
        "four rows, one request; the refused one nowhere"
    )


def gpu_metrics_need_a_gpu(server: Server, folder: Path) -> None:
    metrics = curl(BLOCKS[33], folder)[1]
    for name in ("nv_inference_request_success", "nv_inference_request_failure", "nv_inference_request_duration_us"):
        assert f"# TYPE {name} counter" in metrics
    if not gpu():
        assert "nv_gpu_utilization" not in metrics
        assert "nv_gpu_memory_total_bytes" not in metrics


def the_guides_client_hides_failures(server: Server, folder: Path) -> None:
    question = 'print(client.infer("nonexistent_model", {"input__0": np.ones((1, 1), np.float32)}))'
    done = python(f"{BLOCKS[34].text}\n{question}", folder)
    assert done.stdout.splitlines()[-2:] == [
        "Inference error: [404] Request for unknown model: 'nonexistent_model' is not found",
        "None",
    ]
    with TritonClient() as client, pytest.raises(InferenceServerException, match="unknown model"):
        client.infer("nonexistent_model", {"input__0": np.ones((1, 1), np.float32)})


def there_are_fourteen_datatypes(server: Server, folder: Path) -> None:
    done = python(f"{BLOCKS[34].text}\nclient._numpy_to_triton_dtype(np.dtype(np.float64))", folder)
    assert done.stderr.endswith("ValueError: Unsupported dtype: float64\n")
    with TritonClient() as client, pytest.raises(InferenceServerException, match="data-type is 'FP64'"):
        client.infer("linear_regression_model", {"input__0": np.ones((1, 1))})  # Triton's own words: it knows FP64


@dataclass(frozen=True)
class Erratum:
    """One thing that the guide gets wrong: in which block, what it says, what is real, and the proof."""

    block: int
    guide: str
    real: str
    proof: Callable[[Server, Path], None]


ERRATA = [
    Erratum(3, "health answers `200 OK`", "status 200 and an empty body", the_body_is_empty),
    Erratum(
        11,
        "the instance is KIND_GPU",
        "that does not load without a GPU: KIND_CPU",
        the_instance_is_where_the_machine_has_it,
    ),
    Erratum(12, "load and unload just work", "only in explicit mode, else 503", load_and_unload_need_explicit_mode),
    Erratum(
        13,
        "unload just works",
        "it answers before the model is gone, and takes the ensemble down",
        unload_is_asynchronous_and_takes_the_ensemble_down,
    ),
    Erratum(22, "runs as it is", "needs cat.jpg in the working directory", the_picture_is_missing),
    Erratum(26, "runs as it is", "`inputs` is not defined", inputs_is_not_defined),
    Erratum(26, "is_server_ready() guards a missing server", "it raises", a_missing_server_raises_in_is_server_ready),
    Erratum(
        27,
        "a missing model is 404",
        "400 for ready and stats, 500 for load, 200 for unload",
        only_four_endpoints_answer_404,
    ),
    Erratum(
        28,
        "a wrong shape is a byte size mismatch",
        "400 `unexpected shape`; 500 for too few values",
        a_wrong_shape_has_its_own_message,
    ),
    Erratum(
        29,
        "not ready is 503",
        "400; connection refused before the start",
        not_ready_is_400_and_before_the_start_nobody_answers,
    ),
    Erratum(
        30,
        "client.get_async_result()",
        "async_infer() returns an object with .get_result()",
        an_async_request_is_asked_for_its_own_result,
    ),
    Erratum(
        32,
        "inference_count = success + fail",
        "it counts rows, and no failures",
        inference_count_counts_rows_and_no_failures,
    ),
    Erratum(33, "GPU metrics are listed", "only with a GPU", gpu_metrics_need_a_gpu),
    Erratum(34, "infer() returns None on error", "that hides failures: raise", the_guides_client_hides_failures),
    Erratum(34, "four datatypes", "fourteen exist", there_are_fourteen_datatypes),
]


@pytest.mark.parametrize("erratum", ERRATA, ids=lambda erratum: f"{erratum.block}-{erratum.proof.__name__}")
def test_erratum(guide_server, erratum, tmp_path):
    erratum.proof(guide_server, tmp_path)
