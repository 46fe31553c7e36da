"""Choose a picture and see the five classes that the network finds most likely."""

from __future__ import annotations

import base64
import html
import io
import warnings
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from . import front

ENOUGH = 512  # pixels of the shorter side: the network sees 224, so a camera's other pixels need not be sent


class PictureError(ValueError):
    """A file that is not a picture, or a broken one. The message says what was found and what to try."""


def top_five(client: Any, picture: str | PathLike[str] | bytes) -> None:
    """Print the five most likely classes of a picture (a path, or a file's bytes) with bars and probabilities.

    `client` is a tritonclient.http client. Raises PictureError for a file that is not a picture.
    """
    rows = _rank(client, read_picture(picture))
    width = max(len(label) for label, _ in rows)
    for label, probability in rows:
        print(f"{label:<{width}}  {front.bar(probability)} {probability:.2f}")


def top_five_box(url: str = "localhost:8000", folder: str | PathLike[str] = "images") -> None:
    """Show a choice of the pictures in `folder` and a button for your own; the server at `url` (HTTP) answers.

    JupyterLab passes at most 10 MB at a time to a kernel; for a larger file, use `top_five`.
    """
    front.display_box(
        lambda: _box(url, Path(folder)), "Choose a picture and see the top five", 'play.top_five(client, "my.jpg")'
    )


def read_picture(picture: str | PathLike[str] | bytes) -> np.ndarray:
    """Return any picture that Pillow can read as UINT8 [height, width, 3], upright, and made smaller if it is huge.

    Transparent parts become white. Raises PictureError for a file that is empty, not a picture, or broken.
    """
    from PIL import Image, UnidentifiedImageError

    if isinstance(picture, bytes):
        name, content = "The file", picture
    else:
        name, content = Path(picture).name, Path(picture).read_bytes()
    if not content:
        raise PictureError(f"{name} is empty (0 bytes): expected a picture, such as JPEG or PNG. Try another file.")
    try:
        with (
            warnings.catch_warnings()
        ):  # Pillow warns about large pictures, which are welcome here, and refuses even larger ones
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content)) as image:
                return _upright_rgb(image)
    except UnidentifiedImageError:
        found = f"{len(content)} bytes that begin with {content[:8]!r}"
        raise PictureError(f"{name} is not a picture that can be read: {found}. Try JPEG or PNG.") from None
    except Image.DecompressionBombError as error:
        raise PictureError(f"{name} is too large: {error}. Try a smaller one.") from None
    except Exception as error:  # Pillow's readers raise almost any exception for a file that is cut off or damaged
        raise PictureError(f"{name} is a broken picture: {error}. Try another file.") from None


def _upright_rgb(image: Any) -> np.ndarray:
    from PIL import Image, ImageOps

    image.draft(None, _enough(image.size))  # a JPEG can be read at a smaller size
    image = ImageOps.exif_transpose(image)
    if image.mode[0] in "IF":  # gray in 16 or 32 bits, or in floats
        numbers = np.nan_to_num(np.asarray(image, dtype=np.float64))
        white = 65535 if image.mode[0] == "I" and numbers.max() > 255 else 255 if numbers.max() > 1 else 1
        image = Image.fromarray((numbers / white * 255).clip(0, 255).astype(np.uint8))
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.size != _enough(image.size):
        image = image.resize(_enough(image.size), reducing_gap=2.0)
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return np.asarray(image)


def _enough(size: tuple[int, int]) -> tuple[int, int]:
    """Return a size of the same proportions whose shorter side has at most ENOUGH pixels."""
    shrink = min(1.0, ENOUGH / min(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _rank(client: Any, array: np.ndarray) -> list[tuple[str, float]]:
    """Return the five most likely classes with probabilities, from the server's labels and logits of all classes."""
    import tritonclient.http as httpclient

    image = httpclient.InferInput("input_image", array.shape, "UINT8").set_data_from_numpy(array)
    pixels = client.infer("resnet_preprocessor", [image]).as_numpy("image_tensor")
    tensor = httpclient.InferInput("input__0", pixels.shape, "FP32").set_data_from_numpy(pixels)
    wanted = httpclient.InferRequestedOutput("output__0", class_count=1000)
    answers = client.infer("resnet_model", [tensor], outputs=[wanted]).as_numpy("output__0")[0]
    logits, _, labels = zip(*(answer.decode().split(":", 2) for answer in answers))
    weights = np.exp(np.array(logits, dtype=np.float64) - float(logits[0]))  # the best one comes first
    return list(zip(labels[:5], (weights[:5] / weights.sum()).tolist()))


def _box(url: str, folder: Path) -> Any:
    import ipywidgets

    paths = sorted(path for path in folder.glob("*.*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    choice = ipywidgets.Dropdown(
        options=[("choose a picture", None), *((path.stem, path) for path in paths)], description="Picture"
    )
    upload = ipywidgets.FileUpload(accept="image/*", description="Upload your own picture", layout={"width": "auto"})
    answer = ipywidgets.HTML(front.note("The five most likely classes appear here. Your file may have up to 10 MB."))

    def chosen(change: Any) -> None:
        if change.new is not None:
            _answer(answer, url, change.new.stem, change.new)

    def uploaded(change: Any) -> None:
        for file in change.new:
            choice.index = 0
            _answer(answer, url, file["name"], bytes(file["content"]))

    choice.observe(chosen, names="value")
    upload.observe(uploaded, names="value")
    return ipywidgets.VBox([ipywidgets.HBox([choice, upload]), answer])


def _answer(answer: Any, url: str, name: str, picture: Path | bytes) -> None:
    """Put a picture and its five classes into the widget `answer`, or the reason why there are none."""
    import tritonclient.http as httpclient

    try:  # its own connection: this may run in another thread than the cells, and an HTTP client must stay in one
        array = read_picture(picture)
        with httpclient.InferenceServerClient(url, connection_timeout=5, network_timeout=60) as client:
            rows = _rank(client, array)
    except PictureError as error:
        answer.value = front.note(str(error).replace("The file", name, 1))
    except Exception as error:  # shown to whoever chose it; a traceback would go to a log that nobody reads
        answer.value = front.note(front.reason(error, url))
    else:
        table = "".join(front.gauge(label, probability) for label, probability in rows)
        answer.value = (
            '<div role="status" aria-live="polite" style="display: flex; gap: 1.5em; align-items: center">'
            f"{_thumbnail(array, name)}<table><caption>{html.escape(name)}</caption>{table}</table></div>"
        )


def _thumbnail(array: np.ndarray, name: str) -> str:
    from PIL import Image

    image = Image.fromarray(array)
    image.thumbnail((240, 240))
    file = io.BytesIO()
    image.save(file, format="jpeg")
    alt = html.escape(f"The picture {name}, as the server gets it", quote=True)
    return f'<img alt="{alt}" src="data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode()}">'
