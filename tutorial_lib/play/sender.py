"""The clients of `batching`, in a separate process, so that drawing a picture meanwhile does not slow them down.

    python -m tutorial_lib.play.sender localhost:8001 linear_regression_model 1 16

keeps 16 requests of one row each in flight until its standard input is closed, which also happens when its parent ends.
If a request fails, it ends with exit status 1, and its last line is the status and message of the error.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np
import tritonclient.grpc as grpcclient
from tritonclient.utils import InferenceServerException, triton_to_np_dtype


def _tensor(config: dict[str, Any], rows: int) -> grpcclient.InferInput:
    """Return rows of ones for the model's only input."""
    (described,) = config["input"]
    datatype = described["data_type"].removeprefix("TYPE_").replace("STRING", "BYTES")
    shape = [rows, *(max(1, int(size)) for size in described["dims"])]
    ones = np.full(shape, b"1", dtype=object) if datatype == "BYTES" else np.ones(shape, triton_to_np_dtype(datatype))
    return grpcclient.InferInput(described["name"], shape, datatype).set_data_from_numpy(ones)


def _send(url: str, model: str, rows: int, clients: int) -> None:
    """Send requests until standard input ends, and wait for the last answers; raise the first error."""
    failures: list[InferenceServerException] = []
    ending, left = threading.Event(), threading.Semaphore(0)
    client = grpcclient.InferenceServerClient(url)
    tensor = _tensor(client.get_model_config(model, as_json=True)["config"], rows)

    def arrived(result: Any, error: InferenceServerException | None) -> None:  # noqa: ARG001 - called by these names
        if error is not None:
            failures.append(error)
            ending.set()
        if ending.is_set():
            left.release()
        else:
            send()

    def send() -> None:
        client.async_infer(model, [tensor], callback=arrived, client_timeout=60)

    threading.Thread(target=lambda: (sys.stdin.read(), ending.set()), daemon=True).start()
    for _ in range(clients):
        send()
    ending.wait()
    for _ in range(clients):
        left.acquire()
    client.close()
    if failures:
        raise failures[0]


if __name__ == "__main__":
    try:
        _send(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    except InferenceServerException as error:
        print(error.status(), error.message(), sep="\t")
        sys.exit(1)
