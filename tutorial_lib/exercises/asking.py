"""What checks ask the lesson's server, and how they try an answer on it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from . import NotYetError

HTTP, GRPC = "localhost:8000", "localhost:8001"


@contextlib.contextmanager
def client() -> Iterator[Any]:
    """An HTTP client of tritonclient for the lesson's server; ConnectionError where none answers."""
    import tritonclient.http as triton

    with triton.InferenceServerClient(HTTP) as found:
        try:
            found.is_server_live()
        except Exception as error:
            raise ConnectionError(f"{HTTP}: {error}") from None
        yield found


def is_ready(model: str) -> bool:
    """Say whether the lesson's server serves `model` now."""
    with client() as server:
        return server.is_model_ready(model)


def config(model: str) -> dict:
    """Return the config of a model as the server has it, with its defaults; NotYetError where it is not loaded."""
    from tritonclient.utils import InferenceServerException

    with client() as server:
        try:
            return server.get_model_config(model)
        except InferenceServerException as error:
            raise NotYetError(f"the server answers: {error.message()}") from None


def parsed(pbtxt: str) -> dict:
    """Return a config.pbtxt as the JSON that `load_model(config=...)` takes; NotYetError names where it stops."""
    from google.protobuf import json_format, text_format
    from tritonclient.grpc import model_config_pb2

    if not isinstance(pbtxt, str):
        raise NotYetError(f"found a {type(pbtxt).__name__}, expected the text of a config.pbtxt")
    try:
        message = text_format.Parse(pbtxt, model_config_pb2.ModelConfig())
    except text_format.ParseError as error:
        raise NotYetError(f"Triton cannot read it: {error} (line:column)") from None
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


@contextlib.contextmanager
def tried(pbtxt: str, model_py: str, name: str = "your_turn") -> Iterator[Any]:
    """Load a config.pbtxt and a model.py into the lesson's server under `name`; unload them at the end of the block.

    Needs model control mode explicit. Yields the client. NotYetError where the server refuses the model, and why.
    """
    from tritonclient.utils import InferenceServerException

    wanted = {**parsed(pbtxt), "name": name}
    with client() as server:
        try:
            server.load_model(name, config=json.dumps(wanted), files={"file:1/model.py": model_py.encode()})
        except InferenceServerException as error:
            raise NotYetError(f"the server does not load it: {error.message()}") from None
        try:
            yield server
        finally:
            server.unload_model(name)


def infer(server: Any, model: str, inputs: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Send numpy arrays; return {output: array}. NotYetError says what the server answered instead."""
    import tritonclient.http as triton
    from tritonclient.utils import InferenceServerException, np_to_triton_dtype

    tensors = [
        triton.InferInput(key, value.shape, np_to_triton_dtype(value.dtype)).set_data_from_numpy(value)
        for key, value in inputs.items()
    ]
    try:
        reply = server.infer(model, tensors, **options)
    except InferenceServerException as error:
        raise NotYetError(f"the server answers {error.status()}: {error.message()}") from None
    return {output["name"]: reply.as_numpy(output["name"]) for output in reply.get_response()["outputs"]}


def same(found: Any, expected: Any, why: str) -> None:
    """Raise NotYetError with `why` unless the two are equal (texts without regard to case and spaces around them)."""
    plain = [value.strip().lower() if isinstance(value, str) else value for value in (found, expected)]
    if (type(plain[0]) is bool and type(plain[1]) is not bool) or plain[0] != plain[1]:
        raise NotYetError(f"found {found!r}; {why}")
