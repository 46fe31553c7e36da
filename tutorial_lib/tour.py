"""The tour: one real prediction with each of the guide's models, by cURL, HTTP and gRPC."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["run"]

IMAGES = Path(__file__).resolve().parents[1] / "notebooks" / "images"
SERVED = ["linear_regression_model", "resnet_ensemble", "sentiment"]  # the ensemble brings its three steps
DATATYPES = {"float32": "FP32", "uint8": "UINT8", "object": "BYTES"}


def run(build: Callable, serve: Callable, weights: str, port: int) -> None:
    """Build and serve the models, predict with each in three ways, and stop; print each step and how long it took."""
    began = time.monotonic()
    title("1/4", "build the models (only what is missing)")
    for built in build(weights=weights, say=lambda line: print(f"     {line}", flush=True)):
        source = built.weights
    done(began)

    step = time.monotonic()
    title("2/4", "start the Triton Inference Server with the guide's models")
    with serve(SERVED, http_port=port, grpc_port=port + 1, metrics_port=port + 2) as server:
        metadata = json.loads(urllib.request.urlopen(f"http://{server.http_url}/v2", timeout=10).read())
        print(f"     {metadata['name']} {metadata['version']}, {server.mode}: HTTP http://{server.http_url}, ", end="")
        print(f"gRPC {server.grpc_url}, metrics http://{server.metrics_url}/metrics")
        done(step)

        step = time.monotonic()
        title("3/4", "one prediction with each model: the same request by cURL, HTTP and gRPC")
        for model, question, inputs, answer in questions():
            print(f"     {model}: {question}")
            for name, ask in (("cURL", by_curl), ("HTTP", by_client), ("gRPC", by_client)):
                start = time.perf_counter()
                outputs = ask(server.grpc_url if name == "gRPC" else server.http_url, name, model, inputs)
                milliseconds = (time.perf_counter() - start) * 1000
                print(f"       {name}  {answer(outputs):<44} {milliseconds:7.1f} ms")
        done(step)

        step = time.monotonic()
        title("4/4", "stop the server (each lesson starts its own)")
    done(step)
    if source == "classroom":
        print("     These were classroom weights: small networks, trained here. Lessons 02 and 03 say what they know.")
    print(f"All done in {time.monotonic() - began:.1f} s. The first lesson: notebooks/00_start_here.ipynb", flush=True)


def title(number: str, words: str) -> None:
    """Print the heading of a step before the step begins."""
    print(f"[{number}] {words}", flush=True)


def done(began: float) -> None:
    """Print how long a step took."""
    print(f"     done in {time.monotonic() - began:.1f} s", flush=True)


def questions() -> list[tuple[str, str, dict[str, np.ndarray], Callable[[dict[str, np.ndarray]], str]]]:
    """Return (model, question in words, inputs, answer in words) for the guide's models."""
    from PIL import Image

    cat = np.asarray(Image.open(IMAGES / "cat.jpg").convert("RGB"))
    labels = (IMAGES.parents[1] / "model_repository" / "resnet_model" / "labels.txt").read_text().splitlines()
    pixels = np.asarray(Image.open(IMAGES / "cat.jpg").convert("RGB").resize((224, 224)), np.float32) / 255
    normalised = (pixels - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]  # what the network was trained with
    tensor = normalised.transpose(2, 0, 1)[None].astype(np.float32)
    text = "This movie was absolutely fantastic!"
    return [
        (
            "linear_regression_model",
            "what is 2.5 x + 0.5 at x = 5?",
            {"input__0": np.array([[5.0]], np.float32)},
            lambda out: f"{out['output__0'][0][0]}",
        ),
        (
            "resnet_model",
            "which of 1000 classes has the highest logit? (cat.jpg, already a tensor)",
            {"input__0": tensor},
            lambda out: f"{np.argmax(out['output__0'])} {labels[int(np.argmax(out['output__0']))]}",
        ),
        (
            "resnet_ensemble",
            f"what is in cat.jpg? ({cat.shape[1]}x{cat.shape[0]} pixels, as they are)",
            {"input_image": cat},
            lambda out: f"{word(out['class_label'])} ({out['confidence'][0][0]:.0%})",
        ),
        (
            "sentiment",
            f"how many stars is {text!r}?",
            {"text": np.array([[text.encode()]], dtype=object)},
            lambda out: f"{word(out['label'])} ({out['score'][0][0]:.0%})",
        ),
    ]


def word(array: np.ndarray) -> str:
    """Return the first string of a BYTES tensor; JSON responses carry str, binary ones bytes."""
    first = array[0][0]
    return first.decode() if isinstance(first, bytes) else first


def by_curl(url: str, _name: str, model: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Send a JSON request with curl or, if this machine has no curl, the same bytes with Python's urllib."""
    body = {
        "inputs": [
            {
                "name": name,
                "shape": list(array.shape),
                "datatype": DATATYPES[array.dtype.name],
                "data": [x.decode() for x in array.flat] if array.dtype == object else array.ravel().tolist(),
            }
            for name, array in inputs.items()
        ]
    }
    address, data = f"http://{url}/v2/models/{model}/infer", json.dumps(body).encode()
    if shutil.which("curl"):
        command = ["curl", "--silent", "--data-binary", "@-", "--header", "Content-Type: application/json", address]
        reply: dict[str, Any] = json.loads(subprocess.run(command, input=data, check=True, capture_output=True).stdout)
    else:
        try:
            reply = json.loads(urllib.request.urlopen(address, data).read())
        except urllib.error.HTTPError as error:
            reply = json.loads(error.read())
    if "error" in reply:
        raise RuntimeError(f"{model}: {reply['error']}")
    return {out["name"]: np.array(out["data"]).reshape(out["shape"]) for out in reply["outputs"]}


def by_client(url: str, name: str, model: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Send the request with tritonclient, with binary tensors, over HTTP or gRPC."""
    if name == "gRPC":
        import tritonclient.grpc as triton
    else:
        import tritonclient.http as triton
    tensors = []
    for key, array in inputs.items():
        tensors.append(triton.InferInput(key, array.shape, DATATYPES[array.dtype.name]))
        tensors[-1].set_data_from_numpy(array)
    client = triton.InferenceServerClient(url)
    try:
        result = client.infer(model, tensors)
    finally:
        client.close()
    names = [out.name if name == "gRPC" else out["name"] for out in outputs_of(result.get_response())]
    return {key: result.as_numpy(key) for key in names}


def outputs_of(response: Any) -> Any:
    """Return the list of outputs of an HTTP (dict) or gRPC (message) response."""
    return response["outputs"] if isinstance(response, dict) else response.outputs
