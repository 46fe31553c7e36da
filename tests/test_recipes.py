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
from tutorial_lib.server import serve

pytestmark = pytest.mark.live
PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / "docs" / "recipes"


CHANGES_THE_SERVER = re.compile(r"load_model|/(un)?load\b|update_(log|trace)_settings|/logging|trace/setting")


@dataclass(frozen=True)
class Recipe:
    page: str
    title: str
    models: tuple[str, ...]
    options: tuple[str, ...]
    language: str
    code: str
    expected: str | None

    @property
    def server(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.models, self.options


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


@pytest.fixture(scope="module")
def current():
    """The server of the recipes that run now; the next group replaces it (the ports are literal in the recipes)."""
    holder: dict = {}
    yield holder
    if "server" in holder:
        holder["server"].stop()


def test_there_is_a_recipe_for_every_common_task():
    assert len(RECIPES) >= 60
    titles = [recipe.title for recipe in RECIPES]
    assert len(set(titles)) == len(titles)
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [title for title in titles if title not in index] == []


def test_servers_are_shared():
    assert len(list(groupby(RECIPES, key=lambda recipe: recipe.server))) <= 50  # each start takes seconds


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"{recipe.page}: {recipe.title}")
def test_recipe(recipe, current, tmp_path):
    for program in ("curl", "openssl"):
        if re.search(rf'["(]?{program}[" ]', recipe.code) and not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    if current.get("key") != recipe.server or "server" not in current:
        if built := [name for name in recipe.models if name in models.MODELS]:
            models.build(*built, weights="classroom", progress=False)
        if "server" in current:
            current.pop("server").stop()
        current["server"] = serve(recipe.models, options=recipe.options)
        current["key"] = recipe.server
    for picture in (PROJECT / "notebooks" / "images").glob("*.jpg"):
        (tmp_path / picture.name).symlink_to(picture)
    script = tmp_path / ("recipe.py" if recipe.language == "python" else "recipe.sh")
    script.write_text(recipe.code, encoding="utf-8")
    command = [sys.executable, script.name] if recipe.language == "python" else ["bash", script.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    if CHANGES_THE_SERVER.search(recipe.code):
        current.pop("server").stop()
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if recipe.expected is not None:
        assert lines(done.stdout) == lines(recipe.expected)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]
