"""ResNet: the four models on the real server against the same models run here, and pictures nobody trained on."""

from __future__ import annotations

import io
import json
import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from PIL import Image, ImageEnhance, ImageOps
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from tests.waiting import processor_seconds, settled, until
from tutorial_lib import models
from tutorial_lib.models import resnet

SERVED = ["resnet_ensemble"]
NETWORK = "resnet_model"
REPOSITORY = models.repository_path()
LABELS = (REPOSITORY / NETWORK / "labels.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def http(server):
    with httpclient.InferenceServerClient(server.http_url, network_timeout=120) as client:
        yield client


@pytest.fixture(scope="module")
def grpc(server):
    with grpcclient.InferenceServerClient(server.grpc_url) as client:
        yield client


def ask(client, model: str, **inputs: np.ndarray) -> dict[str, np.ndarray]:
    """Send arrays, return every output as an array."""
    module = grpcclient if isinstance(client, grpcclient.InferenceServerClient) else httpclient
    tensors = []
    for name, array in inputs.items():
        tensor = module.InferInput(name, array.shape, np_to_triton_dtype(array.dtype))
        tensor.set_data_from_numpy(array)
        tensors.append(tensor)
    names = [output["name"] for output in CONTRACT[model]["outputs"]]
    reply = client.infer(model, tensors, outputs=[module.InferRequestedOutput(name) for name in names])
    return {name: reply.as_numpy(name) for name in names}


def photograph(name: str) -> Image.Image:
    with Image.open(resnet.IMAGES / name) as file:
        return file.convert("RGB")


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def tensor(name: str, datatype: str, *shape: int) -> dict:
    return {"name": name, "datatype": datatype, "shape": list(shape)}


ANSWER = [tensor("class_label", "BYTES", -1, 1), tensor("confidence", "FP32", -1, 1)]
CONTRACT = {
    "resnet_model": {
        "platform": "pytorch_libtorch",
        "inputs": [tensor("input__0", "FP32", -1, 3, 224, 224)],
        "outputs": [tensor("output__0", "FP32", -1, 1000)],
    },
    "resnet_preprocessor": {
        "platform": "python",
        "inputs": [tensor("input_image", "UINT8", -1, -1, 3)],
        "outputs": [tensor("image_tensor", "FP32", 1, 3, 224, 224)],
    },
    "resnet_postprocessor": {
        "platform": "python",
        "inputs": [tensor("logits", "FP32", -1, 1000)],
        "outputs": ANSWER,
    },
    "resnet_ensemble": {
        "platform": "ensemble",
        "inputs": [tensor("input_image", "UINT8", -1, -1, 3)],
        "outputs": ANSWER,
    },
}


# --- the files --------------------------------------------------------------------------------------------------------


def test_labels_are_the_thousand_classes_of_imagenet_in_order():
    assert len(LABELS) == len({label.lower() for label in LABELS}) == 1000
    known = {
        0: "tench",
        207: "golden retriever",
        281: "tabby cat",
        282: "tiger cat",
        340: "zebra",
        386: "African elephant",
        504: "coffee mug",
        817: "sports car",
        954: "banana",
        967: "espresso",
        999: "toilet tissue",
    }
    assert {index: LABELS[index] for index in known} == known


def test_both_copies_of_the_labels_are_the_same():
    assert (REPOSITORY / "resnet_postprocessor" / "labels.txt").read_text(encoding="utf-8").splitlines() == LABELS


def test_every_photograph_is_small_and_attributed():
    text = (resnet.IMAGES / "ATTRIBUTION.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("| `")]
    listed = {row[1].strip("`"): (int(row[3]), row[4].removesuffix(" (nearest)")) for row in rows}
    assert listed == {name: (index, LABELS[index]) for name, index in resnet.PICTURES.items()}
    files = sorted(resnet.IMAGES.glob("*.jpg"))
    assert [file.name for file in files] == sorted(resnet.PICTURES)
    assert sum(file.stat().st_size for file in files) < 1_000_000
    assert max(max(photograph(file.name).size) for file in files) <= 640


def test_hub_weights_are_pinned_to_a_commit():
    repo, revision = resnet.HUB
    assert repo == "microsoft/resnet-50"
    assert len(revision) == 40
    assert set(revision) <= set("0123456789abcdef")


# --- the oracle -------------------------------------------------------------------------------------------------------


@pytest.mark.live
@pytest.mark.parametrize("name", CONTRACT)
def test_metadata_keeps_the_contract(http, name):
    found = http.get_model_metadata(name)
    assert {key: found[key] for key in ("platform", "inputs", "outputs")} == CONTRACT[name]


@pytest.mark.live
def test_network_batches_and_runs_on_the_gpu_where_there_is_one(http):
    config = http.get_model_config(NETWORK)
    assert config["max_batch_size"] == 32
    assert "dynamic_batching" in config
    assert [group["kind"] for group in config["instance_group"]] in (["KIND_CPU"], ["KIND_GPU"])
    assert "KIND_AUTO" in (REPOSITORY / NETWORK / "config.pbtxt").read_text()


@pytest.mark.live
@pytest.mark.parametrize(
    "size", [(300, 451), (451, 300), (224, 224), (256, 256), (1, 1), (2, 3), (1, 10_000), (97, 61)]
)
def test_preprocessor_equals_reference(http, size):
    picture = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    found = ask(http, "resnet_preprocessor", input_image=picture)
    expected = models.reference("resnet_preprocessor", {"input_image": picture})
    assert found["image_tensor"].dtype == expected["image_tensor"].dtype == np.float32
    # 0.018 is one of 256 steps of brightness: Pillow calculates in fixed point, the reference in floating point
    np.testing.assert_allclose(found["image_tensor"], expected["image_tensor"], atol=0.018)


@pytest.mark.live
@pytest.mark.parametrize("rows", [1, 3, 32])
def test_network_equals_reference(http, grpc, rows):
    batch = noise(rows, 3, 224, 224)
    expected = models.reference(NETWORK, {"input__0": batch})["output__0"]
    assert expected.shape == (rows, 1000)
    for client in (http, grpc):
        np.testing.assert_allclose(ask(client, NETWORK, input__0=batch)["output__0"], expected, atol=1e-3, rtol=1e-3)


@pytest.mark.live
@pytest.mark.parametrize("rows", [1, 4])
def test_postprocessor_equals_reference(http, grpc, rows):
    logits = noise(rows, 1000) * 20
    logits[0] += 1000  # exp(1000) is more than a float can hold
    expected = models.reference("resnet_postprocessor", {"logits": logits})
    assert expected["class_label"].tolist() == [[LABELS[index].encode()] for index in logits.argmax(1)]
    for client in (http, grpc):
        found = ask(client, "resnet_postprocessor", logits=logits)
        assert found["class_label"].tolist() == expected["class_label"].tolist()
        np.testing.assert_allclose(found["confidence"], expected["confidence"], rtol=1e-4)


@pytest.mark.live
@pytest.mark.parametrize(("name", "index"), resnet.PICTURES.items())
def test_ensemble_names_the_photograph_and_equals_reference(http, grpc, name, index):
    picture = np.asarray(photograph(name))
    expected = models.reference("resnet_ensemble", {"input_image": picture})
    for client in (http, grpc):
        found = ask(client, "resnet_ensemble", input_image=picture)
        assert found["class_label"][0][0].decode() == LABELS[index] == expected["class_label"][0][0].decode()
        assert found["confidence"][0][0] == pytest.approx(expected["confidence"][0][0], abs=0.02)
        assert found["confidence"][0][0] > 0.7


@pytest.mark.live
def test_network_names_its_top_classes(http):
    cat = models.reference("resnet_preprocessor", {"input_image": np.asarray(photograph("cat.jpg"))})["image_tensor"]
    given = httpclient.InferInput("input__0", cat.shape, "FP32")
    given.set_data_from_numpy(cat)
    wanted = httpclient.InferRequestedOutput("output__0", class_count=3)
    rows = http.infer(NETWORK, [given], outputs=[wanted]).as_numpy("output__0")
    assert rows.shape == (1, 3)
    assert rows[0][0].decode().split(":")[1:] == ["281", "tabby cat"]


@pytest.mark.live
def test_ensemble_requests_meet_in_one_batch(server, http):
    def statistics() -> dict:
        found = http.get_inference_statistics(NETWORK)["model_stats"][0]
        return {key: int(found[key]) for key in ("inference_count", "execution_count")}

    def client_of_its_own(seed: int) -> None:
        picture = np.random.default_rng(seed).integers(0, 256, (224, 224, 3), np.uint8)
        with grpcclient.InferenceServerClient(server.grpc_url) as client:
            for _ in range(10):
                ask(client, "resnet_ensemble", input_image=picture)

    before = settled(statistics)  # the last request of another test may be counted late
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(client_of_its_own, range(16)))
    # the server counts a request just after its reply
    until(lambda: statistics()["inference_count"] - before["inference_count"] >= 160)
    after = statistics()
    assert after["inference_count"] - before["inference_count"] == 160
    assert after["execution_count"] - before["execution_count"] < 160


# --- pictures it has not seen -----------------------------------------------------------------------------------------


def variant(image: Image.Image, chance: random.Random) -> np.ndarray:
    """Crop, mirror, light, another size, JPEG, in code of its own: the training has another one."""
    if chance.random() < 0.8:
        share = chance.uniform(0.55, 1) ** 0.5
        width, height = int(image.width * share), int(image.height * share)
        left, top = chance.randint(0, image.width - width), chance.randint(0, image.height - height)
        image = image.crop((left, top, left + width, top + height))
    if chance.random() < 0.5:
        image = ImageOps.mirror(image)
    if chance.random() < 0.8:
        image = ImageEnhance.Brightness(image).enhance(chance.uniform(0.6, 1.5))
    if chance.random() < 0.6:
        factor = chance.uniform(0.25, 1.7)
        image = image.resize((int(image.width * factor) + 1, int(image.height * factor * chance.uniform(0.9, 1.1)) + 1))
    if chance.random() < 0.8:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=chance.randint(15, 95))
        image = Image.open(file).convert("RGB")
    return np.asarray(image)


