"""Lesson 03, text: strings in and out, whose error it is, and a model.py."""

from __future__ import annotations

from . import Exercise, NotYetError
from .asking import called, client, infer, needed, numbers, tried

REQUESTS = [["Works well.", "Never works."], ["I love it!", ""], ["It broke."]]
TEXTS = ["This product is amazing!", "This is terrible.", "Très bien, 5 € well spent."]
WORDS = """
backend: "python"
max_batch_size: 8
input [ { name: "text", data_type: TYPE_STRING, dims: [ 1 ] } ]
output [ { name: "words", data_type: TYPE_INT32, dims: [ 1 ] } ]
dynamic_batching { preferred_batch_size: [ 3 ] max_queue_delay_microseconds: 500000 }
"""


def _bytes(texts):
    import numpy as np

    return np.array([[text.encode()] for text in texts], dtype=object)


def _answered(answer) -> None:
    found, truth = numbers(answer, 3, "three numbers, one for each request, such as [7, 7, 7]"), []
    needed("sentiment")
    with client() as server:
        for texts in REQUESTS:
            try:
                truth.append(len(infer(server, "sentiment", {"text": _bytes(texts)})["label"]))
            except NotYetError:
                truth.append(0)
    if found == truth:
        return
    if found == [2, 1, 1]:
        raise NotYetError("found [2, 1, 1]; an error belongs to a request, not to a row of it")
    if not found[0] or not found[2]:
        raise NotYetError(f"found {found}; do the neighbors of a bad request get their answers?")
    if found == [2, 2, 1]:
        raise NotYetError("found [2, 2, 1]; what does this model.py do with a blank text?")
    raise NotYetError(f"found {found}; a request gets one label for each of its texts, or an error and no labels")


def _stars(answer) -> None:
    with client() as server:
        for texts in TEXTS, TEXTS[1:2]:
            truth = [row[0].decode() for row in infer(server, "sentiment", {"text": _bytes(texts)})["label"]]
            found = called(answer, server, list(texts))
            if hasattr(found, "tolist"):
                found = found.tolist()
            if not isinstance(found, (list, tuple)) or len(found) != len(texts):
                raise NotYetError(f"for {len(texts)} texts it returns {found!r}, expected a list of as many strings")
            if any(isinstance(item, bytes) for item in found):
                raise NotYetError(
                    f"found {found[0]!r}: the output is BYTES, so Python gets bytes; how do they become str?"
                )
            if not all(isinstance(item, str) for item in found):
                raise NotYetError(
                    f"found {found[0]!r} for one text, expected a str; each row of `label` holds one item"
                )
            if list(found) != truth:
                raise NotYetError(f"found {list(found)}, but the server says {truth}")


def _words(answer) -> None:
    if not isinstance(answer, str):
        raise NotYetError(f"found a {type(answer).__name__}, expected the text of a model.py")
    try:
        compile(answer, "model.py", "exec")
    except (SyntaxError, ValueError) as error:
        raise NotYetError(f"Python cannot read it: {error}") from None
    if not answer.strip():
        raise NotYetError("the text is empty, expected a model.py with a class TritonPythonModel")
    with tried(WORDS, answer) as server:
        _counts(server, [["one two one"], ["  spaces   do not count "], ["für mich"]], [[3], [4], [2]])
        _together()


def _counts(server, rows, expected) -> None:
    import numpy as np

    found = infer(server, "your_turn", {"text": _bytes([row[0] for row in rows])}).get("words")
    if found is None:
        raise NotYetError("the response has no output `words`, the name that the config promises")
    if found.tolist() != expected:
        texts = [row[0] for row in rows]
        raise NotYetError(f"for the rows {texts}, `words` is {found.tolist()}, expected {expected}")
    if found.dtype != np.int32:
        raise NotYetError(
            f"`words` comes back as {found.dtype}; the config promises INT32, and nobody checks what a model returns"
        )


def _together() -> None:
    """Send two requests that share one call of execute: each needs a response of its own."""
    from concurrent.futures import ThreadPoolExecutor

    def ask(rows, expected):
        with client() as own:  # the HTTP client is for one thread
            _counts(own, rows, expected)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(ask, [["a b"], ["c"]], [[2], [1]])
        second = threads.submit(ask, [["d e f"]], [[3]])
        try:
            first.result(), second.result()
        except NotYetError as error:
            raise NotYetError(f"one request works, but two that wait together do not: {error}") from None


EXERCISES = [
    Exercise(
        "03.1",
        "predict",
        "Whose error is it?",
        _answered,
        (
            "The section 'When it goes wrong' sends two rows, one of them blank. What came back for the other one?",
            "The request with the blank text gets an error and nothing else; the other two get all their labels.",
        ),
        'check("03.1", [2, 0, 1])',
        "one bad row fails its whole request, but no other request: check texts before you put them together",
    ),
    Exercise(
        "03.2",
        "repair",
        "Strings that cannot be sent",
        _stars,
        (
            "What does numpy make of str? What shape does a batch of texts have, there and back? What type comes back?",
            "np.array([[text.encode()] for text in texts], dtype=object), its .shape, and row[0].decode() per row.",
        ),
        """def repaired(client, texts):
    array = np.array([[text.encode()] for text in texts], dtype=object)
    tensor = httpclient.InferInput("text", array.shape, "BYTES")
    tensor.set_data_from_numpy(array)
    result = client.infer("sentiment", inputs=[tensor])
    return [row[0].decode() for row in result.as_numpy("label")]


check("03.2", repaired)""",
        "text goes out as an object array of bytes, one row for each text, and comes back as bytes",
    ),
    Exercise(
        "03.3",
        "write",
        "A model.py that counts words",
        _words,
        (
            "`execute` gets a list of requests. For each: read the tensor, count per row, append an InferenceResponse.",
            "np.array([[len(row[0].split())] for row in texts], np.int32), where texts is the input's .as_numpy().",
        ),
        '''model_py = """
import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        responses = []
        for request in requests:
            texts = pb_utils.get_input_tensor_by_name(request, "text").as_numpy()
            counts = np.array([[len(row[0].split())] for row in texts], np.int32)
            responses.append(pb_utils.InferenceResponse([pb_utils.Tensor("words", counts)]))
        return responses
"""
check("03.3", model_py)''',
        "execute takes requests and returns as many responses, in order, with the config's names and datatypes",
    ),
]
