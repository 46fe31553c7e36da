"""What was measured, and how to show it: a comparison as a table, a record and a plot."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..waits import waiting

__all__ = ["BenchError", "Case", "Comparison", "Goal", "Result", "compare", "page", "plot", "record", "table"]

FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "amx_bf16", "asimd", "bf16")  # what torch can use
PACKAGES = ("tritonclient", "nvidia-pytriton", "torch", "numpy", "grpcio")


class BenchError(RuntimeError):
    """A measurement that means nothing, because there was no answer at all or a wrong one."""


@dataclasses.dataclass(frozen=True)
class Result:
    """What one run found. `sent` = `good` + `errors` over the whole run; the rates are those of the measured window."""

    name: str
    clients: int
    seconds: float
    sent: int
    good: int
    requests_per_s: float
    items_per_s: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    mean_ms: float
    client_cpu: float  # share of a core that the load generator used; near 1, it is the bottleneck, not the server
    errors: dict[str, int] = dataclasses.field(default_factory=dict)  # {"503": 12}
    samples: dict[str, str] = dataclasses.field(default_factory=dict)  # one message for each


@dataclasses.dataclass(frozen=True)
class Case:
    """One thing to measure; `measure(seconds, warmup)` makes one run."""

    name: str
    measure: Callable[[float, float], Result]
    plan: dict[str, Any] = dataclasses.field(default_factory=dict)  # over HTTP: what is sent, for wrk too


@dataclasses.dataclass(frozen=True)
class Goal:
    """What a comparison is hoped to show: that `case` is at least `times` as fast as `base`."""

    case: str
    times: float
    base: str


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What `compare` found: the results of each case, in the order of the rounds."""

    results: dict[str, list[Result]]
    base: str
    missing: dict[str, str]
    load_average: float
    seconds: float
    goals: tuple[Goal, ...] = ()

    def rate(self, name: str) -> float:
        """Return the median of a case's items/s."""
        return statistics.median(result.items_per_s for result in self.results[name])

    def ratio(self, name: str, base: str = "") -> float:
        """Return how many times as fast as `base` a case is: the ratio in each round, and of these the median."""
        pairs = zip(self.results[name], self.results[base or self.base])
        return statistics.median(one.items_per_s / other.items_per_s for one, other in pairs)

    def judged(self) -> list[dict[str, Any]]:
        """Return one dict per goal whose cases were both measured: the goal, the ratio, and whether it is enough."""
        goals = [goal for goal in self.goals if {goal.case, goal.base} <= set(self.results)]
        found = [(dataclasses.asdict(goal), self.ratio(goal.case, goal.base)) for goal in goals]
        return [{**goal, "ratio": ratio, "reached": ratio >= goal["times"]} for goal, ratio in found]

    def rows(self) -> list[dict[str, Any]]:
        """Return one dict per case: medians over the rounds, and the slowest and fastest round."""
        rows = []
        for name, results in self.results.items():
            rates = [result.items_per_s for result in results]
            row: dict[str, Any] = {"case": name, "clients": results[0].clients, "items_per_s": self.rate(name)}
            row |= {"min": min(rates), "max": max(rates), "ratio": self.ratio(name)}
            for key in ("p50_ms", "p90_ms", "p99_ms", "client_cpu"):
                row[key] = statistics.median(getattr(result, key) for result in results)
            row["errors"] = sum(sum(result.errors.values()) for result in results)
            rows.append(row)
        return rows


def compare(
    cases: Sequence[Case],
    *,
    rounds: int = 3,
    seconds: float = 2.0,
    warmup: float = 0.5,
    base: str = "",
    missing: Mapping[str, str] | None = None,
    goals: Sequence[Goal] = (),
    say: Callable[[str], object] | None = None,
) -> Comparison:
    """Measure the cases in turn (A B C A B C ...), so that a busy moment of the machine affects them all.

    `base` is the case that ratios are relative to (default: the first); `missing` says what cannot be measured here and
    why, and `goals` what the comparison is hoped to show; both go into the table and the record.
    """
    names = [case.name for case in cases]
    base = base or (names[0] if names else "")
    if len(set(names)) < len(names) or base not in names:
        raise BenchError(
            f"found the cases {names} and the base {base!r}. Expected: different names, the base among them."
        )
    comparison = Comparison(
        {name: [] for name in names}, base, dict(missing or {}), os.getloadavg()[0], seconds, tuple(goals)
    )
    began, runs = time.monotonic(), rounds * len(cases)
    with waiting(f"Measuring: {runs} runs of {seconds + warmup:g} seconds ...") as bar:
        for run in range(runs):
            case, number = cases[run % len(cases)], run // len(cases)
            result = case.measure(seconds, warmup)
            comparison.results[case.name].append(result)
            bar(_bar(run + 1, runs, time.monotonic() - began))
            if say:
                say(f"round {number + 1}/{rounds}  {case.name}: {_number(result.items_per_s)} /s")
    return comparison


