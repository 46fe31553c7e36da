"""The smallest model worth serving: a straight line, learned from noisy points and exported as TorchScript."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np

BUILDS: dict[str, tuple[str, ...]] = {"linear_regression_model": ("1/model.pt",)}
SOURCES: tuple[Path, ...] = (Path(__file__),)
HUB: tuple[str, str] | None = None

SLOPE, INTERCEPT = 2.5, 0.5  # the line behind the points; training sees only the points
POINTS, NOISE, DECIMALS = 2000, 0.1, 2


def make(weights: str, folder: Path, progress: bool) -> dict:  # noqa: ARG001 (every family has this signature)
    """Learn the line from 2000 noisy points and write `folder/linear_regression_model/1/model.pt`.

    The noise (standard deviation 0.1) leaves the fit uncertain by 0.1 / sqrt(2000) = 0.002, so its third decimal is
    random. The exported weights are the fitted ones, rounded to two decimals; the facts hold them before and after
    rounding. `weights` and `progress` change nothing, because there is one source, and it takes milliseconds.
    """
    import torch

    random = torch.Generator().manual_seed(0)
    x = 20 * torch.rand(POINTS, 1, generator=random) - 10
    y = SLOPE * x + INTERCEPT + NOISE * torch.randn(POINTS, 1, generator=random)

    model = torch.nn.Linear(1, 1)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        error = torch.nn.functional.mse_loss(model(x), y)
        error.backward()
        return error

    optimizer.step(loss)
    learned = {"slope": round(model.weight.item(), 4), "intercept": round(model.bias.item(), 4)}
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.round(parameter, decimals=DECIMALS))

    path = folder / "linear_regression_model" / "1" / "model.pt"
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # TorchScript is what Triton's pytorch backend reads
        torch.jit.save(torch.jit.script(model.eval()), content := io.BytesIO())
    path.write_bytes(content.getvalue())  # Python's own write, because torch 2.13 ends the process if the disk is full
    return {
        "points": POINTS,
        "noise": NOISE,
        "learned": learned,
        "served": {"slope": round(model.weight.item(), DECIMALS), "intercept": round(model.bias.item(), DECIMALS)},
    }


def reference(name: str, inputs: dict[str, np.ndarray], repository: Path) -> dict[str, np.ndarray]:
    """Run `1/model.pt` in this process: `input__0` FP32 [rows, 1] -> `output__0` FP32 [rows, 1].

    Raises ValueError if `input__0` is missing or has another shape or type, and KeyError for another model's name.
    """
    import torch

    artifact = repository / name / BUILDS[name][0]
    x = inputs.get("input__0")
    if x is None or x.ndim != 2 or x.shape[1] != 1 or x.dtype != np.float32:
        found = "nothing" if x is None else f"{x.dtype} {list(x.shape)}"
        raise ValueError(f"input__0: found {found}, expected float32 [rows, 1].")
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore", DeprecationWarning)
        model = torch.jit.load(str(artifact), map_location="cpu")
        return {"output__0": model(torch.from_numpy(np.ascontiguousarray(x))).numpy()}
