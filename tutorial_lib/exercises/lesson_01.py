"""Lesson 01, from training to serving: the batch dimension, a config.pbtxt, and a client's function."""

from __future__ import annotations

from . import Exercise, NotYetError
from .asking import answered, called, client, infer, needed, parsed, plain, tried

SHAPES = [[2, 3], [1, 2, 3], [4, 2, 3], [5, 2, 3], [1, 3, 2]]
GRID = """
backend: "python"
max_batch_size: 4
input [ { name: "grid", data_type: TYPE_FP32, dims: [ 2, 3 ] } ]
output [ { name: "grid_out", data_type: TYPE_FP32, dims: [ 2, 3 ] } ]
"""
MODEL = """
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        rows = [pb_utils.get_input_tensor_by_name(request, "{input}").as_numpy() for request in requests]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("{output}", {formula})]) for row in rows]
"""


def _shapes(answer) -> None:
    import numpy as np

    given, answer = answer, plain(answer)
    if not isinstance(answer, list) or not answer:
        raise NotYetError(f"found {given!r}, expected a list of shapes, such as [[7], [7, 7]]")
    if all(isinstance(item, int) for item in answer):
        answer = [answer]
    for shape in answer:
        if shape not in SHAPES:
            raise NotYetError(f"{shape!r} is not one of the five shapes, which are lists of numbers")
    with tried(GRID, MODEL.format(input="grid", output="grid_out", formula="row")) as server:
        taken = [shape for shape in SHAPES if _takes(server, np.zeros(shape, np.float32))]
    found = [shape for shape in SHAPES if shape in answer]
    if [2, 3] in found:
        raise NotYetError("[2, 3] is only dims; a max_batch_size above 0 puts a batch dimension before it")
    if [5, 2, 3] in found:
        raise NotYetError("[5, 2, 3] is a batch of five, but max_batch_size is 4")
    if [1, 3, 2] in found:
        raise NotYetError(
            "[1, 3, 2] has the right number of values but not the shape: dims fix the size of each dimension"
        )
    if found != taken:
        raise NotYetError(f"found only {found}; how many rows may a batch have?")


def _takes(server, array) -> bool:
    try:
        infer(server, "your_turn", {"grid": array})
    except NotYetError:
        return False
    return True


def _fahrenheit(answer) -> None:
    import numpy as np

    wanted = parsed(answer)
    for side, name in ("input", "celsius"), ("output", "fahrenheit"):
        names = [tensor.get("name", "") for tensor in wanted.get(side, [])]
        if names != [name]:
            raise NotYetError(f"its {side}s are {names}, expected ['{name}']: the name that model.py uses")
    if wanted.get("max_batch_size", 0) != 16:
        raise NotYetError(
            f"max_batch_size is {wanted.get('max_batch_size', 0)}, expected 16: without it, the model takes no batches"
        )
    if not wanted.get("backend"):
        raise NotYetError("it names no backend. The server guesses `python` from model.py; here, name it")
    with tried(answer, MODEL.format(input="celsius", output="fahrenheit", formula="1.8 * row + 32")) as server:
        rows = np.arange(16, dtype=np.float32).reshape(16, 1)
        found = infer(server, "your_turn", {"celsius": rows})["fahrenheit"]
        if found.shape != rows.shape or not np.allclose(found, 1.8 * rows + 32):
            raise NotYetError(f"sixteen rows came back as {found.dtype} {list(found.shape)}, expected float32 [16, 1]")
        (output,) = server.get_model_metadata("your_turn")["outputs"]
        said = f"{output['datatype']} {output['shape']}"
        if said not in ("FP32 [-1, 1]", "FP32 [-1, -1]"):
            raise NotYetError(f"it promises {said}, but FP32 [-1, 1] comes back: clients trust what the config says")


def _scaled(answer) -> None:
    needed("scale")
    with client() as server:
        before, lists = answered(server, "scale"), ([1.0, 2.0], [1, 2, 3], [0.5])
        for numbers in lists:
            found = called(answer, server, numbers)
            if hasattr(found, "tolist"):
                raise NotYetError(f"found an array {found.tolist()}, expected a list: use .tolist()")
            found = plain(found)
            expected = [2.5 * number for number in numbers]
            if found in ([[number] for number in expected], [expected]):
                raise NotYetError(f"found {found}, which still has the batch's shape; expected {expected}")
            if found != expected:
                raise NotYetError(f"for {numbers} it returns {found!r}, expected {expected}")
        if (requests := answered(server, "scale") - before) != len(lists):
            raise NotYetError(
                f"the numbers are right, but {len(lists)} lists took {requests} requests, expected one for each"
            )


EXERCISES = [
    Exercise(
        "01.1",
        "predict",
        "Which shapes does it take?",
        _shapes,
        (
            "The section 'config.pbtxt' says what dims leave out; 'What the config forbids' shows what is refused.",
            "A request's shape is [rows, 2, 3], with 1 to 4 rows.",
        ),
        'check("01.1", [[1, 2, 3], [4, 2, 3]])',
        "a request's shape is the batch dimension, from 1 to max_batch_size, followed by dims",
    ),
    Exercise(
        "01.2",
        "write",
        "A config.pbtxt for a given model",
        _fahrenheit,
        (
            "The section 'config.pbtxt' has one with the same parts; this model is Python, so its backend differs.",
            'backend: "python", max_batch_size: 16, one input and one output of TYPE_FP32 with dims: [ 1 ].',
        ),
        '''config = """
backend: "python"
max_batch_size: 16
input [ { name: "celsius", data_type: TYPE_FP32, dims: [ 1 ] } ]
output [ { name: "fahrenheit", data_type: TYPE_FP32, dims: [ 1 ] } ]
"""
check("01.2", config)''',
        "a config gives the backend, the largest batch, and the name, datatype and dims of each tensor",
    ),
    Exercise(
        "01.3",
        "repair",
        "The commonest two mistakes",
        _scaled,
        (
            "What dtype and shape does np.array([1.0, 2.0]) have? What does the metadata of `scale` ask for?",
            "np.array(numbers, dtype=np.float32).reshape(-1, 1) is a batch of rows; .ravel() flattens the reply again.",
        ),
        """def repaired(client, numbers):
    array = np.array(numbers, dtype=np.float32).reshape(-1, 1)
    tensor = httpclient.InferInput("x", array.shape, "FP32")
    tensor.set_data_from_numpy(array)
    return client.infer("scale", inputs=[tensor]).as_numpy("y").ravel().tolist()


check("01.3", repaired)""",
        "numpy defaults to float64 and adds no batch dimension: set dtype=np.float32 and give each number its own row",
    ),
]