def _bar(done: int, runs: int, seconds: float) -> str:
    from tqdm import tqdm

    return tqdm.format_meter(done, runs, seconds, ncols=80, prefix="Measuring", unit="run")


def table(comparison: Comparison) -> str:
    """Return the comparison as text: a line per case, then what could not be measured and why, and the goals."""
    lines = _table(comparison.rows())
    for name, results in comparison.results.items():
        samples = {key: text for result in results for key, text in result.samples.items()}
        lines += [f"{name}: error {key}: {text}" for key, text in samples.items()]
    lines += [f"{name}: not measured: {reason}" for name, reason in comparison.missing.items()]
    return "\n".join(lines + _goals(comparison.judged()))


def _goals(judged: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"goal {'reached' if one['reached'] else 'missed'}: {one['case']} is {one['ratio']:.2f} times as fast as "
        f"{one['base']}, of at least {one['times']:g}"
        for one in judged
    ]


def _table(found: Sequence[Mapping[str, Any]]) -> list[str]:
    rows = [("", "clients", "items/s", "min .. max", "ratio", "p50 ms", "p99 ms", "client cpu", "errors")]
    for row in found:
        spread = f"{_number(row['min'])} .. {_number(row['max'])}"
        rate = (_number(row["items_per_s"]), spread, f"{row['ratio']:.2f}")
        times = (_number(row["p50_ms"]), _number(row["p99_ms"]))
        cpu = "" if math.isnan(row["client_cpu"]) else f"{row['client_cpu']:.0%}"
        rows.append((row["case"], str(row["clients"]), *rate, *times, cpu, str(row["errors"])))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join([row[0].ljust(widths[0]), *(x.rjust(w) for x, w in zip(row[1:], widths[1:]))]) for row in rows]
    return [line.rstrip() for line in lines]


def page(records: Sequence[Mapping[str, Any]], picture: str = "") -> str:
    """Return records (each with a "title") as a Markdown page: what was measured, when and where, and the table.

    `picture` is the name of the file beside the page that `plot` drew of the same records.
    """
    options = "--json ... --page ..." + " --plot ..." * bool(picture)
    lines = [f"# {_heading(records)}", "", f"Made by `python -m tutorial_lib bench {options}`."]
    if picture:
        lines += ["", f"![The items per second of each row of the tables below, drawn]({picture})"]
    for one in records:
        machine, peers = one["machine"], {**one["versions"], **one.get("peers", {})}
        cores = f"{machine['cores']} cores of {machine['cpu']} ({', '.join(machine['flags'])})"
        if gpu := machine.get("gpu"):
            tf32 = " and ".join(kind for kind, on in gpu["tf32"].items() if on) or "nothing"
            cores = (
                f"{gpu['name']} ({gpu['gib']} GiB, driver {gpu['driver']}, CUDA {gpu['cuda']}, cuDNN {gpu['cudnn']}, "
                f"TF32 for {tf32}), {cores}"
            )
        lines += [
            "",
            f"## {one['title']}",
            "",
            f"{one['date']}, {cores}, load average before {machine['load_average']}; ",
        ]
        lines[-1] += (
            f"{len(next(iter(one['rounds'].values())))} rounds of {one['seconds']:g} s. Ratios to {one['base']}."
        )
        if one.get("weights") == "random":
            lines[-1] += " Networks of the real size (ResNet-50, BERT-base) with random weights: as fast as trained."
        lines += ["", "```none", *_table(one["rows"]), "```", ""]  # none: the site does not break these lines
        lines += [f"- {name}: not measured: {reason}" for name, reason in one["missing"].items()]
        lines += [f"- {line}" for line in _goals(one["goals"])]
        lines += ["- " + ", ".join(f"{name} {version}" for name, version in peers.items() if version)]
    return "\n".join(lines) + "\n"


