"""Builds: cached by content, complete or absent at every moment, and clear about what went wrong."""

from __future__ import annotations

import errno
import itertools
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tutorial_lib import models
from tutorial_lib.models import weights as hub

ROOT = Path(__file__).resolve().parents[1]
TOY = """
from pathlib import Path
from types import SimpleNamespace
from tutorial_lib import models

def make(weights, folder, progress):
    for file in BUILDS["toy"]:
        path = folder / "toy" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{weights} {VERSION} {file}")
    return {"version": VERSION}

VERSION = 1
BUILDS = {"toy": ("1/model.pt", "1/tokenizer.json")}
toy = SimpleNamespace(BUILDS=BUILDS, SOURCES=(Path(__file__),), HUB=None, make=make)
models.FAMILIES, models.MODELS = {"toy": toy}, {"toy": "toy"}
"""


@pytest.fixture
def places(tmp_path, monkeypatch):
    """An empty model repository and build cache of the test's own."""
    monkeypatch.setenv("TRITON_COURSE_REPOSITORY", str(tmp_path / "repository"))
    monkeypatch.setenv("TRITON_COURSE_BUILD", str(tmp_path / "build"))
    return SimpleNamespace(repository=tmp_path / "repository", cache=tmp_path / "build", path=tmp_path)


@pytest.fixture
def toy(places, monkeypatch):
    """A family that builds in no time; `calls` lists what its make() was asked for."""
    monkeypatch.delenv("TRITON_COURSE_WEIGHTS", raising=False)  # the tests' own setting would decide

    def make(weights, folder, progress):
        family.calls.append(weights)
        for file in family.BUILDS["toy"]:
            path = folder / "toy" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{weights} {file}")
        if family.problem:
            raise family.problem
        return {"accuracy": 0.97}

    source = places.path / "source.txt"
    source.write_text("first")
    family = SimpleNamespace(
        BUILDS={"toy": ("1/model.pt", "1/tokenizer.json")},
        SOURCES=(source,),
        HUB=("somebody/toy", "0" * 40),
        make=make,
        calls=[],
        problem=None,
        source=source,
    )
    monkeypatch.setattr(models, "FAMILIES", {"toy": family})
    monkeypatch.setattr(models, "MODELS", {"toy": "toy", "toy_ensemble": "toy"})
    monkeypatch.setattr(hub, "fetch", lambda *_, **__: None)
    monkeypatch.setattr(hub, "is_cached", lambda *_: False)
    monkeypatch.setattr(hub, "why_unreachable", lambda *_: "no network here")
    return family


def content(places) -> str:
    return (places.repository / "toy" / "1" / "model.pt").read_text()


def test_second_build_does_nothing(toy, places):
    (first,) = models.build("toy", weights="classroom")
    (second,) = models.build("toy", weights="classroom")
    assert (first.cached, second.cached, toy.calls) == (False, True, ["classroom"])
    assert (second.name, second.weights) == ("toy", "classroom")
    assert second.facts == {"accuracy": 0.97, "why": "asked for"}
    assert sorted(path.name for path in places.repository.rglob("*") if path.is_file()) == [
        "built.json",
        "model.pt",
        "tokenizer.json",
    ]


def test_family_is_built_once_for_all_its_models(toy):
    assert [item.name for item in models.build("toy_ensemble", "toy")] == ["toy"]
    assert toy.calls == ["classroom"]
    assert models.built("toy_ensemble") == models.built("toy")


def test_changed_source_builds_anew_and_drops_the_old_cache(toy, places):
    models.build(weights="classroom")
    toy.source.write_text("second")
    (item,) = models.build(weights="classroom")
    assert not item.cached
    assert len(list(places.cache.glob("toy-*"))) == 1


def test_switching_weights_uses_both_caches(toy, places):
    for weights in ("classroom", "hub", "classroom", "hub"):
        models.build(weights=weights)
        assert content(places) == f"{weights} 1/model.pt"
    assert toy.calls == ["classroom", "hub"]


def test_builds_at_the_same_time_keep_the_stamp_whole(toy, monkeypatch):
    models.build(weights="classroom")
    whys = itertools.count()
    monkeypatch.setattr(models._Builder, "decide", lambda *_: ("classroom", f"reason {next(whys)}"))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: models.build()[0].facts["accuracy"], range(200)))
    assert found == [0.97] * 200
    assert toy.calls == ["classroom"]


def test_auto_says_why(toy, monkeypatch):
    lines = []
    (item,) = models.build(say=lines.append)
    assert (item.weights, item.facts["why"]) == ("classroom", "no network here")
    assert lines[-1].startswith("toy: classroom weights (no network here), built, ")
    assert models.describe() == "toy: classroom weights (no network here)"
    monkeypatch.setattr(hub, "why_unreachable", lambda *_: pytest.fail("asked the network again"))
    assert models.build()[0].cached  # what is there stays
    monkeypatch.setattr(hub, "is_cached", lambda *_: True)
    assert models.build()[0].weights == "hub"
    assert models.built("toy")["why"] == "already downloaded"


