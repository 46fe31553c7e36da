"""The bench against a real server: what it counts, what it refuses to count, and what it leaves behind."""

from __future__ import annotations

import functools
import json
import os
import queue
import shutil
import socketserver
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.waiting import settled, until
from tutorial_lib import bench, models, peers
from tutorial_lib.server import serve

SERVED = ["linear_regression_model"]
MODEL = "linear_regression_model"
INPUTS = {"input__0": np.array([[5.0], [1.0]], np.float32)}
OUTPUTS = {"output__0": np.zeros((2, 1), np.float32)}


def right(outputs: dict) -> bool:
    return np.allclose(outputs["output__0"], [[13.0], [3.0]], atol=0.01)


def case(kind: str, server, clients: int = 4, check=right) -> bench.Case:
    more = {"clients": clients, "check": check}
    if kind == "shared memory":
        return bench.over_shared_memory(kind, server.http_url, MODEL, INPUTS, OUTPUTS, **more)
    over, url = {
        "json": (bench.over_json, server.http_url),
        "binary": (bench.over_binary, server.http_url),
        "grpc": (bench.over_grpc, server.grpc_url),
    }[kind]
    return over(kind, url, MODEL, INPUTS, **more)


def answered_by(server) -> int:
    reply = server._http("GET", f"/v2/models/{MODEL}/stats")[1]
    return json.loads(reply)["model_stats"][0]["inference_stats"]["success"]["count"]


def result(name: str, rate: float, **more) -> bench.Result:
    return bench.Result(name, 8, 1.0, 10, 10, rate, rate, 1.234, 2, 30.5, 1.5, 0.25, **more)


KINDS = ["json", "binary", "shared memory", "grpc"]


@pytest.mark.live
@pytest.mark.parametrize("kind", KINDS)
def test_the_counts_are_the_servers_own(server, kind):
    before, memory = answered_by(server), set(os.listdir("/dev/shm"))
    found = case(kind, server).measure(0.3, 0.1)
    # four clients without a pause: what they answer each second times how long they take
    for _ in range(4):  # a busy machine now and then stalls at the window's edges, and a wrong count is wrong each time
        if 2 < found.requests_per_s * found.mean_ms / 1000 < 8:
            break
        before, found = settled(lambda: answered_by(server)), case(kind, server).measure(0.3, 0.1)
    assert found.sent == found.good
    until(lambda: answered_by(server) - before >= found.good)  # a request is counted a moment after its answer
    assert found.good == answered_by(server) - before
    assert found.errors == {}
    assert 0 < found.requests_per_s * 0.3 <= found.good
    assert found.items_per_s == pytest.approx(2 * found.requests_per_s)  # two rows in each request
    assert 0 < found.p50_ms <= found.p90_ms <= found.p99_ms
    assert 2 < found.requests_per_s * found.mean_ms / 1000 < 8
    assert set(os.listdir("/dev/shm")) <= memory


@pytest.mark.live
@pytest.mark.parametrize("kind", KINDS)
def test_a_fast_wrong_answer_fails(server, kind):
    memory = set(os.listdir("/dev/shm"))
    with pytest.raises(bench.BenchError, match=f"{kind}: wrong answer"):
        case(kind, server, check=lambda outputs: outputs["output__0"][0][0] == 14).measure(0.1, 0)
    assert set(os.listdir("/dev/shm")) <= memory


@pytest.mark.live
def test_errors_are_counted_with_a_message(server):
    url = f"{server.http_url}/v2/models/no_such_model/infer"
    with pytest.raises(bench.BenchError, match=r"not one good answer, but \d+ x 404 \(.*unknown model"):
        bench.over_http("unknown", url, b"{}").measure(0.1, 0)
    with pytest.raises(bench.BenchError, match="NOT_FOUND"):
        bench.over_grpc("unknown", server.grpc_url, "no_such_model", INPUTS).measure(0.1, 0)
    with pytest.raises(bench.BenchError, match="nothing answers at localhost:1: "):
        bench.over_http("nobody", "localhost:1/", b"").measure(0.1, 0)


def test_refusals_are_no_throughput():
    turns = iter(range(10**9))

    def every_other():
        if next(turns) % 2:
            raise ValueError("busy")
        return 1

    found = bench.in_process("half", every_other, check=lambda answer: answer == 1).measure(0.05, 0)
    assert found.sent == found.good + found.errors["ValueError"]
    assert abs(found.good - found.errors["ValueError"]) <= 1
    assert found.samples == {"ValueError": "busy"}


