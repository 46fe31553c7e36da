"""Lesson 00, the first inference: the shape of an answer, and a request that the server refuses."""

from __future__ import annotations

import json

from . import Exercise, NotYetError
from .asking import client, infer, plain

A, B = [[1, 2, 3, 4], [5, 6, 7, 8]], [[1, 1, 1, 1], [2, 2, 2, 2]]
ADD_SUB = "http://localhost:8000/v2/models/add_sub/infer"


def _rows(answer):
    """Return the answer, NotYetError if something in it is not a number."""
    if isinstance(answer, list):
        return [_rows(item) for item in answer]
    if isinstance(answer, bool) or not isinstance(answer, (int, float)):
        raise NotYetError(f"found {answer!r}, expected numbers in a list of rows, such as [[1.0, 2.0], [3.0, 4.0]]")
    return answer


def _difference(answer) -> None:
    import numpy as np

    found = _rows(plain(answer))
    with client() as server:
        truth = infer(server, "add_sub", {"a": np.array(A, np.float32), "b": np.array(B, np.float32)})
    right = truth["difference"]
    if found == right.ravel().tolist():
        raise NotYetError("the numbers are right, but the rows are gone: what shape does the returned array have?")
    if found == truth["sum"].tolist():
        raise NotYetError("those are the rows of the output `sum`; as_numpy was asked for `difference`")
    if found == (-right).tolist():
        raise NotYetError("that is b - a; `difference` is a - b")
    if found in ([right[0].tolist()], right[0].tolist()):
        raise NotYetError("that is only the first row; two rows went in, so how many come back?")
    if found != right.tolist():
        raise NotYetError(f"found {answer!r}; subtract number by number, row by row, and keep the rows apart")


def _body(answer) -> None:
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    if isinstance(answer, (str, bytes)):
        try:
            answer = json.loads(answer)
        except ValueError as error:
            raise NotYetError(f"this text is not valid JSON: {error}") from None
    if not isinstance(answer, dict):
        raise NotYetError(f"found a {type(answer).__name__}, expected the whole request: a dictionary with `inputs`")
    with client():  # raises if no server answers
        try:
            with urlopen(Request(ADD_SUB, json.dumps(plain(answer)).encode())) as reply:
                outputs = {output["name"]: output for output in json.load(reply)["outputs"]}
        except HTTPError as error:
            raise NotYetError(f"the server answers {error.code}: {json.load(error)['error']}") from None
        except TypeError as error:
            raise NotYetError(f"this cannot be written as JSON: {error}") from None
        except ValueError:
            raise NotYetError("the server accepts it, but its answer is not JSON: leave the binary form out") from None
    total = outputs.get("sum", {}).get("data")
    if total != [11, 12, 13, 14]:
        raise NotYetError(f"the server accepts it, but `sum` is {total}, expected [11, 12, 13, 14]: keep the numbers")


EXERCISES = [
    Exercise(
        "00.1",
        "predict",
        "Two rows, two tensors",
        _difference,
        (
            "The section 'Ask the server what it serves' shows an output's shape: [-1, ...], one row per row sent.",
            "A list of two rows, each with four numbers; the first row is 1-1, 2-1, 3-1, 4-1.",
        ),
        'check("00.1", [[0.0, 1.0, 2.0, 3.0], [3.0, 4.0, 5.0, 6.0]])',
        "a response has one row for each row of the request, in the same order, and you read each output by its name",
    ),
    Exercise(
        "00.2",
        "repair",
        "A request that is refused",
        _body,
        (
            "Compare it with the metadata: name, datatype and shape must match. The error names one mistake at a time.",
            "The shape has a batch dimension, [1, 4]; the datatype is FP32; and the shape [1, 4] needs four numbers.",
        ),
        """repaired = {
    "inputs": [
        {"name": "a", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4]},
        {"name": "b", "shape": [1, 4], "datatype": "FP32", "data": [10, 10, 10, 10]},
    ]
}
check("00.2", repaired)""",
        "the server checks name, shape and datatype before the model runs, and its error says which one does not match",
    ),
]
