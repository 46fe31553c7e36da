"""Returns `y` = x + bias, or y = x when the request has no `bias`."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    x = pb_utils.get_input_tensor_by_name(request, "x")
    bias = pb_utils.get_input_tensor_by_name(request, "bias")  # None: the request did not send it
    if x is None:  # with an optional input beside it, Triton itself does not notice that `x` is missing
        error = pb_utils.TritonError("input 'x' is missing", pb_utils.TritonError.INVALID_ARG)
        return pb_utils.InferenceResponse(error=error)
    y = x.as_numpy() if bias is None else x.as_numpy() + bias.as_numpy()
    return pb_utils.InferenceResponse([pb_utils.Tensor("y", y)])