@pytest.mark.live
@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed (sudo apt-get install wrk)")
def test_wrk_measures_the_same_load(server):
    found = bench.by_wrk(case("json", server)).measure(1, 0)
    assert found.name == "json (wrk)"
    assert found.good == found.sent > 0
    assert 0 < found.p50_ms <= found.p99_ms


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed (sudo apt-get install wrk)")
def test_connections_that_break_are_errors_of_wrk():
    """A server that answers the first request of each connection, and closes it at the second."""

    class Once(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(65536)
            self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
            self.request.recv(65536)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Once) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        words = ["wrk", "-t1", "-c2", "-d1s", "--latency", f"http://127.0.0.1:{server.server_address[1]}/"]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        server.shutdown()
        thread.join()
    found = bench._wrk_result("once", 2, 1, done.stdout)
    assert set(found.errors) == {"read"}, done.stdout
    assert found.sent == found.good + found.errors["read"]
    assert abs(found.good - found.errors["read"]) <= 4
    assert 0 < found.requests_per_s < found.sent


def test_cases_take_turns_and_ratios_are_pairwise():
    order = []

    def make(name: str, rates: list[float]) -> bench.Case:
        left = iter(rates)
        return bench.Case(name, lambda *_: order.append(name) or result(name, next(left)))

    found = bench.compare([make("a", [100, 50, 10]), make("b", [200, 100, 30])], rounds=3)
    assert order == ["a", "b"] * 3
    assert found.ratio("b") == 2.0  # the median of 2, 2 and 3, although the machine slowed down tenfold
    with pytest.raises(bench.BenchError, match="different names"):
        bench.compare([make("a", []), make("a", [])])


def test_the_table_is_stable_text_and_names_what_is_missing(tmp_path):
    results = {
        "ours": [result("ours", 24013.4), result("ours", 20000.0)],
        "theirs": [result("theirs", 27.13, errors={"503": 2}, samples={"503": "queue full"})] * 2,
    }
    goals = bench.Goal("ours", 700, "theirs"), bench.Goal("theirs", 1, "ours"), bench.Goal("ours", 1, "Other")
    found = bench.Comparison(results, "ours", {"Other": "not installed (make bench-peers)"}, 0.5, 1.0, goals)
    assert bench.table(found).splitlines() == [
        "        clients  items/s      min .. max  ratio  p50 ms  p99 ms  client cpu  errors",
        "ours          8    22007  20000 .. 24013   1.00    1.23    30.5         25%       0",
        "theirs        8     27.1    27.1 .. 27.1   0.00    1.23    30.5         25%       4",
        "theirs: error 503: queue full",
        "Other: not measured: not installed (make bench-peers)",
        "goal reached: ours is 811.16 times as fast as theirs, of at least 700",
        "goal missed: theirs is 0.00 times as fast as ours, of at least 1",
    ]
    saved = json.loads(json.dumps(bench.record(found, note="kept")))
    assert saved["missing"] == {"Other": "not installed (make bench-peers)"}
    assert [(goal["times"], goal["reached"]) for goal in saved["goals"]] == [(700, True), (1, False)]
    assert saved["note"] == "kept"
    assert saved["machine"]["cores"] >= 1
    assert saved["versions"]["numpy"] == np.__version__
    assert len(saved["rounds"]["ours"]) == 2
    page = bench.page([{"title": "linear, 8 clients", **saved}])
    assert page.startswith("# linear, batch 1, on ")
    assert "\n## linear, 8 clients\n" in page
    assert "2 rounds of 1 s. Ratios to ours." in page
    assert "\n".join(bench.table(found).splitlines()[:3]) in page
    assert "- Other: not measured: not installed (make bench-peers)" in page
    assert "- goal missed: theirs is 0.00 times as fast as ours, of at least 1" in page
    drawn = "![The items per second of each row of the tables below, drawn](plot.png)"
    assert drawn not in page
    assert drawn in bench.page([{"title": "linear, 8 clients", **saved}], "plot.png")
    bench.plot([{"title": "linear, 8 clients", **saved}]).savefig(tmp_path / "plot.png")
    assert (tmp_path / "plot.png").stat().st_size > 1000


def test_a_page_names_the_gpu_of_its_records():
    saved = bench.record(bench.Comparison({"ours": [result("ours", 1.0)]}, "ours", {}, 0.5, 1.0))
    tf32 = {"matrix products": False, "convolutions": True}
    saved["machine"]["gpu"] = {
        "name": "A GPU", "gib": 79, "cuda": "13.0", "cudnn": 91002, "driver": "580.1", "tf32": tf32,
    }  # fmt: skip
    titles = ["resnet_model, 8 clients, batch 4", "sentiment, 32 clients, batch 4"]
    page = bench.page([{"title": title, **saved} for title in titles])
    assert page.splitlines()[0] == "# resnet_model, sentiment, batch 4, on A GPU"
    assert ", A GPU (79 GiB, driver 580.1, CUDA 13.0, cuDNN 91002, TF32 for convolutions), " in page
    del saved["machine"]["gpu"]  # as in records from before
    assert bench.page([{"title": titles[0], **saved}]).splitlines()[0] == "# What was measured"


