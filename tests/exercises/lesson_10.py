"""Answers to the exercises of lesson 10: right ones of different kinds, plausible wrong ones and what they are told."""

import asyncio
import queue
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import tritonclient.grpc as grpcclient
import tritonclient.grpc.aio as grpcaio
import tritonclient.http as httpclient

from . import as_it_is

SERVER = {"models": ["slow_echo", "one_at_a_time", "short_queue"]}


def work(*milliseconds, module=grpcclient):
    rows = np.array(milliseconds, dtype=np.int32).reshape(-1, 1)
    return [module.InferInput("work_ms", rows.shape, "INT32").set_data_from_numpy(rows)]


def size(result):
    return result.as_numpy("batch_size").flat[0].item()


def asking(callback_of, last=lambda item: item, seconds=10):
    """Make a learner's function from what makes its callback, and what follows the queue."""

    def ask(ms):
        answers = queue.Queue()
        with grpcclient.InferenceServerClient("localhost:8001") as client:
            client.async_infer("slow_echo", work(ms), callback=callback_of(answers))
            return last(answers.get(timeout=seconds))

    return as_it_is(ask)


def other_names(answers):
    return lambda answer, error: answers.put(size(answer) if answer else error.message())


def no_error_case(answers):
    return lambda result, error: answers.put(size(result))  # noqa: ARG005


def inside(answers):
    return lambda result, error: answers.put(error.message() if error else size(result))


def both(answers):
    return lambda result, error: answers.put((result, error))


@as_it_is
def without_callback(ms):
    with httpclient.InferenceServerClient("localhost:8000") as client:
        try:
            return client.infer("slow_echo", work(ms, module=httpclient)).as_numpy("batch_size")
        except httpclient.InferenceServerException as error:
            return error


def threads(count):
    def ask_all(numbers):
        with grpcclient.InferenceServerClient("localhost:8001") as client, ThreadPoolExecutor(count) as pool:
            return list(pool.map(lambda ms: size(client.infer("slow_echo", work(ms))), numbers))

    return as_it_is(ask_all)


@as_it_is
def connections(numbers):
    with httpclient.InferenceServerClient("localhost:8000", concurrency=4) as client:
        pending = [client.async_infer("slow_echo", work(ms, module=httpclient)) for ms in numbers]
        return [size(request.get_result()) for request in pending]


@as_it_is
async def semaphore(numbers):
    slots = asyncio.Semaphore(4)

    async def ask(user, ms):
        async with slots:
            return size(await user.infer("slow_echo", work(ms)))

    async with grpcaio.InferenceServerClient("localhost:8001") as user:
        return await asyncio.gather(*[ask(user, ms) for ms in numbers])


@as_it_is
def one_batch(numbers):
    with grpcclient.InferenceServerClient("localhost:8001") as client:
        for start in range(0, len(numbers), 4):
            client.infer("slow_echo", work(*numbers[start : start + 4]))
        return [4] * len(numbers)


@as_it_is
def forgotten(numbers):
    threads(4)(numbers)


@as_it_is
def only_some(numbers):
    return threads(4)(numbers[:4])


@as_it_is
async def breaks(numbers):
    raise KeyError(len(numbers))


ANSWERS = {
    "10.1": {
        "right": [[3, 2], ("3", "2")],
        "wrong": [
            ([2, 2], "found 2 twice"),
            ([3, 3], "found 3 twice"),
            ((2, 3), "the other way around"),
            ([1, 2], "found 1 for one_at_a_time"),
            ([3, 1], "found 1 for short_queue"),
            (3, "two numbers"),
        ],
    },
    "10.2": {
        "right": [
            asking(both, lambda item: item[1].message() if item[1] else size(item[0])),
            asking(inside),
            asking(both, lambda item: item[1] or item[0].as_numpy("batch_size")),
            without_callback,
        ],
        "wrong": [
            (asking(other_names, seconds=1), "which names does tritonclient"),
            (asking(no_error_case), "what is `result` then"),
            (asking(both), "returned (<tritonclient"),
            (asking(both, lambda item: size(item[0])), "your function raised AttributeError"),
            (asking(inside, lambda item: None), "expected the batch size"),  # noqa: ARG005
            (asking(inside, lambda item: item if isinstance(item, int) else -1), "the server's message"),
            (asking(inside, lambda item: item * 10 if isinstance(item, int) else item), "returned 10, expected"),
            (1, "expected a function"),
        ],
    },
    "10.3": {
        "right": [threads(4), connections, semaphore],
        "wrong": [
            (threads(1), "would have run together"),
            (threads(3), "3 requests arrived: fewer than 4"),
            (as_it_is(lambda numbers: threads(4)(numbers) and numbers), "the batch_size of each response"),
            (as_it_is(lambda numbers: [as_it_is] * len(threads(4)(numbers))), "batch sizes, which are numbers"),
            (as_it_is(lambda numbers: map(int, threads(4)(numbers))), "returned map, expected a list"),
            (threads(24), "requests arrived: more than 4 were under way"),
            (threads(5), "5 requests arrived: more than 4"),
            (one_batch, "a request of its own"),
            (forgotten, "returned NoneType"),
            (only_some, "has seen 4 rows"),
            (breaks, "your function raised KeyError"),
        ],
    },
}
