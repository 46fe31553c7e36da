"""Answers to the exercises of lesson 20: right ones of different kinds, plausible wrong ones and what they are told."""

import json
from urllib.request import Request

import numpy as np
import tritonclient.http as httpclient

SERVER = {
    "models": ["add_sub", "versions_demo"],
    "control_mode": "none",
    "options": ["--allow-sagemaker=true", "--allow-vertex-ai=true", "--vertex-ai-default-model=add_sub"],
    "env": {
        "SAGEMAKER_TRITON_DEFAULT_MODEL_NAME": "add_sub",
        "AIP_HTTP_PORT": "8081",
        "AIP_HEALTH_ROUTE": "/health",
        "AIP_PREDICT_ROUTE": "/predict",
    },
}


def made(*numbers, **options):
    row = np.array([numbers], dtype=np.float32)
    inputs = [httpclient.InferInput(name, row.shape, "FP32").set_data_from_numpy(row) for name in ("a", "b")]
    return httpclient.InferenceServerClient.generate_request_body(inputs, **options)


BODY, SIZE = made(1, 2, 3, 4)
OTHER, OTHER_SIZE = made(1, 1, 1, 1)
NO_SUM, NO_SUM_SIZE = made(1, 2, 3, 4, outputs=[httpclient.InferRequestedOutput("difference")])
JSON = json.dumps(
    {"inputs": [{"name": name, "shape": [1, 4], "datatype": "FP32", "data": [1, 2, 3, 4]} for name in "ab"]}
).encode()


def request(size, cloud="sagemaker", url="http://localhost:8080/invocations", body=BODY):
    return Request(url, body, {"Content-Type": f"application/vnd.{cloud}-triton.binary+json;json-header-size={size}"})


def redirect(path):
    return {"X-Vertex-Ai-Triton-Redirect": path}


ANSWERS = {
    "20.1": {
        "right": [[200, 404, 404, 200], ("200", "404", "404", "200"), np.array([200.0, 404.0, 404.0, 200.0])],
        "wrong": [
            ([404, 404, 404, 200], "knows every model"),
            ([200, 200, 404, 200], "only what came in"),
            ([200, 404, 200, 200], "did add_sub come in"),
            ([200, 404, 404, 404], "which one is that"),
            ([200, 404], "four statuses"),
        ],
    },
    "20.2": {
        "right": [
            redirect("v2/models/versions_demo/versions/2/infer"),
            {
                "content-type": "application/json",
                "x-vertex-ai-triton-redirect": "v2/models/versions_demo/versions/2/infer",
            },
        ],
        "wrong": [
            ({"Content-Type": "application/json"}, "add_sub, got the request"),
            (redirect("v2/models/versions_demo/infer"), "version 3 answered"),
            (redirect("/v2/models/versions_demo/versions/2/infer"), "first slash"),
            (redirect("v2/models/versions_demo/versions/2"), "should end in /infer"),
            (redirect("v2/models/version_demo/versions/2/infer"), "unknown model"),
            (redirect("http://localhost:8000/v2/models/versions_demo/versions/2/infer"), "without the host"),
            ({"X-Vertex-Ai-Triton-Redirect:": "v2/models/versions_demo/versions/2/infer"}, "letters, digits"),
            ("v2/models/versions_demo/versions/2/infer", "a dict"),
        ],
    },
    "20.3": {
        "right": [request(SIZE), request(SIZE, url="http://127.0.0.1:8080/invocations")],
        "wrong": [
            (request(len(BODY)), "the length of the JSON part"),
            (request(SIZE, "vertex-ai"), "is not SageMaker's"),
            (request(SIZE, url="http://localhost:8081/predict"), "to SageMaker's door"),
            (Request("http://localhost:8080/invocations", JSON, {"Content-Type": "application/json"}), "in JSON"),
            (request(OTHER_SIZE, body=OTHER), "the same body"),
            (request(NO_SUM_SIZE, body=NO_SUM), "the sum is None"),
            (request(SIZE, body=None), "expected a POST of bytes"),
            (BODY, "a urllib.request.Request"),
        ],
    },
}
