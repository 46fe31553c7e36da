"""Answers to the exercises of lesson 04: right ones of different kinds, plausible wrong ones and what they are told."""

import tritonclient.http as httpclient
from geventhttpclient import HTTPParseError

SERVER = {"models": ["add_sub", "versions_demo"]}


def kept(function):
    function.as_it_is = True
    return function


def each_version(client, key="state"):
    return [model["name"] for model in client.get_model_repository_index() if model.get(key, "READY") == "READY"]


def once(client):
    return {model["name"] for model in client.get_model_repository_index() if "READY" in model.values()}


def closes(client):
    with client:
        return once(client)


def asks_each(client):
    names = [model["name"] for model in client.get_model_repository_index()]
    return sorted(name for name in set(names) if client.is_model_ready(name))


def no_get(client):
    return {model["name"] for model in client.get_model_repository_index() if model["state"] == "READY"}


def healthy(errors, method="is_server_ready"):
    """A learner's function that takes these exceptions for "no"."""

    def found(url):
        try:
            with httpclient.InferenceServerClient(url=url) as client:
                return getattr(client, method)()
        except errors:
            return False

    return kept(found)


ANSWERS = {
    "04.1": {
        "right": [[200, 200, 400, 404, 400], ("200", "200", "400", "404", "400"), [200.0, 200.0, 400.0, 404.0, 400.0]],
        "wrong": [
            ([200, 400, 400, 404, 400], "nobody asked for `identity`"),
            ([200, 200, 404, 404, 404], "models/identity/ready does not answer 404"),
            ([200, 200, 400, 400, 400], "models/identity does not answer 400"),
            ([200, 200, 400, 404, 404], "models/identity/stats does not answer 404"),
            ([400, 200, 400, 404, 400], "the process answers"),
            (200, "five statuses"),
        ],
    },
    "04.2": {
        "right": [kept(once), kept(asks_each), kept(lambda client: dict.fromkeys(once(client)).keys()), kept(closes)],
        "wrong": [
            (kept(no_get), "raised KeyError: 'state'"),
            (kept(lambda client: each_version(client)), "versions_demo is in it more than once"),
            (kept(lambda client: {m["name"] for m in client.get_model_repository_index()}), "is not READY"),
            (
                kept(lambda client: {m["name"] for m in client.get_model_repository_index() if "state" in m}),
                "is not READY",
            ),
            (kept(lambda _: ["add_sub", "versions_demo"]), "identity is READY now"),
            (kept(lambda client: client.get_model_repository_index()), "a list of names"),
            (["add_sub", "versions_demo"], "expected a function"),
        ],
    },
    "04.3": {
        "right": [healthy((OSError, HTTPParseError)), healthy(Exception)],
        "wrong": [
            (healthy(()), "raised ConnectionRefusedError"),
            (healthy(OSError), "raised HTTPParseError"),
            (healthy((ConnectionRefusedError, HTTPParseError)), "raised OSError"),
            (healthy(Exception, "is_server_live"), "it is live, but a model failed"),
            (healthy(Exception, "no_such_method"), "it returns False, expected True"),
            (kept(lambda _: True), "nothing listens there"),
            (True, "expected a function"),
        ],
    },
}
