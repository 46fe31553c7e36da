"""What the tap prints is what the clients send: compared with the bodies that they prepare, on real connections."""

from __future__ import annotations

import re
import socket
import threading

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.grpc import service_pb2
from tritonclient.utils import InferenceServerException

from tests.waiting import free_port
from tutorial_lib import wire

SERVED = ["linear_regression_model", "identity"]
pytestmark = pytest.mark.live
MODEL = "linear_regression_model"
ROWS = np.array([[1], [2]], np.float32)


def tensor(module, rows=ROWS):
    return module.InferInput("input__0", rows.shape, "FP32").set_data_from_numpy(rows)


def printed(capsys) -> str:
    return capsys.readouterr().out


def test_an_http_call_is_shown_as_it_travels(server, capsys):
    with wire.tap(server.http_url) as url, httpclient.InferenceServerClient(url) as client:
        client.infer(MODEL, [tensor(httpclient)])
    text = printed(capsys)
    body, length = httpclient.InferenceServerClient.generate_request_body([tensor(httpclient)])
    sent, answered = text.split("THE SERVER ANSWERS\n")
    assert body[:length].decode() in sent.replace("\n  ", ""), "the JSON"
    assert f"Inference-Header-Content-Length: {length} " in sent
    assert f"Content-Length: {len(body)} " in sent
    assert "    00 00 80 3f                                    <- 1.0\n" in sent
    assert "    00 00 00 40                                    <- 2.0\n" in sent
    assert answered.startswith("  HTTP/1.1 200 OK\n")
    assert "  output__0: FP32 [2, 1], 8 bytes\n    00 00 40 40  " in answered, "3.0"
    assert url not in text
    assert f"  Host: {server.http_url}\n" in sent


def test_a_grpc_call_is_shown_as_it_travels(server, capsys):
    with wire.tap(server.grpc_url) as url, grpcclient.InferenceServerClient(url) as client:
        client.infer(MODEL, [tensor(grpcclient)])
    text = printed(capsys)
    message = service_pb2.ModelInferRequest(model_name=MODEL, raw_input_contents=[ROWS.tobytes()])
    message.inputs.add(name="input__0", datatype="FP32", shape=[2, 1])
    size = message.ByteSize()
    assert "  :path: /inference.GRPCInferenceService/ModelInfer\n" in text
    assert f"  {(b'%c' % 0 + size.to_bytes(4, 'big')).hex(' ')}  " in text, "a flag, and the length"
    assert f"<- not compressed, {size} bytes follow\n  ModelInferRequest\n" in text
    assert "  raw_input_contents, input__0: FP32 [2, 1], 8 bytes\n    00 00 80 3f  " in text
    assert "  ModelInferResponse\n" in text
    assert text.endswith("\n  grpc-status: 0\n")
    assert "user-agent" not in text
    assert url not in text


def test_the_same_call_is_shown_in_the_same_way_again(server, capsys):
    texts = []
    for module, address in ((httpclient, server.http_url), (grpcclient, server.grpc_url)) * 2:
        with wire.tap(address) as url, module.InferenceServerClient(url) as client:
            client.infer(MODEL, [tensor(module)])
        texts.append(printed(capsys))
    assert texts[:2] == texts[2:]


def test_compressed_calls_and_refused_ones(server, capsys):
    many = np.zeros((1024, 1), np.float32)
    with wire.tap(server.http_url) as url, httpclient.InferenceServerClient(url) as client:
        client.infer(
            MODEL,
            [tensor(httpclient, many)],
            request_compression_algorithm="gzip",
            response_compression_algorithm="deflate",
        )
    text = printed(capsys)
    assert " bytes of gzip; unpacked, they are:" in text
    assert " bytes of deflate; unpacked, they are:" in text
    assert "    ... and 1020 more\n" in text
    tap = wire.tap(server.grpc_url)
    with pytest.raises(InferenceServerException), tap as url, grpcclient.InferenceServerClient(url) as client:
        client.infer("none", [tensor(grpcclient, many)], compression_algorithm="gzip")
    text = printed(capsys)
    assert "<- compressed, " in text
    assert "  grpc-status: 5\n" in text
    assert "Request for unknown model: 'none' is not found" in text


