"""Returns `sum` = a + b and `difference` = a - b, row by row."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    a = pb_utils.get_input_tensor_by_name(request, "a").as_numpy()
    b = pb_utils.get_input_tensor_by_name(request, "b").as_numpy()
    return pb_utils.InferenceResponse([pb_utils.Tensor("sum", a + b), pb_utils.Tensor("difference", a - b)])
