"""Answers to the exercises of lesson 19: right ones of different kinds, plausible wrong ones and what they are told."""

from tutorial_lib.server import serve

RULE = "model-repository,logging,trace:ops-key=4711"
SERVER = {
    "models": ["add_sub"],
    "options": [
        "--http-restricted-api=model-repository,logging:ops-key=4711",
        "--grpc-restricted-protocol=model-repository:ops-key=4711",
    ],
}
BOTH = [f"--http-restricted-api={RULE}", f"--grpc-restricted-protocol={RULE}"]
HTTP_NAME, GRPC_NAME = {"ops-key": "4711"}, {"triton-grpc-protocol-ops-key": "4711"}


def started(http=None, grpc=None, more=()):
    """Start the server anew, as a learner's cell would."""
    options = [f"--http-restricted-api={http}"] * bool(http) + [f"--grpc-restricted-protocol={grpc}"] * bool(grpc)
    return lambda _client: serve(["add_sub"], options=[*options, *more]) and None


def after_a_fresh_start(answer):
    """19.3 has changed the server."""

    def act(client):
        serve(**SERVER)
        return answer

    return act


def after_19_3(answer):
    """And nobody has started the exercise's server again."""
    return lambda client: started(RULE, RULE)(client) or answer


ANSWERS = {
    "19.1": {
        "right": [["a", "c", "f"], "A, C, F"],
        "wrong": [
            (after_a_fresh_start(["a", "f"]), "each protocol has a list of its own"),
            (["a", "c"], "a group of its own"),
            (["a", "b", "c", "f"], "`logging` is in the HTTP option's list"),
            (["a", "c", "e", "f"], "unloading belongs"),
            (["x"], "from a to f"),
            (7, "a list of letters"),
            (after_19_3(["a", "c", "f"]), "start that one again"),
        ],
    },
    "19.2": {
        "right": [{**HTTP_NAME, **GRPC_NAME}, {**GRPC_NAME, **HTTP_NAME, "accept": "*/*"}],
        "wrong": [
            (HTTP_NAME, "gRPC does not"),
            (GRPC_NAME, "HTTP no longer does"),
            ({"ops-key": "4712", "triton-grpc-protocol-ops-key": "4712"}, "both refuse"),
            ({"Triton-Grpc-Protocol-Ops-Key": "4711", **HTTP_NAME}, "lowercase"),
            ({**HTTP_NAME, "triton-grpc-protocol ops-key": "4711"}, "letters, digits and hyphens only"),
            ({"ops-key": 4711}, "a dict of strings"),
            ("ops-key=4711", "a dict of strings"),
        ],
    },
    "19.3": {
        "right": [
            started(RULE, RULE),
            started("trace,logging,model-repository:ops-key=4711", RULE, ["--log-verbose=1"]),
        ],
        "wrong": [
            (started(RULE), "over gRPC, `model-repository` still answers everybody"),
            (started("model-repository,logging:ops-key=4711", RULE), "over HTTP, `trace` still answers"),
            (started(RULE.replace("4711", "4712"), RULE), "even to the key 4711"),
            (started(RULE, f"inference,{RULE}"), "over gRPC, `inference` asks for the key"),
            (started(f"model-config,{RULE}", RULE), "over HTTP, `model-config` asks for the key now: it should stay"),
            (started(RULE, f"shared-memory,{RULE}"), "over gRPC, `shared-memory` asks for the key"),
            (started(RULE, None, ["--allow-grpc=false"]), "nothing answers over gRPC"),
            (lambda _client: serve([], options=BOTH) and None, "without add_sub"),
        ],
    },
}
