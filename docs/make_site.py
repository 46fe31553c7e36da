"""Build the reference site: gather its pages from where they are, write the API reference, run Sphinx and Pagefind.

    python docs/make_site.py            # .build/site
    python docs/make_site.py --serve    # and shows it on a loopback port until Ctrl-C

Nothing is kept twice: lessons, recipes and guides are copied into .build/site-src with their links turned to the site's
addresses; an entry of the API reference is put together from docs/reference/ (text and executed examples), the surface
list, docs/API_COVERAGE.md (the recorded lessons and cells) and the installed tritonclient (signatures, parameters).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import html
import http.server
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from docutils.nodes import make_id

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from docs import config_fields, snippets  # noqa: E402 - this file is run as a script
from tutorial_lib import coverage  # noqa: E402

SOURCE, SITE = PROJECT / ".build" / "site-src", PROJECT / ".build" / "site"
GUIDES = {
    "docs/API_GUIDE.md",
    "docs/MODEL_SETUP.md",
    "docs/LOGGING.md",
    "docs/TROUBLESHOOTING.md",
    "docs/WORKSHOP.md",
    "docs/CAPACITY.md",
    "SECURITY.md",
}
COURSE = PROJECT / "docs" / "reference" / "course.md"  # no part of Triton's API: it has tables, and no entries
LIBRARY = ["server", "client", "models", "exercises", "play", "show", "wire", "bench", "doctor"]
# Pages that have every name and say nothing of any
UNSEARCHED = {"search.html", "genindex.html", "reference/coverage.html", "reference/index.html"}
KINDS = {
    "rest": "REST",
    "grpc": "RPC",
    "client-http": "http",
    "client-grpc": "grpc",
    "client-http-aio": "http.aio",
    "client-grpc-aio": "grpc.aio",
    "util": "utils",
    "feature": "feature",
    "metric": "metric",
}
WORKS = {True: "yes", False: "not in this release", "gpu-only": "only with a GPU"}
GROUPS_ONLY = "---\ntocdepth: 2\n---\n"  # beside a page whose own index has the rest
WIDE = "---\nhtml_theme.sidebar_secondary.remove: true\n---\n"  # a page of tables has nothing to list beside it
FIRST = "Before the first recipe, run `. .venv/bin/activate` in the course's folder. Each block says what to serve."
TABS = {"asyncio over HTTP": "asyncio", "asyncio over gRPC": "asyncio"}  # two snippets under one tab


class SiteError(RuntimeError):
    """A page could not be made; the message says which, and why."""


# ------------------------------------------------------------------------------------------------ pages and their links


def place(path: str) -> str | None:
    """Return where a file of the project stands on the site, or None if it is no page."""
    if re.fullmatch(r"notebooks/\d\d_\w+\.ipynb", path):
        return path
    if match := re.fullmatch(r"docs/(recipes|reference)/(\w+)\.md", path):
        return f"{match[1]}/{'index' if match[2] == 'README' else match[2]}.md"
    if match := re.fullmatch(r"docs/benchmarks/([\w-]+)\.md", path):
        return f"guides/measured-{match[1]}.md"
    fixed = {
        "docs/index.md": "index.md",
        "notebooks/README.md": "notebooks/index.md",
        "README.md": "guides/about.md",
        "CONTRIBUTING.md": "guides/CONTRIBUTING.md",
        "bench/README.md": "guides/bench.md",
        "notebooks/images/ATTRIBUTION.md": "guides/ATTRIBUTION.md",
        "docs/API_COVERAGE.md": "reference/coverage.md",
        "deploy/README.md": "guides/deploy.md",
    }
    return f"guides/{Path(path).name}" if path in GUIDES else fixed.get(path)


def relink(text: str, path: str, source: Path) -> str:
    """Turn the links of a page of the project into links between the site's pages; other files come along."""
    here, folder = Path(place(path) or path), Path(path).parent

    def turned(match: re.Match) -> str:
        label, target, anchor = match.groups()
        if "://" in target or target.startswith(("mailto:", "#")) or not target:
            return match[0]
        name = os.path.normpath(folder / target).replace(os.sep, "/")
        there = place(name) or place(f"{name}/README.md")
        if there is None:
            file = PROJECT / name
            if not file.is_file():  # a folder, or a page that only the checkout has
                return label[1:-1] if label.startswith("[") else match[0]
            there = f"files/{name}" if file.suffix else f"files/{name}.txt"
            (source / there).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, source / there)
        elif not (PROJECT / name).exists():
            raise SiteError(f"{path} links to {target}, which is not there")
        return f"{label}({os.path.relpath(there, here.parent)}{anchor or ''})"

    return re.sub(r"(\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^)#\s]*)(#[^)\s]*)?\)", turned, text)


