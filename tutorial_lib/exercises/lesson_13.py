"""Lesson 13, shared memory: where a tensor is, a request that overlaps itself, and a function that leaves nothing."""

from __future__ import annotations

import contextlib
import json
import types
from collections.abc import Iterator
from typing import Any
from unittest import mock

from . import Exercise, NotYetError
from .asking import HTTP, called, client, plain

SIZE = 64
SPOILED = -1  # the check's arrays have no such number


@contextlib.contextmanager
def _shelf(server: Any, values: Any) -> Iterator[Any]:
    """Make the region `shelf` with these values and register it; unregister and remove it at the end of the block."""
    import tritonclient.utils.shared_memory as shm

    region = shm.create_shared_memory_region("shelf", "/course_shelf", SIZE)
    try:
        shm.set_shared_memory_region(region, [values])
        server.unregister_system_shared_memory("shelf")
        server.register_system_shared_memory("shelf", "/course_shelf", SIZE)
        try:
            yield region
        finally:
            server.unregister_system_shared_memory("shelf")
    finally:
        shm.destroy_shared_memory_region(region)


def _where(answer) -> None:
    import numpy as np
    import tritonclient.http as triton

    try:
        found = np.array(answer)
        if found.dtype.kind not in "iufUS":
            raise ValueError
        found = found.astype(float)
    except (TypeError, ValueError):
        raise NotYetError(f"found {answer!r}, expected rows of numbers, such as [[0, 1], [2, 3]]") from None
    tensor = triton.InferInput("fp32", [2, 2], "FP32")
    tensor.set_shared_memory("shelf", byte_size=16, offset=8)
    with client() as server, _shelf(server, np.arange(16, dtype=np.float32)):
        truth = server.infer("identity", [tensor]).as_numpy("fp32_out")
    first = found.ravel().tolist()[:1]
    if first == [0]:
        raise NotYetError("found 0 as the first number: that is the start of the region, but the request says offset=8")
    if first == [8]:
        raise NotYetError("found 8 as the first number: offset counts bytes, and an FP32 number takes four of them")
    if found.ravel().tolist() == truth.ravel().tolist() and found.shape != truth.shape:
        raise NotYetError(
            f"the numbers are right, but in the shape {list(found.shape)}: what shape does the request name?"
        )
    if found.tolist() != truth.tolist():
        raise NotYetError(f"found {found.tolist()}; which number begins at byte 8, and how many fit into 16 bytes?")


def _body(answer) -> None:
    import urllib.error
    from urllib.request import Request, urlopen

    import numpy as np
    import tritonclient.utils.shared_memory as shm

    with contextlib.suppress(ValueError):
        answer = json.loads(answer) if isinstance(answer, str) else plain(answer)
    if not isinstance(answer, dict) or not answer:
        raise NotYetError(f"found {answer!r}, expected the whole request: a dictionary with inputs and outputs")
    numbers = np.arange(1, 9, dtype=np.float32)
    header = {"Content-Type": "application/json"}
    request = Request(f"http://{HTTP}/v2/models/identity/infer", json.dumps(answer).encode(), header)
    with client() as server, _shelf(server, np.concatenate([numbers, 0 * numbers])) as region:
        try:
            with urlopen(request, timeout=30) as reply:
                outputs = json.load(reply)["outputs"]
        except urllib.error.HTTPError as error:
            raise NotYetError(f"the server answers {error.code}: {error.read().decode()}") from None
        except ValueError:  # binary data after the JSON
            raise NotYetError("the output came back in the response: it needs its three parameters too") from None
        halves = shm.get_contents_as_numpy(region, np.float32, [2, 8]).copy()
    if outputs[0]["shape"] != [4, 2]:
        raise NotYetError(f"the output has the shape {outputs[0]['shape']}: the tensor is right, so keep shape [4, 2]")
    if any("data" in output for output in outputs):
        raise NotYetError("the output came back in the response: it needs its three parameters too")
    if halves[0].tolist() != numbers.tolist():
        raise NotYetError("accepted, but the output was written over the input, which ends at byte 31")
    if halves[1].tolist() != numbers.tolist():
        raise NotYetError(f"the second half holds {halves[1].tolist()}, expected the numbers of the first")


def _through_memory(answer) -> None:
    _one_array(answer, (3, 2))
    try:
        _one_array(answer, (50, 9))
    except NotYetError as error:
        raise NotYetError(f"an array of 3 rows works, but with one of 50 rows and 9 columns: {error}") from None


