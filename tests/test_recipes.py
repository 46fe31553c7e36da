"""Every recipe of docs/recipes/ is run as a reader would run it: pasted into an empty file, against a real server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pytest

from tutorial_lib import models
from tutorial_lib.server import Server, serve

pytestmark = pytest.mark.live
PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "docs" / "recipes"


@dataclass(frozen=True)
class Recipe:
    page: str
    title: str
    models: tuple[str, ...]
    options: tuple[str, ...]  # of tritonserver
    language: str
    code: str
    expected: str | None

    @property
    def server(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.options, self.models


def read(path: Path) -> list[Recipe]:
    """Parse `### title`, optional lines `Models: a, b` and `Server: --x --y`, one code block, one ```text block."""
    recipes = []
    for section in re.split(r"^### +", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title = section.splitlines()[0].strip()
        blocks = re.findall(r"^```(\w+)\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
        code = [block for block in blocks if block[0] in ("python", "bash")]
        assert len(code) == 1, f"{path.name}: {title!r} needs exactly one python or bash block, found {len(code)}"
        expected = next((text for language, text in blocks if language == "text"), None)
        named = {key: re.search(rf"^{key}: *(.*)$", section, re.MULTILINE) for key in ("Models", "Server")}
        words = {key: match[1].replace("`", "") if match else "" for key, match in named.items()}
        served, options = words["Models"].replace(",", " ").split(), words["Server"].split()
        recipes.append(Recipe(path.stem, title, tuple(served), tuple(options), *code[0], expected))
    return recipes


RECIPES = sorted(
    (recipe for path in sorted(FOLDER.glob("*.md")) if path.stem != "README" for recipe in read(path)),
    key=lambda recipe: recipe.server,  # neighbours share a server
)


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
            assert "triton_grpc_error" in self.last.code, f"after {self.last.title!r}: {self.server.why_ended()}"
            self.stop()
        self.last = recipe
        unchanged = self.server and recipe.options == self.key[0] and state(self.server) == self.fresh
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
        for name in old:
            self.server._control(name, "unload")  # all at once, then wait
        for name in old:  # all gone, before a new one may load an old one as its step
            self.server.wait(name, "UNAVAILABLE")
        for name in wanted:
            self.server.load(name)

    def stop(self) -> None:
        if self.server:
            self.server.stop()
        self.server = None


def keys(options: tuple[str, ...]) -> dict[str, str]:
    """Return the headers that open what `options` restrict."""
    return dict(re.findall(r"restricted-api=\S+:(\S+)=(\S+)", " ".join(options)))


def state(server: Server) -> dict[str, object]:
    """Return what a recipe can change on a server and leave behind: models, configs, log and trace settings."""
    index = server.index()
    configs = [f"/v2/models/{name}/config" for name, (status, _) in index.items() if status == "READY"]
    settings = ["/v2/logging", "/v2/trace/setting", *configs]
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


def test_servers_are_shared():
    assert len(list(groupby(RECIPES, key=lambda recipe: recipe.server))) <= 50  # each start takes seconds


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"{recipe.page}: {recipe.title}")
def test_recipe(recipe, servers, tmp_path):
    for program in ("curl", "openssl"):
        if re.search(rf'["(]?{program}[" ]', recipe.code) and not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    servers.get(recipe)
    for picture in (PROJECT / "notebooks" / "images").glob("*.jpg"):
        (tmp_path / picture.name).symlink_to(picture)
    script = tmp_path / ("recipe.py" if recipe.language == "python" else "recipe.sh")
    script.write_text(recipe.code, encoding="utf-8")
    command = [sys.executable, script.name] if recipe.language == "python" else ["bash", script.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if recipe.expected is not None:
        assert lines(done.stdout) == lines(recipe.expected)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
