"""Logits, FP32 [pictures,1000] -> the most probable class of each, BYTES [pictures,1], and its probability."""

from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        labels = Path(args["model_repository"]) / "labels.txt"  # line n is the name of class n
        self.labels = np.array(labels.read_text(encoding="utf-8").splitlines(), dtype=object)

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        logits = pb_utils.get_input_tensor_by_name(request, "logits").as_numpy()
        if logits.size == 0 or not np.isfinite(logits).all():
            return pb_utils.InferenceResponse(
                error=pb_utils.TritonError(
                    f"logits has shape {list(logits.shape)} and {np.count_nonzero(~np.isfinite(logits))} numbers that "
                    "are NaN or infinite, expected at least one row of 1000 finite numbers; check what resnet_model "
                    "was sent: NaN in, NaN out",
                    pb_utils.TritonError.INVALID_ARG,
                )
            )
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))  # softmax; subtracting the largest avoids overflow
        best = odds.argmax(axis=1)
        confidence = (1 / odds.sum(axis=1, keepdims=True)).astype(np.float32)  # the largest odds are exp(0) = 1
        names = np.array([[name.encode("utf-8")] for name in self.labels[best]], dtype=object)
        return pb_utils.InferenceResponse(
            [pb_utils.Tensor("class_label", names), pb_utils.Tensor("confidence", confidence)]
        )
