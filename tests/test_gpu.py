"""What only a machine with an NVIDIA GPU can show: `make gpu-check`. Elsewhere all is skipped, with the reason.

With GPU_CHECK in the environment, as `make gpu-check` has it, a GPU that cannot be used ends the run as a failure.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import re
import shutil
import uuid

import numpy as np
import pytest

# These two run on any machine, and once more here, where the models are on the GPU
from tests.test_bench import (  # noqa: F401
    test_bfloat16_and_pictures_prepared_by_torch_give_the_same_classes,
    test_requests_joined_in_one_batch_get_their_own_rows,
)
from tests.waiting import until
from tutorial_lib import bench, models
from tutorial_lib.server import docker

pytestmark = [pytest.mark.gpu, pytest.mark.live]
ROWS = np.array([[5.0], [1.0], [-2.0]], np.float32)
NAME = "linear_regression_model"


def why_not() -> str:
    """Return why no test can use a GPU here, or ""."""
    if not (docker.has_gpu() or os.environ.get("GPU_CHECK")):
        return "no NVIDIA GPU: this machine has no driver for one"
    import torch

    try:
        torch.cuda.init()
    except Exception as error:  # a CPU build of torch; an old driver, whose warning is an error here; no visible GPU
        return f"torch {torch.__version__} can use no NVIDIA GPU: {(str(error).splitlines() or [repr(error)])[0]}"
    return ""


@pytest.fixture(scope="session", autouse=True)  # before any network is trained
def cuda():
    """torch, where it has a GPU."""
    if reason := why_not():
        if os.environ.get("GPU_CHECK"):
            pytest.exit(reason, returncode=3)  # 1: a test has failed, and make gpu-check goes on
        pytest.skip(reason)
    import torch

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
    wrong = np.linalg.norm(found - expected, axis=1) / np.linalg.norm(expected, axis=1)
    assert wrong.max() < 0.01  # TF32 has ten bits of mantissa


@pytest.mark.parametrize(
    ("model", "share"), [("resnet_model", "variants_right"), ("sentiment", "generated_right_polarity")]
)
def test_the_classroom_network_has_learned_on_the_gpu(built, model, share):
    facts = built[model].facts
    if built[model].cached and facts["device"] == "cpu":
        pytest.skip("these weights were there already, from a training on a CPU (make clean removes them)")
    assert facts["device"] == "cuda"
    assert facts[share] > 0.9


def test_a_record_of_measurements_names_the_gpu(cuda):
    case = bench.in_process("nothing", lambda: True)
    gpu = bench.record(bench.compare([case], rounds=1, seconds=0.01, warmup=0))["machine"]["gpu"]
    assert gpu["name"] == cuda.cuda.get_device_name(0)
    assert gpu["gib"] > 0
    if shutil.which("nvidia-smi"):  # it says the version
        assert re.match(r"\d+\.\d+", gpu["driver"])


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


GPU_METRICS = ["utilization", "memory_total_bytes", "memory_used_bytes", "power_usage", "power_limit"]


@pytest.mark.parametrize("name", [*(f"nv_gpu_{name}" for name in GPU_METRICS), "nv_energy_consumption"])
def test_gpu_metrics(server, name):
    with contextlib.suppress(AssertionError):  # the first values are there a moment after the start
        until(lambda: any(metric(server, name)), 5)
    values = metric(server, name)
    lines = "DCGM unable|Cannot find DCGM|GPU metrics will not|Cannot start watching|Skipping GPU|Unable to get"
    reasons = re.findall(rf"^.*(?:{lines}).*$", server.log(), re.M)
    if not any(values) and reasons:
        pytest.skip(reasons[0])  # nv_gpu_* come from DCGM, which does not run everywhere
    (value,) = values
    assert value > (-1 if name in ("nv_gpu_utilization", "nv_energy_consumption") else 0)


def test_pinned_memory_is_reserved(server):
    assert "Pinned memory pool is created at" in server.log()  # the metric has the wanted size even without a pool


@pytest.fixture
def regions(cuda):
    """Two regions of GPU memory, for the input and the output."""
    made = []
    try:
        import tritonclient.utils.cuda_shared_memory as cudashm

        for side in ("in", "out"):
            made.append(cudashm.create_shared_memory_region(f"{side}_{uuid.uuid4().hex[:8]}", 12, 0))
    except Exception as error:  # no cuda-python, or one for a newer driver; a container without CUDA IPC
        no = pytest.fail if os.environ.get("GPU_CHECK") else pytest.skip
        no(f"no CUDA shared memory here: {error} ({error.__cause__})")
    yield made
    for region in made:
        cudashm.destroy_shared_memory_region(region)


@pytest.mark.parametrize("transport", ["http", "grpc"])
@pytest.mark.parametrize("filled_by", ["numpy", "dlpack"])
def test_cuda_shared_memory(server, regions, cuda, transport, filled_by):
    import tritonclient.utils.cuda_shared_memory as cudashm

    triton = importlib.import_module(f"tritonclient.{transport}")
    if filled_by == "numpy":
        cudashm.set_shared_memory_region(regions[0], [ROWS])
    else:
        cudashm.set_shared_memory_region_from_dlpack(regions[0], [cuda.from_numpy(ROWS).cuda()])
    given, wanted = triton.InferInput("input__0", [3, 1], "FP32"), triton.InferRequestedOutput("output__0")
    with triton.InferenceServerClient(getattr(server, f"{transport}_url")) as client:
        for name, region in zip(("gpu_in", "gpu_out"), regions):
            client.register_cuda_shared_memory(name, cudashm.get_raw_handle(region), 0, 12)
        try:
            assert {"gpu_in", "gpu_out"} <= known(client.get_cuda_shared_memory_status())
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
    import tritonclient.utils.cuda_shared_memory as cudashm

    triton = importlib.import_module(f"tritonclient.{transport}.aio")

    async def talk() -> list[set]:
        given, wanted = triton.InferInput("input__0", [3, 1], "FP32"), triton.InferRequestedOutput("output__0")
        async with triton.InferenceServerClient(getattr(server, f"{transport}_url")) as client:
            for name, region in zip(("aio_in", "aio_out"), regions):
                await client.register_cuda_shared_memory(name, cudashm.get_raw_handle(region), 0, 12)
            try:
                during = known(await client.get_cuda_shared_memory_status())
                given.set_shared_memory("aio_in", 12)
                wanted.set_shared_memory("aio_out", 12)
                await client.infer(NAME, [given], outputs=[wanted])
            finally:
                given.set_data_from_numpy(ROWS)  # as above
                await client.infer(NAME, [given])
                for name in ("aio_in", "aio_out"):
                    await client.unregister_cuda_shared_memory(name)
            return [during, known(await client.get_cuda_shared_memory_status())]

    cudashm.set_shared_memory_region(regions[0], [ROWS])
    assert asyncio.run(talk()) == [{"aio_in", "aio_out"}, set()]
    found = cudashm.get_contents_as_numpy(regions[1], np.float32, [3, 1])
    np.testing.assert_allclose(found, models.reference(NAME, {"input__0": ROWS})["output__0"], rtol=1e-3, atol=1e-3)


def known(status) -> set[str]:
    """Return the names of the regions in an answer of HTTP (a list) or gRPC (a message)."""
    return {row["name"] for row in status} if isinstance(status, list) else set(status.regions)
