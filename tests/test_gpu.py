"""What only a machine with an NVIDIA GPU can show: `make gpu-check`. Elsewhere all is skipped, with the reason."""

from __future__ import annotations

import asyncio
import json
import re
import uuid

import numpy as np
import pytest

from tutorial_lib import models
from tutorial_lib.server import docker

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.live,
    pytest.mark.skipif(not docker.has_gpu(), reason="no NVIDIA GPU: this machine has no driver for one"),
]
ROWS = np.array([[5.0], [1.0], [-2.0]], np.float32)
NAME = "linear_regression_model"


@pytest.fixture(scope="module", autouse=True)
def cuda():
    """torch, where it has a GPU."""
    import torch

    if not torch.cuda.is_available():
        pytest.skip(f"an NVIDIA GPU, but torch {torch.__version__} cannot use it (README: torch's CUDA build)")
    return torch


@pytest.mark.parametrize("model", ["linear_regression_model", "resnet_model", "sentiment"])
def test_the_same_config_places_the_model_on_the_gpu(server, model):
    config = json.loads(server._http("GET", f"/v2/models/{model}/config")[1])
    assert [(group["kind"], group["gpus"]) for group in config["instance_group"]] == [("KIND_GPU", [0])]


@pytest.mark.parametrize("rows", [1, 7, 32])
def test_the_gpu_answers_like_the_cpu(server, rows):
    import tritonclient.http as triton

    pixels = np.random.default_rng(rows).standard_normal((rows, 3, 224, 224), np.float32)
    given = triton.InferInput("input__0", pixels.shape, "FP32").set_data_from_numpy(pixels)
    with triton.InferenceServerClient(server.http_url) as client:
        found = client.infer("resnet_model", [given]).as_numpy("output__0")
    expected = models.reference("resnet_model", {"input__0": pixels})["output__0"]
    np.testing.assert_allclose(found, expected, rtol=1e-2, atol=2e-2)  # TF32 has ten bits of mantissa


def test_texts_get_the_same_stars(server):
    import tritonclient.grpc as triton

    texts = np.array([[text.encode()] for text in ("wonderful", "a waste of money", "it is fine")], dtype=object)
    given = triton.InferInput("text", texts.shape, "BYTES").set_data_from_numpy(texts)
    with triton.InferenceServerClient(server.grpc_url) as client:
        found = client.infer("sentiment", [given]).as_numpy("label")
    assert found.tolist() == models.reference("sentiment", {"text": texts})["label"].tolist()


def metric(server, name: str) -> list[float]:
    import urllib.request

    with urllib.request.urlopen(f"http://{server.metrics_url}/metrics") as answer:
        return [float(value) for value in re.findall(rf"^{name}(?:{{.*}})? (.*)$", answer.read().decode(), re.M)]


@pytest.mark.parametrize("name", ["utilization", "memory_total_bytes", "memory_used_bytes", "power_usage"])
def test_gpu_metrics(server, name):
    if "DCGM unable to start" in server.log():
        pytest.skip("DCGM does not start here, and nv_gpu_* come from it")
    (value,) = metric(server, f"nv_gpu_{name}")
    assert value > (-1 if name == "utilization" else 0)


def test_pinned_memory_is_reserved(server):
    assert metric(server, "nv_pinned_memory_pool_total_bytes") == [2**28]  # --pinned-memory-pool-byte-size's default


@pytest.fixture
def regions(cuda):
    """Two regions of GPU memory, for the input and the output."""
    import tritonclient.utils.cuda_shared_memory as cudashm

    made = [cudashm.create_shared_memory_region(f"{side}_{uuid.uuid4().hex[:8]}", 12, 0) for side in ("in", "out")]
    yield made
    for region in made:
        cudashm.destroy_shared_memory_region(region)


@pytest.mark.parametrize("transport", ["http", "grpc"])
@pytest.mark.parametrize("filled_by", ["numpy", "dlpack"])
def test_cuda_shared_memory(server, regions, cuda, transport, filled_by):
    import importlib

    import tritonclient.utils.cuda_shared_memory as cudashm

    triton = importlib.import_module(f"tritonclient.{transport}")
    if filled_by == "numpy":
        cudashm.set_shared_memory_region(regions[0], [ROWS])
    else:
        cudashm.set_shared_memory_region_from_dlpack(regions[0], [cuda.from_numpy(ROWS).cuda()])
    with triton.InferenceServerClient(getattr(server, f"{transport}_url")) as client:
        for name, region in zip(("gpu_in", "gpu_out"), regions):
            client.register_cuda_shared_memory(name, cudashm.get_raw_handle(region), 0, 12)
        try:
            assert {"gpu_in", "gpu_out"} <= known(client.get_cuda_shared_memory_status())
            given, wanted = triton.InferInput("input__0", [3, 1], "FP32"), triton.InferRequestedOutput("output__0")
            given.set_shared_memory("gpu_in", 12)
            wanted.set_shared_memory("gpu_out", 12)
            client.infer(NAME, [given], outputs=[wanted])
        finally:
            given.set_data_from_numpy(ROWS)  # gRPC answers before it lets go of a region; the next answer comes after
            client.infer(NAME, [given])
            client.unregister_cuda_shared_memory()
        assert known(client.get_cuda_shared_memory_status()) == set()
    found = cudashm.get_contents_as_numpy(regions[1], np.float32, [3, 1])
    np.testing.assert_allclose(found, models.reference(NAME, {"input__0": ROWS})["output__0"], rtol=1e-3, atol=1e-3)
    shared = cuda.from_dlpack(cudashm.as_shared_memory_tensor(regions[1], "FP32", [3, 1]))
    assert shared.device.type == "cuda"
    assert shared.cpu().tolist() == found.tolist()


@pytest.mark.parametrize("transport", ["http", "grpc"])
def test_cuda_shared_memory_with_asyncio(server, regions, transport):
    import importlib

    import tritonclient.utils.cuda_shared_memory as cudashm

    triton = importlib.import_module(f"tritonclient.{transport}.aio")

    async def talk() -> list[set]:
        async with triton.InferenceServerClient(getattr(server, f"{transport}_url")) as client:
            await client.register_cuda_shared_memory("gpu_aio", cudashm.get_raw_handle(regions[0]), 0, 12)
            during = known(await client.get_cuda_shared_memory_status())
            await client.unregister_cuda_shared_memory("gpu_aio")
            return [during, known(await client.get_cuda_shared_memory_status())]

    assert asyncio.run(talk()) == [{"gpu_aio"}, set()]


def known(status) -> set[str]:
    """Return the names of the regions in an answer of HTTP (a list) or gRPC (a message)."""
    return {row["name"] for row in status} if isinstance(status, list) else set(status.regions)
