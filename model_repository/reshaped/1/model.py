"""Returns the determinant of each matrix, and the shape in which the model saw the matrices."""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [answer(request) for request in requests]


def answer(request):
    matrices = pb_utils.get_input_tensor_by_name(request, "numbers").as_numpy()  # [rows, 2, 2]
    matrices = matrices.reshape(-1, 2, 2)  # if a request says "0 rows" but sends one, that dimension is missing
    determinants = matrices[:, 0, 0] * matrices[:, 1, 1] - matrices[:, 0, 1] * matrices[:, 1, 0]  # [rows]
    seen = np.tile(np.array(matrices.shape, dtype=np.int32), (len(matrices), 1))
    return pb_utils.InferenceResponse(
        [pb_utils.Tensor("determinant", determinants), pb_utils.Tensor("seen_shape", seen)]
    )
