"""Pictures, also told in words: drawings of ensembles and traces, and photos. Only drawing imports matplotlib."""

from __future__ import annotations

import base64
import io
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np

from .text import table

SPANS = {  # what lies between two timestamps of a trace
    "queue": ("QUEUE_START", "COMPUTE_START"),
    "input": ("COMPUTE_START", "COMPUTE_INPUT_END"),
    "infer": ("COMPUTE_INPUT_END", "COMPUTE_OUTPUT_START"),
    "output": ("COMPUTE_OUTPUT_START", "COMPUTE_END"),
}
LOOKS = (  # fill, hatching, color of the text on it: readable without colors, or with only a few
    {"facecolor": "#ffffff", "hatch": "////", "color": "black"},
    {"facecolor": "#f0e442", "hatch": "....", "color": "black"},
    {"facecolor": "#0072b2", "hatch": "", "color": "white"},
    {"facecolor": "#d9d9d9", "hatch": "xxxx", "color": "black"},
)


def ensemble(config: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]) -> None:
    """Print which tensor of an ensemble flows from where to where, and draw it.

    `config` is the ensemble's configuration as `get_model_config` returns it over HTTP; `steps` holds, by name, the
    configurations of the models in its steps.
    """
    flows = _flows(config, steps)
    table(
        [(name, kind, shape, source, ", ".join(targets) or "nobody") for name, kind, shape, source, targets in flows],
        ("tensor", "datatype", "shape", "from", "to"),
    )
    arrows = "; ".join(f"{name} from {source} to {' and '.join(targets)}" for name, *_, source, targets in flows)
    picture(_drawn(flows, config["name"]), alt=f"The data flow of {config['name']}: {arrows}")


def picture(figure: Any, alt: str) -> None:
    """Show a matplotlib figure as PNG, print `alt` below it for those who cannot see it, and close it.

    `alt` says in a sentence or two what the picture shows. It is stored as the picture's alternative text, which
    nbconvert writes into its pages but JupyterLab does not, so it is also printed below the picture for all to read.
    Put the numbers in a table beside it.
    """
    from IPython.display import display
    from matplotlib import pyplot

    if not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the picture shows")
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight", metadata={"Software": None})
    pyplot.close(figure)  # or the notebook shows it a second time, without the text
    data = {"image/png": base64.b64encode(file.getvalue()).decode(), "text/plain": alt}
    display(data, metadata={"image/png": {"alt": alt}}, raw=True)
    print(textwrap.fill(f"The picture in words: {alt}", 110))


def pictures(images: Iterable[Any], captions: Iterable[str] = ()) -> None:
    """Show pictures in one row under their captions, which a screen reader reads as well.

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
        white = 255 if array.dtype.kind in "iu" else 1
        axis.imshow(array, **({"cmap": colormaps["gray"], "vmin": 0, "vmax": white} if array.ndim == 2 else {}))
        axis.set_title(title, fontsize=10)
        axis.set_axis_off()
    file = io.BytesIO()
    figure.savefig(file, format="jpeg", dpi=100)
    display(Image(file.getvalue(), format="jpeg", alt="; ".join(filter(None, titles)) or None))


def _flows(
    config: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, str, str, str, list[str]]]:
    """Return the tensors of an ensemble in the order they are made: name, datatype, shape, maker, and who takes it."""
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
    """Return a figure with a box per step, in columns from request to answer, and an arrow per tensor."""
    from matplotlib.figure import Figure

    column = {"request": 0, **{source: 0 for *_, source, _ in flows}}
    for _ in flows:  # a step goes to the right of all steps whose tensors it takes
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
    """Draw traces {name: {timestamp: nanoseconds}} as bars, one below another in the order given; return the figure.

    The axis shows milliseconds after the first timestamp. Waiting in the queue, input, infer and output look different;
    time outside of them is an empty frame. Bars of the same execution, which began at the same nanosecond, are joined
    at their right end by a line that says how many requests ran in it.
    """
    from matplotlib.figure import Figure

    doors = {"REQUEST_START", "REQUEST_END", *sum(SPANS.values(), ())}  # a frontend's stamps may lie long before these
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

    Each part that is wide enough shows its value, and each bar its sum. All rows must have the same parts.
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
    """Draw how often each latency occurred, {title: milliseconds}, all on one axis; return the figure.

    Two labeled lines mark p50, below which half of the requests stayed, and p99, which one in a hundred exceeded.
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
            left = value > 0.8 * edges[-1]  # then the label goes to the left of its line
            axes.text(
                value, max(counts) * high, f" {name} {_brief(value)} ms ", va="top", ha="right" if left else "left"
            )
    axes.set_xlim(0, edges[-1])
    axes.set_xlabel("milliseconds from asking to the answer")
    return figure


def _brief(number: float) -> str:
    return f"{number:.0f}" if number >= 20 else f"{number:.1f}"


def _part(axes: Any, row: int, left: float, width: float, look: Mapping[str, str], longest: float) -> None:
    """Draw one part of a bar, with its value if it fits."""
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


def _array(image: Any) -> np.ndarray:
    if isinstance(image, (str, PathLike)):
        from PIL import Image

        with Image.open(image) as opened:
            return np.asarray(opened.convert("RGB"))
    return np.asarray(image.convert("RGB") if hasattr(image, "convert") else image)  # a PIL palette holds no colors
