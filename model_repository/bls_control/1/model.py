"""Input `action`: a verb (load, unload, ready) and a model's name. Returns whether that model is ready afterwards."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [control(request) for request in requests]


def control(request):
    action = pb_utils.get_input_tensor_by_name(request, "action").as_numpy()
    verb, model = (word.decode("utf-8", "replace") for word in action)
    try:
        if verb == "load":
            pb_utils.load_model(model_name=model)  # also: config="{...}", files={"file:1/model.py": b"..."}
        elif verb == "unload":
            pb_utils.unload_model(model_name=model)  # also: unload_dependents=True
        elif verb != "ready":
            raise pb_utils.TritonModelException(f"unknown action {verb[:40]!r}, expected load, unload or ready")
        ready = pb_utils.is_model_ready(model_name=model, model_version="")  # "": the newest
    except pb_utils.TritonModelException as error:
        return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG))
    return pb_utils.InferenceResponse([pb_utils.Tensor("ready", np.array([ready]))])