def put(path: str, source: Path, change: Callable[[str], str] = lambda text: text) -> str:
    """Copy a markdown page of the project to its place; return that place."""
    there = place(path)
    assert there, path
    target = source / there
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(relink(change((PROJECT / path).read_text(encoding="utf-8")), path, source), encoding="utf-8")
    return there


def put_lesson(path: Path, source: Path) -> str:
    """Copy a lesson, its cells with their number and an anchor #cell-N."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    name, cells = path.relative_to(PROJECT).as_posix(), []
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            drawn = re.sub(
                r"^```(\w*)\n(.*?)^```$", lambda m: f"```{m[1] or 'text'}\n{m[2]}```", text, flags=re.M | re.S
            )
            cell["source"] = relink(drawn, name, source)
        elif "remove-cell" not in cell["metadata"].get("tags", []):  # the start cell is not shown, nor is its number
            count = cell["execution_count"]
            span = f'<span class="cell-number" id="cell-{count}">[{count}]</span>'
            cells.append({"cell_type": "markdown", "id": f"number-{count}", "metadata": {}, "source": span})
            texts = [
                kind["alt"] for out in cell["outputs"] for kind in out.get("metadata", {}).values() if "alt" in kind
            ]
            if texts:  # MyST-NB looks for it at the cell, notebooks have it at the output
                cell["metadata"]["mystnb"] = {"image": {"alt": " ".join(texts)}}
        cells.append(cell)
    notebook["cells"] = cells
    notebook["metadata"]["language_info"]["pygments_lexer"] = "ipython3"  # knows %%bash
    (source / name).parent.mkdir(parents=True, exist_ok=True)
    (source / name).write_text(json.dumps(notebook), encoding="utf-8")
    return name


def recipe_page(text: str) -> str:
    """Give recipes the headings of a page, and a line to paste for `Models:` and `Server:`."""
    text = text.replace("\n", f"\n\n{FIRST}\n", 1)
    text = re.sub(r"^### ", "## ", text, flags=re.MULTILINE)
    text = text.replace("```text varies\n", "Printed here once; the figures differ from run to run:\n\n```text\n")
    return re.sub(r"^Models: *(.*)\n(?:Server: *(.*)\n)?", lambda match: served(match[1], match[2]), text, flags=re.M)


def served(models: str, options: str | None) -> str:
    command = " ".join(["python -m tutorial_lib serve", *models.replace(",", " ").split()])
    command += "".join(f" --option={option}" for option in (options or "").split())
    return f"```bash\n# in another terminal\n{command}\n```\n"


# -------------------------------------------------------------------------------------------------- the API reference


@functools.cache
def lessons_of() -> dict[str, list[tuple[str, int]]]:
    """Return {id: [(lesson, cell)]} as the recorded table has it."""
    text, found = coverage.TABLE.read_text(encoding="utf-8"), {}
    for kind, title in coverage.TITLES.items():
        section = re.search(rf"^## {re.escape(title)}: .*?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        rows = [row for row in section[1].splitlines() if re.match(r"\| (?!call \|)", row)] if section else []
        entries = [entry for entry in coverage.surface() if entry["kind"] == kind]
        if len(rows) != len(entries):
            raise SiteError(f"{title}: {len(rows)} rows in {coverage.TABLE.name}, {len(entries)} objects in the list")
        for entry, row in zip(entries, rows):
            cells = row.rpartition(" | ")[2]
            found[entry["id"]] = [(name, int(cell)) for name, cell in re.findall(r"(\d\d_\w+) \[(\d+)\]", cells)]
    return found


def name_of(entry: dict) -> str:
    """Return what a reader calls an object of the API: `get_server_metadata`, `GET /v2`, `ServerMetadata`."""
    text = entry["signature_or_route"]
    if entry["kind"] == "rest":
        return text
    if entry["kind"] in ("feature", "metric"):
        return entry["name"]
    if entry["kind"] == "grpc":
        return text.partition("(")[0].rpartition(".")[2].rpartition("/")[2] if "Health" not in text else entry["name"]
    name = re.sub(r"^tritonclient(\.http|\.grpc|\.aio|\.utils)*\.", "", text.partition("(")[0].strip())
    return re.sub(r"\b_\w+\.", "", name)  # a private module is nobody's to name


def anchor(entry: dict) -> str:
    """Return the id by which the site's pages name an object; the four clients share one."""
    if entry["kind"] in ("rest", "grpc", "feature", "metric"):
        return entry["id"]
    return re.sub(r"[^\w.]", "", name_of(entry).rpartition(".auth.")[2])


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