BENCHMARKS = Path(__file__).resolve().parents[1] / "docs" / "benchmarks"


@pytest.mark.parametrize("file", sorted(BENCHMARKS.glob("*.json")), ids=lambda file: file.stem)
def test_the_pages_of_benchmarks_show_their_records(file):
    picture = file.with_suffix(".svg")
    shown = bench.page(json.loads(file.read_text()), picture.name if picture.exists() else "")
    assert file.with_suffix(".md").read_text(encoding="utf-8") == shown
    if picture.exists():
        rows = [row for record in json.loads(file.read_text()) for row in record["rows"]]
        numbers = [bench.report._number(row["items_per_s"]) for row in rows]
        assert [number for number in numbers if f"<!-- {number} -->" not in picture.read_text()] == []


def reason(peer: str, network: str) -> str:
    with pytest.raises(peers.PeerError) as caught, peers.started(peer, network, bench, {}, []):
        pass
    return str(caught.value)


def test_a_missing_peer_is_named_with_its_reason(monkeypatch, tmp_path):
    monkeypatch.setitem(peers.PEERS, "ray", peers.PEERS["ray"]._replace(folder=tmp_path))
    with (
        pytest.raises(peers.PeerError, match=r"not installed \(make bench-peers\)"),
        peers.started("ray", "linear", bench, {}, []),
    ):
        pass
    own = peers.PEERS["ray"]._replace(folder=Path(sys.prefix), package="no_such_package")
    monkeypatch.setitem(peers.PEERS, "ray", own)
    with (
        pytest.raises(peers.PeerError, match="No module named 'no_such_package'"),
        peers.started("ray", "linear", bench, {}, []),
    ):
        pass
    assert reason("bentoml", "resnet").startswith("takes pictures as JSON only")
    assert reason("ray", "ensemble").startswith("serves one network")


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "title", "rows"),
    [
        (
            "ensemble --clients 2 --weights classroom",
            "resnet_ensemble, 2 clients",
            ["Triton HTTP binary", "in process, batch 8"],
        ),
        ("sentiment --clients 2 --weights random --batch 3", "sentiment, 2 clients, batch 3", ["in process, batch 30"]),
        (
            "bf16 --clients 2 --weights classroom",
            "resnet_bf16, 2 clients",
            ["Triton shared memory", "ensemble, prepared by torch"],
        ),
    ],
)
def test_the_command_measures_what_it_is_asked(built, tmp_path, words, title, rows):
    command = [sys.executable, "-m", "tutorial_lib", "bench", *words.split(), "--rounds", "1", "--seconds", "0.5"]
    folder = {"TRITON_COURSE_BUILD": str(tmp_path)} if "random" in words else {}
    file = tmp_path / "found.json"
    page = file.with_suffix(".md")
    done = subprocess.run(
        [*command, "--json", str(file), "--page", str(page), "--peers"],
        env=os.environ | folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert title in done.stdout.splitlines()
    (found,) = json.loads(file.read_text())
    assert {"Triton gRPC", "in process", *rows} <= set(found["rounds"])
    assert f"## {title}" in page.read_text()
    if "ensemble" in words:  # pictures, not rows of pixels: no CPU here does so many
        assert max(row["items_per_s"] for row in found["rows"]) < 20_000


def test_a_class_a_hair_below_the_best_is_right_and_another_is_not():
    logits = np.zeros((2, 1000), np.float32)
    logits[0, [7, 8, 9]] = [100, 99.7, 99.3]
    logits[1, 5] = 100
    assert peers._same("resnet", [7, 5], {"output__0": logits})
    assert peers._same("resnet", [8, 5], {"output__0": logits})
    assert not peers._same("resnet", [9, 5], {"output__0": logits})
    assert not peers._same("resnet", [5, 7], {"output__0": logits})  # each has the other's row


@pytest.mark.live
def test_requests_joined_in_one_batch_get_their_own_rows(server):
    import tritonclient.grpc as triton

    def counted(what: str) -> int:
        return json.loads(server._http("GET", f"/v2/models/{MODEL}/stats")[1])["model_stats"][0][what]

    rows = [np.arange(5 * number, 5 * number + number % 3 + 1, dtype=np.float32)[:, None] for number in range(200)]
    given = [triton.InferInput("input__0", own.shape, "FP32").set_data_from_numpy(own) for own in rows]
    with triton.InferenceServerClient(server.grpc_url) as client:
        config = client.get_model_config(MODEL, as_json=True)["config"]
        config["dynamic_batching"]["max_queue_delay_microseconds"] = 100_000  # or busy cores send them apart
        client.load_model(MODEL, config=json.dumps(config))
        answers, before = queue.Queue(), settled(lambda: counted("inference_count"))
        executions = counted("execution_count")
        for number, tensor in enumerate(given):
            answer = functools.partial(lambda number, result, error: answers.put((number, result, error)), number)
            client.async_infer(MODEL, [tensor], answer)
        for _ in rows:
            number, found, error = answers.get(timeout=60)
            assert error is None
            expected = models.reference(MODEL, {"input__0": rows[number]})["output__0"]
            np.testing.assert_allclose(found.as_numpy("output__0"), expected, rtol=1e-4)
    until(lambda: counted("inference_count") - before == sum(map(len, rows)))  # counted a moment after the answer
    assert counted("execution_count") - executions <= len(rows) // 2
    server.unload(MODEL)  # drops the delay
    server.load(MODEL)


@pytest.mark.live
@pytest.mark.slow
def test_bfloat16_and_pictures_prepared_by_torch_give_the_same_classes(built, tmp_path):
    import tritonclient.grpc as triton
    from PIL import Image

    peers._script("bf16").prepared(tmp_path, np.zeros((1, 3, 224, 224), np.float32))
    folder = Path(peers.__file__).resolve().parents[1] / "notebooks" / "images"
    pictures = [np.asarray(Image.open(file).convert("RGB")) for file in sorted(folder.glob("*.jpg"))]
    expected = [models.reference("resnet_ensemble", {"input_image": picture}) for picture in pictures]
    names = ["resnet_bf16_ensemble", "resnet_bf16_torch_ensemble"]
    with (
        serve(names, repository=tmp_path, http_port=0, grpc_port=0, metrics_port=0) as server,
        triton.InferenceServerClient(server.grpc_url) as client,
        ThreadPoolExecutor(8) as eight,
    ):

        def ask(name: str, picture: np.ndarray):
            given = triton.InferInput("input_image", picture.shape, "UINT8").set_data_from_numpy(picture)
            return client.infer(name, [given])

        for name in names:
            one_by_one = [ask(name, picture) for picture in pictures]
            together = list(eight.map(functools.partial(ask, name), pictures * 4))  # no tensor may be another's
            for found, right in zip(one_by_one + together, expected * 5):
                assert found.as_numpy("class_label").tolist() == right["class_label"].tolist(), name
                np.testing.assert_allclose(found.as_numpy("confidence"), right["confidence"], atol=0.05)
        empty = triton.InferInput("input_image", [0, 4, 3], "UINT8").set_data_from_numpy(np.zeros((0, 4, 3), np.uint8))
        with pytest.raises(triton.InferenceServerException, match=r"expected .height, width, 3. with"):
            client.infer("resnet_torch_preprocessor", [empty])


def test_every_peer_has_its_short_file():
    folder = Path(peers.__file__).resolve().parents[1] / "bench"
    assert {path.stem for path in folder.glob("peer_*.py")} == {f"peer_{name}" for name in peers.PEERS}
    assert max(len(path.read_text().splitlines()) for path in folder.glob("peer_*.py")) <= 80


def test_gpu_here_keeps_a_venv_of_another_kind_and_wants_torch(tmp_path):
    script = Path(peers.__file__).resolve().parents[1] / "bench" / "gpu_here.sh"
    (tmp_path / "bench").mkdir()
    command = ["sh", shutil.copy(script, tmp_path / "bench"), str(tmp_path), "/bin/false"]
    (tmp_path / ".venv").mkdir()
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr[:31]) == (1, "Found a .venv of another kind. ")
    (tmp_path / ".venv").rmdir()
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, refused.stderr[:32]) == (1, "/bin/false lacks torch or pip. T")
    assert os.listdir(tmp_path) == ["bench"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("nonsense", "error: 'nonsense' is unknown. Expected: linear, resnet, ensemble, sentiment, bf16, all."),
        ("linear --peers flask", "error: 'flask' is unknown. Expected: fastapi_async,"),
        (
            "linear --json nowhere/at/all.json",
            "error: nowhere/at/all.json cannot be written (No such file or directory)",
        ),
        ("linear --plot figure.doc", "error: figure.doc: expected a name that ends in .png, .pdf or .svg."),
        ("linear --seconds 0", "argument --seconds: '0' is not a number above 0"),
        ("linear --rounds 1.5", "argument --rounds: '1.5' is not a whole number above 0"),
    ],
)
def test_wrong_words_get_one_line(words, message, capsys):
    from tutorial_lib.__main__ import main

    try:
        status = main(["bench", *words.split()])
    except SystemExit as end:  # argparse
        status = end.code
    assert status in (1, 2)
    assert message in capsys.readouterr().err.strip().splitlines()[-1]


def test_it_imports_without_torch():
    code = (
        "import sys; sys.modules['torch'] = sys.modules['transformers'] = None\n"
        "import tutorial_lib.bench; print('tritonclient' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("False\n", "")
