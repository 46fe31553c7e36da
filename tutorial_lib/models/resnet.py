"""ResNet: an image classifier with weights from three sources, and the same four models run locally.

`hub` weights are microsoft/resnet-50 (https://huggingface.co/microsoft/resnet-50, Apache-2.0): 1000 ImageNet classes.

`classroom` weights are a small ResNet trained here, in about half a minute, from the twelve photographs in
`notebooks/images`. It recognizes these photographs (cropped, flipped, darker, brighter, compressed, rescaled) and
answers with their ImageNet index. It does not know what a cat is: another cat is an unknown picture to it, and 988 of
its 1000 outputs never win. Its answer to an unknown picture is wrong, and usually unsure: over 83 other photographs
the median confidence was 0.04, but one in ten got more than 0.65. It stands in for the real network where there is no
internet: same architecture family, same shapes, same names.

`random` weights are the hub's architecture, ResNet-50, with random numbers: as fast as the real network, for measuring
where there is no internet. Its answers mean nothing.
"""

from __future__ import annotations

import functools
import io
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .weights import training_device

if TYPE_CHECKING:
    import torch
    from PIL import Image

IMAGES = Path(__file__).resolve().parents[2] / "notebooks" / "images"

# The photographs of notebooks/images (ATTRIBUTION.md says whose they are) and their ImageNet indices.
PICTURES: dict[str, int] = {
    "alp.jpg": 970,  # alp
    "barn.jpg": 425,  # barn
    "cat.jpg": 281,  # tabby cat
    "cliff.jpg": 972,  # cliff
    "espresso.jpg": 967,  # espresso
    "lakeside.jpg": 975,  # lakeside
    "lobster.jpg": 123,  # spiny lobster
    "rocket.jpg": 657,  # missile
    "sheep.jpg": 348,  # ram, the nearest class that ImageNet has
    "stethoscope.jpg": 823,  # stethoscope
    "tripod.jpg": 872,  # tripod
    "warplane.jpg": 895,  # warplane
}

BUILDS: dict[str, tuple[str, ...]] = {"resnet_model": ("1/model.pt",)}
SOURCES: tuple[Path, ...] = (Path(__file__).resolve(), *(IMAGES / name for name in PICTURES))
HUB: tuple[str, str] | None = ("microsoft/resnet-50", "34c2154c194f829b11125337b98c8f5f9965ff19")

CLASSES = 1000
SIZE = 224  # pixels, both sides of the network's input
MEAN = np.array([0.485, 0.456, 0.406], np.float32)  # of ImageNet's pixels in 0..1, red green blue
STD = np.array([0.229, 0.224, 0.225], np.float32)

SEED = 7
VIEWS = 130  # variants made of each photograph
UNKNOWNS = 800  # pictures of nothing, from which the network learns to be unsure
EPOCHS = 7
BATCH = 48


def make(weights: str, folder: Path, progress: bool) -> dict:
    """Write `resnet_model/1/model.pt` under `folder`: TorchScript, FP32 [n,3,224,224] -> logits FP32 [n,1000].

    `weights` is "hub" (downloads about 100 MB unless cached), "classroom" (trains here; no network) or "random".
    Returns facts about the result, e.g. {"seconds": 31.0, "known_right": 1.0, ...}. Raises ValueError for other
    `weights`, OSError if the hub cannot be reached, and RuntimeError if the exported file does not answer like the
    network.
    """
    start = time.monotonic()
    if weights == "hub":
        model, facts = _from_hub()
    elif weights == "classroom":
        model, facts = _train(progress)
    elif weights == "random":
        model, facts = _random(), {}
    else:
        raise ValueError(f"weights is {weights!r}, expected 'hub', 'classroom' or 'random'")
    path = folder / "resnet_model" / BUILDS["resnet_model"][0]
    path.parent.mkdir(parents=True, exist_ok=True)
    _export(model, path, halve=weights == "classroom")
    return {"weights": weights, **facts, "seconds": round(time.monotonic() - start, 1)}


