"""Type a review and see stars."""

from __future__ import annotations

import html
from typing import Any

import numpy as np

from . import front


def stars(client: Any, text: str) -> None:
    """Print the stars that the model `sentiment` gives a text, and its score as a bar and a number.

    `client` is a tritonclient.http client; if the server refuses the text, its InferenceServerException is raised.
    """
    count, score = _rate(client, text)
    print(f"{_drawn(count)}  {front.bar(score)} {score:.2f}")


def stars_box(url: str = "localhost:8000") -> None:
    """Show a line to type a review into; the server at `url` (HTTP) is asked again with every letter."""
    front.display_box(lambda: _box(url), "Type a review and see stars", 'play.stars(client, "...")')


def _box(url: str) -> Any:
    import ipywidgets
    import tritonclient.http as httpclient

    review = ipywidgets.Text(
        description="Review",
        placeholder="Type a review, in English",
        continuous_update=True,
        layout=ipywidgets.Layout(width="45em"),
    )
    answer = ipywidgets.HTML(front.note("The stars appear here while you type."))

    def ask(_: Any = None) -> None:
        if not review.value.strip():
            answer.value = front.note("The stars appear here while you type.")
            return
        try:  # its own connection: this may run in another thread than the cells, and an HTTP client must stay in one
            with httpclient.InferenceServerClient(url, connection_timeout=5, network_timeout=30) as client:
                answer.value = _page(*_rate(client, review.value))
        except Exception as error:  # shown to whoever typed; a traceback would go to a log that nobody reads
            answer.value = front.note(front.reason(error, url))

    review.observe(ask, names="value")
    return ipywidgets.VBox([review, answer])


def _rate(client: Any, text: str) -> tuple[int, float]:
    """Return how many stars, and how sure the model is, from 0 to 1."""
    import tritonclient.http as httpclient

    tensor = httpclient.InferInput("text", [1, 1], "BYTES")
    tensor.set_data_from_numpy(np.array([[text.encode()]], dtype=object))
    result = client.infer("sentiment", [tensor])
    return int(result.as_numpy("label").item().split()[0]), float(result.as_numpy("score").item())


def _drawn(count: int) -> str:
    return "★" * count + "☆" * (5 - count) + f" {count} {'star' if count == 1 else 'stars'}"


def _page(count: int, score: float) -> str:
    drawn, words = _drawn(count).split(" ", 1)
    big = f'<span aria-hidden="true" style="font-size: 2em">{drawn}</span> <b>{html.escape(words)}</b>'
    return f'<div role="status" aria-live="polite">{big}<table>{front.gauge("score", score)}</table></div>'