@functools.cache
def pages_of() -> dict[str, str]:
    """Return {id: address of its anchor from the site's root}."""
    found = {}
    for op in snippets.operations():
        for entry in coverage.surface():
            if op.has(entry["id"]):
                found[entry["id"]] = f"reference/{op.page}.html#{anchor(entry)}"
    for entry in coverage.surface():
        if entry["kind"] in ("feature", "metric"):
            found[entry["id"]] = f"reference/{entry['kind']}s.html#{anchor(entry)}"
    return found


def code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def cell_links(identifiers: list[str], most: int) -> str:
    """Return links to the first cells that use these, one for each lesson."""
    cells: dict[str, int] = {}
    for identifier in identifiers:
        for lesson, cell in lessons_of().get(identifier, []):
            cells[lesson] = min(cell, cells.get(lesson, cell))
    links = [
        f'<a href="../notebooks/{lesson}.html#cell-{cell}">lesson {lesson[:2]}, cell {cell}</a>'
        for lesson, cell in sorted(cells.items())[:most]
    ]
    return ", ".join(links)


def entry_page(path: Path, source: Path) -> str:
    """Return the page of the site for one file of docs/reference/."""
    name = path.relative_to(PROJECT).as_posix()
    head = relink(path.read_text(encoding="utf-8").partition("\n### ")[0], name, source)
    entries = [entry_text(op, relink(op.text, name, source)) for op in snippets.operations() if op.page == path.stem]
    return "\n".join([head, *entries])


def entry_text(op: snippets.Operation, text: str) -> str:
    """Return one entry: names, what it does, tabs with snippets and answers, errors, facts, signatures."""
    entries = [entry for entry in coverage.surface() if op.has(entry["id"])]
    ids = [entry["id"] for entry in entries]
    anchors = [name for name in dict.fromkeys(map(anchor, entries)) if name != slug(op.title)]
    names = list(dict.fromkeys(map(name_of, entries)))
    calls = [
        '<p class="calls" data-pagefind-weight="8">',
        "".join(f'<span class="anchor" id="{name}"></span>' for name in anchors),
        " ".join(f"<code{' class=route' * (' /' in name)}>{html.escape(name)}</code>" for name in names),
        "</p>",
        "",
    ]
    # what Python models use is not in the surface list
    lines = [f"## {op.title}", "", *(calls if entries else []), text, ""]
    first = op.examples[0]
    if first.models:
        lines.append(served(" ".join(first.models), " ".join(first.options)))
    lines += tabs([example for example in op.examples if example.form != "Errors"])
    for error in (example for example in op.examples if example.form == "Errors"):
        statuses = re.findall(r"StatusCode\.[A-Z_]+|\b[45]\d\d\b", error.expected or "")
        title = ", ".join(dict.fromkeys(statuses)) or "the client itself refuses"
        lines += [
            f"**When it fails**: {title}",
            "",
            f"```text\n{(error.expected or '').strip()}\n```",
            "",
            ":::{dropdown} The program that says this",
            f"```{error.language}\n{error.code}```",
            ":::",
            "",
        ]
    if entries:
        lines += facts(entries, cell_links(ids, 6))
        lines += signatures(entries)
    return "\n".join(lines)


def tabs(examples: list[snippets.Recipe]) -> list[str]:
    grouped: dict[str, list[snippets.Recipe]] = {}
    for example in examples:
        grouped.setdefault(TABS.get(example.form, example.form), []).append(example)
    lines = ["::::{tab-set}", ":sync-group: form", ""]
    for form, members in grouped.items():
        lines += [f":::{{tab-item}} {form}", f":sync: {form.lower()}", ""]
        for example in members:
            if len(members) > 1:
                lines += [f"{example.form}:", ""]
            lines += [f"```{example.language}\n{example.code}```", ""]
            lines += [f"```text\n{(example.expected or '').strip()}\n```", ""]
        lines += [":::", ""]
    return [*lines, "::::", ""]


