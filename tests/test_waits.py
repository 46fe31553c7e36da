"""Who waits in a notebook is told for what, and stored outputs know nothing of it."""

from __future__ import annotations

import nbformat.v4
import pytest
from nbclient import NotebookClient

from tutorial_lib import waits

WAITING = """
from tutorial_lib.waits import waiting

with waiting("Starting ...") as say:
    say("half way")
print("done")
"""
SERVING = """
from tutorial_lib.server import serve

with serve(["add_sub"], http_port=0, grpc_port=0, metrics_port=0) as server:
    server.unload("add_sub")
    server.load("add_sub")
"""
MEASURING = """
from tutorial_lib import bench

_ = bench.compare([bench.in_process("nothing", lambda: None)], rounds=3, seconds=0.05, warmup=0)
"""


def run(source: str, monkeypatch, setting: str):
    """Execute one cell in a real kernel; return its outputs and every text that its line showed, "" for gone."""
    monkeypatch.setenv(waits.VARIABLE, setting)
    shown = []

    class Client(NotebookClient):
        def process_message(self, message, cell, index):
            if message["msg_type"] in ("display_data", "update_display_data"):
                shown.append(message["content"]["data"].get("text/plain", ""))
            return super().process_message(message, cell, index)

    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    Client(book, kernel_name="python3", timeout=60, iopub_timeout=60, record_timing=False).execute()
    return book.cells[0].outputs, shown


def test_the_line_comes_changes_and_goes(monkeypatch):
    (line, done), shown = run(WAITING, monkeypatch, "")
    assert shown == ["Starting ...", "half way", ""]
    assert line.data == {}, "nothing stays that a reader sees or nbval compares"
    assert done.text == "done\n"


def test_stored_outputs_have_no_line(monkeypatch):
    (done,), shown = run(WAITING, monkeypatch, "off")
    assert (done.text, shown) == ("done\n", [])


def test_a_script_shows_nothing(monkeypatch, capsys):
    monkeypatch.setenv(waits.VARIABLE, "")
    with waits.waiting("Starting ...") as say:
        say("half way")
    assert capsys.readouterr() == ("", "")


def test_the_line_goes_when_the_wait_fails(monkeypatch):
    source = """
from tutorial_lib.waits import waiting

try:
    with waiting("Starting ..."):
        raise OSError
except OSError:
    pass
"""
    assert run(source, monkeypatch, "")[1] == ["Starting ...", ""]


@pytest.mark.live
def test_the_server_says_what_it_is_waited_for(monkeypatch):
    _, shown = run(SERVING, monkeypatch, "")
    assert [text.partition(":")[0] for text in shown] == [
        "Starting a Triton server with add_sub", "", "Unloading add_sub", "", "Loading add_sub", "",
        "Stopping the server", "",
    ]  # fmt: skip


def test_a_comparison_shows_a_bar(monkeypatch):
    _, shown = run(MEASURING, monkeypatch, "")
    assert [text.partition(":")[0] for text in shown] == ["Measuring"] * 4 + [""]
    assert "3 runs of 0.05 seconds" in shown[0]
    assert ["1/3" in shown[1], "2/3" in shown[2], "3/3" in shown[3]] == [True] * 3
