"""A line in a notebook that says what is waited for, and is gone when the wait is over. No room: two rooms use it.

Scripts, terminals and tests show nothing, nor does a notebook with TRITON_COURSE_WAITS=off in its environment, as the
project's own runs have it: stored outputs must repeat.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["VARIABLE", "waiting"]

VARIABLE = "TRITON_COURSE_WAITS"


@contextlib.contextmanager
def waiting(text: str) -> Iterator[Callable[[str], None]]:
    """Show `text` while the block runs; the block gets a function that puts another text in its place."""
    line = _line() if "ipykernel" in sys.modules and os.environ.get(VARIABLE) != "off" else None
    if line is None:
        yield lambda _text: None
        return
    line.display({"text/plain": text}, raw=True)
    try:
        yield lambda other: line.update({"text/plain": other}, raw=True)
    finally:
        line.update({}, raw=True)  # an output without data takes no room, and nbval finds nothing in it to compare


def _line() -> Any:
    """A place of its own in the running cell's output, or None outside a kernel."""
    from IPython import get_ipython
    from IPython.display import DisplayHandle

    return DisplayHandle() if getattr(get_ipython(), "kernel", None) else None
