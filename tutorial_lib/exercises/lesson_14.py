"""Lesson 14, models in Python: a BLS loop without its model, a BLS model with two bugs, and a model.py of your own."""

from __future__ import annotations

from . import Exercise, NotYetError
from .asking import client, infer, needed, status, statuses, together, tried

# A request waits up to half a second for others, so that two that arrive together form one batch.
BATCHING = """
backend: "python"
max_batch_size: 16
input [ { name: "x", data_type: TYPE_FP32, dims: [ 1 ] } ]
output [ { name: "y", data_type: TYPE_FP32, dims: [ 1 ] } ]
dynamic_batching { max_queue_delay_microseconds: 500000 }
"""


def _statuses(answer) -> None:
    import numpy as np

    found = statuses(answer, 2, "two statuses, such as [404, 404]")
    needed("bls_pipeline")
    limit, gone = np.array([100], np.float32), {"model": "not_there"}
    with client() as server:
        truth = [
            status(server, "bls_pipeline", {"x": np.array([[x]], np.float32), "limit": limit}, parameters=gone)[0]
            for x in (1, 200)
        ]
    if found[0] == "404":
        raise NotYetError("you get 404 when the *client* names a model that is not there; bls_pipeline is there")
    if found[0] == "200":
        raise NotYetError(
            "with x=1 the loop calls `scale`, which is not loaded: what does it do when has_error() is true?"
        )
    if found[1] == "500":
        raise NotYetError("the second request does not fail: read the loop's condition with x=200 and limit=100")
    if found != truth:
        raise NotYetError(f"found {found}: what does the model return in each case, an error or tensors?")


def _batch(*rows: list) -> list:
    """Send each list of rows as a request, all at once; return their answers, or the statuses of refusals."""
    import numpy as np

    return together("your_turn", [{"x": np.array(row, np.float32).reshape(-1, 1)} for row in rows])


def _text(answer) -> None:
    if not isinstance(answer, str) or not answer.strip():
        raise NotYetError(f"found {answer!r}, expected the text of a model.py")


def _relay(answer) -> None:
    import numpy as np

    _text(answer)
    needed("scale")
    with tried(BATCHING, answer) as server:
        outputs = infer(server, "your_turn", {"x": np.array([[2], [4]], np.float32)})
        if "y" not in outputs:
            raise NotYetError(f"one request alone: found the outputs {list(outputs)}, expected y")
        found = outputs["y"].tolist()
        if found != [[5.0], [10.0]]:
            raise NotYetError(f"one request alone: 2 and 4 became {found}, expected what `scale` returns for them")
        found = _batch([2], [4])
        if any(isinstance(reply, str) for reply in found):
            _, message = _refusal(server, [[2], [4]])
            raise NotYetError(
                f"two requests in one batch fail: {message or found}; return one response for each request"
            )
        if [reply["y"].tolist() for reply in found] != [[[5.0]], [[10.0]]]:
            raise NotYetError("two requests in one batch: each must get the answer to its own numbers")
        beside, too_many = _batch([2], [1] * 9)
        if isinstance(beside, str):
            raise NotYetError(
                "`scale` refuses 9 rows, and the other request in the batch failed too: give each request its own"
                " response, with the error where has_error() is true"
            )
        if not isinstance(too_many, str):
            raise NotYetError("`scale` refuses 9 rows, but the client got an answer: pass the error on")
        message = status(server, "your_turn", {"x": np.ones((9, 1), np.float32)})[1]
        if "batch-size must be" not in message:
            raise NotYetError(f"`scale` refuses 9 rows, but the client reads {message!r}: pass on response.error()")


def _refusal(server, rows: list) -> tuple[str, str]:
    """Send two requests at once and return status and message of the first refusal."""
    import numpy as np
    import tritonclient.http as triton
    from tritonclient.utils import InferenceServerException

    with triton.InferenceServerClient("localhost:8000", concurrency=2) as own:
        waiting = []
        for row in rows:
            tensor = triton.InferInput("x", [1, 1], "FP32").set_data_from_numpy(np.array([row], np.float32))
            waiting.append(own.async_infer("your_turn", [tensor]))
        try:
            for reply in waiting:
                reply.get_result()
        except InferenceServerException as error:
            return error.status(), error.message()
    return "200", ""


