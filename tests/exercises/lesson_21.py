"""Answers to the exercises of lesson 21: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException, np_to_triton_dtype, triton_to_np_dtype

from tutorial_lib.client import TritonClient
from tutorial_lib.exercises.asking import unload

from . import as_it_is

SERVER = {"models": ["add_sub", "identity", "versions_demo"]}


def by_course(model_name, inputs):
    with TritonClient() as client:
        return client.infer(model_name, inputs)


@as_it_is
def with_course(model_name, **rows):
    return {name: array[0] for name, array in by_course(model_name, {n: [row] for n, row in rows.items()}).items()}


@as_it_is
def by_hand(model_name, **rows):
    with httpclient.InferenceServerClient("localhost:8000") as client:
        known = {item["name"]: item["datatype"] for item in client.get_model_metadata(model_name)["inputs"]}
        tensors = [
            httpclient.InferInput(name, [1, len(row)], known[name]).set_data_from_numpy(
                np.array([row], triton_to_np_dtype(known[name]))
            )
            for name, row in rows.items()
        ]
        result = client.infer(model_name, tensors)
    return {out["name"]: result.as_numpy(out["name"])[0].tolist() for out in result.get_response()["outputs"]}


@as_it_is
def by_metadata(model_name, **rows):
    """The outputs that the model has, as its metadata names them."""
    with httpclient.InferenceServerClient("localhost:8000") as client:
        metadata = client.get_model_metadata(model_name)
        kinds = {item["name"]: item["datatype"] for item in metadata["inputs"]}
        if unknown := rows.keys() - kinds:
            raise TypeError(f"{model_name} has no input {unknown.pop()}")
        tensors = {name: np.array([row], triton_to_np_dtype(kinds[name])) for name, row in rows.items()}
        result = client.infer(
            model_name,
            [httpclient.InferInput(n, a.shape, kinds[n]).set_data_from_numpy(a) for n, a in tensors.items()],
        )
    return {item["name"]: result.as_numpy(item["name"])[0] for item in metadata["outputs"]}


@as_it_is
def floats_alone(model_name, **rows):
    tensors = {name: np.array([row], np.float32) for name, row in rows.items()}
    with httpclient.InferenceServerClient("localhost:8000") as client:
        return {name: array[0] for name, array in wrapper()(client, model_name, tensors).items()}


@as_it_is
def keeps_the_batch(model_name, **rows):
    return by_course(model_name, {name: [row] for name, row in rows.items()})


@as_it_is
def without_a_batch(model_name, **rows):
    return by_course(model_name, rows)


@as_it_is
def one_output(model_name, **rows):
    return {"sum": with_course(model_name, **rows)["sum"]}


@as_it_is
def quiet(model_name, **rows):
    try:
        return with_course(model_name, **rows)
    except InferenceServerException:
        return None


class AskError(Exception):
    """A wrapper may have words of its own."""


@as_it_is
def in_own_words(model_name, **rows):
    try:
        return with_course(model_name, **rows)
    except InferenceServerException as error:
        raise AskError(f"{model_name} does not answer") from error


@as_it_is
def stumbles(model_name, **rows):
    return dict(quiet(model_name, **rows))


@as_it_is
def elsewhere(model_name, **rows):
    with httpclient.InferenceServerClient("localhost:9") as client:
        return wrapper()(client, model_name, {name: np.array([row], np.float32) for name, row in rows.items()})


def wrapper(datatype=lambda array: np_to_triton_dtype(array.dtype), names=None, hide=(), raises=None):
    """The guide's wrapper, with as many of its mistakes as wanted."""

    def wrapped(client, model_name, inputs):
        try:
            tensors = [
                httpclient.InferInput(name, array.shape, datatype(array)).set_data_from_numpy(array)
                for name, array in inputs.items()
            ]
            result = client.infer(model_name, tensors)
        except hide as error:
            if raises:
                raise raises("no answer") from error
            return None
        found = names(inputs) if names else [output["name"] for output in result.get_response()["outputs"]]
        return {name: result.as_numpy(name) for name in found}

    return as_it_is(wrapped)


def without_the_model(client):
    unload(client, "identity")
    return ["c", "e"]


def with_it_again(client):
    client.load_model("identity")
    return ["g"]


def fp32(_array):
    return "FP32"


def four_datatypes(array):
    """The guide's table, and no others."""
    return {"float32": "FP32", "int64": "INT64", "uint8": "UINT8", "object": "BYTES"}[array.dtype.name]


ANSWERS = {
    "21.1": {
        "right": [["c", "e"], "C E"],
        "wrong": [
            (["a", "c", "e"], "INT64"),
            (["b", "c", "e"], "64 bits"),
            (["c"], "f4 is float32"),
            (["c", "e", "f"], "how many dimensions"),
            (without_the_model, "identity is not loaded"),
            (with_it_again, "from a to f"),
        ],
    },
    "21.2": {
        "right": [with_course, by_hand, in_own_words, by_metadata],
        "wrong": [
            (keeps_the_batch, "take the batch dimension off"),
            (without_a_batch, "your function raised InferenceServerException"),
            (one_output, "difference is missing"),
            (floats_alone, "your function raised InferenceServerException"),
            (quiet, "must not look like an answer"),
            (stumbles, "it raised TypeError: 'NoneType' object is not iterable, far from the cause"),
            (elsewhere, "your function raised ConnectionRefusedError"),
            (as_it_is(lambda _model, **_rows: None), "expected a dict"),
            (5, "expected a function"),
        ],
    },
    "21.3": {
        "right": [
            wrapper(),
            as_it_is(lambda _client, model_name, inputs: by_course(model_name, inputs)),
            wrapper(hide=InferenceServerException, raises=RuntimeError),
        ],
        "wrong": [
            (wrapper(fp32, list, Exception), "expected the outputs ['sum', 'difference']"),
            (wrapper(fp32, None, Exception), "which error was that"),
            (wrapper(fp32), "identity with int64, your function raised InferenceServerException"),
            (wrapper(four_datatypes), "identity with bool, your function raised KeyError"),
            (wrapper(hide=InferenceServerException), "must not look like an answer"),
            (wrapper(names=lambda inputs: [f"{name}_out" for name in inputs]), "expected the outputs"),
            ("repaired", "expected a function"),
        ],
    },
}
