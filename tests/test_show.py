"""What lessons print must be the same on every run and every machine."""

from __future__ import annotations

import base64
import html
import re
import subprocess
import sys

import numpy as np
import pytest

from tutorial_lib import notebooks, show


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
        after = client.get_inference_statistics()
    with grpcclient.InferenceServerClient(server.grpc_url) as client:
        assert show.per_request(client.get_inference_statistics(as_json=True), before) == show.per_request(
            after, before
        )
    time = show.per_request(after, before)[model]
    assert time["requests"] == 3
    assert 0 < sum(time[part] for part in show.PARTS) <= time["total"]
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


def test_a_figure_is_shown_once_as_png_with_its_text(monkeypatch):
    from matplotlib import pyplot

    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append((data, options)))
    for _ in range(2):
        figure, axes = pyplot.subplots()
        axes.plot([1, 2])
        show.picture(figure, alt="A line that rises")
        assert not pyplot.get_fignums(), "a figure that is left open is shown again at the end of the cell"
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
    NotebookClient(book, kernel_name="python3", record_timing=False).execute()
    notebooks.normalise(book)
    (output,) = book.cells[0].outputs
    assert output.metadata == {"image/png": {"alt": 'Ten "points" & more'}}
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(book)
    texts = re.findall(r"<img\b[^>]*?\balt=([\"'])(.*?)\1", page, re.DOTALL)
    assert [html.unescape(text) for _, text in texts] == ['Ten "points" & more']


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
    rows = [line.rsplit(maxsplit=1) for line in lines(capsys)[2:]]
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