@pytest.mark.live
def test_unseen_variants_are_recognised(grpc):
    chance = random.Random(2024)
    wrong = []
    for name, index in resnet.PICTURES.items():
        image = photograph(name)
        for _ in range(25):
            found = ask(grpc, "resnet_ensemble", input_image=variant(image, chance))
            if found["class_label"][0][0].decode() != LABELS[index]:
                wrong.append((name, found["class_label"][0][0].decode()))
    assert len(wrong) <= 0.05 * 25 * len(resnet.PICTURES), wrong


@pytest.mark.live
def test_pictures_of_nothing_get_low_confidence(http):
    chance = np.random.default_rng(5)
    flat = [np.full((240, 320, 3), level, np.uint8) for level in (0, 90, 180, 255)]
    grain = [chance.integers(0, 256, (240, 320, 3), np.uint8) for _ in range(3)]
    ramp = [np.broadcast_to(np.linspace(0, 255, 320, dtype=np.uint8)[None, :, None], (240, 320, 3)).copy()]
    for picture in (*flat, *grain, *ramp):
        assert ask(http, "resnet_ensemble", input_image=picture)["confidence"][0][0] < 0.5


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.live
@pytest.mark.parametrize("client", ["http", "grpc"])
@pytest.mark.parametrize("shape", [(0, 0, 3), (0, 5, 3), (5, 0, 3)])
def test_a_picture_without_pixels_is_refused(request, client, shape):
    with pytest.raises(
        InferenceServerException, match=r"expected \[height, width, 3\] with at least one pixel"
    ) as error:
        ask(request.getfixturevalue(client), "resnet_ensemble", input_image=np.zeros(shape, np.uint8))
    assert error.value.status() in ("400", "StatusCode.INVALID_ARGUMENT")