def facts(entries: list[dict], lessons: str) -> list[str]:
    """Return what the lists know: extension, CPU, lessons, recipes, and each form with its note."""
    works = {WORKS[entry["works_on_bundled_cpu"]] for entry in entries}
    extensions = ", ".join(dict.fromkeys(code(entry["extension"]) for entry in entries))
    lines = [
        f"Without a GPU: {'; '.join(sorted(works, reverse=True))}. Extension: {extensions}."
        + (f" Lessons: {lessons}." if lessons else ""),
        "",
    ]
    methods = {name_of(entry).rpartition(".")[2] for entry in entries if entry["kind"] in coverage.CLIENTS}
    found = [
        recipe
        for recipe in all_recipes()
        if any(re.search(rf"\.{method}\(", recipe.code) for method in methods - {"close", "InferenceServerClient"})
    ]
    found = sorted(found, key=lambda recipe: len(recipe.code))[:5] if len(methods) < 12 else []
    if found:
        lines += [f"Recipes: {' · '.join(map(recipe_link, found))}", ""]
    lines += [":::{dropdown} Every form of this call, and what to know of each", "| form | call | |", "|---|---|---|"]
    said: set[str] = set()
    for entry in entries:
        note = "" if entry["note"] in said else entry["note"]
        said.add(entry["note"])
        if entry["works_on_bundled_cpu"] is not True:
            note = f"{WORKS[entry['works_on_bundled_cpu']].capitalize()}. {note}"
        lines.append(f"| {KINDS[entry['kind']]} | {cell(name_of(entry), True)} | {cell(note)} |")
    return [*lines, ":::", ""]


@functools.cache
def all_recipes() -> tuple[snippets.Recipe, ...]:
    return tuple(recipe for path in snippets.RECIPES for recipe in snippets.read(path))


def recipe_link(recipe: snippets.Recipe) -> str:
    return f"[{recipe.title}](../recipes/{recipe.page}.md#{github_slug(recipe.title)})"


def cell(text: str, is_code: bool = False) -> str:
    """Return text that may stand in a cell of a markdown table as it is."""
    if is_code:
        return f"<code>{html.escape(text).replace('|', '&#124;')}</code>"
    return re.sub(r"([\\`*_{}\[\]<>|$])", r"\\\1", text)


def github_slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def signatures(entries: list[dict]) -> list[str]:
    """Return the signatures as tritonclient has them, and its own words on the parameters."""
    shown, described = [], {}
    for entry in entries:
        if entry["kind"] not in (*coverage.CLIENTS, "util"):
            continue
        owner, name = coverage._locate(entry)
        found = getattr(owner, name, None)
        if not callable(found):
            continue
        try:
            signature = str(inspect.signature(found))
        except (TypeError, ValueError):
            continue
        module = coverage.CLIENTS.get(entry["kind"], "tritonclient.utils")
        kind = "async " if inspect.iscoroutinefunction(found) else ""
        short = name_of(entry)
        text = f"{kind}{short}{signature}".replace("(self, ", "(").replace("(self)", "()")
        shown.append(f"# {module}\n{wrapped(text)}")
        for parameter, kind_of, words in parameters(inspect.getdoc(found) or ""):
            described.setdefault(parameter, (kind_of, words))
    if not shown:
        return []
    lines = [":::{dropdown} Signatures and parameters", "```python", *shown, "```", ""]
    if described:
        lines += ["In the words of tritonclient's documentation:", "", "| parameter | type | |", "|---|---|---|"]
        lines += [f"| {cell(n, True)} | {cell(k)} | {cell(w)} |" for n, (k, w) in described.items()]
    return [*lines, ":::", ""]


def wrapped(signature: str, width: int = 96) -> str:
    if len(signature) <= width:
        return signature
    head, _, rest = signature.partition("(")
    words = rest.rpartition(")")[0].split(", ")
    lines, line = [], "   "
    for word in words:
        if len(line) + len(word) > width:
            lines.append(line)
            line = "   "
        line += f" {word},"
    return "\n".join([f"{head}(", *lines, line, ")"])


def parameters(doc: str) -> list[tuple[str, str, str]]:
    """Return (name, type, words) of the section Parameters of a docstring in numpy's form."""
    section = re.search(r"^Parameters\n-+\n(.*?)(?=^\w[\w ]*\n-+\n|\Z)", doc, re.MULTILINE | re.DOTALL)
    found = re.findall(r"^(\w+) *: *(.*)\n((?:^(?:[ \t]+.*)?\n?)*)", section[1] if section else "", re.MULTILINE)
    return [(name, kind.strip(), " ".join(words.split())) for name, kind, words in found]


