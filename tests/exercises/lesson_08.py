"""Answers to the exercises of lesson 08: right ones of different kinds, plausible wrong ones and what they are told."""

import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient

from . import as_it_is

FORWARD = [f"--{protocol}-header-forward-pattern=^(x-.*|authorization)$" for protocol in ("http", "grpc")]
SERVER = {"models": ["identity", "inspect_request"], "options": FORWARD}
AGENT = ("grpc.primary_user_agent", "my-program")
LIMIT = "grpc.max_receive_message_length"


def token(uses=2, name="authorization", word="Bearer ", base=httpclient.InferenceServerClientPlugin):
    """Make a learner's class."""

    class Token(base):
        def __init__(self, new_token):
            self.new_token, self.used = new_token, 0

        def __call__(self, request):
            if self.used % uses == 0:
                self.token = self.new_token()
            self.used += 1
            request.headers[name] = f"{word}{self.token}"

    return as_it_is(Token)


@as_it_is
def closure(new_token):
    left = []

    def plugin(request):
        if not left:
            left.extend([new_token()] * 2)
        request.headers["authorization"] = "Bearer " + left.pop()

    return plugin


@as_it_is
class Returns:
    def __init__(self, new_token):
        self.new_token = new_token

    def __call__(self, request):  # noqa: ARG002
        return {"authorization": f"Bearer {self.new_token()}"}


@as_it_is
class Replaces(Returns):
    def __call__(self, request):
        request.headers = {"authorization": f"Bearer {self.new_token()}"}


@as_it_is
class Shares(Returns):
    used = 0

    def __call__(self, request):
        if Shares.used % 2 == 0:
            Shares.token = self.new_token()
        Shares.used += 1
        request.headers["authorization"] = f"Bearer {Shares.token}"


@as_it_is
class WithoutToken(httpclient.InferenceServerClientPlugin):
    def __call__(self, request):
        request.headers["authorization"] = "Bearer"


@as_it_is
class Raises(Returns):
    def __call__(self, request):
        request.header["authorization"] = ""


ANSWERS = {
    "08.1": {
        "right": [token(), closure, token(base=grpcclient.InferenceServerClientPlugin), token(base=object)],
        "wrong": [
            (token(uses=1), "each token is good for two"),
            (token(uses=9), "after two requests, ask"),
            (token(uses=3), "token-1, token-1, token-1, token-2"),
            (token(name="Authorization"), "lower case"),
            (token(word=""), "'Bearer', a space"),
            (Replaces, "own headers are gone"),
            (Shares, "begins with token-3"),
            (token(word="Bearer"), "'authorization: Bearertoken-1'"),
            (token(name="x-token"), "saw ['x-token']"),
            (Returns, "put `authorization` into"),
            (WithoutToken, "Token(new_token) raised"),
            (Raises, "the plugin's __call__ raised"),
        ],
    },
    "08.2": {
        "right": [[AGENT, (LIMIT, -1)], [(LIMIT, 10_000_000), AGENT], ([LIMIT, 2**31 - 1], AGENT)],
        "wrong": [
            ([AGENT], "you set nothing"),
            ([(LIMIT, -1)], "name is gone"),
            ([AGENT, ("grpc.max_send_message_length", -1)], "you set ['grpc.max_send"),
            ([AGENT, ("max_receive_message_length", -1)], "*receives*"),
            ([AGENT, (LIMIT, 5_000_000)], "5000000"),
            ([AGENT, (LIMIT, 10e6)], "gRPC takes an int"),
            ([AGENT, (LIMIT, 2**31)], "or -1 for no limit"),
            ({LIMIT: -1}, "list of pairs"),
            (-1, "list of pairs"),
        ],
    },
}
