"""Printing that repeats: plain text tables and bars whose every character a test can compare, and pictures beside them;
and a tritonclient request as the cURL command that does the same.

Nothing here needs torch; matplotlib and IPython are imported by what draws.
"""

from __future__ import annotations

import base64
import io
import json
import re
import shlex
import struct
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from os import PathLike
from typing import Any
from urllib.parse import quote

import numpy as np

__all__ = [
    "as_curl",
    "bars",
    "durations",
    "ensemble",
    "fields",
    "histogram",
    "per_request",
    "picture",
    "pictures",
    "stacked",
    "table",
    "timeline",
]

_NUMPY = {  # the datatypes that JSON can carry, but for BYTES
    "BOOL": "?",
    **{f"{sign}INT{bits}": f"{sign.lower() or 'i'}{bits // 8}" for sign in ("U", "") for bits in (8, 16, 32, 64)},
    "FP32": "f4",
    "FP64": "f8",
}
PARTS = ("queue", "compute_input", "compute_infer", "compute_output")
SPANS = {  # what lies between two time stamps of a trace
    "queue": ("QUEUE_START", "COMPUTE_START"),
    "input": ("COMPUTE_START", "COMPUTE_INPUT_END"),
    "infer": ("COMPUTE_INPUT_END", "COMPUTE_OUTPUT_START"),
    "output": ("COMPUTE_OUTPUT_START", "COMPUTE_END"),
}
LOOKS = (  # filling, hatching, colour of the text on it: readable without colours, and with few
    {"facecolor": "#ffffff", "hatch": "////", "color": "black"},
    {"facecolor": "#f0e442", "hatch": "....", "color": "black"},
    {"facecolor": "#0072b2", "hatch": "", "color": "white"},
    {"facecolor": "#d9d9d9", "hatch": "xxxx", "color": "black"},
)


def table(rows: Iterable[Sequence[Any]], headers: Sequence[str] = (), digits: int = 3) -> None:
    """Print rows in columns: numbers to the right (floats with `digits` decimals), text to the left, bytes as text."""
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
    """Print the named fields of a reply (all of them when none is named), one line each, in the order asked for."""
    table([(f"{name}:", reply[name]) for name in names or reply], digits=digits)


def bars(labels: Iterable[Any], values: Iterable[float], width: int = 40, digits: int = 3) -> None:
    """Print a bar for each value, the longest `width` characters long, with the value behind it."""
    pairs = list(zip(labels, (float(value) for value in values), strict=True))
    if any(not 0 <= value < float("inf") for _, value in pairs):
        raise ValueError(f"bars need finite values of 0 or more, found {[value for _, value in pairs]}")
    longest = max((value for _, value in pairs), default=0) or 1
    table([(label, "#" * round(width * value / longest) + f" {value:.{digits}f}") for label, value in pairs])


def durations(after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> None:
    """Print where the time of each model's requests went inside the server, in milliseconds per request.

    `after` is what `get_inference_statistics()` answers over HTTP, or over gRPC with as_json=True; with `before`, an
    earlier answer, only the requests between the two count. Times vary from run to run: tag such a cell in a lesson.
    """
    rows = [
        (model, round(time["requests"]), *(time[part] for part in PARTS), time["total"])
        for model, time in per_request(after, before).items()
    ]
    table(rows, ("model", "requests", "queue", "input", "infer", "output", "total ms"))


def per_request(after: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, dict[str, float]]:
    """How many requests each model answered, by name, and the milliseconds per request in each part of the work.

    Keys: requests, queue, compute_input, compute_infer, compute_output, total (all of it, from arrival to answer). All
    versions of a model count together; failed requests do not count. See `durations` for the arguments.
    """
    new, old = _sums(after), _sums(before or {})
    answer = {}
    for model in sorted(new):
        earlier = old.get(model, {})
        if earlier.get("count", 0) > new[model]["count"]:
            earlier = {}  # the model was loaded anew in between, and counts from zero
        spent = {key: value - earlier.get(key, 0) for key, value in new[model].items()}
        if requests := spent.pop("count"):
            answer[model] = {"requests": requests, **{key: ns / requests / 1e6 for key, ns in spent.items()}}
    return answer


def ensemble(config: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]) -> None:
    """Print which tensor of an ensemble flows from where to where, and draw it.

    `config` is the ensemble's configuration as `get_model_config` answers it over HTTP, `steps` has those of its steps'
    models by name.
    """
    flows = _flows(config, steps)
    table(
        [(name, kind, shape, source, ", ".join(targets) or "nobody") for name, kind, shape, source, targets in flows],
        ("tensor", "datatype", "shape", "from", "to"),
    )
    arrows = "; ".join(f"{name} from {source} to {' and '.join(targets)}" for name, *_, source, targets in flows)
    picture(_drawn(flows, config["name"]), alt=f"The data flow of {config['name']}: {arrows}")