def test_auto_falls_back_when_the_download_fails(toy, monkeypatch):
    def broken(*_, **__):
        raise hub.HubError("the line went dead\nmore")

    lines = []
    monkeypatch.setattr(hub, "why_unreachable", lambda *_: None)
    monkeypatch.setattr(hub, "fetch", broken)
    (item,) = models.build(say=lines.append)
    assert (item.weights, item.facts["why"]) == ("classroom", "the hub failed: the line went dead")
    assert "toy: the hub failed: the line went dead; classroom weights instead" in lines
    with pytest.raises(models.BuildError, match=r"expected somebody/toy at 0+[.]\nthe line went dead"):
        models.build(weights="hub")


def test_failed_build_leaves_nothing_and_keeps_the_old_model(toy, places):
    models.build(weights="classroom")
    toy.problem = RuntimeError("a bug")
    with pytest.raises(RuntimeError, match="a bug"):
        models.build(weights="classroom", force=True)
    assert models.built("toy")
    toy.source.write_text("second")
    with pytest.raises(RuntimeError, match="a bug"):
        models.build(weights="classroom")
    assert not list(places.cache.glob("*.tmp.*"))


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("weights", ["classroom", "hub", "auto"])
def test_disk_problems_are_explained(toy, number, weights):
    toy.problem = OSError(number, "on purpose", "/somewhere/model.pt")
    with pytest.raises(models.BuildError, match=r"Cannot write /somewhere/model[.]pt: [\s\S]*Try: free some space"):
        models.build(weights=weights)


def test_a_nearly_full_disk_is_noticed_before_the_work(toy, monkeypatch):
    monkeypatch.setattr(models.shutil, "disk_usage", lambda _: SimpleNamespace(free=150_000_000))
    with pytest.raises(models.BuildError, match=r"Found 150 MB free for .*, expected at least 200 MB to make toy"):
        models.build(weights="classroom")
    assert not toy.calls