def _heading(records: Sequence[Mapping[str, Any]]) -> str:
    """Name what was measured, in batches of what size, and on what; old records do not say whether it was a GPU."""
    machine, titles = records[0]["machine"], [one["title"].split(", ") for one in records]
    if "gpu" not in machine:
        return "What was measured"
    models = dict.fromkeys(title[0] for title in titles)
    batches = dict.fromkeys(next((word for word in title if word.startswith("batch ")), "batch 1") for title in titles)
    device = machine["gpu"]["name"] if machine["gpu"] else f"{machine['cores']} cores of {machine['cpu']}"
    return f"{', '.join(models)}, {', '.join(batches)}, on {device}"


def _gpu() -> dict[str, Any] | None:
    """Describe the GPU that torch uses in this process; None without one, or if nothing here has imported torch."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    card, driver = torch.cuda.get_device_properties(0), None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some versions of torch warn that these names will change
        tf32 = {
            "matrix products": torch.backends.cuda.matmul.allow_tf32,
            "convolutions": torch.backends.cudnn.allow_tf32,
        }
    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    with contextlib.suppress(OSError, subprocess.SubprocessError, IndexError):
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
        driver = done.stdout.split()[0]
    return {
        "name": card.name,
        "gib": round(card.total_memory / 2**30),
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
        "driver": driver,
        "tf32": tf32,
    }


def record(comparison: Comparison, **more: object) -> dict[str, Any]:
    """Return the comparison with machine and versions, ready for json.dumps; `more` is added as it is."""
    cpu = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"^model name\s*: (.*)$", cpu, re.MULTILINE)
    flags = set(" ".join(re.findall(r"^(?:flags|Features)\s*: (.*)$", cpu, re.MULTILINE)).split())
    machine = {
        "cpu": model[1] if model else platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "flags": [flag for flag in FLAGS if flag in flags],
        "system": platform.platform(),
        "load_average": round(comparison.load_average, 2),
        "gpu": _gpu(),
    }
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    prefixes = ("OMP_", "KMP_", "GOMP_", "MKL_", "MALLOC_")
    threads = {key: value for key, value in os.environ.items() if key.startswith(prefixes)}
    if "torch" in sys.modules:
        threads["torch"] = sys.modules["torch"].get_num_threads()
    results = {name: [dataclasses.asdict(r) for r in found] for name, found in comparison.results.items()}
    return {
        "date": time.strftime("%Y-%m-%d %H:%M:%S %z"), "machine": machine, "versions": versions, "threads": threads,
        "base": comparison.base, "seconds": comparison.seconds, "rows": comparison.rows(), "rounds": results,
        "missing": comparison.missing, "goals": comparison.judged(), **more,
    }  # fmt: skip


def plot(records: Sequence[Mapping[str, Any]]) -> Any:
    """Draw the items/s of each record (with a "title") case by case, slowest and fastest round too; return the figure.

    These are dots, not bars: where the rates differ much, the axis is logarithmic and a length would mean nothing.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter, StrMethodFormatter

    heights = [0.3 * len(one["rows"]) + 0.9 for one in records]
    figure = Figure(figsize=(8, sum(heights)), layout="constrained")
    plots = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    for axes, one in zip(plots, records):
        names, places = [row["case"] for row in one["rows"]], range(len(one["rows"]))
        for place, row in enumerate(one["rows"]):
            rate, color = row["items_per_s"], "tab:green" if row["case"] == one["base"] else "tab:blue"
            axes.plot([row["min"], row["max"]], [place, place], color=color, linewidth=3, alpha=0.4)
            axes.plot(rate, place, "o", color=color)
            axes.annotate(
                _number(rate), (max(rate, row["max"]), place), (8, 0), textcoords="offset points", va="center"
            )
        slowest, fastest = (end([row["items_per_s"] for row in one["rows"]]) for end in (min, max))
        axes.margins(x=0.18)
        if fastest > 20 * slowest:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
            axes.xaxis.set_minor_formatter(NullFormatter())
        else:
            axes.set_xlim(0, 1.18 * max(row["max"] for row in one["rows"]))
        axes.set(title=one["title"], xlabel="items/s: median, slowest and fastest round")
        axes.set_yticks(places, names)
        axes.set_ylim(len(names) - 0.4, -0.6)
        axes.grid(axis="y", alpha=0.4)
    return figure


def _number(value: float) -> str:
    """Return at least three significant digits: 24013, 27.1, 0.456."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
