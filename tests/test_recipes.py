"""Every recipe of docs/recipes/ and every example of docs/reference/ is run as a reader would run it: pasted into an
empty file, against a real server.

`python tests/test_recipes.py docs/reference/health.md` writes the real answers into a page of the reference.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import groupby
from pathlib import Path

import pytest
from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from docs import snippets
from docs.snippets import Recipe
from tests.waiting import crashed
from tutorial_lib import models
from tutorial_lib.server import Server, ServerError, serve
from tutorial_lib.server.handle import SETTLED

pytestmark = pytest.mark.live
PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "docs" / "recipes"


RECIPES = [recipe for path in snippets.RECIPES for recipe in snippets.read(path)]
EXAMPLES = [recipe for path in snippets.EXAMPLES for recipe in snippets.read(path)]
ALL = sorted(RECIPES + EXAMPLES, key=lambda recipe: recipe.server)  # neighbours share a server


class Servers:
    """The server of the recipe that runs now. The ports are literal in the recipes, so there is one at a time.

    Starting one takes seconds: it stays for the next recipe if that wants the same options and nothing has changed on
    it; other models are then loaded in place of those that are there.
    """

    def __init__(self):
        self.server, self.key, self.fresh, self.last = None, None, None, None

    def get(self, recipe: Recipe) -> None:
        if self.server and not self.server.alive():
            # a known bug of the server (lesson 11); any other death is news
            known = "triton_grpc_error" in self.last.code or crashed(self.server, f"after {self.last.title!r}")
            assert known, f"after {self.last.title!r}: {self.server.why_ended()}"
            self.stop()
        self.last = recipe
        unchanged = self.server and recipe.options == self.key[0] and state(self.server) == self.fresh
        if unchanged and "Failed to process the request(s) for model" in self.server.log():
            unchanged = False  # a model whose execute() raised may never unload (TROUBLESHOOTING.md)
        if unchanged and recipe.server == self.key:
            return
        if built := [name for name in recipe.models if name in models.MODELS]:
            models.build(*built, weights="classroom", progress=False)
        if unchanged:
            self.replace(recipe.models)
        else:
            self.stop()
            self.server = serve(recipe.models, options=recipe.options, headers=keys(recipe.options))
        self.key, self.fresh = recipe.server, state(self.server)

    def replace(self, wanted: tuple[str, ...]) -> None:
        old = [name for name, (status, _) in self.server.index().items() if status == "READY"]
        time.sleep(SETTLED)
        for name in old:
            self.server._control(name, "unload")  # all at once, then wait
        for name in old:  # all gone, before a new one may load an old one as its step
            self.server.wait(name, "UNAVAILABLE")
        for name in wanted:
            self.server.load(name)

    def stop(self) -> None:
        if self.server:
            self.server.stop()
            for option in self.key[0] if self.key else ():
                if option.startswith("--log-file="):
                    Path(option.removeprefix("--log-file=")).unlink(missing_ok=True)
        self.server = None


def keys(options: tuple[str, ...]) -> dict[str, str]:
    """Return the headers that open what `options` restrict."""
    return dict(re.findall(r"restricted-api=\S+:(\S+)=(\S+)", " ".join(options)))


def state(server: Server) -> dict[str, object]:
    """Return what a recipe can change on a server and leave behind: models, configs, settings, shared memory."""
    index = server.index()
    ready = [name for name, (status, _) in index.items() if status == "READY"]
    # the metadata too: a config that only drops a version leaves the others with the config that they had
    models = [f"/v2/models/{name}{what}" for name in ready for what in ("", "/config")]
    settings = ["/v2/logging", "/v2/trace/setting", "/v2/systemsharedmemory/status", *models]
    return {"index": index, **{path: server._http("GET", path) for path in settings}}


@pytest.fixture(scope="module")
def servers():
    holder = Servers()
    yield holder
    holder.stop()


def test_there_is_a_recipe_for_every_common_task():
    assert len(RECIPES) >= 60
    titles = [recipe.title for recipe in RECIPES]
    assert len(set(titles)) == len(titles)
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [title for title in titles if title not in index] == []


@pytest.mark.parametrize("path", snippets.RECIPES, ids=lambda path: path.stem)
def test_settings_in_the_text_are_valid(path):
    """A piece of config.pbtxt in a sentence is pasted too: the protobuf must know its fields and values."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for piece in re.findall(r"`([a-z_]+ (?:\[ )?\{ [^`]+\})`", text):
        assert text_format.Parse(piece, model_config_pb2.ModelConfig()), piece


def test_servers_are_shared():
    assert len(list(groupby(ALL, key=lambda recipe: recipe.server))) <= 60  # each start takes seconds


@pytest.mark.parametrize("recipe", ALL, ids=lambda recipe: f"{recipe.page}: {recipe.title}")
def test_recipe(recipe, servers, tmp_path, request):
    for program in ("curl", "openssl"):
        if re.search(rf'["(]?{program}[" ]', recipe.code) and not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    try:
        printed = run(recipe, servers, tmp_path)
    except (AssertionError, subprocess.TimeoutExpired, ServerError):
        if not crashed(servers.server, request.node.name):
            raise
        servers.stop()
        (tmp_path / "again").mkdir()
        printed = run(recipe, servers, tmp_path / "again")
    if recipe.expected is not None:
        same = shape if recipe.varies else lines
        assert same(printed) == same(recipe.expected)


def run(recipe: Recipe, servers: Servers, folder: Path) -> str:
    servers.get(recipe)
    for picture in (PROJECT / "notebooks" / "images").glob("*.jpg"):
        (folder / picture.name).symlink_to(picture)
    script = folder / ("recipe.py" if recipe.language == "python" else "recipe.sh")
    script.write_text(recipe.code, encoding="utf-8")
    command = [sys.executable, script.name] if recipe.language == "python" else ["bash", script.name]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{recipe.page}: {recipe.title}\n{done.stderr}"
    assert done.stderr == "", f"{recipe.page}: {recipe.title}\n{done.stderr}"
    return done.stdout


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def shape(text: str) -> list[str]:
    """Return the lines with a sign for every figure, and for spaces that only align it."""
    return [re.sub(r" *\d+(\.\d+)?", " N", line) for line in lines(text)]


def test_an_answer_that_varies_is_still_compared():
    """Figures may differ, words and the number of lines may not; without the mark figures count too."""
    assert shape("queue  3.5 ms") == shape("queue 12.25 ms")
    assert shape("queue 3.5 ms") != shape("queue 3.5 s")
    assert shape("queue 3.5 ms") != shape("queue None ms")
    assert shape("queue 3.5 ms") != shape("queue 3.5 ms\nqueue 3.5 ms")
    assert {recipe.title for recipe in ALL if recipe.varies} == {
        "Measure throughput and latency from the client",
        "Read the queue time per model",
        "Read from the metrics why requests are slow",
        "Trace one request through an ensemble",
        "Read queue and compute time of one request from a trace file",
    }


def update(path: Path) -> None:
    """Write what the examples print into a page, behind their code."""
    holder, text = Servers(), path.read_text(encoding="utf-8")
    try:
        for recipe in sorted(snippets.read(path), key=lambda recipe: recipe.server):
            with tempfile.TemporaryDirectory() as folder:
                printed = "\n".join(lines(run(recipe, holder, Path(folder))))
            old = f"```{recipe.language}\n{recipe.code}```\n"
            assert text.count(old) == 1, f"{recipe.title}: its code stands {text.count(old)} times on the page"
            before, _, after = text.partition(old)
            after = re.sub(r"\A\n?```text( varies)?\n.*?^```\n", "", after, flags=re.MULTILINE | re.DOTALL)
            mark = " varies" if recipe.varies else ""
            text = f"{before}{old}```text{mark}\n{printed}\n```\n{after}"
    finally:
        holder.stop()
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        update(Path(name))
