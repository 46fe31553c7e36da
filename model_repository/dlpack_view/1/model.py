"""`same`: x, by DLPack; `sum`: the sum of a view; `shared`: do two views, and a view and as_numpy(), share memory?"""

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [look(request) for request in requests]


def look(request):
    tensor = pb_utils.get_input_tensor_by_name(request, "x")
    view = np.from_dlpack(tensor)  # torch.from_dlpack(tensor) and cupy.from_dlpack(tensor) do the same
    same = pb_utils.Tensor.from_dlpack("same", tensor.to_dlpack())  # takes a capsule, or a torch or cupy tensor
    total = np.array([view.sum()], np.float32)
    shared = [np.shares_memory(view, other) for other in (np.from_dlpack(tensor), tensor.as_numpy())]
    return pb_utils.InferenceResponse(
        [same, pb_utils.Tensor("sum", total), pb_utils.Tensor("shared", np.array(shared))]  # numpy arrays go this way
    )
