"""Version 3: multiplies by 3."""

import triton_python_backend_utils as pb_utils

FACTOR = 3


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    x = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
    return pb_utils.InferenceResponse([pb_utils.Tensor("y", x * x.dtype.type(FACTOR))])