def _roots(answer) -> None:
    import numpy as np

    _text(answer)
    with tried(BATCHING, answer) as server:
        found = infer(server, "your_turn", {"x": np.array([[4], [9]], np.float32)})
        if found.get("y") is None or not np.allclose(found["y"], [[2], [3]]):
            outputs = {name: y.tolist() for name, y in found.items()}
            raise NotYetError(f"[[4], [9]] became {outputs}, expected y = [[2.0], [3.0]]")
        if found["y"].dtype != np.float32:
            raise NotYetError(f"y comes back as {found['y'].dtype}, but the config says FP32, which is float32")
        code, message = status(server, "your_turn", {"x": np.array([[0]], np.float32)})
        if code != "200":
            raise NotYetError(f"0 gives {code}: {message}; but 0 is not negative, and its root is 0")
        code, message = status(server, "your_turn", {"x": np.array([[-1]], np.float32)})
        if code == "200":
            raise NotYetError("-1 was answered, so the client never learns that it has no root")
        if code == "500" and "Failed to process" in message:
            raise NotYetError(
                "-1 gives 500, because the model raised an exception: return an error response for that request"
            )
        if code != "400":
            raise NotYetError(
                f"-1 gives {code}, expected 400: TritonError takes a code, and without one it is INTERNAL"
            )
        if not message.strip():
            raise NotYetError("-1 gives 400 without a message: write TritonError(message, code)")
        code, _ = status(server, "your_turn", {"x": np.array([[4], [-1]], np.float32)})
        if code != "400":
            raise NotYetError(f"a request with the rows 4 and -1 gives {code}, expected 400: look at each of its rows")
        good, bad = _batch([4], [-1])
        if isinstance(good, str):
            raise NotYetError(f"in one batch with -1, the request with 4 got {good}: an error belongs to one request")
        if good["y"].tolist() != [[2.0]] or bad != "400":
            raise NotYetError(
                "in one batch with -1, the answers are mixed up: return one response for each request, in order"
            )


EXERCISES = [
    Exercise(
        "14.1",
        "predict",
        "The loop without its model",
        _statuses,
        (
            "Read `run` in the section 'BLS: a model calls a model': when is the inner model called?",
            "While x <= limit. 200 is above 100 from the start, so nothing is called, nothing fails, and steps is 0.",
        ),
        'check("14.1", [500, 200])',
        "the server does not know what a model.py will call: the model is ready, and fails only when it makes the call",
    ),
    Exercise(
        "14.2",
        "repair",
        "A relay with two bugs",
        _relay,
        (
            "Where does it return when a batch holds two requests? And what does a response without outputs mean?",
            "Collect responses in a list; if response.has_error(), append InferenceResponse(error=response.error()).",
        ),
        '''repaired = """
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        return [self.relay(pb_utils.get_input_tensor_by_name(request, "x")) for request in requests]

    def relay(self, x):
        inner = pb_utils.InferenceRequest(model_name="scale", inputs=[x], requested_output_names=["y"])
        response = inner.exec()
        if response.has_error():
            return pb_utils.InferenceResponse(error=response.error())
        return pb_utils.InferenceResponse([pb_utils.get_output_tensor_by_name(response, "y")])
"""
check("14.2", repaired)''',
        "return one response for each request, in order; an inner error arrives as a response, so pass it on",
    ),
    Exercise(
        "14.3",
        "write",
        "A model that says no politely",
        _roots,
        (
            "The section 'Errors with a status' shows how a model refuses one request, and what an exception does.",
            "Give that request InferenceResponse(error=pb_utils.TritonError('...', pb_utils.TritonError.INVALID_ARG)).",
        ),
        '''model_py = """
import numpy as np
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        return [self.root(pb_utils.get_input_tensor_by_name(request, "x").as_numpy()) for request in requests]

    def root(self, x):
        if (x < 0).any():
            error = pb_utils.TritonError("x must not be negative", pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=error)
        return pb_utils.InferenceResponse([pb_utils.Tensor("y", np.sqrt(x))])
"""
check("14.3", model_py)''',
        "an error response belongs to one request and carries a code; an exception fails the whole batch with 500",
    ),
]
