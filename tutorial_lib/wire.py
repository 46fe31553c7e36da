"""The wire room: a call byte by byte as it travels, recorded between a real client and a real server.

    with wire.tap("localhost:8000") as url:                 # 8000 is HTTP, 8001 gRPC: the bytes say which
        with httpclient.InferenceServerClient(url) as client:
            client.infer("identity", [tensor])

Nothing here needs torch; hpack, which reads the packed headers of gRPC, and tritonclient are imported when needed.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

__all__ = ["tap"]

WIDTH = 100  # characters of a printed line
SHOWN = 4  # elements of a tensor that are printed: the rest look the same
LINES = 12  # of a text without tensors, such as the JSON of a model's config
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"  # the first bytes of every gRPC connection
DATA, HEADERS, CONTINUATION = 0, 1, 9  # the kinds of HTTP/2 frames that carry a call
NUMPY = {  # the datatypes with elements of one size
    "BOOL": "?",
    **{f"{sign}INT{bits}": f"<{sign.lower() or 'i'}{bits // 8}" for sign in ("U", "") for bits in (8, 16, 32, 64)},
    "FP16": "<f2",
    "FP32": "<f4",
    "FP64": "<f8",
}


@contextlib.contextmanager
def tap(url: str) -> Iterator[str]:
    """Yield an address that passes everything on to the server at `url`, and print at the end what went through.

    It prints the bytes of the connection, with three changes that make the output repeat: where the client named the
    tap's address, you see the server's; the client's name is left out; and anything long is cut short.
    """
    host, _, port = url.rpartition(":")
    connections: list[_Connection] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=_accept, args=(listener, (host, int(port)), connections), daemon=True)
        accepting.start()
        own = f"localhost:{listener.getsockname()[1]}"
        try:
            yield own
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # wakes up the thread that waits in accept
            accepting.join()
            for connection in connections:
                connection.close()
            print("\n".join(_lines(connections, own, url)))


class _Connection:
    """Two sockets, a thread for each direction, and what went through."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.ends = (client, server)
        self.sent, self.received = bytearray(), bytearray()
        ways = ((client, server, self.sent), (server, client, self.received))
        self.threads = [threading.Thread(target=self._pass_on, args=way, daemon=True) for way in ways]
        for thread in self.threads:
            thread.start()

    def _pass_on(self, source: socket.socket, target: socket.socket, record: bytearray) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                record += piece  # before passing it on, so that whoever has the answer finds it recorded
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        for end in self.ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join()
        for end in self.ends:
            end.close()


