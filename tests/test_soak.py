"""Mixed load over every transport while the server is stopped and started again: nothing wrong, nothing lost unsaid."""

from __future__ import annotations

import http.client
import os
import queue
import random
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from PIL import Image
from tritonclient.utils import InferenceServerException, shared_memory

from tutorial_lib import models
from tutorial_lib.server import ports, serve

pytestmark = [pytest.mark.live, pytest.mark.slow]
SECONDS = float(os.environ.get("SOAK_SECONDS", "36"))  # make test-all: 600
RESTART_EVERY = 12.0
PATIENCE = 30.0  # seconds without an answer or an error: then a request is lost
PORTS = dict(zip(("http_port", "grpc_port", "metrics_port"), (18400, 18401, 18402)))
TEXTS = ["wonderful", "a waste of money", "it is fine", "never again!", "not bad at all " * 20]
PICTURES = ("cat.jpg", "barn.jpg", "lobster.jpg")


@pytest.fixture(scope="module")
def questions(built):
    """(model, inputs, outputs by the oracle): what the load asks, and what must come back."""
    folder = Path(__file__).resolve().parents[1] / "notebooks" / "images"
    asked = [("sentiment", {"text": np.array([[text.encode()]], dtype=object)}) for text in TEXTS]
    asked += [("resnet_ensemble", {"input_image": np.asarray(Image.open(folder / name))}) for name in PICTURES]
    numbers = np.random.default_rng(0)
    asked += [("linear_regression_model", {"input__0": numbers.normal(size=(n, 1)).astype("f4")}) for n in (1, 7, 64)]
    return [(model, inputs, models.reference(model, inputs)) for model, inputs in asked]


def check(result, expected) -> None:
    for name, wanted in expected.items():
        found = result.as_numpy(name).reshape(wanted.shape)
        if wanted.dtype == object:
            assert found.tolist() == wanted.tolist()
        else:
            np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-3)


def tensors(module, inputs):
    datatypes = {"O": "BYTES", "f": "FP32", "u": "UINT8"}
    return [module.InferInput(k, v.shape, datatypes[v.dtype.kind]).set_data_from_numpy(v) for k, v in inputs.items()]


def over_http(questions, rng):
    with httpclient.InferenceServerClient(f"localhost:{PORTS['http_port']}", network_timeout=PATIENCE) as client:
        while True:
            model, inputs, expected = rng.choice(questions)
            check(client.infer(model, tensors(httpclient, inputs)), expected)
            yield


def over_grpc(questions, rng):
    with grpcclient.InferenceServerClient(f"localhost:{PORTS['grpc_port']}") as client:
        while True:
            model, inputs, expected = rng.choice(questions)
            check(client.infer(model, tensors(grpcclient, inputs), client_timeout=PATIENCE), expected)
            yield


def over_a_stream(_questions, rng):
    """A decoupled model: every number must come, in order, and then the end."""
    answers: queue.Queue = queue.Queue()
    with grpcclient.InferenceServerClient(f"localhost:{PORTS['grpc_port']}") as client:
        client.start_stream(lambda result, error: answers.put((result, error)))
        while True:
            start = rng.randint(1, 50)
            given = tensors(grpcclient, {})
            given.append(grpcclient.InferInput("start", [1], "INT32").set_data_from_numpy(np.array([start], np.int32)))
            client.async_stream_infer("countdown", given, enable_empty_final_response=True)
            counted = []
            while True:
                result, error = answers.get(timeout=PATIENCE)
                if error:
                    raise error
                reply = result.get_response()
                if not reply.outputs:
                    break
                counted += result.as_numpy("count").tolist()
            assert counted == list(range(start, 0, -1))
            yield


def over_shared_memory(_questions, rng):
    name = f"soak_{uuid.uuid4().hex[:8]}"
    region = shared_memory.create_shared_memory_region(name, f"/{name}", 8192)
    try:
        with httpclient.InferenceServerClient(f"localhost:{PORTS['http_port']}", network_timeout=PATIENCE) as client:
            client.register_system_shared_memory(name, f"/{name}", 8192)
            while True:
                sent = np.array([rng.random() for _ in range(1000)], np.float32).reshape(1, -1)
                shared_memory.set_shared_memory_region(region, [sent])
                given, wanted = (
                    httpclient.InferInput("fp32", [1, 1000], "FP32"),
                    httpclient.InferRequestedOutput("fp32_out"),
                )
                given.set_shared_memory(name, 4000)
                wanted.set_shared_memory(name, 4000, offset=4096)
                client.infer("identity", [given], outputs=[wanted])
                assert (shared_memory.get_contents_as_numpy(region, np.float32, [1, 1000], offset=4096) == sent).all()
                yield
    finally:
        shared_memory.destroy_shared_memory_region(region)


class Load:
    """One thread that asks until the end; after an error it begins anew, as a client would."""

    def __init__(self, ask, questions, seed: int, over: threading.Event, restarts: list) -> None:
        self.ask, self.questions, self.rng = ask, questions, random.Random(seed)
        self.over, self.restarts = over, restarts
        self.good, self.unexpected, self.errors = 0, [], Counter()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while not self.over.is_set():
            asking = self.ask(self.questions, self.rng)
            began = time.monotonic()
            try:
                while not self.over.is_set():
                    began = time.monotonic()
                    next(asking)
                    self.good += 1
            except (
                InferenceServerException,
                OSError,
                http.client.HTTPException,
            ) as error:  # said, so not lost; but only around a restart
                ended = time.monotonic()
                self.errors[f"{type(error).__name__}: {error}"[:80]] += 1
                if not any(began < up and ended > down for down, up in self.restarts):
                    self.unexpected.append(str(error))
                time.sleep(0.1)
            except BaseException as error:  # a wrong answer, or none in time
                self.unexpected.append(f"{type(error).__name__}: {error}")
                time.sleep(0.1)
            finally:
                asking.close()


def test_mixed_load_with_restarts(questions, capsys):
    names = ["linear_regression_model", "resnet_ensemble", "sentiment", "countdown", "identity"]
    over, restarts, memory = threading.Event(), [], set(os.listdir("/dev/shm"))
    server, until = serve(names, **PORTS), time.monotonic() + SECONDS
    ways = [over_http, over_http, over_grpc, over_grpc, over_a_stream, over_shared_memory]
    loads = [Load(way, questions, seed, over, restarts) for seed, way in enumerate(ways)]
    try:
        while time.monotonic() < until:
            time.sleep(min(RESTART_EVERY, max(0.1, until - time.monotonic())))
            if time.monotonic() + 5 < until:
                restarts.append((time.monotonic(), float("inf")))  # open until the server is back, and all know it
                server.stop()
                server = serve(names, **PORTS)
                restarts[-1] = (restarts[-1][0], time.monotonic() + 3)
        over.set()
        for load in loads:
            load.thread.join(PATIENCE + 5)
        assert not [load.ask.__name__ for load in loads if load.thread.is_alive()], "a request never came back"
    finally:
        over.set()
        server.stop()
    with capsys.disabled():
        counts = ", ".join(f"{load.ask.__name__} {load.good}" for load in loads)
        print(f"\nsoak: {SECONDS:.0f} s, {len(restarts)} restarts, right answers: {counts}")
    assert Counter(message for load in loads for message in load.unexpected) == {}
    assert all(load.good > 0 for load in loads)
    assert set(os.listdir("/dev/shm")) <= memory
    assert all(ports.holder(port) is None for port in PORTS.values())
