"""Plain text tables and bars that a test can compare character by character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

PARTS = ("queue", "compute_input", "compute_infer", "compute_output")


def table(rows: Iterable[Sequence[Any]], headers: Sequence[str] = (), digits: int = 3) -> None:
    """Print rows in columns: numbers flush right (floats with `digits` decimals), text flush left, bytes as text."""
    body = list(rows)
    cells = [[str(header) for header in headers]] * bool(headers) + [
        [_text(cell, digits) for cell in row] for row in body
    ]
    if not cells:
        return
    if len({len(row) for row in cells}) > 1:
        raise ValueError(f"every row needs the same number of cells, found {sorted({len(row) for row in cells})}")
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    right = [bool(body) and all(_is_number(row[i]) for row in body) for i in range(len(widths))]
    if headers:
        cells.insert(1, ["-" * width for width in widths])
    for row in cells:
        columns = zip(row, widths, right, strict=True)
        print(
            "  ".join(
                text.rjust(width) if to_right else text.ljust(width) for text, width, to_right in columns
            ).rstrip()
        )


def fields(reply: Mapping[str, Any], *names: str, digits: int = 3) -> None:
    """Print the named fields of a reply (all if none is named), one per line, in the order that you name them."""
    table([(f"{name}:", reply[name]) for name in names or reply], digits=digits)


def bars(labels: Iterable[Any], values: Iterable[float], width: int = 40, digits: int = 3) -> None:
    """Print a bar for each value, followed by the value; the longest bar is `width` characters long."""
    pairs = list(zip(labels, (float(value) for value in values), strict=True))
    if any(not 0 <= value < float("inf") for _, value in pairs):
        raise ValueError(f"bars need finite values of 0 or more, found {[value for _, value in pairs]}")
    longest = max((value for _, value in pairs), default=0) or 1
    table([(label, "#" * round(width * value / longest) + f" {value:.{digits}f}") for label, value in pairs])


def durations(after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """Print where the time of each model's requests went inside the server, in milliseconds per request.

    `after` is what `get_inference_statistics()` returns over HTTP, or over gRPC with as_json=True. With `before`, an
    earlier answer, only the requests between the two count. Times vary from run to run, so tag such a cell in a lesson.
    """
    rows = [
        (model, round(time["requests"]), *(time[part] for part in PARTS), time["total"])
        for model, time in per_request(after, before).items()
    ]
    table(rows, ("model", "requests", "queue", "input", "infer", "output", "total ms"))


def per_request(after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, dict[str, float]]:
    """Return how many requests each model answered, by name, and the milliseconds per request in each part of the work.

    Keys: requests, queue, compute_input, compute_infer, compute_output, total (all of it, from arrival to answer). All
    versions of a model are counted together; failed requests are not counted. The arguments are those of `durations`.
    """
    new, old = _sums(after), _sums(before or {})
    answer = {}
    for model in sorted(new):
        earlier = old.get(model, {})
        if earlier.get("count", 0) > new[model]["count"]:
            earlier = {}  # the model was loaded again in between, and counts from zero
        spent = {key: value - earlier.get(key, 0) for key, value in new[model].items()}
        if requests := spent.pop("count"):
            answer[model] = {"requests": requests, **{key: ns / requests / 1e6 for key, ns in spent.items()}}
    return answer


def _sums(statistics: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return successful requests (count) and nanoseconds by model; gRPC's JSON has strings, and leaves out zeros."""
    sums: dict[str, dict[str, int]] = {}
    for row in statistics.get("model_stats", []):
        stats = row.get("inference_stats", {})
        model = sums.setdefault(row["name"], dict.fromkeys(("count", *PARTS, "total"), 0))
        model["count"] += int(stats.get("success", {}).get("count", 0))
        model["total"] += int(stats.get("success", {}).get("ns", 0))
        for part in PARTS:
            model[part] += int(stats.get(part, {}).get("ns", 0))
    return sums


def _is_number(cell: Any) -> bool:
    return isinstance(cell, (int, float, np.number)) and not isinstance(cell, bool)


def _text(cell: Any, digits: int) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    return f"{cell:.{digits}f}" if isinstance(cell, (float, np.floating)) else str(cell)