@pytest.mark.live
@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 1), (8, 8, 4), (1, 8, 8, 3)])
def test_a_picture_that_is_not_rgb_is_refused(http, shape):
    with pytest.raises(
        InferenceServerException, match=r"unexpected shape for input 'input_image'.*Expected \[-1,-1,3\]"
    ):
        ask(http, "resnet_ensemble", input_image=np.zeros(shape, np.uint8))


@pytest.mark.live
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_logits_that_are_not_numbers_are_refused(http, value):
    logits = noise(2, 1000)
    logits[1, 7] = value
    with pytest.raises(InferenceServerException, match="1 numbers that are NaN or infinite") as error:
        ask(http, "resnet_postprocessor", logits=logits)
    assert error.value.status() == "400"
    with pytest.raises(ValueError, match="finite"):
        models.reference("resnet_postprocessor", {"logits": logits})


@pytest.mark.live
def test_nan_in_is_nan_out_and_only_there(http):
    batch = noise(2, 3, 224, 224)
    batch[0] = np.nan
    logits = ask(http, NETWORK, input__0=batch)["output__0"]
    assert np.isnan(logits[0]).all()
    assert np.isfinite(logits[1]).all()


@pytest.mark.live
def test_a_batch_of_33_is_refused(http):
    with pytest.raises(InferenceServerException, match="batch-size must be <= 32"):
        ask(http, NETWORK, input__0=noise(33, 3, 224, 224))


