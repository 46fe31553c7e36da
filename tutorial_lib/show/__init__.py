"""Output that repeats: plain text tables and bars that a test can compare character by character, with pictures beside
them; and a tritonclient request as the cURL command that does the same.

Nothing here needs torch; matplotlib and IPython are imported only by what draws.
"""

from .curl import as_curl
from .drawings import SPANS, ensemble, histogram, picture, pictures, stacked, timeline
from .text import PARTS, bars, durations, fields, per_request, table

__all__ = [
    "PARTS",
    "SPANS",
    "as_curl",
    "bars",
    "durations",
    "ensemble",
    "fields",
    "histogram",
    "per_request",
    "picture",
    "pictures",
    "stacked",
    "table",
    "timeline",
]
