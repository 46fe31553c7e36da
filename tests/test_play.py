"""The play room without a browser: its text, files of all kinds, servers that do not answer."""

from __future__ import annotations

import datetime
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tritonclient.http as httpclient
from PIL import Image
from tritonclient.utils import InferenceServerException

from tests.waiting import free_port, settled
from tutorial_lib import models, play
from tutorial_lib.play import front, load, pictures, reviews

IMAGES = Path(__file__).resolve().parents[1] / "notebooks" / "images"


@pytest.fixture(scope="module")
def client(server):
    with httpclient.InferenceServerClient(server.http_url) as client:
        yield client


@pytest.fixture
def nobody():
    """An address where no server answers."""
    return f"localhost:{free_port()}"


def file(image: Image.Image, kind: str, **options) -> bytes:
    written = io.BytesIO()
    image.save(written, format=kind, **options)
    return written.getvalue()


# ------------------------------------------------------------------------------------------------------------- reviews


@pytest.mark.live
def test_stars_are_printed_with_their_score(client, capsys):
    play.stars(client, "I love it, it is amazing!")
    play.stars(client, "Terrible. It broke.")
    best, worst = capsys.readouterr().out.splitlines()
    assert best.startswith("★★★★★ 5 stars  #")
    assert worst.startswith("★☆☆☆☆ 1 star  #")
    assert 0.2 < float(best.split()[-1]) <= 1
    with pytest.raises(InferenceServerException, match="blank"):
        play.stars(client, " ")


@pytest.mark.live
def test_a_typed_review_is_answered_letter_by_letter(server):
    review, answer = reviews._box(server.http_url).children
    for text in ("I", "I lo", "I love it!", "x" * 100_000):
        review.value = text
        assert "<meter" in answer.value
    review.value = "I love it!"
    assert "5 stars" in answer.value
    review.value = "  "
    assert "appear here" in answer.value


def test_a_review_without_a_server_says_so(nobody):
    review, answer = reviews._box(nobody).children
    review.value = "I love it!"
    assert f"No server answers at {nobody}. Run the cell that starts it, then try again." in answer.value


def test_what_a_server_says_is_shown_as_text_not_as_html():
    said = front.note(front.reason(InferenceServerException("<b>none is not found", "404"), "localhost:8000"))
    assert "The server at localhost:8000 refused: &lt;b&gt;none is not found" in said


# ------------------------------------------------------------------------------------------------------------ pictures

CAT = Image.open(IMAGES / "cat.jpg").convert("RGB")
TURNED = Image.Exif()
TURNED[274] = 6  # to be shown turned by 90 degrees to the right
DEEP = Image.fromarray(np.asarray(CAT.convert("L"), dtype=np.uint16) * 257)
CLEAR = CAT.copy()
CLEAR.putalpha(255)
KINDS = {
    "jpeg": file(CAT, "jpeg"),
    "png": file(CAT, "png"),
    "webp": file(CAT, "webp"),
    "bmp": file(CAT, "bmp"),
    "cmyk": file(CAT.convert("CMYK"), "jpeg"),
    "grey": file(CAT.convert("L"), "jpeg"),
    "grey with alpha": file(CLEAR.convert("LA"), "png"),
    "16 bit grey": file(DEEP, "png"),
    "floats": file(Image.fromarray(np.asarray(CAT.convert("L"), dtype=np.float32) / 255), "tiff"),
    "palette": file(CAT.convert("P", palette=Image.Palette.ADAPTIVE), "png"),
    "gif": file(CAT.convert("P", palette=Image.Palette.ADAPTIVE), "gif"),
    "alpha": file(CLEAR, "png"),
    "on its side": file(CAT.transpose(Image.Transpose.ROTATE_90), "jpeg", exif=TURNED),
}
LARGE = {  # made where they are asked for: that takes seconds
    "huge": lambda: file(CAT.resize((9020, 6000)), "jpeg"),
    "huge and not jpeg": lambda: file(CAT.resize((4510, 3000)), "png", compress_level=1),
}


