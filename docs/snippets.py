"""Read the recipes and the API reference's examples: Markdown that the tests run and the reference site shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

__all__ = ["EXAMPLES", "RECIPES", "Operation", "Recipe", "operations", "read"]

DOCS = Path(__file__).resolve().parent
RECIPES = sorted(path for path in (DOCS / "recipes").glob("*.md") if path.stem != "README")
EXAMPLES = sorted(path for path in (DOCS / "reference").glob("*.md") if path.stem != "model_configuration")


@dataclass(frozen=True)
class Recipe:
    """One snippet: the models to serve, the code, and what it prints; `form` is the tab of a reference example."""

    page: str
    title: str
    models: tuple[str, ...]
    options: tuple[str, ...]  # for tritonserver
    language: str
    code: str
    expected: str | None
    form: str = ""
    varies: bool = False  # the figures it prints differ from run to run

    @property
    def server(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The key by which neighboring recipes share a server."""
        return self.options, self.models


@dataclass(frozen=True)
class Operation:
    """One entry of the API reference: what it is for, the patterns of its calls, and its examples."""

    page: str
    title: str
    text: str  # one or more lines of markdown
    patterns: tuple[str, ...]  # of ids in api_surface.json
    examples: tuple[Recipe, ...]

    def has(self, identifier: str) -> bool:
        """Say whether the API object with this id belongs to this operation."""
        return any(fnmatchcase(identifier, pattern) for pattern in self.patterns)


def read(path: Path) -> list[Recipe]:
    """Parse `### title`, optional lines `Models: a, b` and `Server: --x --y`, one code block, one ```text block.

    Output whose figures differ from run to run is marked ```text varies: it is real, but its digits are not compared.

    In the reference, a title has several of these, each under `#### form`; the lines above the first apply to all.
    """
    return [recipe for section in _sections(path) for recipe in _recipes(path, section)]


def operations() -> list[Operation]:
    """Return every entry of docs/reference/ in the order of its pages."""
    found = []
    for path in EXAMPLES:
        for section in _sections(path):
            head, *_ = re.split(r"^#### +", section, flags=re.MULTILINE)
            title, _, rest = head.partition("\n")
            text = re.sub(r"^(Calls|Models|Server):.*\n?", "", rest, flags=re.MULTILINE).strip()
            found.append(
                Operation(path.stem, title.strip(), text, _words(head, "Calls"), tuple(_recipes(path, section)))
            )
    return found


def _sections(path: Path) -> list[str]:
    return re.split(r"^### +", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]


def _recipes(path: Path, section: str) -> list[Recipe]:
    head, *forms = re.split(r"^#### +", section, flags=re.MULTILINE)
    title = head.splitlines()[0].strip()
    recipes = []
    for text in forms or [head]:
        form = text.splitlines()[0].strip() if forms else ""
        name = f"{title}: {form}" if form else title
        blocks = re.findall(r"^```(\w+(?: varies)?)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
        code = [block for block in blocks if block[0] in ("python", "bash")]
        assert len(code) == 1, f"{path.name}: {name!r} needs exactly one python or bash block, found {len(code)}"
        kind, expected = next((block for block in blocks if block[0].startswith("text")), ("", None))
        served = _words(text, "Models") or _words(head, "Models")
        options = _words(text, "Server") or _words(head, "Server")
        recipes.append(Recipe(path.stem, name, served, options, *code[0], expected, form, "varies" in kind))
    return recipes


def _words(text: str, key: str) -> tuple[str, ...]:
    match = re.search(rf"^{key}: *(.*)$", text, re.MULTILINE)
    separator = None if key == "Server" else ","
    words = match[1].replace("`", "").split(separator) if match else []
    return tuple(word.strip() for word in words if word.strip())
