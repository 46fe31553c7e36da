"""Lesson 08, on the wire: a plugin whose tokens wear out, and a response that is too long for its client."""

from __future__ import annotations

import json

from . import Exercise, NotYetError
from .asking import GRPC, client

AGENT = ("grpc.primary_user_agent", "my-program")
LIMIT = "grpc.max_receive_message_length"


def _plugin(answer) -> None:
    import tritonclient.grpc as grpc

    if not callable(answer):
        raise NotYetError(f"found {answer!r}, expected the class: its name, without parentheses")
    for protocol in ("HTTP", "gRPC"):
        given: list[str] = []
        plugin = _made(answer, given)
        with client() if protocol == "HTTP" else grpc.InferenceServerClient(GRPC) as server:
            server.register_plugin(plugin)
            seen = [_authorization(server, protocol) for _ in range(5)]
        if not seen[0].startswith("Bearer token-"):
            raise NotYetError(f"the model saw 'authorization: {seen[0]}', expected 'Bearer', a space and the token")
        numbers = [text.rpartition(" ")[2] for text in seen]
        expected = ["token-1", "token-1", "token-2", "token-2", "token-3"]
        if numbers != expected or len(given) != 3:
            _which_token(numbers, len(given))


def _made(answer, given: list[str]):
    def new_token() -> str:
        given.append(f"token-{len(given) + 1}")
        return given[-1]

    try:
        plugin = answer(new_token)
    except Exception as error:
        raise NotYetError(f"Token(new_token) raised {type(error).__name__}: {error}") from None
    if not callable(plugin):
        raise NotYetError(f"found a {type(plugin).__name__} without __call__(self, request), which clients call")
    return plugin


def _authorization(server, protocol: str) -> str:
    import numpy as np
    import tritonclient.grpc as grpc
    import tritonclient.http as http
    from tritonclient.utils import InferenceServerException

    module = http if protocol == "HTTP" else grpc
    tensor = module.InferInput("x", [1], "FP32").set_data_from_numpy(np.zeros(1, np.float32))
    try:
        found = json.loads(server.infer("inspect_request", [tensor]).as_numpy("parameters").item())
    except InferenceServerException as error:
        if "unexpected size" in str(error):
            raise NotYetError("the client's own headers are gone: add to request.headers, do not replace it") from None
        if "metadata" in str(error):
            raise NotYetError(f"over gRPC: {error.message()!r}; write header names in lower case") from None
        raise NotYetError(f"the server answers: {error.message()}") from None
    except Exception as error:
        raise NotYetError(f"the plugin's __call__ raised {type(error).__name__}: {error}") from None
    seen = {name.lower(): value for name, value in found.items()}
    if "authorization" not in seen:
        raise NotYetError(f"over {protocol}, the model saw {sorted(seen)}: put `authorization` into request.headers")
    return str(seen["authorization"])


def _which_token(numbers: list[str], asked: int) -> None:
    if numbers[0] != "token-1":
        raise NotYetError(f"a new object begins with {numbers[0]}: does it share its token or its count with others?")
    if len(set(numbers)) == 1:
        raise NotYetError(f"five requests went out with {numbers[0]!r}: after two requests, ask for another token")
    if len(set(numbers)) == 5:
        raise NotYetError("every request had a token of its own, but each token is good for two requests")
    raise NotYetError(f"the five requests had the tokens {', '.join(numbers)}, and new_token was called {asked} times")


def _channel(answer) -> None:
    import numpy as np
    import tritonclient.grpc as triton
    from tritonclient.utils import InferenceServerException

    try:
        pairs = [(str(name), value) for name, value in answer]
    except (TypeError, ValueError):
        raise NotYetError(f"found {answer!r}, expected a list of pairs, such as [{AGENT}]") from None
    if AGENT not in pairs:
        raise NotYetError(f"the program's name is gone: keep {AGENT}")
    for name, value in pairs:
        if name == LIMIT and type(value) is not int:
            raise NotYetError(f"found {value!r} for {name}: gRPC takes an int, and silently ignores anything else")
        if isinstance(value, int) and not -(2**31) <= value < 2**31:
            raise NotYetError(f"found {value} for {name}: gRPC takes at most 2**31 - 1, or -1 for no limit")
    zeros = np.zeros((1, 1_500_000), np.float32)
    tensor = triton.InferInput("fp32", zeros.shape, "FP32").set_data_from_numpy(zeros)
    with client():  # raises if there is no server
        pass
    with triton.InferenceServerClient(GRPC, channel_args=pairs) as server:
        try:
            server.infer("identity", [tensor])
        except InferenceServerException as error:
            if "larger than max" not in error.message():
                raise NotYetError(f"{error.status()}: {error.message()}") from None
            ours = [name for name, _ in pairs if name != AGENT[0]]
            limit = error.message().rpartition(" ")[2].rstrip(")")
            raise NotYetError(
                f"the response is 6 MB, but this client *receives* {limit} bytes at most; you set {ours or 'nothing'}"
            ) from None


EXERCISES = [
    Exercise(
        "08.1",
        "write",
        "Tokens that wear out",
        _plugin,
        (
            "The section 'Plugins' shows the form: a class with __call__(self, request) that changes request.headers.",
            "Count the uses in self; when the count is even, call new_token(). Lower case: 'authorization'.",
        ),
        """class Token(httpclient.InferenceServerClientPlugin):
    def __init__(self, new_token):
        self.new_token, self.uses = new_token, 0

    def __call__(self, request):
        if self.uses % 2 == 0:
            self.token = self.new_token()
        self.uses += 1
        request.headers["authorization"] = f"Bearer {self.token}"


check("08.1", Token)""",
        "a plugin keeps what changes from call to call, such as a token, out of the code that sends requests",
    ),
    Exercise(
        "08.2",
        "repair",
        "An answer that is too long",
        _channel,
        (
            "The section 'Keep a gRPC connection alive' says what channel_args do to tritonclient's own settings.",
            "Add ('grpc.max_receive_message_length', ...): a number of bytes, or -1 for no limit.",
        ),
        """channel_args = [
    ("grpc.primary_user_agent", "my-program"),
    ("grpc.max_receive_message_length", 2**31 - 1),
]
check("08.2", channel_args)""",
        "channel_args replace all of tritonclient's own settings, so they must include any limit that you need",
    ),
]