@pytest.mark.live
@pytest.mark.parametrize("kind", [*KINDS, *LARGE])
def test_a_cat_is_a_cat_in_every_kind_of_file(client, kind):
    array = play.read_picture(KINDS[kind] if kind in KINDS else LARGE[kind]())
    assert array.dtype == np.uint8
    assert array.ndim == 3
    assert array.shape[2] == 3
    assert min(array.shape[:2]) <= pictures.ENOUGH
    assert array.shape[1] > array.shape[0], "the cat lies"
    assert pictures._rank(client, array)[0][0] == "tabby cat"


def test_what_is_transparent_is_white():
    for mode, colour in (("RGBA", (200, 0, 0, 0)), ("LA", (0, 0))):
        assert (play.read_picture(file(Image.new(mode, (20, 10), colour), "png")) == 255).all()
    palette = Image.new("P", (20, 10), 0)
    palette.putpalette([0, 0, 0] * 256)
    assert (play.read_picture(file(palette, "png", transparency=0)) == 255).all()


def test_odd_sizes_are_kept_or_shrunk():
    assert play.read_picture(file(Image.new("RGB", (1, 1)), "png")).shape == (1, 1, 3)
    assert play.read_picture(file(Image.new("RGB", (60_000, 1)), "png")).shape == (1, 60_000, 3)
    assert play.read_picture(file(Image.new("RGB", (4000, 2000)), "png")).shape == (512, 1024, 3)
    assert play.read_picture(file(Image.new("1", (30, 20), 1), "png")).min() == 255


def bomb() -> bytes:
    """A few bytes that say they are a picture of 40 000 x 40 000 pixels."""
    whole = bytearray(file(Image.new("RGB", (1, 1)), "bmp"))
    whole[18:26] = (40_000).to_bytes(4, "little") * 2
    return bytes(whole)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", r"The file is empty \(0 bytes\): expected a picture, such as JPEG or PNG"),
        (b"hello, world", r"not a picture that can be read: 12 bytes that begin with b'hello, w'. Try JPEG or PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture that can be read"),
        (KINDS["jpeg"][:5000], "The file is a broken picture: .*truncated.* Try another file"),
        (KINDS["png"][:5000], "The file is a broken picture"),
        (KINDS["png"][:2000] + b"\0" * 500 + KINDS["png"][2500:], "The file is a broken picture"),
        (KINDS["gif"][:2000], "The file is a broken picture"),
        (bomb(), "The file is too large: .*Try a smaller one"),
    ],
    ids=["empty", "text", "svg", "jpeg cut off", "png cut off", "png damaged", "gif cut off", "too large"],
)
def test_a_file_that_is_no_picture_gets_a_clear_sentence(content, words):
    with pytest.raises(play.PictureError, match=words) as raised:
        play.read_picture(content)
    assert "\n" not in str(raised.value)


@pytest.mark.live
def test_top_five_are_printed_with_probabilities(client, capsys):
    play.top_five(client, IMAGES / "lobster.jpg")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[0].startswith("spiny lobster  #")
    numbers = [float(line.split()[-1]) for line in lines]
    assert numbers == sorted(numbers, reverse=True)
    assert 0.5 < sum(numbers) <= 1.01
    with pytest.raises(FileNotFoundError):
        play.top_five(client, "no such file")


@pytest.mark.live
def test_a_chosen_and_an_uploaded_picture_are_answered(server, nobody):
    top, answer = pictures._box(server.http_url, IMAGES).children
    choice, upload = top.children
    choice.value = IMAGES / "rocket.jpg"
    assert answer.value.count("<tr>") == 5
    assert "missile" in answer.value
    assert 'alt="The picture rocket, as the server gets it"' in answer.value
    now = datetime.datetime.now(datetime.timezone.utc)
    for name, content, words in [
        ("<mine>.png", KINDS["alpha"], "tabby cat"),
        ("<mine>.png", KINDS["alpha"], "&lt;mine&gt;.png"),
        ("torn.jpg", KINDS["jpeg"][:5000], "torn.jpg is a broken picture"),
        ("nothing.png", b"", "nothing.png is empty"),
    ]:
        upload.value = (
            {"name": name, "type": "", "size": len(content), "content": memoryview(content), "last_modified": now},
        )
        assert words in answer.value
        assert "<mine>" not in answer.value
        assert choice.value is None
    top, answer = pictures._box(nobody, IMAGES).children
    top.children[0].value = IMAGES / "cat.jpg"
    assert f"No server answers at {nobody}" in answer.value


