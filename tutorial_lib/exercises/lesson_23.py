"""Lesson 23, batching for speed: what a batch gains, the best rate within a promise, and a delay that nobody needs."""

from __future__ import annotations

from . import Exercise, NotYetError
from .asking import SLEEPER, number, parsed, plain, statistics, together, tried

TABLES = [  # [(rows in a batch, median ms)], promised ms, right batch
    ([(1, 5), (2, 9), (4, 11), (8, 18), (16, 33), (32, 70)], 50, 16),
    ([(1, 5), (2, 9), (4, 11), (8, 18), (16, 33), (32, 70)], 10, 2),
    ([(1, 10), (8, 20), (16, 50), (32, 140), (64, 400)], 1000, 8),
    ([(1, 1.0), (1024, 1.2)], 1.2, 1024),
    ([(8, 18), (32, 70), (1, 5), (16, 33), (2, 9)], 50, 16),
]


def _eightfold(answer) -> None:
    found = number(answer)
    if found == 8:
        raise NotYetError("found 8: that would be right if only the request cost something and rows were free")
    if found == 1:
        raise NotYetError("found 1: now the 4 ms for the request are paid once for eight rows, not eight times")
    if found == 3:
        raise NotYetError("found 3: that is the limit for endless batches; eight rows are not there yet")
    if abs(found - 20 / 6) < 0.01:
        raise NotYetError(
            "found 20 / 6: that is how much longer the request takes, but it has eight rows; compare rows per second"
        )
    if abs(found - 2.4) > 0.01:
        raise NotYetError(f"found {found:g}: how long do 1 and 8 rows take, and how many rows per second is that?")


def _under_the_line(answer) -> None:
    if not callable(answer):
        raise NotYetError(f"found {answer!r}, expected a function of (rows, promise)")
    for table, promise, right in TABLES:
        given = f"for {table} and a promise of {promise} ms"
        try:
            found = answer(list(table), promise)
        except Exception as error:
            raise NotYetError(f"the function raised {type(error).__name__}: {error}, {given}") from None
        if isinstance(found, tuple) and found in table:
            raise NotYetError(f"found the whole row {found}, expected only its batch size")
        found = plain(found)
        if isinstance(found, bool) or found not in list(dict(table)):  # a list: it need not be hashable
            raise NotYetError(f"found {found!r}, expected one of the batch sizes {list(dict(table))}")
        if dict(table)[found] > promise:
            raise NotYetError(f"found {found}, which takes {dict(table)[found]} ms, {given}")
        if found != right:
            best, this = (size * 1000 / dict(table)[size] for size in (right, found))
            raise NotYetError(f"found {found}: {this:.0f} rows/s, but {best:.0f} are possible, {given}")


def _no_needless_wait(answer) -> None:
    import numpy as np

    row, slow = ({"work_ms": np.array([[ms]], np.int32)} for ms in (80, 300))
    with tried(answer, SLEEPER) as server:

        def counted() -> dict:
            return statistics(server, "your_turn")

        def lasted(count: int, row: dict = row) -> tuple[float, int]:
            """Send this many requests at once; return their mean milliseconds in the queue, and the executions."""

            before = counted()
            if [reply for reply in together("your_turn", [row] * count) if isinstance(reply, str)]:
                raise NotYetError("the model refuses a row: keep the inputs and the batches of up to 8 rows")
            after = counted()
            queue = after["inference_stats"]["queue"]["ns"] - before["inference_stats"]["queue"]["ns"]
            return queue / count / 1e6, after["execution_count"] - before["execution_count"]

        waited, _ = lasted(1)
        for _ in range(5):  # a busy machine may keep one waiting, a delay keeps them all
            waited = min(waited, lasted(1)[0])
            if waited <= 30:
                break
        if waited > 200:
            raise NotYetError(
                f"a single user still waits {waited:.0f} ms in the queue, for other requests that never come"
            )
        delay = int(parsed(answer).get("dynamic_batching", {}).get("max_queue_delay_microseconds", 0)) / 1000
        if waited > 30 or delay > 1:
            raise NotYetError(
                f"a single user waits {max(waited, delay):.0f} ms in the queue; which delay is the default,"
                " and usually right?"
            )
        for _ in range(3):  # on a busy machine, some may come too late for the others' batch
            _, executions = lasted(8, slow)
            if executions <= 3 or executions == 8:
                break
        if executions > 3:
            raise NotYetError(
                f"eight users at once took {executions} executions: the batches that helped them are gone"
            )


EXERCISES = [
    Exercise(
        "23.1",
        "predict",
        "Eight rows at once",
        _eightfold,
        (
            "One row: 4 + 2 ms. Eight rows in one request: 4 + 8 x 2 ms.",
            "Compare 1 row in 6 ms with 8 rows in 20 ms: (8 / 20) / (1 / 6).",
        ),
        'check("23.1", 2.4)',
        "a batch shares only the price of the request: at 2 ms per row, a batch is at most 6 / 2 = 3 times as fast",
    ),
    Exercise(
        "23.2",
        "write",
        "The best batch under a promise",
        _under_the_line,
        (
            "Leave out the batch sizes that break the promise. Which of the others has the most rows per second?",
            "Take max(..., key=lambda row: row[0] / row[1]) over the rows whose time is not above the promise.",
        ),
        """def best_batch(rows, promise):
    kept = [(size, ms) for size, ms in rows if ms <= promise]
    return max(kept, key=lambda row: row[0] / row[1])[0]


check("23.2", best_batch)""",
        "what counts is throughput within a promised latency; the largest batch that fits is not always the best",
    ),
    Exercise(
        "23.3",
        "repair",
        "Half a second for nobody",
        _no_needless_wait,
        (
            "How long does the first request of a batch wait for others? Mind the unit.",
            "Keep `dynamic_batching { }`, and take the delay out of it.",
        ),
        '''repaired = """
backend: "python"
max_batch_size: 8
input [ { name: "work_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
output [ { name: "slept_ms", data_type: TYPE_INT32, dims: [ 1 ] } ]
dynamic_batching { }
"""
check("23.3", repaired)''',
        "a lone request pays the whole delay; a crowd fills the next batch anyway while the previous one is running",
    ),
]
