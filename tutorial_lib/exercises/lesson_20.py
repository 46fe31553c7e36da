"""Lesson 20, two clouds' doors: which door knows which model, a redirect, and a binary request for SageMaker."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping

from . import Exercise, NotYetError
from .asking import headers, statuses

TRITON, SAGEMAKER, VERTEX = (f"http://localhost:{port}" for port in (8000, 8080, 8081))
ADD_SUB = {
    "inputs": [
        {"name": "a", "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4]},
        {"name": "b", "shape": [1, 4], "datatype": "FP32", "data": [4, 3, 2, 1]},
    ]
}
SEVEN = {"inputs": [{"name": "x", "shape": [1, 1], "datatype": "FP32", "data": [7]}]}
FOUR = [  # what is asked, the body of a POST, what to think about
    (f"{TRITON}/v2/models/versions_demo", None, "Triton's own port knows every model, whoever loaded it"),
    (
        f"{SAGEMAKER}/models/versions_demo",
        None,
        "SageMaker's `/models` knows only what came in through its own POST /models",
    ),
    (f"{SAGEMAKER}/models/add_sub/invoke", ADD_SUB, "did add_sub come in through SageMaker's POST /models?"),
    (f"{SAGEMAKER}/invocations", ADD_SUB, "`/invocations` is for the default model; which one is that here?"),
]


def _asked(request: urllib.request.Request) -> tuple[int, bytes, Mapping[str, str]]:
    """Return status, body and headers; ConnectionError where nothing listens."""
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read(), reply.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers
    except urllib.error.URLError as error:
        raise ConnectionError(f"{request.full_url}: {error.reason}") from None


def _four_doors(answer) -> None:
    found = statuses(answer, 4, "four statuses, such as [200, 404, ...]")
    for letter, given, (url, body, why) in zip("abcd", found, FOUR):
        status, _, _ = _asked(urllib.request.Request(url, json.dumps(body).encode() if body else None))
        if given != str(status):
            raise NotYetError(f"look at {letter} again, found {given}: {why}")


def _version_two(answer) -> None:
    request = urllib.request.Request(f"{VERTEX}/predict", json.dumps(SEVEN).encode(), headers(answer))
    status, body, _ = _asked(request)
    if b"add_sub" in body:
        raise NotYetError("the default model, add_sub, got the request: which header names another endpoint?")
    path = request.get_header("X-vertex-ai-triton-redirect", "")
    if "://" in path or (status == 400 and not body):
        raise NotYetError(
            "the redirect names no endpoint: write the path as on port 8000, without the host and the first slash"
        )
    try:
        found = json.loads(body)
        version = found["model_version"] if status == 200 else None
    except (ValueError, KeyError):
        why = "is this a path of port 8000?" if path.endswith("/infer") else "the path should end in /infer"
        raise NotYetError(f"status {status}, but no inference: {why}") from None
    if status != 200:
        raise NotYetError(f"the server answers {status}: {found.get('error')}")
    if version != "2":
        raise NotYetError(f"version {version} answered, expected version 2: its number belongs in the path")


def _binary(answer) -> None:
    import tritonclient.http as triton

    if not isinstance(answer, urllib.request.Request):
        raise NotYetError(f"found a {type(answer).__name__}, expected a urllib.request.Request, like broken")
    if not answer.full_url.replace("127.0.0.1", "localhost").startswith(f"{SAGEMAKER}/invocations"):
        raise NotYetError(f"found {answer.full_url}, expected a request to SageMaker's door, {SAGEMAKER}/invocations")
    if not isinstance(answer.data, bytes) or answer.get_method() != "POST":
        raise NotYetError(f"found a {answer.get_method()} with the body {answer.data!r:.20}, expected a POST of bytes")
    kind = dict(answer.header_items()).get("Content-type", "")
    status, body, returned = _asked(answer)
    if status != 200:
        said = f"the server answers {status}"
        if "sagemaker" not in kind:
            raise NotYetError(f"{said}: this door looks at the content type, and yours is not SageMaker's")
        raise NotYetError(
            f"{said}: json-header-size is the length of the JSON part; the bytes of the tensors follow it"
        )
    length = returned["Content-Type"].partition("json-header-size=")[2]
    if not length:
        raise NotYetError("it answers, but in JSON: send the tensors as bytes, as broken does")
    found = triton.InferenceServerClient.parse_response_body(body, header_length=int(length)).as_numpy("sum")
    if found is None or found.tolist() != [[2.0, 4.0, 6.0, 8.0]]:
        raise NotYetError(f"the sum is {None if found is None else found.tolist()}; send the same body as broken does")


EXERCISES = [
    Exercise(
        "20.1",
        "predict",
        "Who knows whom?",
        _four_doors,
        (
            "The list of SageMaker's multi-model routes holds only what came in through POST /models.",
            "Nothing came in that way, so two of the four are 404. The default model has a route of its own.",
        ),
        'check("20.1", [200, 404, 404, 200])',
        "SageMaker's /models/... routes know only models from POST /models; /invocations asks the default model",
    ),
    Exercise(
        "20.2",
        "write",
        "Version 2 through Vertex AI's door",
        _version_two,
        (
            "One header names the endpoint that you mean. And how does Triton's own path ask for a version?",
            "The path on port 8000 would be v2/models/versions_demo/versions/2/infer.",
        ),
        """headers = {"X-Vertex-Ai-Triton-Redirect": "v2/models/versions_demo/versions/2/infer"}
check("20.2", headers)""",
        "with the redirect, one POST route reaches every endpoint of Triton, by its path on port 8000",
    ),
    Exercise(
        "20.3",
        "repair",
        "Bytes for SageMaker",
        _binary,
        (
            "SageMaker drops Triton's length header, so the content type says it all: which cloud, and one length.",
            "Use application/vnd.sagemaker-triton.binary+json and the second value that generate_request_body returns.",
        ),
        """kind = f"application/vnd.sagemaker-triton.binary+json;json-header-size={size}"
repaired = urllib.request.Request("http://localhost:8080/invocations", body, {"Content-Type": kind})
check("20.3", repaired)""",
        "the content type must be the cloud's own, and its number says where the JSON ends and the bytes begin",
    ),
]
