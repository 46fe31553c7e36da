"""Version 2: multiplies by 2."""

import triton_python_backend_utils as pb_utils

FACTOR = 2


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    x = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
    return pb_utils.InferenceResponse([pb_utils.Tensor("y", x * x.dtype.type(FACTOR))])