def test_full_disk_while_installing_keeps_the_old_model(toy, places, monkeypatch):
    models.build(weights="classroom")

    def full(source, target):
        Path(target).write_text("half")
        raise OSError(errno.ENOSPC, "no space left", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(models.shutil, "copyfile", full)
        with pytest.raises(models.BuildError, match="the disk is full"):
            models.build(weights="hub")
    assert models.built("toy")["weights"] == "classroom"
    assert not list(places.repository.rglob("*.tmp"))
    assert models.build(weights="hub")[0].cached  # the download was kept


def test_a_read_only_disk_is_enough_for_what_is_built_already(built):
    script = 'mount --bind "$PWD" "$PWD" && mount -o remount,bind,ro "$PWD" && cd "$PWD" && ! touch new && exec "$@"'
    build = [sys.executable, "-m", "tutorial_lib", "build", "--weights", "classroom"]
    done = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", script, "sh", *build],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if "Read-only file system" not in done.stderr:
        pytest.skip(f"this machine mounts nothing read-only here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(", up to date, ") == 3


def test_a_file_in_the_way_is_explained(toy, places):
    places.repository.write_text("not a folder")
    with pytest.raises(models.BuildError, match="a file stands where a folder belongs"):
        models.build(weights="classroom")


@pytest.mark.parametrize("where", ["repository", "cache"])
def test_damaged_files_are_made_again(toy, places, where):
    models.build(weights="classroom")
    file = next(getattr(places, where).rglob("tokenizer.json"))
    file.write_text(file.read_text()[::-1])  # same size
    if where == "repository":
        assert models.built("toy") is None
        assert models.build(weights="classroom")[0].cached  # copied again from the cache
    else:
        assert models.build(weights="classroom")[0].cached  # the repository is whole
        (places.repository / "toy" / "1" / "model.pt").unlink()
        assert not models.build(weights="classroom")[0].cached
    assert (places.repository / "toy" / "1" / "tokenizer.json").read_text() == "classroom 1/tokenizer.json"
    assert models.built("toy")


def test_unreadable_stamp_counts_as_not_built(toy, places):
    models.build(weights="classroom")
    for text in ("", "[]", "{}", '{"files": 3}'):
        (places.repository / "toy" / "built.json").write_text(text)
        assert models.built("toy") is None
    models.build(weights="classroom")
    assert models.built("toy")


def test_wrong_names_are_refused_with_what_exists():
    with pytest.raises(
        models.BuildError, match="Found model 'resnet', expected one of: linear_regression_model, resnet_pre"
    ):
        models.build("resnet")
    with pytest.raises(models.BuildError, match="Found weights 'gpu', expected one of: auto, hub, classroom"):
        models.build(weights="gpu")
    with pytest.raises(models.BuildError, match="Found model 'resnet', expected one of"):
        models.reference("resnet", {})
    with pytest.raises(models.BuildError, match="Found model 'resnet', expected one of"):
        models.built("resnet")


def test_reference_of_a_model_that_is_not_built(places):
    with pytest.raises(models.BuildError, match="Try: python -m tutorial_lib build sentiment"):
        models.reference("sentiment", {})


def test_linear_regression(places):
    (item,) = models.build("linear_regression_model", weights="hub")  # it has only one source
    assert item.facts["served"] == {"slope": 2.5, "intercept": 0.5}
    assert item.facts["learned"] != item.facts["served"]  # learned from noisy points, and the facts say so
    x = np.array([[5], [1], [-0.2], [1e6]], dtype=np.float32)
    y = models.reference("linear_regression_model", {"input__0": x})["output__0"]
    assert y.dtype == np.float32
    assert y.tolist() == (np.float32(2.5) * x + np.float32(0.5)).tolist()
    assert y[0, 0] == 13.0
    for wrong in ({}, {"input__0": x.astype(np.float64)}, {"input__0": x[:, 0]}):
        with pytest.raises(ValueError, match=r"input__0: found .*, expected float32 \[rows, 1\]"):
            models.reference("linear_regression_model", wrong)


KILLER = '''
import json, os, signal, sys

STEPS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.copyfile")

def child(n, weights):
    """Build, and die by SIGKILL right before the n-th touch of the file system."""
    seen = 0
    def hook(event, args):
        nonlocal seen
        if event in STEPS and str(args[0]).startswith(os.environ["PLACES"]):
            seen += 1
            if seen == n:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    models.build("toy", weights=weights)
    os._exit(0)

def state():
    folder = models.repository_path() / "toy" / "1"
    return [path.read_text() if (path := folder / name).exists() else "" for name in ("model.pt", "tokenizer.json")]

def expected(version):
    return [f"classroom {version} 1/{name}" for name in ("model.pt", "tokenizer.json")]

results = []
models.build("toy", weights="classroom")
for n in range(1, 1000):
    VERSION = n  # another content each time, so that an old file cannot pass for a new one
    Path(__file__ + ".source").write_text(str(n))
    toy.SOURCES = (Path(__file__ + ".source"),)
    if (pid := os.fork()) == 0:
        child(n, "classroom")
    died = os.WIFSIGNALED(os.waitpid(pid, 0)[1])
    stamp, files = models.built("toy"), state()
    whole = stamp is None or files == expected(stamp["facts"]["version"])
    models.build("toy", weights="classroom")
    left = [p.name for p in Path(os.environ["PLACES"]).rglob("*.tmp*")]
    old = bool(stamp) and stamp["facts"]["version"] != n
    results.append({"died": died, "whole": whole, "old": old, "next": state() == expected(n), "left": left})
    versions = {text.split()[1] for text in files if text}
    results[-1]["mixed"] = len(versions) > 1
    if not died:
        break
print(json.dumps(results))
'''


def test_kill_at_every_moment(places):
    """SIGKILL before every single touch of the file system: never a half model, and the next build is whole."""
    script = places.path / "killer.py"
    script.write_text(TOY + KILLER)
    done = subprocess.run(
        [sys.executable, str(script)],
        env={**os.environ, "PLACES": str(places.path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    results = json.loads(done.stdout)
    assert len(results) > 20, "the killer hardly ever struck"
    assert [result["died"] for result in results] == [True] * (len(results) - 1) + [False]
    for moment, result in enumerate(results, 1):
        assert result["whole"], f"killed at step {moment}: a half model looks whole"
        assert not result["mixed"], f"killed at step {moment}: files of two builds side by side"
        assert result["next"], f"killed at step {moment}: the next build is not whole"
        assert not result["left"], f"killed at step {moment}: left-overs"
    assert any(result["old"] for result in results), "a build that dies early must leave the old model in place"


def test_second_build_waits_for_the_first(places):
    script, go_on = places.path / "slow.py", places.path / "go-on"
    script.write_text(
        TOY
        + "import pathlib, sys, time\nfast = make\n"
        + "def slow(*args):\n    print('making', flush=True)\n"
        + "    while not pathlib.Path(sys.argv[1]).exists():\n        time.sleep(0.01)\n    return fast(*args)\n"
        + "toy.make = slow\nprint(models.build('toy', weights='classroom', say=lambda line: print(line, flush=True)))\n"
    )
    command, env = [sys.executable, str(script), str(go_on)], {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as first:
        while first.stdout.readline().strip() != "making":
            assert first.poll() is None
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as second:
            assert second.stdout.readline() == "another build is running; waiting for it\n"
            go_on.touch()
            assert "cached=True" in second.communicate(timeout=60)[0]
        first.communicate(timeout=60)
    assert first.returncode == second.returncode == 0


def test_killed_real_build_is_finished_by_the_next(places):
    """The same with a real family, killed by the clock while torch is being imported, trains or writes."""
    command = [sys.executable, "-c", "from tutorial_lib import models; models.build('linear_regression_model')"]
    for seconds in (0.5, 1.5, 2.5):
        process = subprocess.Popen(command, cwd=ROOT)
        time.sleep(seconds)
        process.kill()
        process.wait()
        stamp = models.built("linear_regression_model")
        assert stamp is None or stamp["facts"]["served"] == {"slope": 2.5, "intercept": 0.5}
    models.build("linear_regression_model")
    assert models.built("linear_regression_model")
    assert not list(places.cache.glob("*.tmp.*"))