def _accept(listener: socket.socket, server: tuple[str, int], connections: list[_Connection]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:  # the tap is closed
            return
        try:
            connections.append(_Connection(client, socket.create_connection(server)))
        except OSError:  # no server there: the client finds its connection closed
            client.close()


def _lines(connections: Iterable[_Connection], own: str, url: str) -> list[str]:
    blocks = []
    for connection in connections:
        sent, received = bytes(connection.sent), bytes(connection.received)
        if sent[: len(PREFACE)] == PREFACE:
            blocks += _http2_blocks(sent, received, own, url)
        elif sent[:2] == b"\x16\x03":
            blocks.append([f"{len(sent)} and {len(received)} bytes of TLS, which only the two ends can read"])
        elif sent:
            blocks += _http1_blocks(sent, received, own, url)
    if not blocks:
        return [f"Nothing went through this tap to {url}."]
    return [line for block in blocks for line in (*block, "")][:-1]


# ----------------------------------------------------------------------------------------------------------- HTTP/1.1


def _http1_blocks(sent: bytes, received: bytes, own: str, url: str) -> Iterator[list[str]]:
    answers = _messages(received)
    for request in _messages(sent):
        yield ["THE CLIENT SENDS", *_message_lines(*request, own, url)]
        if answer := next(answers, None):
            yield ["THE SERVER ANSWERS", *_message_lines(*answer, own, url)]


def _messages(stream: bytes) -> Iterator[tuple[bytes, dict[str, str], bytes]]:
    """Yield each message of one direction: its head as sent, the headers by lowercase name, and the body."""
    while b"\r\n\r\n" in stream:
        end = stream.index(b"\r\n\r\n") + 4
        head, stream = stream[:end], stream[end:]
        pairs = (line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:] if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        length = int(headers.get("content-length", 0 if "transfer-encoding" not in headers else len(stream)))
        yield head, headers, stream[:length]
        stream = stream[length:]


def _message_lines(head: bytes, headers: Mapping[str, str], body: bytes, own: str, url: str) -> Iterator[str]:
    notes = {
        "content-length": "this many bytes follow the empty line",
        "inference-header-content-length": "this many of them are JSON, the rest are tensors",
    }
    for line in head.decode("latin-1").rstrip("\r\n").split("\r\n"):
        name = line.partition(":")[0].lower()
        if name != "user-agent":
            line = line.replace(own, url)
            yield f"  {line:<48} <- {notes[name]}" if name in notes and body else f"  {line}"
    if not body:
        return
    yield ""
    expected = int(headers.get("content-length", len(body)))
    if len(body) < expected:
        yield f"  {len(body)} of {expected} bytes had gone through when the tap was closed"
        return
    encoding = headers.get("content-encoding")
    if encoding in ("gzip", "deflate"):
        yield f"  {len(body)} bytes of {encoding}; unpacked, they are:"
        body = gzip.decompress(body) if encoding == "gzip" else zlib.decompress(body)
    length = int(headers.get("inference-header-content-length", len(body)))
    yield from _wrapped(body[:length].decode("utf-8", "backslashreplace"))
    rest = body[length:]
    described = json.loads(body[:length]) if rest else {}
    for tensor in [*described.get("inputs", ()), *described.get("outputs", ())]:
        size = tensor.get("parameters", {}).get("binary_data_size")
        if size is not None:
            yield from _tensor_lines(tensor["name"], tensor["datatype"], tensor["shape"], rest[:size])
            rest = rest[size:]


# --------------------------------------------------------------------------------------------------------------- gRPC


def _http2_blocks(sent: bytes, received: bytes, own: str, url: str) -> Iterator[list[str]]:
    answers = _streams(received)
    for number, (heads, data) in _streams(sent[len(PREFACE) :]).items():
        if not heads:  # cut off before the call began
            continue
        types = _message_types(dict(heads[0])[":path"])
        yield ["THE CLIENT SENDS", *_header_lines(heads[0], own, url), *_grpc_lines(data, types, 0)]
        heads, data = answers.get(number, ([], b""))
        if heads:
            lines = ["THE SERVER ANSWERS", *_header_lines(heads[0], own, url), *_grpc_lines(data, types, 1)]
            yield [*lines, *(line for trailers in heads[1:] for line in ("", *_header_lines(trailers, own, url)))]


def _streams(stream: bytes) -> dict[int, tuple[list[list[tuple[str, str]]], bytes]]:
    """Return the header blocks and the data of each call, without the frames that only manage the connection."""
    from hpack import Decoder

    decoder, calls, block = Decoder(), {}, b""
    while len(stream) >= 9:
        length, kind, flags, number = int.from_bytes(stream[:3], "big"), stream[3], stream[4], stream[5:9]
        frame, stream = stream[9 : 9 + length], stream[9 + length :]
        if len(frame) < length and kind != DATA:
            break  # cut off
        heads, data = calls.get(key := int.from_bytes(number, "big") & 0x7FFFFFFF, ([], b""))
        if frame and kind in (HEADERS, DATA) and flags & 0x8:  # padded
            frame = frame[1 : len(frame) - frame[0]]
        if kind == HEADERS and flags & 0x20:  # with a priority
            frame = frame[5:]
        if kind == DATA:
            data += frame
        elif kind in (HEADERS, CONTINUATION):
            block += frame
            if flags & 0x4:  # the last piece of a block
                heads.append([(_as_text(name), _as_text(value)) for name, value in decoder.decode(block, raw=True)])
                block = b""
        else:
            continue
        calls[key] = (heads, data)
    return calls


def _as_text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "backslashreplace")


def _header_lines(headers: Iterable[tuple[str, str]], own: str, url: str) -> list[str]:
    return [f"  {name}: {value}".replace(own, url) for name, value in headers if name != "user-agent"]