def as_curl(
    model_name: str,
    inputs: Sequence[Any],
    outputs: Sequence[Any] | None = None,
    *,
    url: str = "localhost:8000",
    model_version: str = "",
    request_id: str = "",
    sequence_id: int | str = 0,
    sequence_start: bool = False,
    sequence_end: bool = False,
    priority: int = 0,
    timeout: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    binary: bool | None = None,
) -> str:
    """Return the cURL command of `client.infer(...)` with the same arguments, ready to paste into bash.

    `inputs` and `outputs` are InferInput and InferRequestedOutput objects of tritonclient.http or tritonclient.grpc.
    The command sends JSON and prints the JSON answer. Where JSON cannot carry an input exactly (FP16, BF16, bytes that
    are no UTF-8, FP64 with more digits than the server reads), or with binary=True, it sends the very body of
    tritonclient's request, written in base64; the answer goes to the file answer.bin, its headers to the screen.
    binary=False insists on JSON: FP64 may then differ in its last digit; what JSON cannot say at all is a ValueError.
    """
    tensors = [_described(tensor) for tensor in inputs]
    datas = [None if raw is None else _json_data(tensor["datatype"], raw) for tensor, raw in tensors]
    lost = [tensor for (tensor, raw), data in zip(tensors, datas) if raw is not None and data is None]
    if binary is False and lost:
        raise ValueError(f"JSON cannot carry the {lost[0]['datatype']} input {lost[0]['name']!r}; try binary=True")
    if binary is None:
        rounded = [tensor for tensor, data in zip(tensors, datas) if tensor[0]["datatype"] == "FP64" and _rounded(data)]
        binary = bool(lost or rounded)
    request: dict[str, Any] = {"id": request_id} if request_id else {}
    request["inputs"] = []
    for (tensor, raw), data in zip(tensors, datas):
        if binary and raw is not None:
            tensor.setdefault("parameters", {})["binary_data_size"] = len(raw)
        elif raw is not None:
            tensor["data"] = data
        request["inputs"].append(tensor)
    if outputs:
        request["outputs"] = [_wanted(output, binary) for output in outputs]
    sequence = {"sequence_id": sequence_id, "sequence_start": sequence_start, "sequence_end": sequence_end}
    extra = {
        **(sequence if sequence_id else {}),
        **({"priority": priority} if priority else {}),
        **({} if timeout is None else {"timeout": timeout}),
        **({"binary_data_output": True} if binary and not outputs else {}),
        **(parameters or {}),
    }
    if extra:
        request["parameters"] = extra
    version = f"/versions/{model_version}" if model_version else ""
    lines = [shlex.join(["curl", "--silent", f"http://{url}/v2/models/{quote(model_name)}{version}/infer"])]
    lines += [f"  --header {_quoted(f'{name}: {value}')}" for name, value in (headers or {}).items()]
    if binary:
        head = json.dumps(request, ensure_ascii=False).encode()
        lines.append(f'  --header "Inference-Header-Content-Length: {len(head)}"')
        lines.append("  --data-binary @- --dump-header - --output answer.bin")
        body = base64.b64encode(head + b"".join(raw for _, raw in tensors if raw is not None)).decode()
        lines[0] = "base64 --decode <<'BASE64' | " + lines[0]
        pieces = [body[start : start + 100] for start in range(0, len(body), 100)]
        return " \\\n".join(lines) + "\n" + "\n".join([*pieces, "BASE64"])
    lines.append('  --header "Content-Type: application/json"')
    text = _laid_out(request)
    if len(text.encode()) < 100_000:  # bash hands one argument on up to 128 KiB
        return " \\\n".join([*lines, "  --data '" + text.replace("'", r"\u0027") + "'"])
    return " \\\n".join([*lines, "  --data-binary @- <<'JSON'"]) + f"\n{text}\nJSON"


