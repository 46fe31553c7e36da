"""Lesson 21, a client of your own: what an input takes, a wrapper for single rows, one that hides too much."""

from __future__ import annotations

import re
from typing import Any

from . import Exercise, NotYetError
from .asking import SLEEPER, client, infer, letters, needed, tried

SLEEPS = """
backend: "python"
max_batch_size: 8
input [ { name: "work_ms", data_type: TYPE_INT32, dims: [ -1 ] } ]
output [ { name: "slept_ms", data_type: TYPE_INT32, dims: [ -1 ] } ]
"""


def _arrays() -> dict[str, tuple[Any, str]]:
    """Return the arrays of 21.1, by letter, and what to think about."""
    import numpy as np

    whole, half = "whole numbers become INT64 unless you say otherwise", "numpy's floats have 64 bits, so they are FP64"
    return {
        "a": (np.array([[1, 2]]), whole),
        "b": (np.array([[1.0, 2.0]]), half),
        "c": (np.array([[1, 2]], np.float32), "float32 is FP32, whatever numbers it was made from"),
        "d": (np.ones((3, 2)), half),
        "e": (np.zeros((3, 2), "f4"), "f4 is float32, and the shape [-1, -1] takes any two sizes"),
        "f": (np.ones(2, np.float32), "the datatype is right; how many dimensions does the input have?"),
    }


def _which_arrays(answer) -> None:
    found = letters(answer, "abcdef")
    needed("identity")
    with client() as server:
        for letter, (array, why) in _arrays().items():
            try:
                infer(server, "identity", {"fp32": array})
                taken = True
            except NotYetError:
                taken = False
            if (letter in found) != taken:
                raise NotYetError(f"look at {letter} again: {why}")


def _one_row(answer) -> None:
    import numpy as np

    needed("add_sub", "versions_demo")
    first = _called(answer, "add_sub", a=[1, 2, 3, 4], b=[4, 3, 2, 1])
    if not isinstance(first, dict) or not first:
        raise NotYetError(f"for one row it returned {first!r}, expected a dict {{output: row}}")
    if missing := {"sum", "difference"} - first.keys():
        raise NotYetError(f"the output {min(missing)} is missing: the reply says which outputs there are")
    for name, right in {"sum": [5, 5, 5, 5], "difference": [-3, -1, 1, 3]}.items():
        if np.shape(first[name]) == (1, 4):
            raise NotYetError("the returned rows still have the shape (1, 4): take the batch dimension off again")
        if np.shape(first[name]) != (4,) or np.asarray(first[name]).tolist() != right:
            raise NotYetError(f"{name} is {first[name]!r}, expected {right}")
    other = _called(answer, "versions_demo", x=[7])
    if not isinstance(other, dict) or np.asarray(other.get("y")).tolist() != [21]:
        raise NotYetError(
            f"for another model, versions_demo with x=[7], it returned {other!r}, expected {{'y': [21.0]}}"
        )
    with tried(SLEEPS, SLEEPER, "sleeps"):
        whole = _called(answer, "sleeps", work_ms=[2, 1])
    if not isinstance(whole, dict) or np.asarray(whole.get("slept_ms")).tolist() != [2, 1]:
        raise NotYetError(f"for another datatype, a model with the INT32 input work_ms=[2, 1], it returned {whole!r}")
    _fails_loudly(answer, "add_sub", a=[1, 2, 3, 4], c=[4, 3, 2, 1])


def _fails_loudly(function: Any, *arguments: Any, **inputs: Any) -> None:
    """Raise NotYetError unless the function raises, other than by stumbling over what it should have raised."""
    try:
        found = function(*arguments, **inputs)
    except (TypeError, AttributeError, IndexError, NameError) as error:
        if re.search(r"\bc\b", str(error)):  # it names the input, so it was raised on purpose
            return
        raise NotYetError(
            f"for an input that does not exist it raised {type(error).__name__}: {error}, far from the cause"
        ) from None
    except Exception:  # the server's word, or the wrapper's own
        return
    raise NotYetError(f"for an input that does not exist it returned {found!r}: a failure must not look like an answer")