def listing(kind: str, title: str, words: str) -> str:
    """Return the page of all features, or of all metrics."""
    how = kind == "feature"  # a metric is only read
    heads = ["name", *["how"] * how, "without a GPU", "what to know", "see"]
    lines = [f"# {title}", "", words, "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for entry in (entry for entry in coverage.surface() if entry["kind"] == kind):
        name = f'<span class="anchor" id="{anchor(entry)}"></span>{cell(entry["name"], kind == "metric")}'
        way = "" if entry["signature_or_route"] == entry["name"] else cell(entry["signature_or_route"], True)
        see = "<br>".join(filter(None, [*map(recipe_link, recipes_for(entry)), cell_links([entry["id"]], 3)]))
        works = WORKS[entry["works_on_bundled_cpu"]]
        lines.append(f"| {' | '.join([name, *[way] * how, works, cell(entry['note']), see])} |")
    return "\n".join(lines) + "\n"


def recipes_for(entry: dict[str, str], most: int = 2) -> list[snippets.Recipe]:
    """Return recipes that use a feature or metric: those whose titles speak of it, or of the few that use it at all."""

    def stems(text: str) -> set[str]:
        return {word[:5] for word in words_in(text).split()}

    pattern = entry.get("evidence") or "$."
    using = [one for one in all_recipes() if re.search(pattern, f"{one.code} {' '.join(one.options)}")]
    near = {recipe.title: len(stems(recipe.title) & stems(entry["name"])) for recipe in using}
    using.sort(key=lambda recipe: -near[recipe.title])
    return [recipe for recipe in using if near[recipe.title] or len(using) <= 3][:most]


def index_page() -> str:
    """Return the alphabetical index of every object of the API."""
    groups = "\n".join(
        f"- [{path.read_text(encoding='utf-8').partition(chr(10))[0].lstrip('# ')}]({path.stem}.md): "
        + ", ".join(op.title for op in snippets.operations() if op.page == path.stem)
        for path in in_order()
        if path.stem != COURSE.stem
    )
    names: dict[str, dict[str, list[str]]] = {}
    for entry in coverage.surface():
        address = pages_of()[entry["id"]].removeprefix("reference/")
        names.setdefault(name_of(entry), {}).setdefault(address, []).append(KINDS[entry["kind"]])
    sections: dict[str, list[str]] = {"Routes": []}
    for name in sorted(names, key=lambda name: (name.partition(" ")[2] if "/" in name else name).lower()):
        for address, kinds in names[name].items():
            link = f'<a href="{address}"><code>{html.escape(name)}</code></a>'
            letter = "Routes" if re.match(r"(GET|POST|DELETE) [/$]", name) else name[0].upper()
            sections.setdefault(letter, []).append(f"- {link} {', '.join(dict.fromkeys(kinds))}")
    lines = [line for letter, items in sections.items() for line in ("", f"## {letter}", "", *items)]
    return f"""# API reference

Every object of Triton's public API, {len(coverage.surface())} of them: REST routes, RPCs, the four Python clients,
`tritonclient.utils`, features and metrics. An entry puts the forms of one call side by side, each with a snippet that
runs alone and what it really printed (tritonserver 2.51.0, no GPU; the tests run them all). It is for looking up; to
read the calls that most programs need in one go, take the [API guide](../guides/API_GUIDE.md).

{groups}
- [Features](features.md), [metrics](metrics.md), and which [lesson](coverage.md) uses what
- [Model configuration](model_configuration.md): every field of `config.pbtxt`
- [The course's own tools]({COURSE.stem}.md): `serve()`, the server object, the command line
{chr(10).join(lines)}
"""


def in_order() -> list[Path]:
    order = ["health", "inference", "models", "clients", "shared_memory", "settings", "python_backend", "cloud"]
    return sorted(snippets.EXAMPLES, key=lambda path: order.index(path.stem) if path.stem in order else len(order))


def library_page(room: str) -> str:
    return f"# `tutorial_lib.{room}`\n\n```{{eval-rst}}\n.. automodule:: tutorial_lib.{room}\n   :members:\n```\n"


# ------------------------------------------------------------------------------------------------------- the whole site


def gather(source: Path = SOURCE) -> None:
    """Write everything that Sphinx reads into `source`."""
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    lessons = [put_lesson(path, source) for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb"))]
    heads = {"docs/TROUBLESHOOTING.md": GROUPS_ONLY}
    guides = [
        put(path, source, lambda text, path=path: heads.get(path, "") + text)
        for path in ["README.md", *sorted(GUIDES), "notebooks/README.md", "CONTRIBUTING.md"]
    ]
    for extra in ("bench/README.md", "notebooks/images/ATTRIBUTION.md", "deploy/README.md"):
        if (PROJECT / extra).is_file():
            guides.append(put(extra, source))
    benchmarks = sorted((PROJECT / "docs" / "benchmarks").glob("*.md"))
    guides += [put(path.relative_to(PROJECT).as_posix(), source) for path in benchmarks]
    put("docs/recipes/README.md", source)
    written = (PROJECT / "docs" / "recipes" / "README.md").read_text(encoding="utf-8")
    ordered = sorted(snippets.RECIPES, key=lambda path: written.index(f"({path.name}#"))
    pages = [put(path.relative_to(PROJECT).as_posix(), source, recipe_page) for path in ordered]
    reference = {path.stem: entry_page(path, source) for path in in_order()} | {
        "features": listing("feature", "Features", "What the API can do beside its calls, and how it is asked for."),
        "metrics": listing("metric", "Metrics", "What `GET /metrics` on port 8002 counts, in Prometheus' format."),
    }
    (source / "reference").mkdir()
    for name, text in reference.items():
        (source / "reference" / f"{name}.md").write_text(text, encoding="utf-8")
    put("docs/reference/model_configuration.md", source, configuration_page)
    put("docs/API_COVERAGE.md", source)
    contents = [f"reference/{name}" for name in [*reference, "model_configuration", "coverage"]]
    (source / "reference" / "index.md").write_text(index_page() + toctree(contents), encoding="utf-8")
    (source / "library").mkdir()
    for room in LIBRARY:
        (source / "library" / f"{room}.md").write_text(library_page(room), encoding="utf-8")
    text = (
        "# The library\n\nWhat `tutorial_lib` offers to lessons and programs; every room is imported by its own name.\n"
    )
    text += "\n".join(f"- [`tutorial_lib.{room}`]({room}.md)" for room in LIBRARY)
    contents = toctree([f"library/{room}" for room in LIBRARY])
    (source / "library" / "index.md").write_text(text + contents, encoding="utf-8")
    for place_of, members in (("recipes", pages), ("notebooks", lessons)):
        file = source / place_of / "index.md"
        file.write_text(
            file.read_text(encoding="utf-8") + toctree([Path(m).with_suffix("").as_posix() for m in members]),
            encoding="utf-8",
        )
    put("docs/index.md", source)
    file = source / "index.md"
    top = ["reference/index", "recipes/index", "guides/TROUBLESHOOTING", "notebooks/index"]
    titles = {"guides/about": "Set-up and first steps", "guides/bench": "Benchmarks", "guides/deploy": "Deployment"}
    titles["guides/measured-cpu"] = "Measured on a CPU"
    titles["guides/measured-cpu-real-size"] = "Measured on a CPU: networks of real size"
    first = [
        f"guides/{name}"
        for name in (
            "about",
            "API_GUIDE",
            "MODEL_SETUP",
            "LOGGING",
            "SECURITY",
            "WORKSHOP",
            "deploy",
            "CAPACITY",
            "bench",
        )
    ]
    rest = {Path(guide).with_suffix("").as_posix() for guide in guides} - set(top)
    rest = sorted(rest, key=lambda name: (first.index(name) if name in first else len(first), name))
    rest = [f"{titles[name]} </{name}>" if name in titles else name for name in rest]
    file.write_text(
        file.read_text(encoding="utf-8")
        + toctree(top, "Look up and learn")
        + toctree(rest, "Guides")
        + toctree(["library/index"], "The library"),
        encoding="utf-8",
    )
    (source / "_static").mkdir()


def toctree(names: list[str], caption: str = "") -> str:
    head = f":caption: {caption}\n" if caption else ""
    return (
        f"\n\n```{{toctree}}\n:hidden:\n{head}\n"
        + "\n".join(name if "<" in name else f"/{name}" for name in names)
        + "\n```\n"
    )


def configuration_page(text: str) -> str:
    """Fill the table of fields: type from the protobuf, default as it was measured, models and lessons that use it."""
    defaults, used = json.loads(config_fields.DEFAULTS.read_text(encoding="utf-8")), config_fields.used()
    head = WIDE + text.partition("\n| field ")[0]
    lines = [head, "", "::::{div} fields", "", "| field and type | default | what it is for |", "|---|---|---|"]
    for field, words in config_fields.described().items():
        value = defaults.get(field, "(not in the answer)")
        words_only = isinstance(value, str) and value.startswith("(")
        default = value[1:-1] if words_only else f"`{json.dumps(value)}`"
        where = used.get(field, [])
        named = f'<span class="anchor" id="{field_anchor(field)}"></span><code>{field.replace(".", ".<wbr>")}</code>'
        some = ", ".join(where[:3]) + (f" and {len(where) - 3} more" if len(where) > 3 else "")
        kind = f"<small>{cell(config_fields.type_of(field))}</small>"
        used_in = f"<br><small>Used in {cell(some)}</small>" if some else ""
        lines.append(f"| {named} {kind} | {default} | {words}{used_in} |")
    return "\n".join([*lines, "", "::::"]) + "\n"


def field_anchor(field: str) -> str:
    return f"config.{field}"


def names_index() -> list[tuple[str, str, str, str, str]]:
    """Return (name, where, address, address of its entry, words) of what the search box offers before the full text.

    That is calls, messages, fields, tasks and the headings of guides; the words are those of the text and the code.
    """
    entries = {}
    names = []
    for op in snippets.operations():
        address = f"reference/{op.page}.html#{slug(op.title)}"
        entries |= {entry["id"]: address for entry in coverage.surface() if op.has(entry["id"])}
        texts = [text for example in op.examples for text in (example.code, example.expected or "")]
        names.append((op.title, "reference", address, address, words_in(op.text, *texts)))
    found: dict[tuple[str, str, str], list[str]] = {}
    words: dict[tuple[str, str, str], str] = {}
    for entry in coverage.surface():
        address = pages_of()[entry["id"]]
        key = (name_of(entry), address, entries.get(entry["id"], address))
        found.setdefault(key, []).append(KINDS[entry["kind"]])
        if entry["kind"] in ("feature", "metric"):
            words[key] = words_in(entry["note"], entry["signature_or_route"])
    names += [(key[0], ", ".join(dict.fromkeys(kinds)), *key[1:], words.get(key, "")) for key, kinds in found.items()]
    for field, words in config_fields.described().items():
        address = f"reference/model_configuration.html#{field_anchor(field)}"
        names.append((field, "config.pbtxt", address, address, words_in(words)))
    for path in snippets.RECIPES:
        texts = dict(re.findall(r"^### (.+)\n((?:(?!^### ).*\n?)*)", path.read_text(encoding="utf-8"), re.MULTILINE))
        names += [
            (recipe.title, "recipe", *heading(f"recipes/{path.stem}", recipe.title), words_in(texts[recipe.title]))
            for recipe in snippets.read(path)
        ]
    text = COURSE.read_text(encoding="utf-8")
    for title, words in re.findall(r"^## (.+)\n((?:(?!^#+ ).*\n?)*)", text, re.MULTILINE):
        names.append((title, "course", *heading(f"reference/{COURSE.stem}", title), words_in(words)))
    for guide in sorted(GUIDES):
        page, text = guide.rpartition("/")[2].removesuffix(".md"), (PROJECT / guide).read_text(encoding="utf-8")
        for title, words in re.findall(r"^###? (.+)\n((?:(?!^#+ ).*\n?)*)", text, re.MULTILINE):
            message = re.fullmatch(r"(`+) ?(.+?) ?\1", title) if page == "TROUBLESHOOTING" else None
            where, name = ("message", message[2]) if message else ("guide", title.replace("`", ""))
            names.append((name, where, *heading(f"guides/{page}", name), "" if message else words_in(words)))
            if title.endswith("(not run here)"):  # a table of messages, one or several in each row
                for cell in re.findall(r"^\| (`[^|]+`) \|", words, re.MULTILINE):
                    said = re.findall(r"`(.+?)`", cell)
                    names += [(text, "message", *heading(f"guides/{page}", name), "") for text in said]
    return names


def heading(page: str, title: str) -> tuple[str, str]:
    """Return the address of a heading as the texts name it, and that of its section, which Pagefind gives."""
    return f"{page}.html#{github_slug(title)}", f"{page}.html#{make_id(title)}"


def words_in(*texts: str) -> str:
    """Return every word of the texts once, as the search compares them."""
    return " ".join(sorted(set(re.findall(r"[a-z0-9]+", " ".join(texts).lower()))))


def build(site: Path = SITE, source: Path = SOURCE, say: Callable[[str], None] = print) -> None:
    """Build the whole site into `site`; raises SiteError with Sphinx' words if it warns."""
    began = time.monotonic()
    gather(source)
    shutil.rmtree(site, ignore_errors=True)
    words = [
        "-b",
        "html",
        "-W",
        "--keep-going",
        "-q",
        "-j",
        "auto",
        "-c",
        str(PROJECT / "docs"),
        "-d",
        f"{source}.cache",
    ]
    command = [sys.executable, "-m", "sphinx", *words, str(source), str(site)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SiteError(f"Sphinx found mistakes:\n{done.stdout}{done.stderr}")
    (site / "_static" / "names.json").write_text(json.dumps(names_index()), encoding="utf-8")
    finish(site)
    pages = asyncio.run(index(site))
    say(f"{site}: {len(list(site.rglob('*.html')))} pages, {pages} in the search, {time.monotonic() - began:.0f} s")


def finish(site: Path) -> None:
    """Take away what nobody needs, and name what a reader who does not see would miss."""
    for path in [
        *site.rglob("*.map"),
        *(site / "_static").glob("*.html"),
        site / "searchindex.js",
        site / "objects.inv",
    ]:
        path.unlink(missing_ok=True)
    icons = re.compile(r"<(script|link)[^>]*fontawesome\.js[^>]*>(</script>)?")  # 1.5 MB; the style sheet has them too
    for path in site.rglob("*.html"):
        text = icons.sub("", path.read_text(encoding="utf-8"))
        text = text.replace('<summary><span class="toctree', '<summary aria-label="its pages"><span class="toctree')
        path.write_text(text, encoding="utf-8")


async def index(site: Path) -> int:
    """Let Pagefind index the articles: Sphinx gives ids to sections, Pagefind wants them on headings, so a copy."""
    from pagefind.index import IndexConfig
    from pagefind.service import PagefindService

    made = site / "pagefind"
    config = IndexConfig(
        root_selector="article.bd-article",
        exclude_selectors=[".headerlink", ".cell-number", ".toctree-wrapper", "nav", ".copybtn"],
        output_path=str(made),
        force_language="en",
    )
    count = 0
    async with PagefindService() as service:
        engine = await service.create_index(config)
        for path in sorted(site.rglob("*.html")):
            if path.relative_to(site).as_posix() in UNSEARCHED:
                continue
            text = re.sub(
                r'<section id="([^"]+)"([^>]*)>((?:\s*<span[^>]*></span>)*)\s*<h([1-6])',
                r'<section\2>\3<h\4 id="\1"',
                path.read_text(encoding="utf-8"),
            )
            await engine.add_html_file(content=text, source_path=path.relative_to(site).as_posix())
            count += 1
        await engine.write_files()
        # Pagefind answers before the last bytes are in its files, and the end of the service would leave those empty
        deadline = time.monotonic() + 60
        while (lacks := _unwritten(made, count)) and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
    if lacks:
        raise SiteError(f"Pagefind did not write {lacks}. Try again: make docs")
    for unused in made.glob("pagefind-*.*"):  # its own boxes, which docs/_static/search.js does without
        if unused.suffix != ".json" and "worker" not in unused.name:
            unused.unlink()
    return count


def _unwritten(made: Path, count: int) -> str:
    """Return what the index of `count` pages lacks still, or an empty text."""
    for name in ("pagefind.js", "pagefind-worker.js", "pagefind-entry.json", "wasm.en.pagefind"):
        if not (made / name).is_file():
            return name
    empty = [path.name for path in made.rglob("*") if path.is_file() and not path.stat().st_size]
    fragments = len(list(made.glob("fragment/*")))
    return ", ".join(empty) or ("" if fragments == count else f"{count - fragments} of {count} pages")


def listening(site: Path, port: int) -> http.server.ThreadingHTTPServer:
    """Take a port of the loopback interface, before the site is built. Raises SiteError if another program has it."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise SiteError(
            f"port {port}: {error.strerror}. Try: make docs-serve ARGS='--port 0' takes a free one"
        ) from None


def serve(server: http.server.ThreadingHTTPServer) -> None:
    """Show the site until Ctrl-C."""
    print(f"The reference site: http://127.0.0.1:{server.server_port}/   (Ctrl-C ends it)", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


def main() -> int:
    """Build the site and, on request, show it; return the exit status."""
    parser = argparse.ArgumentParser(description="Build the reference site into .build/site.")
    parser.add_argument("--serve", action="store_true", help="show it when it is built, until Ctrl-C")
    parser.add_argument("--port", type=int, default=8088, help="for --serve; 0: any free one (default: 8088)")
    options = parser.parse_args()
    if sys.version_info < (3, 11):
        print(
            "error: found Python 3.10, the site's theme needs 3.11 or 3.12. Try: make setup PYTHON=python3.12",
            file=sys.stderr,
        )
        return 1
    try:
        with listening(SITE, options.port) if options.serve else contextlib.nullcontext() as server:
            build()
            if server:
                serve(server)
    except SiteError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