def picture(figure: Any, alt: str) -> None:
    """Show a matplotlib figure as PNG, print `alt` below it for those who do not see it, and close it.

    `alt` says in a sentence or two what the picture shows. It is stored as the picture's alternative text, which
    nbconvert writes into its pages; JupyterLab does not, so the words stand below the picture too, for all to read.
    The numbers belong in a table beside it.
    """
    from IPython.display import display
    from matplotlib import pyplot

    if not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the picture shows")
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)  # else the notebook shows it a second time, without the text
    data = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": alt}
    display(data, metadata={"image/png": {"alt": alt}}, raw=True)
    print(textwrap.fill(f"The picture in words: {alt}", 110))


def pictures(images: Iterable[Any], captions: Iterable[str] = ()) -> None:
    """Show pictures in one row under their captions, which a screen reader reads too.

    A picture is a path, a PIL image, or an array [H, W, 3] or [H, W] of UINT8, or of floats from 0 to 1.
    """
    from IPython.display import Image, display
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    arrays = [_array(image) for image in images]
    titles = [*captions] or [""] * len(arrays)
    figure = Figure(figsize=(2.6 * len(arrays), 2.8), layout="constrained")  # no pyplot: no backend, no global state
    axes = figure.subplots(1, len(arrays), squeeze=False)[0]
    for axis, array, title in zip(axes, arrays, titles, strict=True):
        axis.imshow(array, cmap=colormaps["gray"] if array.ndim == 2 else None)
        axis.set_title(title, fontsize=10)
        axis.set_axis_off()
    file = io.BytesIO()
    figure.savefig(file, format="jpeg", dpi=100)
    display(Image(file.getvalue(), format="jpeg", alt="; ".join(filter(None, titles)) or None))


def _flows(
    config: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str, str, str, list[str]]]:
    """Each tensor of an ensemble in the order of its making: name, datatype, shape, maker, and who takes it."""
    planned = config["ensemble_scheduling"]["step"]
    names = [step["model_name"] for step in planned]
    titles = [name if names.count(name) == 1 else f"{name} ({i})" for i, name in enumerate(names, 1)]
    makers = [("request", tensor["name"], tensor, config) for tensor in config["input"]]
    for title, step in zip(titles, planned):
        model = steps[step["model_name"]]
        tensors = {tensor["name"]: tensor for tensor in model["output"]}
        makers += [(title, value, tensors[key], model) for key, value in sorted(step["output_map"].items())]
    answers = {tensor["name"] for tensor in config["output"]}
    flows = []
    for maker, name, tensor, model in makers:
        targets = [title for title, step in zip(titles, planned) if name in step["input_map"].values()]
        kind = tensor["data_type"].removeprefix("TYPE_").replace("STRING", "BYTES")
        shape = str([-1] * (int(model.get("max_batch_size", 0)) > 0) + [int(size) for size in tensor["dims"]])
        flows.append((name, kind, shape, maker, targets + ["answer"] * (name in answers)))
    return flows