def _called(function: Any, *arguments: Any, **inputs: Any) -> Any:
    if not callable(function) or isinstance(function, type):
        raise NotYetError(f"found {function!r}, expected a function: its name, without parentheses")
    try:
        return function(*arguments, **inputs)
    except Exception as error:
        model = next(argument for argument in arguments if isinstance(argument, str))
        given = ", ".join(inputs or arguments[-1])
        raise NotYetError(f"for {model} with {given}, your function raised {type(error).__name__}: {error}") from None


def _hides_nothing(answer) -> None:
    import numpy as np

    four = np.array([[1, 2, 3, 4]], np.float32)
    cases = [
        ("add_sub", {"a": four, "b": four}, {"sum": [[2, 4, 6, 8]], "difference": [[0, 0, 0, 0]]}),
        ("identity", {"int64": np.array([[2**40, -1]])}, {"int64_out": [[2**40, -1]]}),
        ("identity", {"bool": np.array([[True, False]])}, {"bool_out": [[True, False]]}),
        ("identity", {"fp16": np.array([[0.5, -2]], np.float16)}, {"fp16_out": [[0.5, -2]]}),
        ("identity", {"bytes": np.array([[b"one"]], object)}, {"bytes_out": [[b"one"]]}),
    ]
    with client() as server:
        for model, inputs, expected in cases:
            given = f"for {model} with {', '.join(f'{name} of {array.dtype}' for name, array in inputs.items())}"
            found = _called(answer, server, model, inputs)
            if found is None:
                raise NotYetError(f"{given} it returned None: which error was that? Let it through first")
            if not isinstance(found, dict) or found.keys() != expected.keys():
                names = list(found) if isinstance(found, dict) else found
                raise NotYetError(f"{given} it returned {names!r}, expected the outputs {list(expected)}")
            for name, right in expected.items():
                if found[name] is None or np.asarray(found[name]).tolist() != right:
                    raise NotYetError(f"{given} it returned {found[name]!r} as {name}, expected {right}")
        _fails_loudly(answer, server, "add_sub", {"a": four, "c": four})


EXERCISES = [
    Exercise(
        "21.1",
        "predict",
        "Which arrays does FP32 take?",
        _which_arrays,
        (
            "Print the dtype and shape of each. Which dtype is FP32, and how many dimensions does [-1, -1] have?",
            "Two of the six are float32 with two dimensions.",
        ),
        'check("21.1", ["c", "e"])',
        "numpy makes int64 and float64 arrays unless told otherwise, so a wrapper reads the metadata and converts",
    ),
    Exercise(
        "21.2",
        "write",
        "One row in, one row out",
        _one_row,
        (
            "TritonClient already takes lists. Only a dimension is missing: add one going in, drop one coming back.",
            "Send {name: [row]} for each input, and return {name: array[0]} for each output.",
        ),
        """from tutorial_lib.client import TritonClient


def ask(model_name, **rows):
    with TritonClient() as client:
        answers = client.infer(model_name, {name: [row] for name, row in rows.items()})
    return {name: array[0] for name, array in answers.items()}


check("21.2", ask)""",
        "a wrapper in its users' own terms stays short when the client below it takes plain arrays and raises",
    ),
    Exercise(
        "21.3",
        "repair",
        "A wrapper that hides too much",
        _hides_nothing,
        (
            "Remove the try first, so that each failure says what it is. Datatypes and output names come next.",
            'Use np_to_triton_dtype(array.dtype), the names in result.get_response()["outputs"], and no except at all.',
        ),
        """from tritonclient.utils import np_to_triton_dtype


def repaired(client, model_name, inputs):
    tensors = []
    for name, array in inputs.items():
        tensor = httpclient.InferInput(name, array.shape, np_to_triton_dtype(array.dtype))
        tensors.append(tensor.set_data_from_numpy(array))
    result = client.infer(model_name, tensors)
    return {output["name"]: result.as_numpy(output["name"]) for output in result.get_response()["outputs"]}


check("21.3", repaired)""",
        "the array knows its datatype, the reply knows its outputs, and the caller has to hear of a failure",
    ),
]
