"""Echoes x with the parameters {"model_mood": "good", "tokens": 3}, if the server knows response parameters."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    x = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
    try:
        return pb_utils.InferenceResponse(
            output_tensors=[pb_utils.Tensor("y", x)], parameters={"model_mood": "good", "tokens": 3}
        )
    except TypeError as error:
        first = str(error).splitlines()[0]
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(first, pb_utils.TritonError.UNSUPPORTED))
