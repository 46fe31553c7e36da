"""The real download code against a local hub: good, slow, cut, damaged, missing, silent; online and offline.

Tiny checkpoints of the right families stand for the real ones. Every build runs in a process of its own with its own
HF_HOME, because huggingface_hub reads its environment once, when it is imported.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from fake_hub import FakeHub

from tutorial_lib import models

ROOT = Path(__file__).resolve().parents[1]
RESNET, SENTIMENT = models.FAMILIES["resnet"].HUB, models.FAMILIES["sentiment"].HUB
BIG = "model.safetensors"
TEXTS = ["good bad fine", "not good", "a fine day", "bad bad bad bad", "day"]

CHECKPOINTS = """
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import (
    BertConfig, BertForSequenceClassification, BertTokenizer, ResNetConfig, ResNetForImageClassification
)

resnet, sentiment, out = map(Path, sys.argv[1:4])
texts = sys.argv[4:]
torch.manual_seed(0)

config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 12, 16, 24], depths=[1, 1, 1, 1], num_labels=1000)
network = ResNetForImageClassification(config).eval()
torch.nn.init.normal_(network.classifier[-1].weight)
network.save_pretrained(resnet)
(resnet / "preprocessor_config.json").write_text('{"image_processor_type": "ConvNextImageProcessor"}')
images = torch.randn(3, 3, 224, 224)

words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"good bad not fine a day ##s .".split()]
sentiment.mkdir()
(sentiment / "vocab.txt").write_text("\\n".join(words))
BertTokenizer(str(sentiment / "vocab.txt"), do_lower_case=True).save_pretrained(sentiment)
(sentiment / "vocab.txt").write_text("\\n".join(words))
stars = {0: "1 star", **{i: f"{i + 1} stars" for i in range(1, 5)}}
config = BertConfig(vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
    intermediate_size=64, id2label=stars, label2id={name: i for i, name in stars.items()})
bert = BertForSequenceClassification(config).eval()
for parameter in bert.parameters():
    if parameter.dim() > 1:
        torch.nn.init.normal_(parameter, std=0.5)  # so that different texts get different answers
bert.save_pretrained(sentiment)
tokenizer = BertTokenizer.from_pretrained(sentiment)

with torch.no_grad():
    logits = network(images).logits
    scores = torch.cat([bert(**tokenizer(text, return_tensors="pt")).logits for text in texts]).softmax(-1)
np.savez(out, images=images.numpy(), logits=logits.numpy(), scores=scores.numpy())
"""

BUILD = """
import json, sys, time
from tutorial_lib import models

weights, names = sys.argv[1], sys.argv[2:]
answer, start = {"lines": []}, time.monotonic()
try:
    answer["built"] = [[b.name, b.weights, b.cached, b.facts["why"]]
                       for b in models.build(*names, weights=weights, say=answer["lines"].append)]
except models.BuildError as error:
    answer["error"] = str(error)