# ---------------------------------------------------------------------------------------------------------------- load


@pytest.mark.live
def test_batching_prints_what_the_server_counted(server, capsys):
    with httpclient.InferenceServerClient(server.http_url) as client:
        before = client.get_inference_statistics("linear_regression_model")["model_stats"][0]
        play.batching(server.grpc_url, rows=3, clients=4, seconds=1)
        after = client.get_inference_statistics("linear_regression_model")["model_stats"][0]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines[:3]] == ["rows per second", "ms per request", "rows together"]
    assert 3 <= float(lines[2].split()[2]) <= 12
    assert sum(int(line.split()[-1]) for line in lines[4:]) <= after["execution_count"] - before["execution_count"]
    grown = after["inference_count"] - before["inference_count"]
    assert grown % 3 == 0
    assert float(lines[0].split()[-1]) < grown


@pytest.mark.live
@pytest.mark.slow
def test_the_delay_is_the_models_own(built):
    from tutorial_lib.server import serve

    ports = dict.fromkeys(("http_port", "grpc_port", "metrics_port"), 0)
    with serve(["linear_regression_model"], **ports) as own, httpclient.InferenceServerClient(own.http_url) as client:

        def delay() -> str | None:
            batching = client.get_model_config("linear_regression_model").get("dynamic_batching")
            return batching and str(batching["max_queue_delay_microseconds"])

        results = {}
        for wanted in (20_000, None, 0):
            (*_, results[wanted]) = load._run(own.grpc_url, "linear_regression_model", 1, 1, wanted, 0.5, None)
            assert delay() == (None if wanted is None else str(wanted))
        assert results[20_000].queue_ms_each > 15, "one client waits for company that does not come"
        more = (load._run(own.grpc_url, "linear_regression_model", 1, 1, 0, 0.5, None) for _ in range(4))
        quick = results[0].queue_ms_each < 15 or any(last.queue_ms_each < 15 for *_, last in more)
        assert quick, "five times, the lowest mean counts: on a busy machine some requests wait for a core"
        (*_, many) = load._run(own.grpc_url, "linear_regression_model", 1, 32, None, 0.5, None)
        assert set(many.sizes) == {1}, "without dynamic batching every request is alone"
        (*_, many) = load._run(own.grpc_url, "linear_regression_model", 1, 32, 20_000, 0.5, None)
        assert many.rows_together > 4
        name = "linear_regression_model"
        whole = load._between({}, settled(lambda: client.get_inference_statistics(name)["model_stats"][0]), 1)
        assert whole.rows == sum(size * count for size, count in whole.sizes.items()) >= many.rows


@pytest.mark.live
@pytest.mark.slow
def test_of_several_versions_the_one_that_answers_is_counted(tmp_path):
    from tutorial_lib.server import serve

    name = "versions_demo"
    shutil.copytree(models.repository_path() / name, tmp_path / name)
    (tmp_path / name / "3").rename(tmp_path / name / "10")
    ports = dict.fromkeys(("http_port", "grpc_port", "metrics_port"), 0)
    with serve([name], repository=tmp_path, **ports) as own, httpclient.InferenceServerClient(own.http_url) as client:
        assert len(client.get_inference_statistics(name)["model_stats"]) == 3
        (*_, last) = load._run(own.grpc_url, name, 1, 2, None, 0.5, None)
        assert last.requests > 0
        rows = client.get_inference_statistics(name)["model_stats"]
        counts = {row["version"]: row["inference_count"] for row in rows}
        assert counts["1"] == counts["2"] == 0
        assert counts["10"] >= last.rows


