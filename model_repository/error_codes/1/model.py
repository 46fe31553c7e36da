"""Input `code`: OK, the name of a TritonError code such as NOT_FOUND, or RAISE for an exception that nobody catches."""

import triton_python_backend_utils as pb_utils

CODES = ["UNKNOWN", "INTERNAL", "NOT_FOUND", "INVALID_ARG", "UNAVAILABLE", "UNSUPPORTED", "ALREADY_EXISTS", "CANCELLED"]


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    tensor = pb_utils.get_input_tensor_by_name(request, "code")
    name = tensor.as_numpy()[0].decode("utf-8", "replace")
    if name == "OK":
        return pb_utils.InferenceResponse([pb_utils.Tensor("code", tensor.as_numpy())])
    if name == "RAISE":
        raise pb_utils.TritonModelException("nobody caught this")
    if name in CODES:
        code = getattr(pb_utils.TritonError, name)  # pb_utils.TritonError.NOT_FOUND, and so on
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(f"you asked for {name}", code))
    error = pb_utils.TritonError(f"no such code: {name}", pb_utils.TritonError.INVALID_ARG)
    return pb_utils.InferenceResponse(error=error)
