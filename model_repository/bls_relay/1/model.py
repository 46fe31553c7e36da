"""Sends a request to inspect_request, and sets everything that a BLS request can carry besides its tensors."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        return [relay(request) for request in requests]


def relay(request):
    inner = pb_utils.InferenceRequest(
        model_name="inspect_request",
        model_version=-1,  # the newest
        inputs=[pb_utils.get_input_tensor_by_name(request, "x")],
        requested_output_names=["request_id", "correlation_id", "parameters", "timeout"],
        request_id=request.request_id() + "/relayed",
        correlation_id=7,
        parameters={"hops": 1, "by": "bls_relay"},  # int, str and bool
        timeout=2_000_000,  # microseconds
        trace=request.trace(),  # the trace of the new request becomes a child of ours
        preferred_memory=pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU),
    )
    response = inner.exec()
    if response.has_error():
        return pb_utils.InferenceResponse(error=response.error())
    return pb_utils.InferenceResponse(response.output_tensors())