def test_sizes_are_counted_by_ranges():
    assert load._ranges({1: 5, 3: 1, 4: 1, 17: 2}) == {"1": 5, "2": 0, "3-4": 2, "5-8": 0, "9-16": 0, "17-32": 2}


@pytest.mark.live
def test_wrong_settings_are_named(server, nobody):
    with pytest.raises(ValueError, match="rows is 5000, but linear_regression_model takes 1 to 1024"):
        play.batching(server.grpc_url, rows=5000)
    with pytest.raises(InferenceServerException, match="unknown model"):
        play.batching(server.grpc_url, "none")
    with pytest.raises(InferenceServerException, match="UNAVAILABLE"):
        play.batching(nobody)


@pytest.mark.live
def test_the_sliders_fill_a_picture_and_a_table(server, nobody):
    box = load._box(server.grpc_url, "linear_regression_model", 1, None)
    rows, clients, delay, line, plot, table = box.children
    button, said = line.children
    rows.value, clients.value = 4, 8
    for runs in (1, 2):
        button.click()
        assert re.search(r">[1-9]\d* requests in [1-9][\d.]* seconds", said.value), said.value
        assert table.value.count("<tr>") == 1 + runs
        assert not button.disabled
    assert '<td style="text-align: right; padding: 0.1em 0.8em">4</td>' in table.value
    assert 'alt="rows per second: ' in plot.value
    assert (delay.label, delay.value) == ("0", 0)
    *_, line, plot, table = load._box(nobody, "linear_regression_model", 1, None).children
    line.children[0].click()
    assert f"No server answers at {nobody}" in line.children[1].value
    assert not line.children[0].disabled


@pytest.mark.live
def test_a_request_that_fails_ends_its_process_with_the_servers_words(server):
    with load._senders(server.grpc_url, "sentiment", 65, 2) as process:  # 64 rows is what the model takes
        assert process.wait(timeout=60) == 1
        error = load._failure(process)
    assert error.status() == "StatusCode.INVALID_ARGUMENT"
    assert "batch-size must be <= 64" in error.message()


# --------------------------------------------------------------------------------------------------- where no box fits

BOXES = {"stars_box": "play.stars(", "top_five_box": "play.top_five(", "batching_box": "play.batching("}


@pytest.mark.parametrize("name", BOXES)
def test_outside_a_notebook_a_box_is_one_line_that_says_what_to_do(name, capsys):
    getattr(play, name)()
    (line,) = capsys.readouterr().out.splitlines()
    assert "only in a notebook" in line
    assert BOXES[name] in line


@pytest.mark.parametrize("installed", [True, False])
def test_in_a_kernel_a_box_is_a_widget_with_a_line_of_text_or_only_the_line(installed):
    """The stored form of a real kernel's output."""
    import nbformat.v4
    from nbclient import NotebookClient

    from tutorial_lib import notebooks

    block = "" if installed else "import sys; sys.modules['ipywidgets'] = None\n"
    source = block + "from tutorial_lib import play; play.stars_box(); play.top_five_box(); play.batching_box()"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(book, kernel_name="python3", iopub_timeout=60, record_timing=False).execute()
    raw = [dict(output.get("data", {})) for output in book.cells[0].outputs]
    notebooks.normalise(book)
    if not installed:
        (output,) = book.cells[0].outputs
        assert output.text.count("ipywidgets is not installed. Try: pip install") == 3
        return
    assert all(notebooks.WIDGET in data for data in raw)
    assert "widgets" not in book.metadata
    for data, call in zip((output.data for output in book.cells[0].outputs), BOXES.values(), strict=True):
        assert set(data) == {"text/plain"}
        assert ": run this cell in JupyterLab. Or: " + call in data["text/plain"]


def test_importing_play_imports_nothing_heavy():
    heavy = "'torch', 'ipywidgets', 'matplotlib', 'PIL', 'tritonclient'"
    script = f"import sys, tutorial_lib.play; print(*{{{heavy}}} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == ""
