"""A line in a notebook that says what you are waiting for, and disappears afterwards. Two of the rooms use it.

Scripts, terminals and tests show nothing. Nor does a notebook with TRITON_COURSE_WAITS=off in its environment, which
is how the project runs its own, because stored outputs must repeat.
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
    """Show `text` while the block runs. The block gets a function that replaces the text with another one."""
    line = _line() if "ipykernel" in sys.modules and os.environ.get(VARIABLE) != "off" else None
    if line is None:
        yield lambda _text: None
        return
    line.display({"text/plain": text}, raw=True)
    try:
        yield lambda other: line.update({"text/plain": other}, raw=True)
    finally:
        line.update({}, raw=True)  # an output without data takes no space, and nbval finds nothing in it to compare


def _line() -> Any:
    """Return a separate place in the running cell's output, or None outside a kernel."""
    from IPython import get_ipython
    from IPython.display import DisplayHandle

    return DisplayHandle() if getattr(get_ipython(), "kernel", None) else None
