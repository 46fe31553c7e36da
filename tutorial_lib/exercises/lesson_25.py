"""Lesson 25, the model itself: what a fast network is worth, a judge of the right things, a faster model."""

from __future__ import annotations

import time

from . import Exercise, NotYetError
from .asking import client, infer, number, plain, statistics, tried

CONFIG = """
backend: "python"
max_batch_size: 512
input [ { name: "x", data_type: TYPE_FP32, dims: [ 1000 ] } ]
output [ { name: "y", data_type: TYPE_FP32, dims: [ 1 ] } ]
"""
SLOW = """
import numpy as np
import triton_python_backend_utils as pb_utils
def square(row):
    return [sum(value * value for value in row)]
class TritonPythonModel:
    def execute(self, requests):
        xs = [pb_utils.get_input_tensor_by_name(request, "x").as_numpy() for request in requests]
        ys = [np.array([square(row) for row in x], np.float32) for x in xs]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("y", y)]) for y in ys]
"""


def _amdahl(answer) -> None:
    found = number(answer)
    if found == 3:
        raise NotYetError("found 3: that is the network alone, but 4 of the 10 ms are not in it")
    if found == 2.5:
        raise NotYetError("found 2.5: that would be right if the network took no time at all")
    if found == 6:
        raise NotYetError("found 6: the new time is 2 + 4 = 6 ms; the question is how many times as fast that is")
    if abs(found - 1.8) < 0.01:
        raise NotYetError("found 1.8: shares of a gain cannot be added; add up the new time instead")
    if not 1.66 <= found <= 1.7:
        raise NotYetError(f"found {found:g}: which part of the 10 ms becomes shorter, and what is the sum then?")


def _judge(answer) -> None:
    import numpy as np

    if not callable(answer):
        raise NotYetError(f"found {answer!r}, expected a function of (expected, fast)")
    expected = np.array([[9, 1, 0], [2, 8, 1], [1, 3, 3.5], [0, 7, 1]], np.float32)
    fast = np.array([[9.5, 1, 0], [2, 8, 1], [1, 3.5, 2], [0, 7, 1]], np.float32)  # the third changes its mind
    same, moved = _asked(answer, expected, fast)
    right = 0.75, float(np.abs(_softmax(expected) - _softmax(fast)).max())
    if abs(same - 2 / 3) < 0.01 or abs(same - 1) < 0.01:
        raise NotYetError(
            f"3 of 4 pictures keep their class, but your function says {same:.0%}: along which axis are the classes?"
        )
    if abs(same - right[0]) > 0.01:
        raise NotYetError(
            f"3 of 4 pictures keep their class, but your function says {same:g}; expected the share, 0.75"
        )
    logits = float(np.abs(fast - expected).max())
    if abs(moved - logits) < 1e-4:
        raise NotYetError(
            f"{logits:g} is the largest change of a logit; a threshold sees probabilities, so apply softmax first"
        )
    rise = float((_softmax(fast) - _softmax(expected)).max())
    # without abs() it depends on which of the two comes first
    if abs(min(moved, _asked(answer, fast, expected)[1]) - rise) < 1e-4:
        raise NotYetError(
            f"{rise:.3f} is the largest rise, but another probability falls by more: take abs() before max()"
        )
    if abs(moved - right[1]) > 1e-3:
        raise NotYetError(f"a probability moves by {right[1]:.3f} at most, but your function says {moved:.3f}")
    huge = expected * 100
    try:
        _asked(answer, huge, huge)
    except NotYetError as error:
        if "found nan" not in str(error):
            raise
        raise NotYetError("for logits of 900, your function says nan: subtract each row's maximum before exp") from None


def _asked(answer, expected, fast) -> tuple[float, float]:
    try:
        found = answer(expected.copy(), fast.copy())
    except Exception as error:
        raise NotYetError(f"the function raised {type(error).__name__}: {error}; it gets two numpy arrays") from None
    pair = plain(found)
    if not isinstance(pair, list) or len(pair) != 2:
        raise NotYetError(f"the function returned {found!r}, expected (same, moved)")
    return number(pair[0], "same to be a number"), number(pair[1], "moved to be a number")


