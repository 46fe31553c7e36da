"""Models of the lessons, asked for what no lesson asks: times out of range, many numbers, a text of several lines."""

from __future__ import annotations

import importlib.util
import sys
import time
import types

import numpy as np
import pytest
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException

from tests.waiting import until
from tutorial_lib import models
from tutorial_lib.server import serve

pytestmark = pytest.mark.live
MODELS = ["errors_demo", "bls_async", "scale", "chatty"]


@pytest.fixture(scope="module")
def course():
    with serve(MODELS, http_port=0, grpc_port=0, metrics_port=0) as server:
        yield server


def ask(server, model: str, name: str, array: np.ndarray, datatype: str, output: str) -> np.ndarray:
    tensor = httpclient.InferInput(name, list(array.shape), datatype).set_data_from_numpy(array)
    with httpclient.InferenceServerClient(server.http_url) as client:
        return client.infer(model, [tensor]).as_numpy(output)


@pytest.mark.parametrize("seconds", [[-5], [np.nan], [0, -5], [0, np.nan], [0, 10.5], [np.inf], [-np.inf]])
def test_errors_demo_refuses_every_time_out_of_range(course, seconds):
    times = np.array(seconds, np.float32)[:, None]
    with pytest.raises(InferenceServerException, match="seconds must be from 0 to 10") as refused:
        ask(course, "errors_demo", "seconds", times, "FP32", "slept")
    assert refused.value.status() == "400"


def test_errors_demo_sleeps_as_long_as_the_longest(course):
    start = time.monotonic()
    assert ask(course, "errors_demo", "seconds", np.array([[0.5], [0]], np.float32), "FP32", "slept").shape == (2, 1)
    assert time.monotonic() - start >= 0.5


@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
def test_bls_async_keeps_the_order(course, count):
    numbers = np.arange(count, dtype=np.float32)
    assert ask(course, "bls_async", "x", numbers, "FP32", "y").tolist() == (numbers * 2.5).tolist()


def test_chatty_writes_one_line_for_each_way(course):
    """A client must not write lines of its own into the log; the Logger escapes by itself, print() does not."""
    start = len(course.log())
    sent = np.array(["one\nE0101 00:00:00.000000 1 forged.cc:1] two\r\u2028\x1b[2J gr\u00fcn".encode()], dtype=object)
    ask(course, "chatty", "text", sent, "BYTES", "trace_context")
    until(lambda: course.log()[start:].count("error: ") == 1)  # the lines come a moment after the answer
    ask(course, "chatty", "text", np.array([b"\xff\0end"], dtype=object), "BYTES", "trace_context")
    until(lambda: course.log()[start:].count("error: ") == 2)
    lines = course.log()[start:].splitlines()
    assert len(lines) == 8, lines
    assert r"stderr: one\nE0101 00:00:00.000000 1 forged.cc:1] two\r\u2028\x1b[2J gr\xfcn" in lines
    assert r"stderr: \\xff\x00end" in lines
    assert all("end" in line for line in lines[4:])


@pytest.mark.parametrize(("error", "said"), [(MemoryError(), "no message"), (ValueError("one\n two \n"), " two")])
def test_the_pytorch_backend_answers_an_error_without_a_text(monkeypatch, error, said):
    """No TorchScript can raise one, so the backend's class is asked here, without a server."""

    def fail(*_):
        raise error

    answers = {"TritonError": str, "InferenceResponse": lambda error: error}
    monkeypatch.setitem(sys.modules, "triton_python_backend_utils", types.SimpleNamespace(**answers))
    path = models.PROJECT / "tutorial_lib" / "backends" / "pytorch" / "model.py"
    spec = importlib.util.spec_from_file_location("pytorch_backend", path)
    backend = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(backend)
    model = backend.TritonPythonModel()
    model.name, model.inputs, model.forward = "m", [], fail
    assert model._execute_together([None, None]) == [f"m: {type(error).__name__}: {said}"] * 2
