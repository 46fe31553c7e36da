"""Lesson 07, inference requests: the size of a text, a request body, and a function for texts that fails."""

from __future__ import annotations

import json

from . import Exercise, NotYetError
from .asking import answered, called, client, needed, number, plain

TEXTS = ["Größe", "m²"]
SCORES = [[0.125, 0.75, 0.125], [0.5, 0.25, 0.25]]
WORDS = ["Grüße", "", "Triton", "2 m²", "5 €"]


def _text_bytes(answer) -> None:
    import numpy as np
    import tritonclient.http as triton

    found = number(answer, "a number of bytes")
    letters = sum(len(text) for text in TEXTS)
    utf8 = sum(len(text.encode()) for text in TEXTS)
    if found == letters:
        raise NotYetError(f"found {letters}: that counts the letters; in UTF-8, ö, ß and ² take two bytes each")
    if found == utf8:
        raise NotYetError(f"found {utf8}: that counts only the texts' bytes; how does the server know where one ends?")
    if found == letters + 4 * len(TEXTS):
        raise NotYetError(f"found {found:g}: the lengths are included, but ö, ß and ² take two bytes each in UTF-8")
    if found == utf8 + 4:
        raise NotYetError(
            f"found {found:g}: each text has its own length before it, instead of one for the whole tensor"
        )
    needed("identity")
    with client() as server:
        texts = np.array([TEXTS], dtype=object)
        tensor = triton.InferInput("bytes", texts.shape, "BYTES").set_data_from_numpy(texts)
        sent_back = server.infer("identity", [tensor]).get_output("bytes_out")
    if found != sent_back["parameters"]["binary_data_size"]:
        raise NotYetError(f"found {found:g}: count the bytes of each text in UTF-8, and what comes before each one")


def _body(answer) -> None:
    import urllib.error
    import urllib.request

    text = _as_json(answer)
    request = urllib.request.Request("http://localhost:8000/v2/models/traffic_light/infer", data=text.encode())
    try:
        with urllib.request.urlopen(request, timeout=10) as reply:
            found = json.loads(reply.read())
    except ValueError:
        raise NotYetError("the response is not JSON: leave the binary form out") from None
    except urllib.error.HTTPError as error:
        raise NotYetError(
            f"the server answers {error.code}: {json.loads(error.read() or b'{}').get('error')}"
        ) from None
    except urllib.error.URLError as error:
        raise ConnectionError(error.reason) from None
    if found.get("id") != "crossing-7":
        raise NotYetError(f"the response has the id {found.get('id')!r}: put the id beside `inputs`, and it comes back")
    (light,) = found["outputs"]
    if light["datatype"] != "BYTES":
        raise NotYetError("the response holds the scores, not classes: `classification` is a parameter of the output")
    best = [item.split(":")[2] for item in light["data"]]
    if light["shape"] == [1, 1]:
        raise NotYetError("the response is for one row, expected two rows in one request")
    if light["shape"] != [2, 1]:
        raise NotYetError(f"the response has the shape {light['shape']}, expected [2, 1]: two rows, one class for each")
    scores = [float(item.split(":")[0]) for item in light["data"]]
    if best != ["amber", "red"] or scores != [max(row) for row in SCORES]:
        raise NotYetError(f"the best classes are {best} with {scores}: are these the scores of the task, row by row?")


def _as_json(answer) -> str:
    """Return the body as text; stop any shape that would crash the server (see the lesson)."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    try:
        text = text if isinstance(text, str) else json.dumps(plain(text))
        body = json.loads(text)
    except (TypeError, ValueError) as error:
        raise NotYetError(f"this is not valid JSON: {error}") from None
    if not isinstance(body, dict) or not isinstance(body.get("inputs"), list):
        raise NotYetError("a request is an object with a list named `inputs`")
    for tensor in body["inputs"]:
        shape = tensor.get("shape") if isinstance(tensor, dict) else None
        if not isinstance(shape, list) or not all(type(size) is int and 0 <= size <= 100 for size in shape):
            raise NotYetError(f"the shape of an input is {shape!r}, expected a list of two numbers")
    return text


def _echo(answer) -> None:
    needed("identity")
    with client() as server:
        before = answered(server, "identity")
        try:
            found = called(answer, list(WORDS))
        except NotYetError as error:
            if "NoneType" in str(error):
                raise NotYetError(
                    "as_numpy returned None: identity has no output of that name. Which ones does it have?"
                ) from None
            raise
        if found is None:
            raise NotYetError("your function returns None: does it end with `return`?")
        if not isinstance(found, (list, tuple)):
            raise NotYetError(f"found a {type(found).__name__}, expected a list of texts")
        if found and isinstance(found[0], (list, tuple)):
            raise NotYetError("found a list in a list: the response has one row, as the request did")
        if any(isinstance(word, bytes) for word in found):
            raise NotYetError("found bytes, which is what the response holds: decode() turns them into text")
        if list(found) != WORDS:
            raise NotYetError(f"sent {WORDS}, but your function returned {found!r}")
        requests = answered(server, "identity") - before
        if not requests:
            raise NotYetError("the words are right, but the server has seen no request: did you send them?")
        if requests > 1:
            raise NotYetError(f"the words are right, but took {requests} requests; all of them fit into one tensor")
        sent = called(answer, ["zero\0"])
        if list(sent) != ["zero\0"]:
            raise NotYetError(f"sent 'zero\\x00', but {sent[0]!r} came back: which array keeps a zero at the end?")


EXERCISES = [
    Exercise(
        "07.1",
        "predict",
        "How many bytes?",
        _text_bytes,
        (
            "The section 'Text' shows what a BYTES tensor looks like on the wire, and that text is sent as UTF-8.",
            "Four bytes of length come before each text; ö, ß and ² take two bytes each.",
        ),
        'check("07.1", (4 + 7) + (4 + 3))',
        "four bytes of length come before each text, and letters beyond ASCII take two bytes or more",
    ),
    Exercise(
        "07.2",
        "write",
        "A request body",
        _body,
        (
            "`id` and `outputs` go beside `inputs`; the section 'Classification' shows the parameter of an output.",
            'An input has name, shape, datatype and data; the output has the parameters {"classification": 1}.',
        ),
        """scores = [[0.125, 0.75, 0.125], [0.5, 0.25, 0.25]]

body = {
    "id": "crossing-7",
    "inputs": [{"name": "scores", "shape": [2, 3], "datatype": "FP32", "data": scores}],
    "outputs": [{"name": "light", "parameters": {"classification": 1}}],
}
check("07.2", body)""",
        "a request has inputs and, beside them, what you want back: an id, the outputs you choose, and their form",
    ),
    Exercise(
        "07.3",
        "repair",
        "Text there and back",
        _echo,
        (
            "Four mistakes: the array's dtype, the output's name, and the answer's shape and type.",
            "dtype=object; as_numpy('bytes_out'); and the response is a row of bytes: decode each item.",
        ),
        """def echo(words):
    array = np.array([words], dtype=object)
    tensor = httpclient.InferInput("bytes", array.shape, "BYTES").set_data_from_numpy(array)
    result = client.infer("identity", [tensor])
    return [word.decode() for word in result.as_numpy("bytes_out")[0]]


check("07.3", echo)""",
        "text travels in dtype=object arrays and comes back as bytes; a wrong output name gives None, not an error",
    ),
]
