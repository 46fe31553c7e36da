"""Lesson 10, concurrency: what happens to a call that was given up, a callback that fails, and a bounded crowd."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from . import Exercise, NotYetError
from .asking import called, client, held, metric, needed, number, numbers, statistics, until, work

MODELS = ("one_at_a_time", "short_queue")
LIMIT, MANY = 4, 24


def _runs(answer) -> None:
    found = numbers(answer, len(MODELS), "two numbers: one for each model")
    needed(*MODELS)
    expected = [_runs_until_c(model) for model in MODELS]
    if found == [2, 2]:
        raise NotYetError("found 2 twice: which of the two models looks for cancelled requests in its queue?")
    if found == [3, 3]:
        raise NotYetError("found 3 twice: B was still in the queue, and one of the two models has a queue policy")
    if found == expected[::-1]:
        raise NotYetError("found them the other way around: which of the two models has a queue policy?")
    for model, mine, truth in zip(MODELS, found, expected):
        if mine != truth:
            raise NotYetError(f"found {mine:g} for {model}: A is one execution and C is another; is B one too?")


def _runs_until_c(model: str) -> int:
    """Return how many executions A, B (cancelled while it waits) and C were; the model counts them in `run`."""
    import queue

    import tritonclient.grpc as triton

    answers: queue.Queue = queue.Queue()

    def collect(result, error):
        answers.put((result, error))

    with triton.InferenceServerClient("localhost:8001") as server:
        before = server.infer(model, work(0), client_timeout=30).as_numpy("run").item()
        with held(model):
            until("nv_inference_pending_request_count", model, 0)
            call = server.async_infer(model, work(0), callback=collect)
            until("nv_inference_pending_request_count", model, 1)
            call.cancel()
            answers.get(timeout=10)
            time.sleep(1)  # until the server knows about it
            server.async_infer(model, work(0), callback=collect)
            time.sleep(0.2)
        result, error = answers.get(timeout=30)
    if error:
        raise NotYetError(f"{model} answers: {error.message()}")
    return result.as_numpy("run").item() - before


def _callback(answer) -> None:
    with client():  # raises if there is no server
        pass
    for milliseconds, expected in ((0, 1), (-1, "work_ms: 0 to 60000")):
        try:
            found = called(answer, milliseconds)
        except NotYetError as error:
            if "function raised" not in str(error):
                raise
            # usually nobody sees the error; if the answer is there already, the callback runs and raises right here
            unheard = "no answer reached the queue: the callback raised, and nobody saw it"
            asked = (
                "the model refuses the request: what is `result` then?"
                if milliseconds
                else "which names does tritonclient use for its arguments?"
            )
            said = unheard if "raised Empty" in str(error) else error
            raise NotYetError(f"for {milliseconds}: {said}; {asked}") from None
        message = getattr(found, "message", None)  # the exception itself is as good as its text
        found = message() if callable(message) else found
        found = found.item() if hasattr(found, "item") and getattr(found, "size", 1) == 1 else found
        if type(found) is not type(expected) or (expected not in found if milliseconds else found != expected):
            what = "the batch size, 1" if not milliseconds else f"the server's message, {expected!r}"
            raise NotYetError(f"for {milliseconds}, your function returned {found!r}, expected {what}")


def _bounded(answer) -> None:
    with client() as server:
        before = _counts(server)
        began = time.monotonic()
        found = _finished(answer, [20] * MANY)
        took = time.monotonic() - began
        after = _counts(server)
    rows, requests = after[0] - before[0], after[1] - before[1]
    sizes = {size: after[2][size] - before[2].get(size, 0) for size in after[2]}
    sizes = {size: count for size, count in sizes.items() if count}
    if not isinstance(found, (list, tuple)):
        raise NotYetError(f"your function returned {type(found).__name__}, expected a list of {MANY} batch sizes")
    if rows != MANY:
        raise NotYetError(f"slow_echo has seen {rows} rows, expected {MANY}: one request for each number")
    if requests != MANY:
        raise NotYetError(
            f"slow_echo has seen {requests} requests, expected {MANY}: a request of its own for each number"
        )
    ran = [size for size, count in sizes.items() for _ in range(size * count)]
    if sorted(number(item, "batch sizes, which are numbers") for item in found) != sorted(ran):
        raise NotYetError(f"your function returned {str(found)[:60]} ..., expected the batch_size of each response")
    if max(sizes) == 1:
        raise NotYetError(
            f"each request ran alone, {took:.1f} s in all: with {LIMIT} under way, some would have run together"
        )
    if (waiting := _waiting(answer)) != LIMIT:
        what = "more" if waiting > LIMIT else "fewer"
        raise NotYetError(f"while slow_echo was busy, {waiting} requests arrived: {what} than {LIMIT} were under way")


def _waiting(answer) -> int:
    """Keep slow_echo busy until all that may wait there do; return how many requests of the answer wait."""
    begun, pending = threading.Event(), "nv_inference_pending_request_count"

    def look() -> int:
        try:
            with held("slow_echo"):
                begun.set()
                end = time.monotonic() + 5
                while metric(pending, "slow_echo") < LIMIT and time.monotonic() < end:
                    time.sleep(0.01)
                time.sleep(1.5)  # for those that are too many
                return metric(pending, "slow_echo")
        finally:
            begun.set()

    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(look)
        begun.wait()
        _finished(answer, [0] * MANY)  # in this thread: the client may be one of tritonclient.http
        return seen.result()


def _finished(function, *arguments):
    """Call a learner's function, or run their coroutine in a loop of its own (the notebook's loop is busy with us)."""
    found = called(function, *arguments)
    if not inspect.isawaitable(found):
        return found

    async def main():
        return await found

    with ThreadPoolExecutor(1) as pool:
        return called(pool.submit(asyncio.run, main()).result)


def _counts(server) -> tuple[int, int, dict[int, int]]:
    stats = statistics(server, "slow_echo")
    sizes = {item["batch_size"]: item["compute_infer"]["count"] for item in stats.get("batch_stats", [])}
    return stats.get("inference_count", 0), stats["inference_stats"]["success"]["count"], sizes


EXERCISES = [
    Exercise(
        "10.1",
        "predict",
        "Given up in the queue",
        _runs,
        (
            "The last part of 'Cancel' says what happens to a cancelled request that is still waiting.",
            "Only a model with a queue policy or priority levels drops it; `short_queue` has one.",
        ),
        'check("10.1", [3, 2])',
        "a model with a queue policy drops a cancelled request that is waiting; another model may run it for nobody",
    ),
    Exercise(
        "10.2",
        "repair",
        "A callback that nobody hears",
        _callback,
        (
            "What a callback raises reaches only gRPC's log, so let it just fill the queue; do the work outside.",
            "Its arguments are named result and error; one of them is None; for -1, that is result.",
        ),
        """def ask(ms):
    answers = queue.Queue()

    def collect(result, error):
        answers.put((result, error))

    client.async_infer("slow_echo", work(ms), callback=collect)
    result, error = answers.get(timeout=5)
    return error.message() if error else result.as_numpy("batch_size").item()


check("10.2", ask)""",
        "a callback should take result= and error=, put both into a queue, and do nothing that can fail",
    ),
    Exercise(
        "10.3",
        "write",
        "Four under way",
        _bounded,
        (
            "The lesson shows three ways: a ThreadPoolExecutor, async_infer over HTTP, asyncio with a semaphore.",
            "ThreadPoolExecutor(max_workers=4), and pool.map over the numbers with the gRPC client.",
        ),
        """from concurrent.futures import ThreadPoolExecutor


def ask_all(numbers):
    def ask(ms):
        return client.infer("slow_echo", work(ms)).as_numpy("batch_size").item()

    with ThreadPoolExecutor(max_workers=4) as pool:
        return list(pool.map(ask, numbers))


check("10.3", ask_all)""",
        "the client sets how many requests overlap: one at a time is too slow, all at once crowds the server's queue",
    ),
]
