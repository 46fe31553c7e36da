"""The fields of config.pbtxt: their types, their defaults, and where the course uses them.

python docs/config_fields.py     # writes docs/reference/config_defaults.json
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from google.protobuf import text_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from tritonclient.grpc import model_config_pb2

PROJECT = Path(__file__).resolve().parents[1]
DEFAULTS = PROJECT / "docs" / "reference" / "config_defaults.json"
PAGE = PROJECT / "docs" / "reference" / "model_configuration.md"
IO = {
    "input": [{"name": "x", "data_type": "TYPE_FP32", "dims": [1]}],
    "output": [{"name": "y", "data_type": "TYPE_FP32", "dims": [1]}],
}
PYTHON = {**IO, "backend": "python"}
START = {"name": "START", "control": [{"kind": "CONTROL_SEQUENCE_START", "fp32_false_true": [0, 1]}]}
# What is loaded to see what the server makes of it: each a config that leaves out as much as it can
PROBES = [
    IO,
    PYTHON,
    {**PYTHON, "max_batch_size": 8, "dynamic_batching": {"default_queue_policy": {}}},
    {**PYTHON, "max_batch_size": 8, "sequence_batching": {"direct": {}, "control_input": [START]}},
    {**PYTHON, "max_batch_size": 8, "sequence_batching": {"oldest": {}}},
    {**PYTHON, "instance_group": [{"rate_limiter": {"resources": [{"name": "R"}]}}]},
    {
        **PYTHON,
        "model_warmup": [{"name": "w", "inputs": {"x": {"data_type": "TYPE_FP32", "dims": [1], "zero_data": True}}}],
    },
    {**PYTHON, "max_batch_size": 4, "dynamic_batching": {}},
    {**PYTHON, "response_cache": {}},
    {**PYTHON, "model_transaction_policy": {}},
]
CODE = b"""
class TritonPythonModel:
    def execute(self, requests):
        import triton_python_backend_utils as pb_utils
        return [pb_utils.InferenceResponse([pb_utils.get_input_tensor_by_name(r, "x")]) for r in requests]
"""


def walk(message, prefix: str = "") -> Iterator[str]:
    """Yield the dotted path of every field that is set in a protobuf message."""
    for field, value in message.ListFields():
        path = prefix + field.name
        yield path
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            if field.message_type.fields_by_name["value"].message_type:
                for item in value.values():
                    yield from walk(item, f"{path}.")
        else:
            for item in [value] if hasattr(value, "ListFields") else value:
                yield from walk(item, f"{path}.")


def used() -> dict[str, list[str]]:
    """Return {field: models and lessons} for every config.pbtxt of the repository and of the lessons' cells."""
    texts = [(path.parent.name, path.read_text()) for path in sorted(PROJECT.glob("model_repository/*/config.pbtxt"))]
    literal = r'"""(.*?)"""|```\w*\n(.*?)```|<<\'?(?:\w+)\'?\n(.*?)\n\w+\n'
    for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for groups in re.findall(literal, "".join(cell["source"]), re.DOTALL):
                texts.append((f"lesson {path.name[:2]}", "".join(groups)))
    found: dict[str, list[str]] = {}
    for name, text in texts:
        try:
            message = text_format.Parse(text, model_config_pb2.ModelConfig())
        except text_format.ParseError:
            if name.startswith("lesson"):  # some other text in quotes
                continue
            raise
        for field in walk(message):
            found.setdefault(field, [])
            if name not in found[field]:
                found[field].append(name)
    return found


def message_of(field: FieldDescriptor) -> Descriptor | None:
    """Return the message that a field holds, for a map the one of its values; None for text, numbers and enums."""
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        return message.fields_by_name["value"].message_type
    return message


def known(message: Descriptor = model_config_pb2.ModelConfig.DESCRIPTOR, prefix: str = "") -> Iterator[str]:
    """Yield the dotted path of every field of the protobuf, in its order."""
    for field in message.fields:
        yield prefix + field.name
        if inner := message_of(field):
            yield from known(inner, f"{prefix}{field.name}.")


def descriptor(path: str) -> FieldDescriptor:
    """Return the protobuf's field of a dotted path; raises KeyError if there is none."""
    message = model_config_pb2.ModelConfig.DESCRIPTOR
    for name in path.split("."):
        field = message.fields_by_name[name]
        message = message_of(field)
    return field


def type_of(path: str) -> str:
    """Return a field's type in words: int64, list of ModelInput, map of string."""
    field = descriptor(path)

    def word(of: FieldDescriptor) -> str:
        names = {
            getattr(FieldDescriptor, name): name[5:].lower() for name in dir(FieldDescriptor) if name[:5] == "TYPE_"
        }
        return of.message_type.name if of.message_type else of.enum_type.name if of.enum_type else names[of.type]

    if field.message_type and field.message_type.GetOptions().map_entry:
        return f"map of {word(field.message_type.fields_by_name['value'])}"
    repeated = field.is_repeated if hasattr(field, "is_repeated") else field.label == FieldDescriptor.LABEL_REPEATED
    return f"list of {word(field)}" if repeated else word(field)


def flat(value: object, prefix: str = "") -> dict[str, object]:
    """Return {dotted path: value} of a JSON answer; of a list, or a map of messages, its first item."""
    found: dict[str, object] = {}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0]
    if isinstance(value, dict):
        for key, item in value.items():
            path = prefix + key
            message = descriptor(path).message_type
            if isinstance(item, dict) and message is not None and message.GetOptions().map_entry:
                item = next(iter(item.values()), {})
            found[path] = item
            found |= flat(item, f"{path}.")
    return found


def measure(url: str) -> dict[str, object]:
    """Return {field: what the server fills in} from the configs that it answers for PROBES; in brackets: in words."""
    import tritonclient.http as httpclient

    from tutorial_lib.exercises.asking import unload

    found: dict[str, object] = {}
    fields = described()
    with httpclient.InferenceServerClient(url=url) as client:
        for number, probe in enumerate(PROBES):
            name = f"probe_{number}"
            client.load_model(name, config=json.dumps(probe), files={"file:1/model.py": CODE})
            given = flat(probe)
            answer = flat(client.get_model_config(name))
            for field, value in answer.items():
                if field in given or field not in fields:
                    continue
                block = value[0] if isinstance(value, list) and value else value
                if isinstance(block, dict) and block:
                    value = "(a block: its fields are below)"
                elif field == "name" and value == name:
                    value = "(the folder's name)"
                elif field == "instance_group.name" and value in (name, f"{name}_0"):
                    value = "(the model's name; with a number, if the group is written)"
                elif field == "backend":
                    value = f"(by the file: `{value}` for `model.py`)"
                elif field == "default_model_filename":
                    value = f"(by the backend: `{value}` for `python`)"
                elif field.endswith("preferred_batch_size") and value == [probe["max_batch_size"]]:
                    value = "(`max_batch_size` alone)"
                if found.setdefault(field, value) != value:
                    raise ValueError(f"{field}: the server fills in {found[field]!r} and {value!r}, which needs words")
            unload(client, name)
    return dict(sorted(found.items()))


def described() -> dict[str, str]:
    """Return {field: what it is for} from the table of the page."""
    rows = re.findall(r"^\| `([a-z0-9_.]+)` \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(rows)


def write() -> None:
    """Ask a server of our own and write what it says."""
    sys.path.insert(0, str(PROJECT))
    from tutorial_lib.server import serve

    with serve(["identity"], http_port=0, grpc_port=0, metrics_port=0) as server:
        DEFAULTS.write_text(json.dumps(measure(server.http_url), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