def _one_array(answer, shape: tuple[int, int]) -> None:
    import numpy as np
    import tritonclient.http as triton
    import tritonclient.utils.shared_memory as shm

    seen = []

    class Watched(triton.InferenceServerClient):
        def infer(self, model_name, inputs, model_version="", outputs=None, **options):
            seen.append([list(inputs), list(outputs or [])])
            reply = super().infer(model_name, inputs, model_version, outputs, **options)
            _spoil_input(self, *seen[-1])
            return reply

        def async_infer(self, *words, **options):
            reply = self.infer(*words, **options)
            return types.SimpleNamespace(get_result=lambda **_: reply)

    made = []

    class Region(shm.SharedMemoryRegion):
        def __init__(self, *names):
            super().__init__(*names)
            made.append(self)

    array = np.random.default_rng().integers(0, 100, shape).astype(np.float32)
    with client() as server, Watched(HTTP) as watched:
        known = _names(server)
        try:
            with mock.patch.object(shm, "SharedMemoryRegion", Region):
                found = called(answer, watched, array)
        finally:
            still = [region._shm_key for region in made if region._shm_key in shm.mapped_shared_memory_regions()]
            for region in made:  # what a wrong answer leaves would hide the mistakes of the next one
                if region._shm_key in shm.mapped_shared_memory_regions():
                    with contextlib.suppress(BufferError):  # the answer is a view of it
                        shm.destroy_shared_memory_region(region)
            left = [name for name in _names(server) if name not in known]
            for name in left:
                server.unregister_system_shared_memory(name)
    if not seen:
        raise NotYetError("no request arrived: call infer on the client that your function gets")
    for tensors, what in zip(seen[-1], ("input", "output")):
        places = [tensor._get_tensor().get("parameters", {}).get("shared_memory_region") for tensor in tensors]
        if not places or None in places:
            raise NotYetError(f"the {what} traveled over the socket: set_shared_memory tells where it is instead")
    if left:
        raise NotYetError(f"the server still knows the region {left[0]!r}: unregister it too")
    if still:
        raise NotYetError(f"the memory {still[0]!r} is still there: destroy_shared_memory_region removes it")
    base = found
    while isinstance(base, np.ndarray) and base.base is not None:
        base = base.base
    if isinstance(found, np.ndarray) and not isinstance(base, np.ndarray):
        raise NotYetError(
            "found a view of memory that is gone: reading it would crash Python, so .copy() before you destroy"
        )
    if found is None:
        raise NotYetError("your function returned None, expected the answer: `return` it")
    if np.shape(found) != shape:
        raise NotYetError(f"the answer has the shape {list(np.shape(found))}, expected the array's own, {list(shape)}")
    if np.all(np.asarray(found) == SPOILED):
        raise NotYetError("those are the bytes of the input: read the answer at the output's offset")
    if not np.array_equal(np.asarray(found), array):
        raise NotYetError(f"found {np.asarray(found).tolist()} for {array.tolist()}: is the output's offset right?")


def _spoil_input(server: Any, inputs: list, outputs: list) -> None:
    """Overwrite the input after the request: identity's answer would look the same, read from the wrong place."""
    import numpy as np

    def place(tensor: Any) -> tuple[str, int, int]:
        found = tensor._get_tensor().get("parameters", {})
        names = "shared_memory_region", "shared_memory_offset", "shared_memory_byte_size"
        return tuple(found.get(name, 0) for name in names)

    if not inputs or not outputs or place(inputs[0])[:2] == place(outputs[0])[:2]:
        return
    name, offset, size = place(inputs[0])
    for region in server.get_system_shared_memory_status():
        if region["name"] == name:
            file = f"/dev/shm/{region['key'].lstrip('/')}"
            with contextlib.suppress(FileNotFoundError), open(file, "r+b") as memory:  # already destroyed
                memory.seek(region["offset"] + offset)
                memory.write(np.full(size // 4, SPOILED, np.float32).tobytes())


def _names(server: Any) -> list[str]:
    return [region["name"] for region in server.get_system_shared_memory_status()]


EXERCISES = [
    Exercise(
        "13.1",
        "predict",
        "Which numbers?",
        _where,
        (
            "byte_size and offset count bytes; the shape counts numbers. An FP32 number takes four bytes.",
            "The first 8 bytes are the numbers 0 and 1, so the tensor begins with 2; four numbers fill 16 bytes.",
        ),
        'check("13.1", [[2, 3], [4, 5]])',
        "offset and byte size count bytes, whatever the datatype; shape and datatype come from the tensor",
    ),
    Exercise(
        "13.2",
        "repair",
        "A request that the server refuses, and then worse",
        _body,
        (
            "The message is about the input's size: eight numbers of four bytes. Then look at where the output goes.",
            "byte_size is 32 for the input, which fills bytes 0 to 31, so the output's offset is 32.",
        ),
        """here = {"shared_memory_region": "shelf", "shared_memory_byte_size": 32}
there = {"shared_memory_region": "shelf", "shared_memory_byte_size": 32, "shared_memory_offset": 32}
repaired = {
    "inputs": [{"name": "fp32", "shape": [4, 2], "datatype": "FP32", "parameters": here}],
    "outputs": [{"name": "fp32_out", "parameters": there}],
}
check("13.2", repaired)""",
        "the server checks that a tensor is inside its region, not whether two tensors overlap: that is up to you",
    ),
    Exercise(
        "13.3",
        "write",
        "There and back, and nothing left",
        _through_memory,
        (
            "Eight steps: create, write, register, point (input and output), infer, read, unregister, destroy.",
            "Use a region of 2 * array.nbytes, with the output at offset array.nbytes, and .copy() what you return.",
        ),
        """def through_memory(client, array):
    n = array.nbytes
    region = shm.create_shared_memory_region("turn", "/course_turn", 2 * n)
    try:
        shm.set_shared_memory_region(region, [array])
        client.register_system_shared_memory("turn", "/course_turn", 2 * n)
        tensor = httpclient.InferInput("fp32", array.shape, "FP32")
        tensor.set_shared_memory("turn", n)
        output = httpclient.InferRequestedOutput("fp32_out")
        output.set_shared_memory("turn", n, offset=n)
        client.infer("identity", [tensor], outputs=[output])
        return shm.get_contents_as_numpy(region, np.float32, array.shape, offset=n).copy()
    finally:  # also when something fails
        shm.destroy_shared_memory_region(region)
        client.unregister_system_shared_memory("turn")


check("13.3", through_memory)""",
        "destroy, unregister, and copy what you keep: the server holds a region until it is told to forget it",
    ),
]