def test_texts_are_shown_as_lengths_and_letters(server, capsys):
    words = np.array([["gr\u00fcn".encode()]], dtype=object)
    text = httpclient.InferInput("bytes", [1, 1], "BYTES").set_data_from_numpy(words)
    with wire.tap(server.http_url) as url, httpclient.InferenceServerClient(url) as client:
        client.infer("identity", [text])
    lines = printed(capsys).splitlines()
    at = lines.index("  bytes: BYTES [1, 1], 9 bytes")
    assert lines[at + 1].split() == ["05", "00", "00", "00", "<-", "5", "bytes", "follow"]
    assert lines[at + 2].split() == ["67", "72", "c3", "bc", "6e", "<-", r"'gr\xfcn'"]


def test_several_calls_and_long_answers(server, capsys):
    with wire.tap(server.http_url) as url, httpclient.InferenceServerClient(url) as client:
        assert client.is_server_live()
        client.get_inference_statistics()
    text = printed(capsys)
    assert text.count("THE CLIENT SENDS") == text.count("THE SERVER ANSWERS") == 2
    assert " more characters" in text
    assert max(map(len, text.splitlines())) <= wire.WIDTH + 2


def test_nothing_and_nobody(server, capsys):
    with wire.tap(server.http_url):
        pass
    assert printed(capsys) == f"Nothing went through this tap to {server.http_url}.\n"
    nobody = f"localhost:{free_port()}"
    with pytest.raises(Exception, match=r"."), wire.tap(nobody) as url:
        httpclient.InferenceServerClient(url).is_server_live()
    assert printed(capsys) == f"Nothing went through this tap to {nobody}.\n"
    assert not [thread for thread in threading.enumerate() if "wire" in repr(thread)]


def test_a_call_that_is_cut_off_says_so(capsys):
    """A server that never reads on: gRPC sends 65535 bytes of data, as HTTP/2 allows, and waits for more credit."""
    with socket.create_server(("127.0.0.1", 0)) as stuck:
        tap = wire.tap(f"127.0.0.1:{stuck.getsockname()[1]}")
        stuck.settimeout(20)
        with tap as url, grpcclient.InferenceServerClient(url) as client:
            large = tensor(grpcclient, np.zeros((100_000, 1), np.float32))
            calling = client.async_infer(MODEL, [large], lambda *_: None)
            connection, _ = stuck.accept()
            with connection:
                connection.settimeout(20)
                connection.sendall(bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))  # SETTINGS, without a setting
                received = 0
                while received < 65535:
                    piece = connection.recv(65536)
                    assert piece, "the tap has closed"
                    received += len(piece)
                calling.cancel()
    text = printed(capsys)
    assert re.search(r"<- not compressed, 400\d{3} bytes follow\n  \d{5} of 400\d{3} bytes had gone through when", text)


@pytest.mark.parametrize(("module", "blocks"), [(grpcclient, "_http2_blocks"), (httpclient, "_http1_blocks")])
def test_a_call_may_be_cut_off_anywhere(server, monkeypatch, module, blocks):
    recorded, real = [], getattr(wire, blocks)
    monkeypatch.setattr(wire, blocks, lambda *given: recorded.append(given) or real(*given))
    address = server.http_url if module is httpclient else server.grpc_url
    with wire.tap(address) as url, module.InferenceServerClient(url) as client:
        client.infer(MODEL, [tensor(module)])
    ((sent, received, *names),) = recorded
    whole = [line for block in real(sent, received, *names) for line in block]
    for cut in range(len(sent)):
        found = [line for block in real(sent[:cut], b"", *names) for line in block]
        assert len(found) < len(whole)
    for cut in range(len(received)):
        list(real(sent, received[:cut], *names))


def test_the_tap_leaves_no_thread_and_an_open_client_does_not_hold_it(server, capsys):
    before = threading.active_count()
    with wire.tap(server.http_url) as url:
        client = httpclient.InferenceServerClient(url)
        client.is_server_live()
    assert "  HTTP/1.1 200 OK\n" in printed(capsys)
    assert threading.active_count() == before
    client.close()


@pytest.mark.parametrize("datatype", ["BOOL", "INT8", "UINT64", "FP16", "BF16", "FP64"])
def test_every_datatype_has_its_values(datatype):
    raw = {"BOOL": b"\1", "INT8": b"\xff", "UINT64": b"\2" + bytes(7), "FP16": b"\0\x3c", "BF16": b"\x80\x3f"}
    values = {"BOOL": "True", "INT8": "-1", "UINT64": "2", "FP16": "1.0", "BF16": "1.0", "FP64": "1.0"}
    piece = raw.get(datatype, np.float64(1).tobytes())
    assert list(wire._elements(datatype, piece)) == [(piece, values[datatype])]
