"""Put a model with dynamic batching under load, and see the effect in the server's own statistics."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import front

WARMUP = 0.3  # seconds after the first answer before anything counts
TICK = 0.5  # seconds between two looks at the statistics
DELAYS = {"no dynamic batching": None, "0": 0, "0.1 ms": 100, "1 ms": 1000, "10 ms": 10_000, "100 ms": 100_000}


@dataclass(frozen=True)
class Measured:
    """What the server's statistics say about one model between two moments."""

    seconds: float
    requests: int
    rows: int
    executions: int
    ms: float  # of all requests together, from their arrival to their answers
    queue_ms: float  # the part of that time in which they waited
    sizes: dict[int, int]  # {rows in an execution: how many such executions}

    @property
    def rows_per_s(self) -> float:
        """Rows answered per second."""
        return self.rows / self.seconds

    @property
    def ms_each(self) -> float:
        """Milliseconds that a request spent in the server, on average."""
        return self.ms / max(1, self.requests)

    @property
    def queue_ms_each(self) -> float:
        """The part of those milliseconds that it waited in the queue."""
        return self.queue_ms / max(1, self.requests)

    @property
    def rows_together(self) -> float:
        """Rows per execution, on average."""
        return self.rows / max(1, self.executions)


def batching(
    url: str = "localhost:8001",
    model: str = "linear_regression_model",
    *,
    rows: int = 1,
    clients: int = 16,
    delay_us: int | None = 0,
    seconds: float = 2,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Let `clients` clients send requests of `rows` rows to `model`, and print what its server counted meanwhile.

    `url` is the server's gRPC address. `delay_us` becomes the model's max_queue_delay_microseconds; None takes
    dynamic_batching out of its config. If its config says otherwise, the model is loaded again with a changed config,
    which stays until the server ends (or the model is unloaded). If the server asks for a key, loading needs
    `headers=server.admin_headers`. Each client sends its next request when it has the answer to the last one.
    """
    for measured in _run(url, model, rows, clients, delay_us, seconds, headers):
        last = measured
    print("\n".join(_lines(last)))
    print("executions by number of rows:")
    ranges = _ranges(last.sizes)
    for name, count in ranges.items():
        print(f"  {name:>9}  {front.bar(count, max(ranges.values()))} {count}")


def batching_box(
    url: str = "localhost:8001",
    model: str = "linear_regression_model",
    *,
    seconds: float = 3,
    headers: Mapping[str, str] | None = None,
) -> None:
    """Show sliders for batch size, clients and queue delay, and what the server at `url` (gRPC) counts under that load.

    `batching` explains the arguments and what happens to the model.
    """
    front.display_box(
        lambda: _box(url, model, seconds, headers),
        "Move the sliders of a batch and see throughput, latency and batches",
        "play.batching(rows=1, clients=16, delay_us=1000)",
    )


# ------------------------------------------------------------------------------------------------------------- the load


def _run(url, model, rows, clients, delay_us, seconds, headers) -> Iterator[Measured]:  # the arguments of `batching`
    """Set the delay, then measure: twice a second yield what was counted so far, and at last for the whole time."""
    import tritonclient.grpc as grpcclient

    with grpcclient.InferenceServerClient(url) as client:
        config = client.get_model_config(model, as_json=True)["config"]
        limit = config.get("max_batch_size", 0)
        if not 1 <= rows <= limit:
            raise ValueError(f"rows is {rows}, but {model} takes 1 to {limit} in a request. Try rows=1.")
        _set_delay(client, config, delay_us, headers)
        loaded = int(_counted(client, model).get("execution_count", 0))
        before, start = {}, 0.0
        with _senders(url, model, rows, clients) as process:
            while process.poll() is None:
                counted, now = _counted(client, model), time.monotonic()
                if not before and int(counted.get("execution_count", 0)) > loaded:  # the first requests are answered
                    time.sleep(WARMUP)
                    before, start = _counted(client, model), time.monotonic()
                elif before:
                    measured = _between(before, counted, now - start)
                    if measured.executions:
                        yield measured
                        if measured.seconds >= seconds:
                            return
                time.sleep(TICK if before else 0.05)
            raise _failure(process)


def _set_delay(client: Any, config: dict[str, Any], delay_us: int | None, headers: Mapping[str, str] | None) -> None:
    """Load the model again with this delay, if it has another one."""
    batching = config.get("dynamic_batching")
    if delay_us == (None if batching is None else int(batching.get("max_queue_delay_microseconds", 0))):
        return
    changed = {key: value for key, value in config.items() if key != "dynamic_batching"}
    if delay_us is not None:
        changed["dynamic_batching"] = {**(batching or {}), "max_queue_delay_microseconds": delay_us}
    client.load_model(config["name"], config=json.dumps(changed), headers=dict(headers or {}))


@contextlib.contextmanager
def _senders(url: str, model: str, rows: int, clients: int) -> Iterator[subprocess.Popen[str]]:
    """Start the process whose clients send the requests; after the block it has ended."""
    words = [sys.executable, "-m", f"{__package__}.sender", url, model, str(rows), str(clients)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.stdin.close()  # asks it to end
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()


def _failure(process: subprocess.Popen[str]) -> Exception:
    from tritonclient.utils import InferenceServerException

    status, _, message = process.stdout.read().strip().rpartition("\n")[2].partition("\t")
    return InferenceServerException(message or "the process that sends the requests has ended", status)


def _counted(client: Any, model: str) -> dict[str, Any]:
    """Return the statistics of a model's highest version, which answers; gRPC's JSON has strings, and omits zeros."""
    return max(client.get_inference_statistics(model, as_json=True)["model_stats"], key=lambda row: int(row["version"]))


def _between(before: dict[str, Any], after: dict[str, Any], seconds: float) -> Measured:
    def grown(*path: str) -> int:
        values = []
        for stats in (before, after):
            for key in path:
                stats = stats.get(key, {})
            values.append(int(stats or 0))
        return values[1] - values[0]

    old, new = (
        {int(each["batch_size"]): int(each["compute_infer"].get("count", 0)) for each in stats.get("batch_stats", [])}
        for stats in (before, after)
    )
    sizes = {size: new[size] - old.get(size, 0) for size in sorted(new) if new[size] > old.get(size, 0)}
    return Measured(
        seconds=seconds,
        requests=grown("inference_stats", "success", "count"),
        rows=grown("inference_count"),
        executions=sum(sizes.values()),
        ms=grown("inference_stats", "success", "ns") / 1e6,
        queue_ms=grown("inference_stats", "queue", "ns") / 1e6,
        sizes=sizes,
    )


def _ranges(sizes: Mapping[int, int]) -> dict[str, int]:
    """Count the executions with 1, 2, 3-4, 5-8, 9-16 ... rows, up to the largest that occurred."""
    counts: dict[str, int] = {}
    low, high = 1, 1
    while low <= max(sizes):
        name = str(low) if low == high else f"{low}-{high}"
        counts[name] = sum(count for size, count in sizes.items() if low <= size <= high)
        low, high = high + 1, high * 2
    return counts


def _lines(measured: Measured) -> list[str]:
    return [
        f"rows per second:    {measured.rows_per_s:.0f}",
        f"ms per request:     {measured.ms_each:.2f}, of which {measured.queue_ms_each:.2f} in the queue",
        f"rows together:      {measured.rows_together:.1f} per execution, on average",
    ]


# -------------------------------------------------------------------------------------------------------------- the box


def _box(url: str, model: str, seconds: float, headers: Mapping[str, str] | None) -> Any:
    import ipywidgets
    from matplotlib.figure import Figure

    Figure().savefig(io.BytesIO())  # the first plot loads fonts, which must not cost the first run several seconds

    def slider(description: str, options: list[Any], value: Any) -> Any:
        return ipywidgets.SelectionSlider(
            description=description,
            options=options,
            value=value,
            continuous_update=False,
            style={"description_width": "9em"},
            layout=ipywidgets.Layout(width="32em"),
        )

    rows = slider("rows per request", [1, 2, 4, 8, 16, 32, 64, 128], 1)
    clients = slider("clients at once", [1, 2, 4, 8, 16, 32, 64, 128], 16)
    delay = slider("queue delay", list(DELAYS.items()), 0)
    button = ipywidgets.Button(description="Run", tooltip="Send requests and measure", button_style="primary")
    said = ipywidgets.HTML(front.note(f"Run sends requests for {seconds:g} seconds."))
    plot, table = ipywidgets.HTML(), ipywidgets.HTML()
    runs: list[tuple[str, ...]] = []

    def run(_: Any) -> None:
        button.disabled = True
        settings = (str(rows.value), str(clients.value), delay.label)
        said.value = front.note("Sending requests; a new delay first reloads the model, which takes some seconds.")
        seen: list[Measured] = []
        try:
            for measured in _run(url, model, rows.value, clients.value, delay.value, seconds, headers):
                seen.append(measured)
                plot.value = _plot(seen)
            runs.insert(0, (*settings, *_cells(measured)))
            table.value = _table(runs[:8])
            said.value = front.note(f"{measured.requests} requests in {measured.seconds:.1f} seconds.")
        except Exception as error:  # shown to whoever pressed it; a traceback would go to a log that nobody reads
            said.value = front.note(front.reason(error, url))
        finally:
            button.disabled = False

    button.on_click(run)
    return ipywidgets.VBox([rows, clients, delay, ipywidgets.HBox([button, said]), plot, table])


HEADERS = ("rows per request", "clients", "delay", "rows/s", "ms per request", "ms in the queue", "rows together")


def _cells(measured: Measured) -> tuple[str, ...]:
    numbers = (measured.ms_each, measured.queue_ms_each, measured.rows_together)
    return (f"{measured.rows_per_s:.0f}", *(f"{number:.2f}" for number in numbers))


def _table(runs: list[tuple[str, ...]]) -> str:
    def row(tag: str, cells: tuple[str, ...]) -> str:
        style = 'style="text-align: right; padding: 0.1em 0.8em"'
        return "<tr>" + "".join(f"<{tag} {style}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    caption = "<caption>Your runs, newest first; times are averages, measured in the server</caption>"
    return f"<table>{caption}{row('th', HEADERS)}{''.join(row('td', run) for run in runs)}</table>"


def _plot(seen: list[Measured]) -> str:
    """Draw three plots in one picture: rows per second and milliseconds so far, and the batches that formed."""
    from matplotlib.figure import Figure

    last, times = seen[-1], [measured.seconds for measured in seen]
    figure = Figure(figsize=(10, 2.8), layout="constrained")  # no pyplot: no backend, no global state
    rate, latency, batches = figure.subplots(1, 3)
    rate.plot(times, [measured.rows_per_s for measured in seen], "o-", color="black")
    rate.set(title=f"{last.rows_per_s:.0f} rows per second", xlabel="seconds")
    rate.set_ylim(0, 1.15 * max(measured.rows_per_s for measured in seen))
    waited = [measured.queue_ms_each for measured in seen]
    worked = [measured.ms_each - measured.queue_ms_each for measured in seen]
    latency.bar(times, waited, width=0.3, label="in the queue", color="white", edgecolor="black", hatch="//")
    latency.bar(times, worked, width=0.3, bottom=waited, label="at work", color="0.6", edgecolor="black")
    latency.legend(loc="upper center", ncols=2, fontsize=8)
    latency.set_ylim(0, 1.3 * max(measured.ms_each for measured in seen))
    latency.set(title=f"{last.ms_each:.2f} ms per request", xlabel="seconds")
    ranges = _ranges(last.sizes)
    bars = batches.bar(list(ranges), list(ranges.values()), color="0.6", edgecolor="black")
    batches.bar_label(bars, fontsize=8)
    batches.tick_params(axis="x", labelsize=8)
    batches.margins(y=0.1)
    batches.set(title=f"{last.rows_together:.1f} rows together", xlabel="rows per execution", ylabel="executions")
    for axes in (rate, latency):
        axes.set_xlim(0, times[-1] + 0.4)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=80)
    most = max(ranges, key=ranges.__getitem__)
    alt = f"{'; '.join(' '.join(line.split()) for line in _lines(last))}; most executions had {most} rows"
    return f'<img alt="{html.escape(alt)}" src="data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}">'
