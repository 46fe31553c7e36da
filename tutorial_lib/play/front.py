"""What the boxes share: how they are displayed, and what they say if the server does not answer."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable
from typing import Any


def display_box(build: Callable[[], Any], what: str, instead: str) -> None:
    """Show the widget that `build` returns. If that is impossible, print in one line why, and what to use instead."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if getattr(shell, "kernel", None) is None:
        print(f"{what}: only in a notebook, for example in JupyterLab. Here: {instead}")
        return
    try:
        import ipywidgets  # noqa: F401
    except ImportError:
        print(f"{what}: ipywidgets is not installed. Try: pip install 'ipywidgets>=8,<9'. Or: {instead}")
        return
    # A page without widgets shows the line of text, and a stored notebook keeps nothing but that line.
    ipython.display.display(
        {**build()._repr_mimebundle_(), "text/plain": f"{what}: run this cell in JupyterLab. Or: {instead}"}, raw=True
    )


def reason(error: Exception, url: str) -> str:
    """Say in one sentence why there is no answer."""
    status = getattr(error, "status", lambda: "")()
    if isinstance(error, ConnectionError) or status == "StatusCode.UNAVAILABLE":
        return f"No server answers at {url}. Run the cell that starts it, then try again."
    if isinstance(error, TimeoutError):
        return f"The server at {url} did not answer in time. Is it busy? Try again."
    if hasattr(error, "message"):
        return f"The server at {url} refused: {error.message()}"
    return f"{type(error).__name__}: {error}"


def note(text: str) -> str:
    """Return a sentence as HTML that a screen reader reads aloud when it changes."""
    return f'<div role="status" aria-live="polite" style="max-width: 60em">{html.escape(text)}</div>'


def gauge(label: str, value: float) -> str:
    """Return a table row as HTML: a label, a bar from 0 to 1, and the number."""
    bar = f'<meter min="0" max="1" value="{value:.3f}" style="width: 12em" aria-hidden="true"></meter>'
    return f'<tr><td style="padding-right: 1em">{html.escape(label)}</td><td>{bar}</td><td>{value:.2f}</td></tr>'


def bar(value: float, longest: float = 1.0) -> str:
    """Return the same bar as text of at most 40 characters."""
    return "#" * round(40 * value / longest) if longest else ""
