"""Replaces x by a model's answer until x > `limit`, at most 10 times; parameter `model` names it (default: scale)."""

import json

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [run(request) for request in requests]


def run(request):
    model = str(json.loads(request.parameters() or "{}").get("model", "scale"))
    x = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
    limit = pb_utils.get_input_tensor_by_name(request, "limit").as_numpy()[0]
    steps = 0
    while x[0, 0] <= limit and steps < 10:
        inner = pb_utils.InferenceRequest(
            model_name=model, inputs=[pb_utils.Tensor("x", x)], requested_output_names=["y"]
        )
        response = inner.exec()  # waits for the answer
        if response.has_error():  # an error comes as an answer too, not as an exception
            return pb_utils.InferenceResponse(error=response.error())
        x = pb_utils.get_output_tensor_by_name(response, "y").as_numpy()
        steps += 1
    tensors = [pb_utils.Tensor("y", x), pb_utils.Tensor("steps", np.array([steps], np.int32))]
    return pb_utils.InferenceResponse(tensors)