@pytest.mark.live
@pytest.mark.slow
def test_a_photograph_of_108_megapixels_is_answered(http, server):
    picture = np.zeros((9000, 12000, 3), np.uint8)
    picture[3000:6000, 4000:8000] = (200, 120, 40)
    before = processor_seconds(server)
    found = ask(http, "resnet_ensemble", input_image=picture)
    assert processor_seconds(server) - before < 30
    expected = models.reference("resnet_ensemble", {"input_image": picture})
    assert found["class_label"].tolist() == expected["class_label"].tolist()
    assert found["confidence"][0][0] == pytest.approx(expected["confidence"][0][0], abs=0.02)
    assert http.is_model_ready("resnet_ensemble")


# --- the build --------------------------------------------------------------------------------------------------------


def test_facts_are_honest_figures(built):
    facts = built[NETWORK].facts
    assert facts["variants_right"] > 0.9
    assert facts["confidence_known"] > 0.7 > 0.4 > facts["confidence_unknown"]
    json.dumps(facts)


def test_training_sees_what_the_preprocessor_makes():
    image = photograph("espresso.jpg")
    fast = resnet._small_centre(image).astype(int)
    whole = resnet._centre(np.asarray(image)).astype(int).reshape(112, 2, 112, 2, 3).mean((1, 3))
    assert np.abs(fast - whole).max() <= 1.5


def test_a_hub_checkpoint_of_any_size_is_exported(tmp_path, monkeypatch):
    """Build from a local checkpoint of the same architecture with random weights; test_hub.py downloads."""
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    torch.manual_seed(0)
    config = ResNetConfig(embedding_size=8, hidden_sizes=[16, 24], depths=[1, 2], num_labels=1000)
    network = ResNetForImageClassification(config).eval()
    network.save_pretrained(tmp_path / "checkpoint")
    monkeypatch.setattr(resnet, "HUB", (str(tmp_path / "checkpoint"), "main"))
    facts = resnet.make("hub", tmp_path / "made", progress=False)
    assert facts["weights"] == "hub"
    batch = noise(3, 3, 224, 224)
    with torch.no_grad():
        expected = network(torch.from_numpy(batch)).logits.numpy()
    found = models.resnet.reference(NETWORK, {"input__0": batch}, tmp_path / "made")["output__0"]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_checkpoint_with_other_classes_is_refused(tmp_path, monkeypatch):
    from transformers import ResNetConfig, ResNetForImageClassification

    config = ResNetConfig(embedding_size=8, hidden_sizes=[8], depths=[1], num_labels=10)
    ResNetForImageClassification(config).save_pretrained(tmp_path)
    monkeypatch.setattr(resnet, "HUB", (str(tmp_path), "main"))
    with pytest.raises(RuntimeError, match="10 classes, expected 1000"):
        resnet.make("hub", tmp_path / "made", progress=False)


def test_unknown_weights_are_refused(tmp_path):
    with pytest.raises(ValueError, match="expected 'hub', 'classroom' or 'random'"):
        resnet.make("imagenet", tmp_path, progress=False)