def _drawn(flows: list[tuple[str, str, str, str, list[str]]], title: str) -> Any:
    """A figure with a box for each step, in columns from the request to the answer, and an arrow for each tensor."""
    from matplotlib.figure import Figure

    column = {"request": 0, **{source: 0 for *_, source, _ in flows}}
    for _ in flows:  # a step stands to the right of all whose tensors it takes
        for *_, source, targets in flows:
            column.update({target: max(column.get(target, 0), column.get(source, 0) + 1) for target in targets})
    column["answer"] = max(column.values())
    members: dict[int, list[str]] = {}
    for name, place in column.items():
        members.setdefault(place, []).append(name)
    spots = {  # in units of a box's width
        name: (2.1 * place, (len(names) - 1) / 2 - row)
        for place, names in members.items()
        for row, name in enumerate(names)
    }
    rows = max(len(names) for names in members.values())
    figure = Figure(figsize=(2.1 * len(members), 0.9 + 0.9 * rows), layout="constrained")  # no pyplot: no global state
    axes = figure.subplots()
    axes.set(title=title, xlim=(-0.55, 2.1 * (len(members) - 1) + 0.55), ylim=(-0.55 * rows, 0.55 * rows))
    axes.set_axis_off()
    box = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": "black"}
    boxes = {
        name: axes.text(x, y, name.replace("_", "_\n"), ha="center", va="center", bbox=box, fontsize=9).get_bbox_patch()
        for name, (x, y) in spots.items()
    }
    arrows = [(name, kind, shape, source, target) for name, kind, shape, source, to in flows for target in to]
    for arrow in arrows:
        name, kind, shape, source, target = arrow
        same = [other for other in arrows if other[3:] == (source, target)]  # side by side, the first one on top
        shift = 0.07 * ((len(same) - 1) / 2 - same.index(arrow)) * 2
        (x0, y0), (x1, y1) = spots[source], spots[target]
        ends = {"patchA": boxes[source], "patchB": boxes[target], "shrinkA": 1, "shrinkB": 1}  # from edge to edge
        axes.annotate("", (x1, y1 + shift), (x0, y0 + shift), arrowprops={"arrowstyle": "->", **ends})
        above, middle = shift >= 0, ((x0 + x1) / 2, (y0 + y1) / 2 + shift + (0.04 if shift >= 0 else -0.06))
        label = f"{name}\n{kind} {shape}"
        axes.text(*middle, label, ha="center", va="bottom" if above else "top", fontsize=8)
    return figure


def timeline(stamps: Mapping[str, Mapping[str, int]]) -> Any:
    """Draw traces as bars under each other, {name: {time stamp: nanoseconds}}, in the order given; return the figure.

    The axis is in milliseconds after the first stamp. Waiting in the queue, input, infer and output look different;
    what lies outside of them is an empty frame. Bars of one and the same execution, which began at the same
    nanosecond, are joined at their right end by a line that says how many requests ran in it.
    """
    from matplotlib.figure import Figure

    doors = {"REQUEST_START", "REQUEST_END", *sum(SPANS.values(), ())}  # a frontend's stamps may lie long before them
    kept = {name: {door: ns for door, ns in trace.items() if door in doors} for name, trace in stamps.items()}
    zero = min(min(trace.values()) for trace in kept.values())
    traces = {name: {door: (ns - zero) / 1e6 for door, ns in trace.items()} for name, trace in kept.items()}
    end = max(max(trace.values()) for trace in traces.values())
    figure = Figure(figsize=(8, 1.3 + 0.42 * len(traces)), layout="constrained")
    axes = figure.subplots()
    for row, trace in enumerate(traces.values()):
        if {"REQUEST_START", "REQUEST_END"} <= trace.keys():
            whole = trace["REQUEST_END"] - trace["REQUEST_START"]
            axes.barh(row, whole, left=trace["REQUEST_START"], facecolor="none", edgecolor="black", height=0.62)
        for (start, stop), look in zip(SPANS.values(), LOOKS):
            if start in trace and stop in trace:
                _part(axes, row, trace[start], trace[stop] - trace[start], look, end)
    runs: dict[float, list[int]] = {}
    for row, trace in enumerate(traces.values()):
        runs.setdefault(trace.get("COMPUTE_START", -1.0 - row), []).append(row)
    for rows in runs.values():
        if len(rows) > 1:
            right = max(trace.get("COMPUTE_END", 0.0) for trace in (list(traces.values())[row] for row in rows))
            axes.plot([right + end / 80] * 2, [rows[0] - 0.3, rows[-1] + 0.3], color="black", linewidth=3)
            axes.text(right + end / 50, sum(rows) / len(rows), f"one execution\nof {len(rows)} requests", va="center")
    axes.set_xlim(0, end * (1.22 if any(len(rows) > 1 for rows in runs.values()) else 1.01))
    axes.set_yticks(range(len(traces)), list(traces))
    axes.invert_yaxis()
    axes.set_xlabel("milliseconds")
    _legend(figure, SPANS)
    return figure


