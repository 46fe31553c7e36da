"""What lessons print must be the same on every run and every machine."""

from __future__ import annotations

import base64
import html
import io
import re
import subprocess
import sys

import numpy as np
import pytest

from tests.waiting import settled
from tutorial_lib import notebooks, show

SERVED = ["linear_regression_model", "resnet_ensemble"]


def lines(capsys) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_table_aligns_numbers_right_and_text_left(capsys):
    show.table([("cat", 1, 0.5), (b"caf\xc3\xa9", 1200, np.float32(12.3456))], ("label", "count", "score"), digits=2)
    assert lines(capsys) == [
        "label  count  score",
        "-----  -----  -----",
        "cat        1   0.50",
        "café    1200  12.35",
    ]


def test_table_without_headers_without_rows_and_with_odd_cells(capsys):
    show.table([(None, True, [1, 2], b"\xff")])
    assert lines(capsys) == ["None  True  [1, 2]  \\xff"]
    show.table([], ("a", "b"))
    assert lines(capsys) == ["a  b", "-  -"]
    show.table([])
    assert lines(capsys) == []
    with pytest.raises(ValueError, match=r"same number of cells, found \[1, 2\]"):
        show.table([(1, 2), (3,)])


def test_fields_prints_what_was_asked_for_in_that_order(capsys):
    reply = {"name": "resnet_model", "versions": ["1"], "platform": "pytorch_libtorch"}
    show.fields(reply, "platform", "name")
    assert lines(capsys) == ["platform:  pytorch_libtorch", "name:      resnet_model"]
    show.fields(reply)
    assert len(lines(capsys)) == 3
    with pytest.raises(KeyError):
        show.fields(reply, "version")


def test_bars_are_relative_to_the_longest(capsys):
    show.bars(["1 star", "5 stars"], np.array([0.25, 0.5], dtype=np.float32), width=8)
    assert lines(capsys) == ["1 star   #### 0.250", "5 stars  ######## 0.500"]
    show.bars(["a", "b"], [0, 0])
    assert lines(capsys) == ["a   0.000", "b   0.000"]
    for bad in ([-1.0], [float("nan")], [float("inf")]):
        with pytest.raises(ValueError, match="finite values of 0 or more"):
            show.bars(["a"], bad)
    with pytest.raises(ValueError, match="shorter"):
        show.bars(["a", "b"], [1])


def statistics(count: int, kind: type = int, name: str = "m", version: str = "1") -> dict:
    def spent(ms: int) -> dict:
        zero = count == 0 and kind is str  # gRPC's JSON leaves zeros out
        return {} if zero else {"count": kind(count), "ns": kind(count * ms * 1_000_000)}

    parts = {"success": 11, "fail": 0, "queue": 1, "compute_input": 2, "compute_infer": 4, "compute_output": 3}
    stats = {part: spent(ms) for part, ms in parts.items()}
    return {"model_stats": [{"name": name, "version": version, "inference_stats": stats}]}


@pytest.mark.parametrize("kind", [int, str], ids=["HTTP", "gRPC as_json"])
def test_durations_are_milliseconds_per_request(capsys, kind):
    show.durations(statistics(10, kind), statistics(4, kind))
    assert lines(capsys) == [
        "model  requests  queue  input  infer  output  total ms",
        "-----  --------  -----  -----  -----  ------  --------",
        "m             6  1.000  2.000  4.000   3.000    11.000",
    ]
    assert show.per_request(statistics(0, kind)) == {}, "a model without requests has no time per request"
    assert show.per_request(statistics(2, kind), statistics(7, kind))["m"]["requests"] == 2, "reloaded in between"


def test_durations_join_versions_and_sort_models():
    rows = [*statistics(1, name="b")["model_stats"], *statistics(2, name="a")["model_stats"]]
    rows += statistics(3, name="b", version="2")["model_stats"]
    times = show.per_request({"model_stats": rows})
    assert [(model, time["requests"], time["total"]) for model, time in times.items()] == [("a", 2, 11), ("b", 4, 11)]


@pytest.mark.live
def test_durations_of_a_real_server(server, capsys):
    import tritonclient.grpc as grpcclient
    import tritonclient.http as httpclient

    model = "linear_regression_model"
    with httpclient.InferenceServerClient(server.http_url) as client:
        before = client.get_inference_statistics()
        tensor = httpclient.InferInput("input__0", [1, 1], "FP32").set_data_from_numpy(np.ones((1, 1), np.float32))
        for _ in range(3):
            client.infer(model, [tensor])
        after = settled(client.get_inference_statistics)
    with grpcclient.InferenceServerClient(server.grpc_url) as client:
        assert show.per_request(client.get_inference_statistics(as_json=True), before) == show.per_request(
            after, before
        )
    spent = show.per_request(after, before)[model]
    assert spent["requests"] == 3
    assert 0 < sum(spent[part] for part in show.PARTS) <= spent["total"]
    show.durations(after, before)
    assert lines(capsys)[2].split()[:2] == [model, "3"]


