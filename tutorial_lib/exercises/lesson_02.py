"""Lesson 02, an ensemble: what its steps count, a picture from an array, and tensors that reach nobody."""

from __future__ import annotations

from . import Exercise, NotYetError
from .asking import called, client, infer, numbers, parsed, statistics, unload


def _counts(answer) -> None:
    import numpy as np

    found = tuple(numbers(answer, 2, "two numbers, such as (7, 7): inferences, executions"))
    with client() as server:
        before = _counted(server)
        for _ in range(3):
            infer(server, "scale_twice", {"x": np.ones((4, 1), np.float32)})
        now = _counted(server)
    inferences, executions = now[0] - before[0], now[1] - before[1]
    if found == (inferences, executions):
        return
    if found in ((12, 3), (3, 3), (12, 12)):
        raise NotYetError(f"found {found}; look at the config again: how often does one request go through `scale`?")
    if found == (executions, inferences):
        raise NotYetError(f"found {found}: it is the other way around, inferences first")
    if found[0] != inferences:
        raise NotYetError(f"found {found[0]} inferences; an inference is a row: four in each request, at each step")
    raise NotYetError(f"found {found[1]} executions; a whole batch is one run of the model at each step")


def _counted(server) -> tuple[int, int]:
    stats = statistics(server, "scale")
    return stats["inference_count"], stats["execution_count"]


def _picture(answer) -> None:
    import numpy as np

    random = np.random.default_rng(2)
    grey = random.random((30, 40))
    grey[0, :2] = 0.0, 1.0
    grays = [("gray", grey), ("dark gray", grey / 4 + 0.25)]
    clear = random.integers(0, 256, (40, 30, 4), dtype=np.uint8)
    clear[:, :, 3] = 255
    pictures = [(name, array, np.stack([np.rint(array * 255).astype(np.uint8)] * 3, axis=2)) for name, array in grays]
    with client() as server:
        for name, array, right in [*pictures, ("RGBA", clear, clear[:, :, :3])]:
            found = called(answer, array.copy())
            if not isinstance(found, np.ndarray):
                raise NotYetError(f"for the {name} picture it returns a {type(found).__name__}, expected a numpy array")
            if found.dtype != np.uint8:
                raise NotYetError(f"the {name} picture comes back as {found.dtype}, but the server wants UINT8")
            if found.shape != right.shape:
                infer(server, "resnet_preprocessor", {"input_image": found})  # the server's own words
                raise NotYetError(f"the {name} picture has shape {found.shape}, expected {right.shape}")
            if found.max() < 2:
                raise NotYetError(f"the {name} picture is black: its numbers were 0 to 1, but pixels are 0 to 255")
            if (off := np.abs(found.astype(int) - right)).max() > 1:
                where = np.unravel_index(off.argmax(), off.shape)
                if array.ndim == 2 and np.ptp(found, axis=2).max() == 0:
                    raise NotYetError(
                        f"in the {name} picture {array[where[:2]]:.2f} became {found[where]}, expected {right[where]}: "
                        "0.0 is 0 and 1.0 is 255 in any picture"
                    )
                raise NotYetError(
                    f"the colors of the {name} picture changed: keep each pixel, and the order red, green, blue"
                )
            infer(server, "resnet_preprocessor", {"input_image": np.ascontiguousarray(found)})


def _wired(answer) -> None:
    import json

    import numpy as np
    from tritonclient.utils import InferenceServerException

    wanted = parsed(answer)
    _maps(wanted.get("ensemble_scheduling", {}).get("step", []))
    with client() as server:
        loaded = json.dumps({**wanted, "name": "your_turn"})
        try:
            server.load_model("your_turn", config=loaded, files={"file:1/none": b""})
        except InferenceServerException as error:
            log = "for the reason, print(server.errors()[-1])"
            raise NotYetError(f"the server does not load it: {error.message()}; {log}") from None
        try:
            found = infer(server, "your_turn", {"x": np.array([[1], [2]], np.float32)}).get("y")
        finally:
            unload(server, "your_turn")
    if found is None or found.tolist() != [[15.625], [31.25]]:
        raise NotYetError(f"1 and 2 became {found}, expected [[15.625], [31.25]] as the output y")


def _maps(steps: list[dict]) -> None:
    """Say in the message what the server says only in its log."""
    names = [step.get("model_name") for step in steps]
    if names != ["scale"] * 3:
        raise NotYetError(f"its steps are {names}, expected `scale` three times")
    for number, step in enumerate(steps, 1):
        for side, own in ("input_map", "x"), ("output_map", "y"):
            if list(step.get(side, {})) != [own]:
                raise NotYetError(
                    f"step {number}: {side} has the keys {list(step.get(side, {}))}; scale calls its tensor `{own}`"
                )
    read = [step["input_map"]["x"] for step in steps]
    written = [step["output_map"]["y"] for step in steps]
    for name in written:
        if written.count(name) > 1:
            raise NotYetError(f"two steps write `{name}`: each tensor of the ensemble has one writer")
    for number, name in enumerate(read, 1):
        if name not in [*written, "x"]:
            raise NotYetError(f"step {number} reads `{name}`, which no step writes")
    for name in written:
        if name not in [*read, "y"]:
            raise NotYetError(f"`{name}` is written but nobody reads it, so a step is bypassed")


EXERCISES = [
    Exercise(
        "02.1",
        "predict",
        "What a step counts",
        _counts,
        (
            "The section 'Batches' says what is counted. How often does `scale` appear in the ensemble's config?",
            "One request runs `scale` twice, each time with four rows: 8 inferences, 2 executions.",
        ),
        'check("02.1", (24, 6))',
        "every step is counted: its rows as inferences, its runs as executions; one model may be used in two steps",
    ),
    Exercise(
        "02.2",
        "write",
        "Any array becomes a picture",
        _picture,
        (
            "The model wants UINT8 [height, width, 3]. A gray pixel has one number, not three; an RGBA pixel has four.",
            "(array * 255).round().astype(np.uint8), np.stack([grey] * 3, axis=-1), array[:, :, :3].",
        ),
        """def as_picture(array):
    if array.dtype != np.uint8:
        array = (array * 255).round().astype(np.uint8)
    if array.ndim == 2:
        array = np.stack([array] * 3, axis=-1)
    return np.ascontiguousarray(array[:, :, :3])


check("02.2", as_picture)""",
        "the client makes the array that the contract asks for; PIL's convert('RGB') does the same for files",
    ),
    Exercise(
        "02.3",
        "repair",
        "Tensors that reach nobody",
        _wired,
        (
            "In each map, the key is a name in `scale` (x, y), the value a name in the ensemble. Follow the values.",
            'Two lines change: output_map { key: "y" value: "once" }, and the third step reads value: "twice".',
        ),
        '''repaired = """
platform: "ensemble"
max_batch_size: 8
input [ { name: "x", data_type: TYPE_FP32, dims: [ 1 ] } ]
output [ { name: "y", data_type: TYPE_FP32, dims: [ 1 ] } ]
ensemble_scheduling { step [
  { model_name: "scale", model_version: -1,
    input_map { key: "x" value: "x" } output_map { key: "y" value: "once" } },
  { model_name: "scale", model_version: -1,
    input_map { key: "x" value: "once" } output_map { key: "y" value: "twice" } },
  { model_name: "scale", model_version: -1,
    input_map { key: "x" value: "twice" } output_map { key: "y" value: "y" } }
] }
"""
check("02.3", repaired)''',
        "the key is the step's own name for a tensor, the value the ensemble's; each value has one writer and a reader",
    ),
]
