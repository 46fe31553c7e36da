"""Answers to the exercises of lesson 14: right ones of different kinds, plausible wrong ones and what they are told."""

import numpy as np

from tutorial_lib.exercises import lesson_14

SERVER = {"models": ["scale", "bls_pipeline"]}
RELAY, ROOT = (exercise.solution.split('"""')[1] for exercise in lesson_14.EXERCISES[1:])
START = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
"""
BROKEN = (
    START
    + """
        for request in requests:
            x = pb_utils.get_input_tensor_by_name(request, "x")
            inner = pb_utils.InferenceRequest(model_name="scale", inputs=[x], requested_output_names=["y"])
            y = pb_utils.get_output_tensor_by_name(inner.exec(), "y")
            return [pb_utils.InferenceResponse([y])]
"""
)
ASYNC = (
    START.replace("def execute", "async def execute")
    + """
        answers = []
        for request in requests:
            x = pb_utils.get_input_tensor_by_name(request, "x")
            inner = pb_utils.InferenceRequest(model_name="scale", inputs=[x], requested_output_names=["y"])
            answer = await inner.async_exec()
            error = answer.error() if answer.has_error() else None
            tensors = [] if error else answer.output_tensors()
            answers.append(pb_utils.InferenceResponse(tensors, error=error))
        return answers
"""
)
ONE_BY_ONE = (
    START
    + """
        responses = []
        for request in requests:
            x = pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
            if x.min() >= 0:
                responses.append(pb_utils.InferenceResponse([pb_utils.Tensor("y", x ** 0.5)]))
                continue
            text = f"no root of {x.min()}"
            error = pb_utils.TritonError(text, pb_utils.TritonError.INVALID_ARG)
            responses.append(pb_utils.InferenceResponse(error=error))
        return responses
"""
)
RENAMED = RELAY.replace(
    'get_output_tensor_by_name(response, "y")',
    'Tensor("out", pb_utils.get_output_tensor_by_name(response, "y").as_numpy())',
)
REFUSAL = "return pb_utils.InferenceResponse(error=error)"

ANSWERS = {
    "14.1": {
        "right": [[500, 200], ("500", "200"), np.array([500.0, 200.0])],
        "wrong": [
            ([404, 404], "when the *client* names"),
            ([500, 500], "loop's condition"),
            ([200, 200], "when has_error()"),
            ([500, 404], "an error or tensors"),
            (500, "two statuses"),
        ],
    },
    "14.2": {
        "right": [RELAY, ASYNC],
        "wrong": [
            (BROKEN, "two requests in one batch"),
            (RELAY.replace("if response.has_error()", "if False"), "failed too"),
            (RELAY.replace("error=response.error()", '[pb_utils.Tensor("y", x.as_numpy())]'), "got an answer"),
            (RELAY.replace("response.error()", 'pb_utils.TritonError("sorry")'), "'sorry'"),
            (RELAY.replace('"scale"', '"scales"'), "'scales' is not ready"),
            (RENAMED, "expected y"),
            (RELAY.replace("class TritonPythonModel:", "class TritonPythonModel"), "does not load"),
            (7, "the text of a model.py"),
        ],
    },
    "14.3": {
        "right": [ROOT, ONE_BY_ONE],
        "wrong": [
            (ROOT.replace(REFUSAL, "raise ValueError('negative')"), "because the model raised"),
            (ROOT.replace(", pb_utils.TritonError.INVALID_ARG)", ")"), "without one it is INTERNAL"),
            (ROOT.replace("(x < 0).any()", "False"), "-1 was answered"),
            (ROOT.replace("(x < 0).any()", "x[0, 0] < 0"), "look at each of its rows"),
            (ROOT.replace("INVALID_ARG", "NOT_FOUND"), "gives 404"),
            (ROOT.replace("x < 0", "x <= 0"), "0 is not negative"),
            (ROOT.replace("np.sqrt(x)", "np.sqrt(x).astype(np.float64)"), "the config says FP32"),
            (ROOT.replace("np.sqrt(x)", "x * x"), "expected y = [[2.0], [3.0]]"),
            (ROOT.replace("for request in requests]", "for request in requests[:1]]"), "in one batch with -1"),
            (["model.py"], "the text of a model.py"),
        ],
    },
}