def stacked(rows: Mapping[str, Mapping[str, float]], label: str = "milliseconds") -> Any:
    """Draw a bar of up to four parts for each row, {row: {part: value}}, values in the unit `label`; return the figure.

    Each part that is wide enough carries its value, and each bar its sum. All rows have the same parts.
    """
    from matplotlib.figure import Figure

    parts = list(next(iter(rows.values())))
    if len(parts) > len(LOOKS) or any(list(row) != parts for row in rows.values()):
        found = [list(row) for row in rows.values()]
        raise ValueError(f"every row needs the same parts, {len(LOOKS)} at most; found {found}")
    longest = max(sum(row.values()) for row in rows.values()) or 1.0
    figure = Figure(figsize=(8, 1.3 + 0.5 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for number, row in enumerate(rows.values()):
        left = 0.0
        for value, look in zip(row.values(), LOOKS):
            _part(axes, number, left, value, look, longest)
            left += value
        axes.text(left + longest / 100, number, f"{_brief(left)} in all", va="center")
    axes.set_xlim(0, longest * 1.15)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.invert_yaxis()
    axes.set_xlabel(label)
    _legend(figure, parts)
    return figure


def histogram(milliseconds: Mapping[str, Sequence[float]], bins: int = 40) -> Any:
    """Draw how often each latency came, {title: milliseconds}, all on one axis; return the figure.

    Two labelled lines mark p50, which half of the requests stayed below, and p99, which one in a hundred exceeded.
    """
    from matplotlib.figure import Figure

    edges = np.linspace(0, max(max(values) for values in milliseconds.values()) * 1.02, bins + 1)
    figure = Figure(figsize=(8, 1.0 + 1.5 * len(milliseconds)), layout="constrained")
    for axes, (title, values) in zip(
        figure.subplots(len(milliseconds), 1, sharex=True, squeeze=False)[:, 0], milliseconds.items()
    ):
        counts, _, _ = axes.hist(values, edges, facecolor="#9ecae1", edgecolor="black", linewidth=0.6)
        axes.set_ylim(0, max(counts) * 1.45)
        axes.set_title(title, fontsize=10.5, loc="left")
        axes.set_ylabel("requests")
        for (name, quantile), style, high in zip({"p50": 50, "p99": 99}.items(), ("-", "--"), (1.4, 1.18)):
            value = float(np.percentile(values, quantile))
            axes.plot([value] * 2, [0, max(counts) * high], color="black", linestyle=style, linewidth=1.6)
            left = value > 0.8 * edges[-1]  # then the words go to the left of their line
            axes.text(
                value, max(counts) * high, f" {name} {_brief(value)} ms ", va="top", ha="right" if left else "left"
            )
    axes.set_xlim(0, edges[-1])
    axes.set_xlabel("milliseconds from asking to the answer")
    return figure


def _brief(number: float) -> str:
    return f"{number:.0f}" if number >= 20 else f"{number:.1f}"


def _part(axes: Any, row: int, left: float, width: float, look: Mapping[str, str], longest: float) -> None:
    """Draw one part of a bar, with its value where that fits."""
    text, fill = _brief(width), {"facecolor": look["facecolor"], "hatch": look["hatch"]}
    axes.barh(row, width, left=left, height=0.62, edgecolor="black", linewidth=0.8, **fill)
    if width > 0.011 * longest * (len(text) + 1):
        box = {"facecolor": look["facecolor"], "edgecolor": "none", "pad": 1.2}
        axes.text(left + width / 2, row, text, color=look["color"], ha="center", va="center", bbox=box)


def _legend(figure: Any, names: Iterable[str]) -> None:
    from matplotlib.patches import Patch

    looks = [{key: look[key] for key in ("facecolor", "hatch")} for look in LOOKS]
    patches = [Patch(edgecolor="black", label=name, **look) for name, look in zip(names, looks)]
    figure.legend(handles=patches, loc="outside upper right", ncols=4, handlelength=2.6, handleheight=1.1)


def _described(tensor: Any) -> tuple[dict[str, Any], bytes | None]:
    """An InferInput of either client as the request's JSON says it, and its bytes (None: in shared memory)."""
    if hasattr(tensor, "_get_content"):  # tritonclient.grpc
        parameters, raw = _plain(tensor._get_tensor().parameters), tensor._get_content()
    else:
        parameters, raw = dict(tensor._get_tensor().get("parameters", {})), tensor._get_binary_data()
        parameters.pop("binary_data_size", None)
        data = tensor._get_tensor().get("data")
        if data is not None and tensor.datatype() == "BYTES":
            raw = b"".join(struct.pack("<I", len(item.encode())) + item.encode() for item in data)
        elif data is not None:
            raw = np.array(data, dtype=_NUMPY[tensor.datatype()]).tobytes()
    described = {"name": tensor.name(), "shape": [int(size) for size in tensor.shape()], "datatype": tensor.datatype()}
    if parameters:
        described["parameters"] = parameters
    if raw is None and "shared_memory_region" not in parameters:
        raise ValueError(f"input {tensor.name()!r} holds no data yet; try set_data_from_numpy")
    return described, raw


def _wanted(output: Any, binary: bool) -> dict[str, Any]:
    described = output._get_tensor()  # a dict over HTTP, a protobuf message over gRPC
    if isinstance(described, dict):
        parameters = dict(described.get("parameters", {}))
        in_binary = parameters.pop("binary_data", True)
    else:
        parameters, in_binary = _plain(described.parameters), "shared_memory_region" not in described.parameters
    if binary:
        parameters["binary_data"] = in_binary
    return {"name": output.name(), **({"parameters": parameters} if parameters else {})}


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, value.WhichOneof("parameter_choice")) for name, value in parameters.items()}