def reference(name: str, inputs: dict[str, np.ndarray], repository: Path) -> dict[str, np.ndarray]:
    """Run one of the four models in this process; names, shapes and dtypes as on the server.

    `resnet_preprocessor` {"input_image": UINT8 [H,W,3]} -> {"image_tensor": FP32 [1,3,224,224]}; `resnet_model`
    {"input__0": FP32 [n,3,224,224]} -> {"output__0": FP32 [n,1000]}; `resnet_postprocessor` {"logits": FP32 [n,1000]}
    -> {"class_label": BYTES [n,1], "confidence": FP32 [n,1]}; `resnet_ensemble` goes from the picture to label and
    confidence. Raises ValueError for input that the server refuses too, KeyError for another `name`.
    """
    if name == "resnet_preprocessor":
        return {"image_tensor": _normalise(_centre(inputs["input_image"]))[None]}
    if name == "resnet_model":
        return {"output__0": _logits(inputs["input__0"], repository / "resnet_model" / BUILDS["resnet_model"][0])}
    if name == "resnet_postprocessor":
        return _label(inputs["logits"], repository)
    if name == "resnet_ensemble":
        tensor = reference("resnet_preprocessor", inputs, repository)["image_tensor"]
        logits = reference("resnet_model", {"input__0": tensor}, repository)["output__0"]
        return reference("resnet_postprocessor", {"logits": logits}, repository)
    raise KeyError(f"{name!r} is not a resnet model")


def network(repository: Path) -> torch.nn.Module:
    """Return the network behind `resnet_model/1/model.pt`: FP32 [n,3,224,224] -> logits FP32 [n,1000], in eval mode.

    It is a `torch.nn.Sequential` that torch.fx and torch.export can read, so you can quantize it, compile it, or export
    it again. Raises FileNotFoundError if the model is not built.
    """
    import torch

    path = Path(repository) / "resnet_model" / BUILDS["resnet_model"][0]
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing. Try: python -m tutorial_lib build resnet_model")
    weights = {key.removeprefix("network."): tensor for key, tensor in torch.jit.load(str(path)).state_dict().items()}
    small = len(weights["resnet.embedder.embedder.convolution.weight"]) == _network().config.embedding_size
    model = _network() if small else _random()
    model.load_state_dict(weights)
    parts = model.resnet
    halve = [torch.nn.AvgPool2d(2)] if small else []  # as _export does
    layers = [*halve, parts.embedder.embedder, parts.embedder.pooler, *parts.encoder.stages, parts.pooler]
    return torch.nn.Sequential(*layers, model.classifier).eval()


# --- for comparison: what the server's four models do, written a second time without their code -----------------------


