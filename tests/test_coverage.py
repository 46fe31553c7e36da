"""The goal of the course: every object of the API that works here is used in a lesson, by the server's own word.

The notebooks' kernels record while nbval runs them (conftest.py); these tests run last, in the same session.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from tutorial_lib import coverage

LESSONS = sorted(path.stem for path in (coverage.PROJECT / "notebooks").glob("[0-9]*.ipynb"))


@pytest.fixture(scope="module")
def uses(request):
    ran = {Path(item.path).stem for item in request.session.items if Path(item.path).suffix == ".ipynb"}
    if missing := [lesson for lesson in LESSONS if lesson not in ran]:
        pytest.skip(f"only a run of all lessons says what the course covers; not in this run: {', '.join(missing)}")
    folder = Path(os.environ[coverage.FOLDER_VARIABLE])
    if hasattr(request.config, "workerinput"):  # other lanes may still be in their last lessons
        deadline = time.monotonic() + 900
        while not (folder.parent / "lessons-ended").exists():
            assert time.monotonic() < deadline, "the other lanes' lessons have not ended in 15 minutes"
            time.sleep(0.2)
    found = coverage.evaluate(folder)
    if os.environ.get("UPDATE_COVERAGE"):
        coverage.TABLE.write_text(coverage.table(found), encoding="utf-8")
    return found


@pytest.mark.parametrize("kind", coverage.TITLES)
def test_everything_that_works_here_is_used(uses, kind):
    wanted = [e["id"] for e in coverage.surface() if e["kind"] == kind and e["works_on_bundled_cpu"] is True]
    assert [identifier for identifier in wanted if not uses[identifier].cells] == []


def test_what_needs_a_gpu_is_shown_with_its_answer(uses):
    wanted = [e["id"] for e in coverage.surface() if e["works_on_bundled_cpu"] == "gpu-only"]
    assert [identifier for identifier in wanted if not uses[identifier].cells + uses[identifier].failed] == []


def test_what_cannot_be_done_is_named(uses):
    wanted = [e["id"] for e in coverage.surface() if e["works_on_bundled_cpu"] is False]
    assert [identifier for identifier in wanted if not uses[identifier].cells + uses[identifier].failed] == []


def test_the_table_is_committed_and_complete():
    table = coverage.TABLE.read_text(encoding="utf-8")
    for entry in coverage.surface():
        assert entry["signature_or_route"].replace("|", "\\|") in table, entry["id"]
    assert "| - |" not in table


def test_the_table_says_where(uses):
    """Every cell that the committed table names was seen at it in this run.

    Not so routes and RPCs: lesson 17 sets the log to whole seconds and switches it off, so their cells there vary.
    """
    rows = re.findall(r"^\| (?!call \|).*", coverage.TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    entries = [entry for kind in coverage.TITLES for entry in coverage.surface() if entry["kind"] == kind]
    assert len(rows) == len(entries)
    for row, entry in zip(rows, entries):
        assert entry["signature_or_route"].replace("|", "\\|") in row
        named = set(re.findall(r"\d\d_\w+ \[\d+\]", row.rpartition(" | ")[2]))
        if entry["kind"] not in ("rest", "grpc"):
            assert named <= set(uses[entry["id"]].cells + uses[entry["id"]].failed), row


@pytest.mark.parametrize(
    ("feature", "text"),
    [
        ("https", 'headers = {"Origin": "https://elsewhere.example"}'),
        ("max_queue_size", "['bsp_max_queue_size', 'resource']"),
        ("request_timeout", "answers.get(timeout=60)"),
        ("request_timeout", 'await asyncio.wait_for(client.infer("slow_echo", work), timeout=1.0)'),
        ("response_cache_redis", 'states("wredis")'),
        ("response_cache_on_decoupled", "response_cache { enable: true }"),
        ("parameters", '--data \'{"parameters": {"unload_dependents": true}}\''),
        ("graceful_exit", "--exit-timeout-secs=4"),
        ("instance_group_count", "execution_count:  2"),
        ("classification", '"classification",'),
        ("several_repositories", "--model-repository=model_repository"),
        ("custom_headers", "<HTTPSocketPoolResponse status=200 headers={'Content-Length': '0'}>"),
        ("reload_after_file_change", 'client.load_model("my_line")'),
        ("trace_global_settings", 'client.update_trace_settings("slow_echo", settings)'),
    ],
)
def test_a_word_that_only_looks_like_a_feature_is_no_evidence(feature, text):
    (entry,) = [entry for entry in coverage.surface() if entry["id"] == f"feature.{feature}"]
    assert not re.search(entry["evidence"], text)


def test_the_surface_has_every_public_method_of_the_clients():
    """A tritonclient release that adds a method adds work here."""
    import importlib

    listed = {e["id"] for e in coverage.surface()}
    for kind, module in coverage.CLIENTS.items():
        client = importlib.import_module(module).InferenceServerClient
        methods = [name for name in dir(client) if not name.startswith("_") and callable(getattr(client, name))]
        assert [name for name in methods if f"{kind}.{name}" not in listed] == []


def test_a_log_is_read_as_the_server_writes_it():
    log = (
        'I1123 22:37:53.903184 3191 http_server.cc:4599] "HTTP request: 2 /v2/models/identity/infer"\n'
        'I1123 22:37:54.009236 3191 grpc_server.cc:152] "Process for ServerLive, rpc_ok=1, 0 step START"\n'
        'I1123 22:37:54.045544 3191 sagemaker_server.cc:190] "SageMaker request: 4 /models/none"\n'
        "2026-11-23T22:37:54Z 3191 http_server.cc:4599] HTTP request: 0 /v2/models/stats\n"
    )
    assert [identifier for identifier, _ in coverage._arrived(log)] == [
        "rest.infer",
        "grpc.serverlive",
        "rest.sagemaker_unload_model",
        "rest.statistics_all",
    ]
