"""Answers to the exercises of lesson 27: right ones of different kinds, plausible wrong ones and what they are told."""

import socket
import urllib.request

import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient

from . import as_it_is

SERVER = {"models": ["linear_regression_model"], "control_mode": "none"}


def chooses(ready, caught=Exception, wanted=lambda ready: next(iter(ready), None)):
    def first_ready(urls):
        found = []
        for url in urls:
            try:
                if ready(url):
                    found.append(url)
            except caught:
                pass
        return wanted(found)

    return as_it_is(first_ready)


def asked(url):
    with httpclient.InferenceServerClient(url, connection_timeout=2, network_timeout=2) as client:
        return client.is_server_ready()


def asked_if_it_lives(url):
    with httpclient.InferenceServerClient(url, connection_timeout=2, network_timeout=2) as client:
        return client.is_server_live()


def asked_without_end(url):
    with httpclient.InferenceServerClient(url) as client:
        return client.is_server_ready()


def asked_patiently(url):
    """One that hangs is no trouble; three are."""
    with httpclient.InferenceServerClient(url, connection_timeout=5, network_timeout=5) as client:
        return client.is_server_ready()


def asked_for_the_model(url):
    with httpclient.InferenceServerClient(url, connection_timeout=2, network_timeout=2) as client:
        return client.is_model_ready("linear_regression_model")


def asked_by_urllib(url):
    with urllib.request.urlopen(f"http://{url}/v2/health/ready", timeout=2) as reply:
        return reply.status == 200


def asked_over_grpc(url):
    with grpcclient.InferenceServerClient(url) as client:
        return client.is_server_ready(client_timeout=2)


def connects(url):
    host, port = url.split(":")
    socket.create_connection((host, int(port)), timeout=2).close()
    return True


ANSWERS = {
    "27.1": {
        "right": ["ae", ["a", "e"], {"E", "A"}, "a, e"],
        "wrong": [
            ("abe", "counted this step"),
            ("ace", "first words"),
            ("ade", "buffer"),
            ("aef", "refuses it"),
            ("a", "e is missing"),
            ("e", "a is missing"),
            ("aeg", "letters from a to f"),
            (2, "a list of letters"),
        ],
    },
    "27.2": {
        "right": [chooses(asked), chooses(asked_by_urllib), chooses(asked_for_the_model)],
        "wrong": [
            (chooses(asked_without_end), "limit the wait"),
            (chooses(asked_patiently), "no answer from 3 replicas within 10 s"),
            (chooses(connects), "accepts connections but never answers: ask each one whether"),
            (chooses(asked_if_it_lives), "has not loaded its models"),
            (chooses(asked, caught=ZeroDivisionError), "your function raised ConnectionRefusedError"),
            (chooses(asked, wanted=lambda ready: ready[-1]), "not the first"),
            (chooses(asked, wanted=lambda ready: ready), "is dead, and your function returned ['localhost:8000']"),
            (chooses(asked, wanted=lambda ready: ready[0] if ready else "localhost:8000"), "not None"),
            (chooses(asked, wanted=lambda ready: ready[0]), "your function raised IndexError"),
            (chooses(asked_over_grpc), "is dead, and your function returned None"),
            (as_it_is(lambda urls: urls[0]), "is dead"),
            ("localhost:8000", "a function"),
        ],
    },
}