answer["seconds"] = time.monotonic() - start
print(json.dumps(answer))
"""


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """Two tiny checkpoints as the hub would hold them, and what they answer."""
    folder = tmp_path_factory.mktemp("checkpoints")
    script = folder / "make.py"
    script.write_text(CHECKPOINTS)
    places = [str(folder / name) for name in ("resnet", "sentiment", "expected.npz")]
    subprocess.run([sys.executable, str(script), *places, *TEXTS], check=True, capture_output=True, timeout=300)
    repos = {RESNET: folder / "resnet", SENTIMENT: folder / "sentiment"}
    return SimpleNamespace(repos=repos, expected=np.load(places[2]))


@pytest.fixture
def machine(tmp_path, checkpoints):
    """A fresh machine with its own hub: `machine.build("hub", "resnet_model")` runs a build in a new process."""
    with FakeHub(dict(checkpoints.repos)) as hub:
        yield Machine(tmp_path, hub)


class Machine:
    def __init__(self, path: Path, hub: FakeHub) -> None:
        self.path, self.hub = path, hub
        self.repository, self.cache = path / "repository", path / "build"
        self.script = path / "build.py"
        self.script.write_text(BUILD)
        others = ("HF_", "HUGGINGFACE_", "NO_PROXY")  # serve() sets the last
        clean = {name: value for name, value in os.environ.items() if not name.upper().startswith(others)}
        self.env = clean | {
            "PYTHONPATH": str(ROOT),
            "OMP_NUM_THREADS": "1",  # tiny models: more threads only get in each other's way
            "HF_HOME": str(path / "hf"),
            "HF_ENDPOINT": hub.url,
            "NO_PROXY": "127.0.0.1,localhost",
            "HF_TOKEN": "hf_secret",
            "TRITON_COURSE_REPOSITORY": str(self.repository),
            "TRITON_COURSE_BUILD": str(self.cache),
        }

    def start(self, weights: str, *names: str, **env: str) -> subprocess.Popen:
        command = [sys.executable, str(self.script), weights, *names]
        seconds = "1" if self.hub.silent else "30"  # a busy machine is no silent hub
        env = self.env | dict.fromkeys(("HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT"), seconds) | env
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def build(self, weights: str, *names: str, **env: str) -> SimpleNamespace:
        with self.start(weights, *names, **env) as process:
            out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        assert not err, err  # no warnings, no load report, no traceback
        return SimpleNamespace(**{"built": None, "error": None, **json.loads(out)})

    def fails(self, *names: str, **env: str) -> str:
        """Build with weights="hub", which must fail and leave nothing that looks like a model; return the message."""
        result = self.build("hub", *(names or ["resnet_model"]), **env)
        assert result.built is None
        assert result.seconds < 120  # a dead hub does not hold a build for minutes
        assert models.built("resnet_model", self.repository) is None
        assert not list(self.cache.glob("resnet*"))
        assert "found no usable hub weights, expected microsoft/resnet-50 at " in result.error
        assert "Try: check the network (python -m tutorial_lib doctor), or --weights classroom" in result.error
        return result.error

    def partial(self) -> list[Path]:
        return list((self.path / "hf").rglob("*.incomplete"))


def assert_answers_like(checkpoints, repository: Path) -> None:
    found = models.reference("resnet_model", {"input__0": checkpoints.expected["images"]}, repository)["output__0"]
    np.testing.assert_allclose(found, checkpoints.expected["logits"], rtol=1e-4, atol=1e-4)
    assert np.ptp(found) > 1  # not everything zero


def test_download_build_and_answer(machine, checkpoints):
    result = machine.build("auto", "resnet_model", "sentiment")
    assert result.built == [
        ["resnet_model", "hub", False, "the hub answers"],
        ["sentiment", "hub", False, "the hub answers"],
    ]
    assert_answers_like(checkpoints, machine.repository)
    assert machine.hub.tokens == {"127.0.0.1"}  # the access token went to the hub, not to where it redirects
    texts = np.array([[text.encode()] for text in TEXTS], dtype=object)
    found = models.reference("sentiment", {"text": texts}, machine.repository)
    scores = checkpoints.expected["scores"]
    labels = [b"1 star", b"2 stars", b"3 stars", b"4 stars", b"5 stars"]
    assert found["label"].ravel().tolist() == [labels[best] for best in scores.argmax(axis=1)]
    assert len(set(found["label"].ravel().tolist())) > 1
    np.testing.assert_allclose(found["score"].ravel(), scores.max(axis=1), rtol=1e-3)

    asked = len(machine.hub.requests)
    assert machine.build("auto").built[1] == ["resnet_model", "hub", True, "already downloaded"]
    assert machine.build("hub", HF_HUB_OFFLINE="1").built[2] == ["sentiment", "hub", True, "asked for"]
    assert len(machine.hub.requests) == asked  # everything was there: not one request
    for folder in machine.cache.glob("resnet-*"):  # now only the Hugging Face cache holds the weights
        (folder / "built.json").unlink()
    (machine.repository / "resnet_model" / "built.json").unlink()
    assert machine.build("auto", "resnet_model", HF_HUB_OFFLINE="1").built == [
        ["resnet_model", "hub", False, "already downloaded"]
    ]
    assert_answers_like(checkpoints, machine.repository)


def test_killed_download_resumes(machine, checkpoints):
    """A hub that stops half way, `kill -9` in the middle of the big file; the next build asks only for the rest."""
    size = (checkpoints.repos[RESNET] / BIG).stat().st_size
    machine.hub.go_on.clear()
    process = machine.start("hub", "resnet_model")
    deadline = time.monotonic() + 60
    # config.json is a partial file too, for a moment, before the big file is asked for
    while not (machine.hub.downloads(BIG) and any(path.stat().st_size for path in machine.partial())):
        assert process.poll() is None
        assert time.monotonic() < deadline, "the download never began"
        time.sleep(0.02)
    process.kill()
    process.communicate()
    (part,) = machine.partial()
    arrived = part.stat().st_size
    assert 0 < arrived < size
    assert models.built("resnet_model", machine.repository) is None

    machine.hub.go_on.set()
    result = machine.build("hub", "resnet_model")
    assert result.built == [["resnet_model", "hub", False, "asked for"]]
    assert machine.hub.downloads(BIG) == ["bytes=0-", f"bytes={arrived}-"], (result.lines, machine.hub.requests)
    assert any(line.startswith(f"resuming {BIG} at ") for line in result.lines)
    assert not machine.partial()
    assert_answers_like(checkpoints, machine.repository)


def test_cut_connection_goes_on_by_itself(machine, checkpoints):
    machine.hub.cut_after, machine.hub.cuts = 30_000, 2
    assert machine.build("hub", "resnet_model").built
    assert machine.hub.downloads(BIG) == ["bytes=0-", "bytes=30000-", "bytes=60000-"]
    assert_answers_like(checkpoints, machine.repository)


def test_a_line_that_stays_dead_is_given_up(machine):
    machine.hub.cut_after = 0
    error = machine.fails()
    assert "The download stopped at 0 of " in error
    assert "What arrived is kept; the next build goes on from there." in error


def test_damaged_file_is_refused(machine):
    machine.hub.damaged = True
    assert "model.safetensors arrived damaged: found SHA-256 " in machine.fails()
    assert not machine.partial()
    assert not list((machine.path / "hf").rglob(BIG))


@pytest.mark.parametrize("name", [BIG, "config.json"])
def test_missing_file(machine, name):
    machine.hub.missing = {name}
    error = machine.fails()
    assert name in error
    assert "EntryNotFound" in error


@pytest.mark.parametrize("revision", ["missing repository", "wrong revision"])
def test_missing_repository_and_wrong_revision(machine, checkpoints, revision):
    del machine.hub.repos[RESNET]
    if revision == "wrong revision":
        machine.hub.repos[RESNET[0], "f" * 40] = checkpoints.repos[RESNET]
    error = machine.fails()
    assert RESNET[1] in error
    assert ("Revision" if revision == "wrong revision" else "Repository") in error


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"status": 503}, "503"),
        ({"silent": True}, "imeout"),
        ({"portal": True}, "not like a Hugging Face hub"),
    ],
)
def test_broken_hub(machine, knobs, message):
    for name, value in knobs.items():
        setattr(machine.hub, name, value)
    assert message in machine.fails()


def test_nobody_listens(machine):
    assert "ConnectError" in machine.fails(HF_ENDPOINT="http://127.0.0.1:9")


def test_offline_without_cache(machine):
    assert "HF_HUB_OFFLINE is set" in machine.fails(HF_HUB_OFFLINE="1")
    assert not machine.hub.requests


@pytest.mark.parametrize(
    ("knobs", "env", "reason"),
    [
        ({}, {}, None),
        ({"status": 503}, {}, "{host} answered 503 for microsoft/resnet-50"),
        ({"silent": True}, {}, "{host} did not answer within 1 s"),
        ({"portal": True}, {}, "{host} does not answer like a Hugging Face hub"),
        ({}, {"HF_ENDPOINT": "http://127.0.0.1:9"}, "127.0.0.1:9 is not reachable (ConnectError)"),
        ({}, {"HF_ENDPOINT": "http://hub.invalid"}, "hub.invalid is not reachable (ConnectError)"),
        ({}, {"HF_HUB_OFFLINE": "1"}, "HF_HUB_OFFLINE is set"),
        ({}, {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}, "{host} is not reachable (ConnectError)"),
    ],
)
def test_reachable(machine, knobs, env, reason):
    for name, value in knobs.items():
        setattr(machine.hub, name, value)
    seconds = 1 if machine.hub.silent else 30  # a busy machine must not turn one reason into another
    code = f"from tutorial_lib.models import weights; print(weights.why_unreachable(*{RESNET!r}, seconds={seconds}))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=machine.env | env, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == str(reason and reason.format(host=machine.hub.url.removeprefix("http://")))