def _json_data(datatype: str, raw: bytes) -> list[Any] | None:
    """The elements as JSON values that the server reads back exactly, or None where there are none."""
    if datatype == "BYTES":
        items, start = [], 0
        while start < len(raw):
            end = start + 4 + struct.unpack_from("<I", raw, start)[0]
            items.append(raw[start + 4 : end])
            start = end
        try:
            return [item.decode() for item in items]
        except UnicodeDecodeError:
            return None
    if datatype not in _NUMPY:
        return None
    array = np.frombuffer(raw, dtype=_NUMPY[datatype])
    if datatype == "FP32":  # the fewest digits that give the same number: 0.1, not 0.10000000149011612
        return [float(str(number)) if np.float32(float(str(number))) == number else float(number) for number in array]
    return array.tolist()


def _rounded(numbers: list[float] | None) -> bool:
    """Say whether the server's JSON parser may miss a number by a digit: it is exact up to 2**53 times 10**+-22."""
    for number in numbers or []:
        _, digits, power = Decimal(repr(number)).as_tuple()
        if isinstance(power, int) and (abs(power) > 22 or int("".join(map(str, digits))) > 2**53):
            return True
    return False


def _laid_out(request: dict[str, Any]) -> str:
    """JSON on one line, or, if that is long, with one tensor on each line."""
    line = json.dumps(request, ensure_ascii=False)
    if len(line) <= 100:
        return line
    parts = []
    for key, value in request.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list):
            text = "[\n    " + ",\n    ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n  ]"
        parts.append(f'  "{key}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}"


def _quoted(text: str) -> str:
    return f'"{text}"' if re.fullmatch(r"[\w :;,./=+*()@%~-]*", text, re.ASCII) else shlex.quote(text)


def _array(image: Any) -> np.ndarray:
    if isinstance(image, (str, PathLike)):
        from PIL import Image

        with Image.open(image) as opened:
            return np.asarray(opened.convert("RGB"))
    return np.asarray(image)


def _sums(statistics: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Successful requests (count) and nanoseconds of each model; gRPC's JSON has strings, and leaves zeros out."""
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