def _centre(image: np.ndarray) -> np.ndarray:
    """Return the centre square, 7/8 of the shorter side, as UINT8 [224,224,3]: "resize to 256, crop 224" at once."""
    if image.ndim != 3 or image.shape[2] != 3 or 0 in image.shape:
        raise ValueError(f"a picture is [height,width,3] with at least one pixel, found {list(image.shape)}")
    height, width, _ = image.shape
    side = max(1, min(height, width) * 7 // 8)
    top, left = (height - side) // 2, (width - side) // 2
    block = max(1, side // (4 * SIZE))  # large photographs: first average whole blocks of pixels
    length = side // block * block
    square = image[top : top + length, left : left + length]
    if block > 1:
        parts = [square[i::block, j::block].astype(np.float32) for i in range(block) for j in range(block)]
        square = np.rint(sum(parts) / block**2)
    weights = _triangle(square.shape[0])
    square = np.einsum("ox,yxc->yoc", weights, square.astype(np.float32), optimize=True)
    square = np.floor(square + 0.5)  # Pillow stores whole numbers between its two passes too
    return np.floor(np.einsum("oy,yxc->oxc", weights, square, optimize=True) + 0.5).astype(np.uint8)


@functools.lru_cache(maxsize=256)
def _triangle(length: int) -> np.ndarray:
    """Return the weights [224, length] of antialiased bilinear resizing from `length` pixels to 224.

    Each new pixel is the mean of the old ones around its centre, weighted by a triangle as wide as two new pixels
    (or two old ones when enlarging). Source: Pillow's ImagingResample (src/libImaging/Resample.c).
    """
    scale = length / SIZE
    centres = (np.arange(SIZE)[:, None] + 0.5) * scale
    distance = np.abs(np.arange(length)[None] + 0.5 - centres) / max(scale, 1.0)
    weights = np.clip(1.0 - distance, 0.0, None)
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def _normalise(pixels: np.ndarray) -> np.ndarray:
    """UINT8 [...,224,224,3] -> FP32 [...,3,224,224] with ImageNet's mean and deviation."""
    return np.ascontiguousarray(np.moveaxis((pixels.astype(np.float32) / 255 - MEAN) / STD, -1, -3), np.float32)


def _logits(batch: np.ndarray, path: Path) -> np.ndarray:
    import torch

    with torch.inference_mode():
        return _load(str(path), path.stat().st_mtime_ns)(torch.from_numpy(np.ascontiguousarray(batch))).numpy()


@functools.lru_cache(maxsize=2)
def _load(path: str, changed: int) -> torch.jit.ScriptModule:  # noqa: ARG001 (part of the key)
    """Load a TorchScript file once; `changed` is its modification time, so that a new build is loaded again."""
    import torch

    return torch.jit.load(path, map_location="cpu").eval()


def _label(logits: np.ndarray, repository: Path) -> dict[str, np.ndarray]:
    if logits.ndim != 2 or logits.shape[1] != CLASSES or not np.isfinite(logits).all():
        raise ValueError(f"logits are finite numbers [n,{CLASSES}], found {list(logits.shape)}")
    names = (repository / "resnet_model" / "labels.txt").read_text(encoding="utf-8").splitlines()
    shifted = logits.astype(np.float64) - logits.max(1, keepdims=True)
    confidence = 1.0 / np.exp(shifted).sum(1)
    labels = [names[index].encode() for index in logits.argmax(1)]
    return {
        "class_label": np.array(labels, dtype=object)[:, None],
        "confidence": confidence.astype(np.float32)[:, None],
    }


# --- weights ----------------------------------------------------------------------------------------------------------


def _from_hub() -> tuple[torch.nn.Module, dict]:
    from transformers import ResNetForImageClassification

    repo, revision = HUB
    # .eval() is from_pretrained's own default. Only safetensors: a pickle can run code while it is loaded.
    model = ResNetForImageClassification.from_pretrained(repo, revision=revision, use_safetensors=True)
    if model.config.num_labels != CLASSES:
        raise RuntimeError(f"{repo} has {model.config.num_labels} classes, expected {CLASSES}")
    return model, {"source": f"{repo}@{revision[:7]}"}


def _random() -> torch.nn.Module:
    """Return ResNet-50, which is what ResNetConfig describes by default, as it is before any training."""
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return ResNetForImageClassification(ResNetConfig(num_labels=CLASSES)).eval()


def _export(model: torch.nn.Module, path: Path, halve: bool) -> None:
    """Trace `model` to TorchScript at `path`, and check that the file gives the same logits at other batch sizes.

    With `halve`, the network sees every picture at half its resolution: a quarter of the work, for small networks.
    """
    import torch

    class Logits(torch.nn.Module):
        """TorchScript models return tensors; transformers models return objects."""

        def __init__(self) -> None:
            super().__init__()
            self.network = model

        def forward(self, input__0: torch.Tensor) -> torch.Tensor:
            if halve:
                input__0 = torch.nn.functional.avg_pool2d(input__0, 2)
            return self.network(pixel_values=input__0).logits

    network = Logits().float().cpu().eval()
    noise = torch.randn(5, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(SEED))
    with torch.inference_mode(False), torch.no_grad():
        with warnings.catch_warnings():
            # torch: TorchScript is deprecated, and a check of the number of channels becomes a constant (it is one);
            # transformers: tracing reads every attribute of the network, the deprecated ones too.
            warnings.simplefilter("ignore")
            torch.jit.trace(network, noise[:2]).save(str(path))
        served = torch.jit.load(str(path), map_location="cpu")
        for rows in (1, 3, 5):
            found, expected = served(noise[:rows]), network(noise[:rows])
            if found.shape != (rows, CLASSES) or not torch.allclose(found, expected, atol=1e-3, rtol=1e-3):
                raise RuntimeError(f"{path.name} answers {list(found.shape)} unlike the network for {rows} pictures")


def _train(progress: bool) -> tuple[torch.nn.Module, dict]:
    """Train the classroom network, on a GPU where there is one; the same seed gives the same pictures and order."""
    import torch
    from torch.nn.functional import log_softmax
    from tqdm import tqdm

    device, rng = training_device(), np.random.default_rng(SEED)
    photographs = [_open(name) for name in PICTURES]
    total = (VIEWS * len(photographs) + UNKNOWNS) // BATCH * EPOCHS
    with tqdm(total=total, desc="resnet: classroom training", disable=not progress, leave=False) as bar:
        pixels, targets = _lesson(photographs)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(SEED)
            model = _network().train().to(device, memory_format=torch.channels_last)
        optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=6e-3, total_steps=total, pct_start=0.25)
        for _ in range(EPOCHS):
            order = rng.permutation(len(pixels))
            for chosen in order[: len(order) // BATCH * BATCH].reshape(-1, BATCH):
                batch, target = (x.to(device) for x in (_vary(pixels[chosen], rng), torch.from_numpy(targets[chosen])))
                # Cross-entropy against probabilities: one class for a photograph, all classes alike for an unknown.
                loss = -(target * log_softmax(model(batch).logits, 1)).sum(1).mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
                schedule.step()
                bar.update()
    model = model.to("cpu", memory_format=torch.contiguous_format).eval()
    if device == "cuda":
        torch.cuda.empty_cache()  # the server needs it
    return model, {"device": device, **_examine(model, photographs, np.random.default_rng(SEED + 1))}


def _network() -> torch.nn.Module:
    from transformers import ResNetConfig, ResNetForImageClassification

    return ResNetForImageClassification(
        ResNetConfig(
            embedding_size=16,
            hidden_sizes=[24, 48, 96, 160],
            depths=[1, 1, 1, 1],
            layer_type="basic",
            downsample_in_first_stage=True,
            num_labels=CLASSES,
        )
    )


def _examine(model: torch.nn.Module, photographs: list[Image.Image], rng: np.random.Generator) -> dict:
    """Measure variants not seen in training: the share that is right, and mean confidence on known and unknown."""
    import torch

    known = np.stack([_small_centre(_variant(p, rng)) for p in photographs for _ in range(10)])
    unknown = np.stack([_small_centre(_unknown(photographs, rng)) for _ in range(60)])
    with torch.inference_mode():
        sure = [torch.softmax(model(torch.from_numpy(_normalise(part))).logits, 1) for part in (known, unknown)]
    right = sure[0].argmax(1).numpy() == np.repeat(list(PICTURES.values()), 10)
    return {
        "variants_right": round(float(right.mean()), 3),
        "confidence_known": round(float(sure[0].max(1).values.mean()), 3),
        "confidence_unknown": round(float(sure[1].max(1).values.mean()), 3),
    }


# --- the classroom's pictures -----------------------------------------------------------------------------------------


def _open(name: str) -> Image.Image:
    """Return a photograph of at most 448 by 448 pixels: all that the network can see of it, and fast to vary."""
    from PIL import Image

    with Image.open(IMAGES / name) as file:
        image = file.convert("RGB")
    image.thumbnail((448, 448))
    return image


def _lesson(photographs: list[Image.Image], seed: int = SEED) -> tuple[np.ndarray, np.ndarray]:
    """Return all training pictures UINT8 [n,112,112,3] and their target probabilities FP32 [n,1000]."""

    def paint(number: int) -> np.ndarray:
        rng = np.random.default_rng((seed, number))  # one per picture, so that threads cannot change the result
        known = number < VIEWS * len(photographs)
        picture = _variant(photographs[number // VIEWS], rng) if known else _unknown(photographs, rng)
        return _small_centre(picture)

    with ThreadPoolExecutor(2) as threads:
        pixels = np.stack(list(threads.map(paint, range(VIEWS * len(photographs) + UNKNOWNS))))
    known = np.eye(CLASSES, dtype=np.float32)[list(PICTURES.values())]
    unknown = np.full((UNKNOWNS, CLASSES), 1 / CLASSES, np.float32)
    return pixels, np.concatenate([np.repeat(known, VIEWS, 0), unknown])


def _small_centre(picture: Image.Image) -> np.ndarray:
    """Return what the exported classroom network sees of a picture: UINT8 [112,112,3], by Pillow for its speed."""
    from PIL import Image

    side = max(1, min(picture.size) * 7 // 8)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.crop((left, top, left + side, top + side))
    return np.asarray(square.resize((SIZE, SIZE), Image.Resampling.BILINEAR).reduce(2))


def _vary(pixels: np.ndarray, rng: np.random.Generator) -> torch.Tensor:
    """Make a batch slightly different in every epoch: mirrored, lighter or darker.

    UINT8 [n,h,w,3] -> normalised FP32 [n,3,h,w].
    """
    import torch

    mirrored = rng.random(len(pixels)) < 0.5
    pixels = np.where(mirrored[:, None, None, None], pixels[:, :, ::-1], pixels)
    light = rng.uniform(0.8, 1.2, (len(pixels), 1, 1, 1)) * rng.uniform(0.93, 1.07, (len(pixels), 3, 1, 1))
    batch = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()  # stays channels-last in memory: faster on a CPU
    batch = batch.mul_(torch.from_numpy(light.astype(np.float32))).clamp_(0, 255)
    return batch.sub_(torch.from_numpy(255 * MEAN[:, None, None])).div_(torch.from_numpy(255 * STD[:, None, None]))


def _variant(photograph: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Return the photograph as somebody else might send it, of any size."""
    from PIL import Image, ImageEnhance, ImageFilter

    share, stretch = np.sqrt(rng.uniform(0.4, 1.0)), np.exp(rng.uniform(-0.25, 0.25))
    width = max(16, round(photograph.width * min(1.0, share * stretch)))
    height = max(16, round(photograph.height * min(1.0, share / stretch)))
    left, top = rng.integers(photograph.width - width + 1), rng.integers(photograph.height - height + 1)
    image = photograph.crop((left, top, left + width, top + height))
    if rng.random() < 0.25:
        middle = tuple(int(value) for value in np.asarray(image).mean((0, 1)))
        image = image.rotate(rng.uniform(-12, 12), Image.Resampling.BILINEAR, fillcolor=middle)
    if rng.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if rng.random() < 0.15:
        image = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    if rng.random() < 0.6:  # another size, and not quite the same proportions
        factor, squeeze = np.exp(rng.uniform(np.log(0.15), np.log(1.1))), np.exp(rng.uniform(-0.2, 0.2))
        image = image.resize((max(24, round(width * factor * squeeze)), max(24, round(height * factor / squeeze))))
    if rng.random() < 0.75:
        image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.5, 1.7))
        image = ImageEnhance.Contrast(image).enhance(rng.uniform(0.65, 1.4))
        image = ImageEnhance.Color(image).enhance(rng.uniform(0.0, 1.5))
    if rng.random() < 0.15:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.6)))
    if rng.random() < 0.2:
        noisy = np.asarray(image) + rng.uniform(3, 18) * rng.standard_normal((image.height, image.width, 3), np.float32)
        image = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    if rng.random() < 0.6:
        image = _jpeg(image, int(rng.integers(12, 96)))
    return image


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    from PIL import Image

    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def _unknown(photographs: list[Image.Image], rng: np.random.Generator) -> Image.Image:
    """Return a picture, 128 x 128, of nothing that the network should know."""
    from PIL import Image

    makers = (_collage, _collage, _scrambled, _scrambled, _shapes, _shapes, _waves, _waves, _clouds, _clouds, _noise)
    return Image.fromarray(makers[rng.integers(len(makers))](photographs, rng))


def _crop(photograph: Image.Image, rng: np.random.Generator, width: int, height: int, share: float) -> np.ndarray:
    """Return a random window of `share` of the photograph's shorter side, resized: UINT8 [height,width,3]."""
    side = max(8, round(min(photograph.size) * share))
    left, top = rng.integers(photograph.width - side + 1), rng.integers(photograph.height - side + 1)
    return np.asarray(photograph.resize((width, height), box=(left, top, left + side, top + side)))


def _collage(photographs: list[Image.Image], rng: np.random.Generator) -> np.ndarray:
    """Small pieces of several photographs side by side: their textures without their contents."""
    cells = int(rng.integers(3, 9))
    side = 128 // cells + 1
    pool = [photographs[i] for i in rng.integers(len(photographs), size=rng.integers(1, 7))]
    rows = []
    for _ in range(cells):
        pieces = [_crop(pool[rng.integers(len(pool))], rng, side, side, rng.uniform(0.08, 0.3)) for _ in range(cells)]
        rows.append(np.concatenate([piece[:, :: rng.choice((-1, 1))] for piece in pieces], 1))
    return _repaint(np.concatenate(rows, 0)[:128, :128], rng)


def _scrambled(photographs: list[Image.Image], rng: np.random.Generator) -> np.ndarray:
    """A photograph with the phases of its Fourier transform changed: its colors and smoothness, but no objects."""
    window = _crop(photographs[rng.integers(len(photographs))], rng, 128, 128, rng.uniform(0.4, 1.0)).astype(np.float32)
    turn = np.angle(np.fft.rfft2(rng.normal(size=(128, 128))))
    spectrum = np.fft.rfft2(window, axes=(0, 1)) * np.exp(1j * turn)[..., None]
    spectrum[0, 0] = window.sum((0, 1))
    return _repaint(np.clip(np.fft.irfft2(spectrum, s=(128, 128), axes=(0, 1)), 0, 255).astype(np.uint8), rng)


def _shapes(_: list[Image.Image], rng: np.random.Generator) -> np.ndarray:
    """Ellipses, rectangles and lines of random colors on a random background."""
    from PIL import Image, ImageDraw, ImageFilter

    image = Image.fromarray(_clouds(_, rng)) if rng.random() < 0.5 else Image.new("RGB", (128, 128), _colour(rng))
    draw = ImageDraw.Draw(image)
    for _i in range(rng.integers(1, 14)):
        (x, y), (w, h) = rng.integers(-20, 128, 2), rng.integers(4, 90, 2)
        box = (int(x), int(y), int(x + w), int(y + h))
        kind = rng.integers(4)
        if kind == 0:
            draw.rectangle(box, fill=_colour(rng))
        elif kind == 1:
            draw.ellipse(box, fill=_colour(rng))
        elif kind == 2:
            draw.ellipse(box, outline=_colour(rng), width=int(rng.integers(1, 8)))
        else:
            draw.line(box, fill=_colour(rng), width=int(rng.integers(1, 6)))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.2))))


def _waves(_: list[Image.Image], rng: np.random.Generator) -> np.ndarray:
    """Gradients, stripes, checks and rings between two colors."""
    y, x = np.mgrid[0:128, 0:128] / 128
    angle, phase = rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)
    times = rng.choice((rng.uniform(0.1, 0.7), rng.uniform(1, 30)))  # a gradient, or many stripes
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    form = rng.integers(3)
    wave = np.sin(phase + 2 * np.pi * times * (np.hypot(x - rng.random(), y - rng.random()) if form == 2 else along))
    if form == 1:
        wave = wave * np.sin(2 * np.pi * times * across)
    if rng.random() < 0.4:
        wave = np.sign(wave)
    first, second = np.array(_colour(rng)), np.array(_colour(rng))
    return (first + (second - first) * (wave[..., None] + 1) / 2).astype(np.uint8)


def _clouds(_: list[Image.Image], rng: np.random.Generator) -> np.ndarray:
    """Noise with as much coarse as fine structure, like fog, foliage or sand (a 1/f spectrum)."""
    from PIL import Image

    layers = np.zeros((128, 128, 3), np.float32)
    for size in (2, 4, 8, 16, 32, 64, 128):
        grid = rng.standard_normal((size, size, 3), np.float32) + 2 * rng.standard_normal((size, size, 1), np.float32)
        weight = size ** -rng.uniform(0, 1)
        for channel in range(3):
            layer = Image.fromarray(grid[..., channel])
            layers[..., channel] += weight * np.asarray(layer.resize((128, 128), Image.Resampling.BICUBIC))
    return np.clip(np.array(_colour(rng)) + layers * rng.uniform(5, 40), 0, 255).astype(np.uint8)


def _noise(_: list[Image.Image], rng: np.random.Generator) -> np.ndarray:
    """Independent pixels, or one flat color with a trace of them."""
    spread = rng.choice((0.0, rng.uniform(0, 10), rng.uniform(10, 120)))
    return np.clip(np.array(_colour(rng)) + rng.normal(0, spread + 1e-6, (128, 128, 3)), 0, 255).astype(np.uint8)


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    grey, tint = rng.integers(256), rng.integers(-90, 91, 3) * rng.integers(2)
    red, green, blue = (int(value) for value in np.clip(grey + tint, 0, 255))
    return red, green, blue


def _repaint(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Change the light and sometimes the order of the colors, so that color alone never identifies a photograph."""
    if rng.random() < 0.4:
        pixels = pixels[..., rng.permutation(3)]
    return np.clip(pixels * rng.uniform(0.5, 1.5, (1, 1, 1 if rng.random() < 0.5 else 3)), 0, 255).astype(np.uint8)
