"""Sphinx: how the reference site looks. What is on it, docs/make_site.py decides."""

from itertools import groupby

from tutorial_lib.notebooks import public_address

project = "The Triton API course"
root_doc = "index"
extensions = ["myst_nb", "sphinx_copybutton", "sphinx_design", "sphinx.ext.autodoc"]
nb_execution_mode = "off"  # the stored outputs are the ones that the tests compare
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4  # the links in the texts name headings as GitHub does
myst_links_external_new_tab = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
default_role = "code"  # docstrings write code in single backticks
python_display_short_literal_types = True
nitpicky = False
smartquotes = False  # texts are full of --options and JSON, which must stay as they are typed
suppress_warnings = ["mystnb.unknown_mime_type"]

html_theme = "sphinx_book_theme"
html_title = "The Triton API course"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["site.css"]
html_js_files = [("search.js", {"type": "module"})]
html_copy_source = False
html_show_sourcelink = False
html_use_index = False
html_sidebars = {"**": ["navbar-logo.html", "sbt-sidebar-nav.html"]}
html_favicon = "_static/favicon.svg"
html_context = {"default_mode": "auto"}  # dark where the reader's system is
html_theme_options = {
    "footer_content_items": ["extra-footer.html"],
    "extra_footer": "Apache-2.0. Triton Inference Server is NVIDIA's; this course is not.",
    "disable_search": True,  # docs/_static/search.js asks Pagefind's index instead
    "article_header_start": ["toggle-primary-sidebar.html", "site-search.html"],
    "show_navbar_depth": 1,
    "collapse_navbar": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if address := public_address():
    provider = "gitlab" if "//gitlab." in address else "github"
    html_theme_options |= {
        "repository_url": address,
        "repository_provider": provider,
        "repository_branch": "main",
        "use_repository_button": True,
        "launch_buttons": {
            **({"colab_url": "https://colab.research.google.com"} if provider == "github" else {}),
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }

# Copied is what stands in the block, without prompts; answers have no button
copied = ("python", "bash", "sh", "ipython3", "protobuf", "default", "json", "yaml")
copybutton_selector = ", ".join(f"div.highlight-{language} pre" for language in copied)
copybutton_exclude = ".linenos, .gp, .go"


def as_written(_app, _what, _name, _object, _options, lines):
    """Show paragraphs with columns or indented lines as they stand in the docstring, and code as code."""
    paragraphs = [list(group) for blank, group in groupby(lines, key=lambda line: not line.strip()) if not blank]
    lines.clear()
    before = ""
    for paragraph in paragraphs:
        kind = ""
        if any(line.startswith(" ") or "  " in line.strip() for line in paragraph):
            kind = "python" if all(line.startswith("    ") for line in paragraph) else "text"
        if kind and kind != before:
            lines += [f".. code-block:: {kind}", ""]
        indent = {"": "", "text": "   ", "python": ""}[kind]
        lines += [*(indent + line for line in paragraph), ""]
        before = kind


def setup(app):
    app.connect("autodoc-process-docstring", as_written)
