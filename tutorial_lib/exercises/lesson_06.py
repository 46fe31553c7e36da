"""Lesson 06, the model configuration: versions, a repaired config, and a changed one."""

from __future__ import annotations

from . import Exercise, NotYetError
from .asking import client, config, infer, is_ready, number, parsed, plain, same, tried

BROKEN = """
name: "your_turn"
backend: "python"
max_batch_sise: 8
input [ { name: "x", data_type: FP32, dims: [ 8, 1 ] } ]
output [ { name: "y", data_type: TYPE_FP32, dims: [ 1 ] } ]
"""
LATEST = """
backend: "python"
input [ { name: "x", data_type: TYPE_FP32, dims: [ 1 ] } ]
output [ { name: "y", data_type: TYPE_FP32, dims: [ 1 ] } ]
version_policy: { latest { num_versions: 2 } }
"""
DOUBLE = """
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def execute(self, requests):
        rows = [pb_utils.get_input_tensor_by_name(request, "x").as_numpy() for request in requests]
        return [pb_utils.InferenceResponse([pb_utils.Tensor("y", 2 * row)]) for row in rows]
"""


def _versions(answer) -> None:
    if not isinstance(versions := plain(answer), list):
        raise NotYetError(f"found {answer!r}, expected a list of versions, such as ['7']")
    found = sorted(f"{number(item, 'versions, which are numbers'):g}" for item in versions)
    if found == ["2", "9"]:
        raise NotYetError("found 2 and 9; `latest` keeps the highest versions, which are numbers, not text")
    if found == ["10", "2", "9"]:
        raise NotYetError("found all three; that would be the policy `all`")
    with tried(LATEST, DOUBLE, versions=(2, 9, 10)) as server:
        served = sorted(server.get_model_metadata("your_turn")["versions"])
    same(found, served, "how many versions does num_versions: 2 keep, and which?")


def _repaired(answer) -> None:
    import numpy as np

    wanted = parsed(answer)
    if wanted.get("max_batch_size") != 8:
        raise NotYetError(f"max_batch_size is {wanted.get('max_batch_size', 0)}, expected 8: batches of up to 8 rows")
    with tried(answer, DOUBLE) as server:
        found = infer(server, "your_turn", {"x": np.array([[1], [2]], np.float32)})
        if "y" not in found:
            raise NotYetError(f"its outputs are {sorted(found)}, expected `y`, the name that the model uses")
        same(found["y"].tolist(), [[2.0], [4.0]], "expected the rows doubled")
        (output,) = server.get_model_metadata("your_turn")["outputs"]
        if output["shape"] not in ([-1, 1], [-1, -1]):
            raise NotYetError(f"it promises `y` as {output['shape']}, but [rows, 1] comes back: look at both dims")


def _two_instances(answer) -> None:
    if not is_ready("versions_demo"):
        raise NotYetError("versions_demo is not loaded: your change must leave it READY")
    now = config("versions_demo")
    with client() as server:
        versions = server.get_model_metadata("versions_demo")["versions"]
    names = [tensor["name"] for side in ("input", "output") for tensor in now.get(side, [])]
    if names != ["x", "y"] or len(versions) == 1:  # only the latest is the default
        raise NotYetError(
            "it has lost its input or its versions: load_model(config=...) takes the whole config, "
            "not only what changes (unloading and loading again brings the file's config back)"
        )
    groups = now["instance_group"]
    count = sum(group["count"] for group in groups)
    if count != 2:
        raise NotYetError(f"the instance count of versions_demo is {count}, expected 2: look at get_model_config(...)")
    if any(group["kind"] == "KIND_GPU" for group in groups):
        raise NotYetError(
            "found KIND_GPU, which does not load on a machine without a GPU; leave the kind to the server"
        )


EXERCISES = [
    Exercise(
        "06.1",
        "predict",
        "Which versions?",
        _versions,
        (
            "The section 'Which versions: the version policy' shows `latest` with one and with two versions.",
            "`latest` counts from the highest version down, and versions are numbers, not text.",
        ),
        'check("06.1", ["9", "10"])',
        "`latest` keeps the num_versions highest numbers, so a new folder 11 would push 9 out at the next load",
    ),
    Exercise(
        "06.2",
        "repair",
        "A config that does not load",
        _repaired,
        (
            "Three things are wrong: a word, a datatype, a shape. The server's log gives line and column of the first.",
            "max_batch_size; TYPE_FP32; and dims leave out the batch dimension, which max_batch_size already adds.",
        ),
        '''repaired = """
name: "your_turn"
backend: "python"
max_batch_size: 8
input [ { name: "x", data_type: TYPE_FP32, dims: [ 1 ] } ]
output [ { name: "y", data_type: TYPE_FP32, dims: [ 1 ] } ]
"""
check("06.2", repaired)''',
        "in a config, datatypes begin with TYPE_, and dims leave out the batch dimension, which max_batch_size adds",
    ),
    Exercise(
        "06.3",
        "write",
        "Two instances, live",
        _two_instances,
        (
            "`client.load_model(name, config=...)` takes the whole config as JSON, not only what changes.",
            'Call `client.get_model_config(...)`, set `["instance_group"] = [{"count": 2}]`, load it with json.dumps.',
        ),
        """import json

config = client.get_model_config("versions_demo")
config["instance_group"] = [{"count": 2}]
client.load_model("versions_demo", config=json.dumps(config))
check("06.3")""",
        "two instances work on two requests at once; the config that the server returns is the safe one to edit",
        live=True,
    ),
]