def _softmax(logits):
    import numpy as np

    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def _faster(answer) -> None:
    import numpy as np

    if not isinstance(answer, str) or not answer.strip():
        raise NotYetError(f"found {answer!r}, expected the text of a model.py")
    xs = [{"x": x} for x in np.random.default_rng(0).standard_normal((4, 256, 1000)).astype(np.float32)]
    with tried(CONFIG, SLOW, "your_turn_slow") as server, tried(CONFIG, answer):
        expected, found = (infer(server, model, xs[0]).get("y") for model in ("your_turn_slow", "your_turn"))
        if found is None:
            raise NotYetError(
                "the model's answer has no output y: the name in pb_utils.Tensor is the one in the config"
            )
        if found.dtype != expected.dtype:
            raise NotYetError(f"y comes back as {found.dtype}, but the config says FP32, which is float32")
        if found.shape != expected.shape:
            raise NotYetError(f"for {len(expected)} rows y has the shape {found.shape}, expected {expected.shape}")
        moved = float(np.abs(found / expected - 1).max())
        if not moved < 1e-4:
            raise NotYetError(f"an answer moves by {moved:.2%}: the same answers come first, then the speed")
        times = {"your_turn_slow": [], "your_turn": []}
        for x in xs[1:]:  # new numbers, which no model can have kept
            for model in times:  # in turn
                times[model].append(_infer_ms(model, x))
    gain = min(times["your_turn_slow"]) / min(times["your_turn"])
    if gain < 3:
        raise NotYetError(f"the same answers, in 1 / {gain:.1f} of the time; numpy can do a whole array at once")


def _infer_ms(model: str, x: dict) -> float:
    """Return the milliseconds of compute_infer of one request."""

    with client() as server:

        def spent() -> int:
            return statistics(server, model)["inference_stats"]["compute_infer"]["ns"]

        before, end = spent(), time.monotonic() + 5
        infer(server, model, x)
        while (after := spent()) == before and time.monotonic() < end:  # counted just after the reply
            pass
        return max(after - before, 1) / 1e6


EXERCISES = [
    Exercise(
        "25.1",
        "predict",
        "A network three times as fast",
        _amdahl,
        (
            "Only the 6 ms become shorter. What is the new sum?",
            "6 / 3 + 4 = 6 ms instead of 10.",
        ),
        'check("25.1", 10 / 6)',
        "the other 4 ms stay: even a network that took no time at all would make the request only 2.5 times as fast",
    ),
    Exercise(
        "25.2",
        "repair",
        "A judge who looks away",
        _judge,
        (
            "A row is a picture, a column is a class. And what should be compared: logits, or what a threshold sees?",
            "Use argmax(1). The probabilities are exp(logits - the row's maximum), divided by the row's sum.",
        ),
        """import numpy as np


def repaired(expected, fast):
    def softmax(logits):
        powers = np.exp(logits - logits.max(1, keepdims=True))
        return powers / powers.sum(1, keepdims=True)

    same = (fast.argmax(1) == expected.argmax(1)).mean()
    return same, abs(softmax(fast) - softmax(expected)).max()


check("25.2", repaired)""",
        "users see the best class of each picture, and thresholds see probabilities: the proof must cover both",
    ),
    Exercise(
        "25.3",
        "write",
        "The same answers, sooner",
        _faster,
        (
            "The loop touches 256 x 1000 numbers one by one in Python. What squares and sums a whole array in numpy?",
            "(x * x).sum(1, keepdims=True) does all of it, for every row at once.",
        ),
        '''fast = """
import triton_python_backend_utils as pb_utils
class TritonPythonModel:
    def execute(self, requests):
        xs = [pb_utils.get_input_tensor_by_name(request, "x").as_numpy() for request in requests]
        ys = [(x * x).sum(1, keepdims=True) for x in xs]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("y", y)]) for y in ys]
"""
check("25.3", fast)''',
        "first the same answers, then the speed, with both models on one server and measured in turn",
    ),
]
