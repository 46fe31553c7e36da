"""Returns `text` in capitals."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    text = pb_utils.get_input_tensor_by_name(request, "text").as_numpy()[0].decode("utf-8", "replace")
    return pb_utils.InferenceResponse([pb_utils.Tensor("text_upper", np.array([text.upper()], dtype=object))])
