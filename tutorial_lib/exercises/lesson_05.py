"""Lesson 05, the model repository: what goes with what, an override that took too much, and an upload."""

from __future__ import annotations

from . import Exercise, NotYetError
from .asking import client, config, infer, is_ready


def _names(found) -> list[str]:
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, (list, tuple, set, frozenset)) or not all(isinstance(name, str) for name in found):
        raise NotYetError(f"found {found!r}, expected names in a list, such as ['add_sub'], or an empty list")
    if wrong := sorted(set(found) - {"add_sub", "add_sub_chain"}):
        raise NotYetError(f"found {wrong[0]!r}; the two models are add_sub and add_sub_chain")
    return sorted(set(found))


def _left(answer) -> None:
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        raise NotYetError(f"found {answer!r}, expected two lists: what is READY at the first mark, and at the second")
    first, second = (_names(item) for item in answer)
    if "add_sub_chain" in first:
        raise NotYetError("at the first mark: add_sub_chain was unloaded by its own name, so it is gone")
    if not first:
        raise NotYetError("at the first mark: unload_dependents spares a step that somebody loaded by its own name")
    if "add_sub_chain" in second:
        raise NotYetError("at the second mark: can an ensemble keep working without one of its steps?")
    if second:
        raise NotYetError("at the second mark: add_sub was unloaded by its own name; a step is not protected from that")


def _smaller(answer) -> None:
    import numpy as np

    if not is_ready("add_sub"):
        raise NotYetError("add_sub is not loaded: your change must leave it READY")
    found = config("add_sub")
    names = [tensor["name"] for tensor in found.get("input", [])]
    if sorted(names) != ["a", "b"]:
        raise NotYetError(
            f"the inputs of add_sub are {names}, expected ['a', 'b']: a plain load does not bring them back"
        )
    if found["max_batch_size"] != 4:
        raise NotYetError(f"it has its inputs, but max_batch_size is {found['max_batch_size']}, expected 4")
    with client() as server:
        rows = np.ones((4, 4), np.float32)
        found = infer(server, "add_sub", {"a": rows, "b": rows})
    for name, value in {"sum": 2.0, "difference": 0.0}.items():
        if name not in found:
            raise NotYetError(f"it has its inputs, but the output `{name}` is gone: send the whole config")
        if found[name].tolist() != [[value] * 4] * 4:
            raise NotYetError(f"it has its inputs, but `{name}` is not what it was")


def _halve(answer) -> None:
    import numpy as np

    if not is_ready("halve"):
        raise NotYetError("the server does not serve `halve`; load_model needs its config and its files")
    with client() as server:
        found = infer(server, "halve", {"x": np.array([[3], [8]], np.float32)}).get("y")
    if found is None:
        raise NotYetError("`halve` has no output `y`")
    if found.tolist() != [[1.5], [4.0]]:
        raise NotYetError(
            f"it turns the rows [3] and [8] into {found.tolist()}, expected [[1.5], [4.0]] "
            "(while it is loaded, a load with the same config keeps its code: unload `halve` first)"
        )
    if found.dtype != np.float32:
        raise NotYetError(f"`y` comes back as {found.dtype}, expected float32, which is FP32")
    now = config("halve")
    if (promised := {tensor["name"]: tensor["data_type"] for tensor in now["output"]}["y"]) != "TYPE_FP32":
        raise NotYetError(f"the config promises `y` as {promised}, but float32 comes back: clients trust the config")
    if (rows := now["max_batch_size"]) != 8:
        raise NotYetError(f"it halves, but max_batch_size is {rows}, expected 8: batches of up to 8 rows")


EXERCISES = [
    Exercise(
        "05.1",
        "predict",
        "What goes with what",
        _left,
        (
            "The section 'Models that depend on models' shows both directions.",
            "Loaded by its own name, add_sub survives the first unload; the ensemble does not survive the second.",
        ),
        'check("05.1", [["add_sub"], []])',
        "unload_dependents spares what was loaded by its own name; unloading a step stops every ensemble that needs it",
    ),
    Exercise(
        "05.2",
        "repair",
        "A colleague's override",
        _smaller,
        (
            "The section 'Load with another config': how do you get the file's config back, and change one value?",
            "Unload, wait for UNAVAILABLE, load; then get_model_config, change one key, load it all with json.dumps.",
        ),
        """import json

client.unload_model("add_sub")
server.wait("add_sub", state="UNAVAILABLE")
client.load_model("add_sub")
config = client.get_model_config("add_sub")
config["max_batch_size"] = 4
client.load_model("add_sub", config=json.dumps(config))
check("05.2")""",
        "config= replaces everything until the model is unloaded, so send the whole config with one value changed",
        live=True,
    ),
    Exercise(
        "05.3",
        "write",
        "A model out of nothing",
        _halve,
        (
            "The section 'Load with files from the client' uploads a model; files are bytes, and a config is required.",
            'client.load_model("halve", config=..., files={"file:1/model.py": b"..."}): x and y, TYPE_FP32, dims [1].',
        ),
        '''config = """{
  "backend": "python", "max_batch_size": 8,
  "input": [{"name": "x", "data_type": "TYPE_FP32", "dims": [1]}],
  "output": [{"name": "y", "data_type": "TYPE_FP32", "dims": [1]}]
}"""
code = b"""
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        rows = [pb_utils.get_input_tensor_by_name(request, "x").as_numpy() for request in requests]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("y", row / 2)]) for row in rows]
"""
client.load_model("halve", config=config, files={"file:1/model.py": code})
check("05.3")''',
        "in explicit mode, anyone who reaches the port can add models and code: handy in tests, dangerous elsewhere",
        live=True,
    ),
]