def _message_types(path: str) -> tuple[Any, Any] | None:
    """Return the protobuf classes of a call's request and response, or None if the service is not Triton's."""
    from google.protobuf.message_factory import GetMessageClass
    from tritonclient.grpc import service_pb2

    service, _, name = path.lstrip("/").partition("/")
    methods = {
        f"{each.full_name}/{method.name}": method
        for each in service_pb2.DESCRIPTOR.services_by_name.values()
        for method in each.methods
    }
    method = methods.get(f"{service}/{name}")
    return method and (GetMessageClass(method.input_type), GetMessageClass(method.output_type))


def _grpc_lines(data: bytes, types: tuple[Any, Any] | None, which: int) -> Iterator[str]:
    """Yield each message after its five-byte prefix, a flag and the length."""
    from google.protobuf import text_format

    while len(data) >= 5:
        packed, length = data[0], int.from_bytes(data[1:5], "big")
        prefix, body, data = data[:5], data[5 : 5 + length], data[5 + length :]
        yield ""
        yield f"  {prefix.hex(' '):<48} <- {'' if packed else 'not '}compressed, {length} bytes follow"
        if len(body) < length:
            yield f"  {len(body)} of {length} bytes had gone through when the tap was closed"
            return
        if packed or types is None:
            yield f"  {body[:15].hex(' ')}{' ...' if length > 15 else ''}"
            continue
        message = types[which].FromString(body)
        tensors, field = (("inputs", "raw_input_contents"), ("outputs", "raw_output_contents"))[which]
        contents = list(getattr(message, field, ()))
        if contents:
            message.ClearField(field)
        yield f"  {type(message).__name__}"
        yield from (f"    {line}" for line in text_format.MessageToString(message).splitlines())
        for tensor, raw in zip(getattr(message, tensors, ()), contents):
            yield from _tensor_lines(f"{field}, {tensor.name}", tensor.datatype, tensor.shape, raw)


# ------------------------------------------------------------------------------------------------------------- tensors


def _tensor_lines(name: str, datatype: str, shape: Iterable[int], raw: bytes) -> Iterator[str]:
    """Yield a tensor's bytes, with the first few elements each on a line beside its value."""
    yield f"  {name}: {datatype} {[int(size) for size in shape]}, {len(raw)} bytes"
    elements = list(_elements(datatype, raw))
    for piece, meaning in elements[:SHOWN]:
        text = piece.hex(" ") if len(piece) <= 16 else f"{piece[:15].hex(' ')} ..."
        yield f"    {text:<46} <- {meaning}"
    if len(elements) > SHOWN:
        yield f"    ... and {len(elements) - SHOWN} more"


def _elements(datatype: str, raw: bytes) -> Iterator[tuple[bytes, str]]:
    if datatype == "BYTES":
        while len(raw) >= 4:
            (length,) = struct.unpack_from("<I", raw)
            yield raw[:4], f"{length} bytes follow"
            text = raw[4 : 4 + length]
            yield text, ascii(text.decode("utf-8", "backslashreplace"))[:40]
            raw = raw[4 + length :]
        return
    kind = np.dtype(NUMPY.get(datatype, "<u2"))  # what is left is BF16, which numpy does not have
    for start in range(0, len(raw), kind.itemsize):
        piece = raw[start : start + kind.itemsize]
        value = np.frombuffer(piece, kind)[0] if datatype != "BF16" else np.frombuffer(b"\0\0" + piece, "<f4")[0]
        yield piece, str(value)


def _wrapped(text: str) -> Iterator[str]:
    """Yield lines of at most WIDTH characters that end after a comma if possible; of a long text only the beginning."""
    lines = [""]
    for piece in re.findall(rf"[^,]{{1,{WIDTH}}},?|,", text):
        if len(lines[-1]) + len(piece) > WIDTH:
            lines.append("")
        lines[-1] += piece
    yield from (f"  {line}" for line in lines[:LINES])
    if len(lines) > LINES:
        yield f"  ... and {len(text) - sum(map(len, lines[:LINES]))} more characters"