def test_pictures_are_small_jpegs_with_a_text_for_those_who_cannot_see_them(monkeypatch, tmp_path):
    from PIL import Image

    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    photo = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    path = tmp_path / "grey.png"
    Image.fromarray(photo[..., 0]).save(path)
    show.pictures([photo, path, photo[..., 0], photo / 255], ["one", "two", "three", "four"])
    show.pictures([path])
    jpeg, alone = shown
    assert jpeg.alt == "one; two; three; four"
    assert alone.alt is None
    assert jpeg.data[:3] == b"\xff\xd8\xff"
    assert len(jpeg.data) < 400_000, "noise is the worst case"
    show.pictures([photo, path, photo[..., 0], photo / 255], ["one", "two", "three", "four"])
    assert shown[2].data == jpeg.data, "a re-run changes nothing"
    with pytest.raises(ValueError, match="shorter"):
        show.pictures([photo, photo], ["one"])


def test_a_grey_is_as_light_as_it_is(monkeypatch):
    from PIL import Image

    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)

    def middle(image):
        show.pictures([image])
        with Image.open(io.BytesIO(shown[-1].data)) as jpeg:
            return jpeg.getpixel((jpeg.width // 2, jpeg.height // 2))

    for value in (0, 100, 255):
        assert middle(np.full((8, 8), value, np.uint8)) == pytest.approx((value,) * 3, abs=2)
        assert middle(np.full((8, 8), value / 255)) == pytest.approx((value,) * 3, abs=2)
    red = Image.new("RGB", (8, 8), "red")
    for mode in ("RGB", "RGBA", "P", "CMYK"):
        assert middle(red.convert(mode)) == pytest.approx((255, 0, 0), abs=2), mode
    assert middle(red.convert("LA")) == pytest.approx((76, 76, 76), abs=2)


def test_a_figure_is_shown_once_as_png_with_its_text(monkeypatch, capsys):
    from matplotlib import pyplot

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append((data, options)))
    for _ in range(2):
        figure, axes = pyplot.subplots()
        axes.plot([1, 2])
        show.picture(figure, alt="A line that rises")
        assert not pyplot.get_fignums(), "a figure that is left open is shown again at the end of the cell"
        assert lines(capsys) == ["The picture in words: A line that rises"], "JupyterLab reads no alternative text"
    data, options = shown[0]
    assert base64.b64decode(data["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert data["text/plain"] == "A line that rises"
    assert options == {"metadata": {"image/png": {"alt": "A line that rises"}}, "raw": True}
    assert shown[0] == shown[1], "a re-run changes nothing"
    with pytest.raises(ValueError, match="alt is empty"):
        show.picture(figure, alt=" ")


def test_the_text_of_a_figure_reaches_an_executed_notebook_and_its_html():
    """Of one cell in a real kernel: `normalise` keeps it, and nbconvert writes it into its page."""
    import nbformat.v4
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    source = """
from matplotlib import pyplot as plt
from tutorial_lib import notebooks, show
figure, axes = plt.subplots()
show.picture(figure, alt='Ten "points" & more')
"""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    NotebookClient(book, kernel_name="python3", iopub_timeout=60, record_timing=False).execute()
    notebooks.normalise(book)
    output, words = book.cells[0].outputs
    assert words.text == 'The picture in words: Ten "points" & more\n'
    assert output.metadata == {"image/png": {"alt": 'Ten "points" & more'}}
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(book)
    texts = re.findall(r"<img\b[^>]*?\balt=([\"'])(.*?)\1", page, re.DOTALL)
    assert [html.unescape(text) for _, text in texts] == ['Ten "points" & more']


MS = 1_000_000  # nanoseconds


def trace(came: int, began: int, ended: int) -> dict[str, int]:
    """One request, in milliseconds; input takes 1 ms, output 2."""
    stamps = {"REQUEST_START": came, "QUEUE_START": came, "COMPUTE_START": began, "COMPUTE_INPUT_END": began + 1}
    stamps |= {"COMPUTE_OUTPUT_START": ended - 2, "COMPUTE_END": ended, "REQUEST_END": ended + 1}
    stamps |= {"GRPC_WAITREAD_START": -500, "GRPC_SEND_END": 900}  # the frontend's: no part of the picture
    return {name: (1000 + value) * MS for name, value in stamps.items()}


def bars_of(axes) -> list[tuple[float, float, float]]:
    """The parts of a drawing of bars: row, left end and width, frames left out."""
    boxes = [patch for patch in axes.patches if patch.get_facecolor()[3]]
    return [(round(box.get_y() + 0.31), round(box.get_x(), 3), round(box.get_width(), 3)) for box in boxes]


def words_of(axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_a_timeline_shows_who_waited_how_long_and_which_requests_ran_together():
    figure = show.timeline({"a": trace(0, 0, 100), "b": trace(20, 100, 200), "c": trace(50, 100, 200)})
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]
    parts = [(0, 0, 0), (0, 0, 1), (0, 1, 97), (0, 98, 2)]
    parts += [(1, 20, 80), (1, 100, 1), (1, 101, 97), (1, 198, 2)]
    parts += [(2, 50, 50), (2, 100, 1), (2, 101, 97), (2, 198, 2)]
    assert bars_of(axes) == parts
    assert words_of(axes) == ["97", "80", "97", "50", "97", "one execution\nof 2 requests"]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["queue", "input", "infer", "output"]
    hatches = [patch.get_hatch() for patch in figure.legends[0].get_patches()]
    assert len(set(hatches)) == 4, "no meaning by colour alone"


def test_a_timeline_of_an_ensemble_has_an_empty_frame_where_the_trace_has_no_parts():
    ensemble = {name: ns for name, ns in trace(0, 0, 100).items() if name.startswith("REQUEST")}
    (axes,) = show.timeline({"ensemble": ensemble, "step": trace(10, 10, 90)}).axes
    assert {row for row, _, _ in bars_of(axes)} == {1}
    assert words_of(axes) == ["77"], "rows without COMPUTE_START belong to no common execution"


def test_stacked_bars_carry_their_values_and_sums():
    (axes,) = show.stacked({"1 client": {"queue": 0, "infer": 8.25}, "8 clients": {"queue": 30, "infer": 12}}).axes
    assert bars_of(axes) == [(0, 0, 0), (0, 0, 8.25), (1, 0, 30), (1, 30, 12)]
    assert words_of(axes) == ["8.2", "8.2 in all", "30", "12.0", "42 in all"]
    assert axes.get_xlabel() == "milliseconds"
    for rows in ({"a": {"x": 1}, "b": {"y": 1}}, {"a": dict.fromkeys("vwxyz", 1)}):
        with pytest.raises(ValueError, match="the same parts, 4 at most; found"):
            show.stacked(rows)


def test_a_histogram_marks_p50_and_p99_in_words():
    figure = show.histogram({"even": range(101), "few": [10, 10, 10, 90]})
    first, second = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["even", "few"]
    assert [round(line.get_xdata()[0], 1) for line in first.lines] == [50, 99]
    assert [text.strip() for text in words_of(first)] == ["p50 50 ms", "p99 99 ms"]
    assert [text.strip() for text in words_of(second)] == ["p50 10.0 ms", "p99 88 ms"]
    assert sum(patch.get_height() for patch in second.patches) == 4
    assert first.get_xlim() == second.get_xlim(), "one axis for all, so that they can be compared"
    styles = {line.get_linestyle() for line in first.lines}
    assert len(styles) == 2


def test_importing_show_imports_nothing_heavy():
    script = (
        "import sys, tutorial_lib.show; print(*{'torch', 'transformers', 'matplotlib', 'IPython'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == ""


@pytest.mark.live
def test_an_ensembles_data_flow_is_that_of_its_config(server, capsys, monkeypatch):
    import tritonclient.http as httpclient

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **_: shown.append(data))
    with httpclient.InferenceServerClient(server.http_url) as client:
        config = client.get_model_config("resnet_ensemble")
        names = [step["model_name"] for step in config["ensemble_scheduling"]["step"]]
        steps = {name: client.get_model_config(name) for name in names}
    show.ensemble(config, steps)
    rows = [line.rsplit(maxsplit=1) for line in lines(capsys)[2:7]]  # the picture in words follows
    assert [(row[0].split()[0], row[1]) for row in rows] == [
        ("input_image", "resnet_preprocessor"),
        ("image_tensor", "resnet_model"),
        ("logits", "resnet_postprocessor"),
        ("class_label", "answer"),
        ("confidence", "answer"),
    ]
    assert "logits from resnet_model to resnet_postprocessor" in shown[0]["text/plain"]
    (line,) = [row[0] for row in rows if row[0].startswith("logits")]
    assert line.split()[1:] == ["FP32", "[-1,", "1000]", "resnet_model"]

    del config["ensemble_scheduling"]["step"][2]["input_map"]["logits"]
    show.ensemble(config, steps)
    assert next(line for line in lines(capsys) if line.startswith("logits")).endswith("  nobody")
