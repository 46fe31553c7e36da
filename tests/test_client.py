"""TritonClient against a real server, over both protocols: what goes in comes back, and what fails says why."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

from tutorial_lib.client import TritonClient
from tutorial_lib.server import serve

INTEGERS = ["UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"]
NUMBERS = ["BOOL", *INTEGERS, "FP16", "FP32", "FP64", "BF16"]  # and BYTES: all 14 datatypes of Triton

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def identity():
    """A server of its own, with the model that echoes every datatype: it needs no built weights and disturbs nobody."""
    with serve(["identity"], http_port=0, grpc_port=0, metrics_port=0) as server:
        yield server


@pytest.fixture(params=["http", "grpc"])
def client(request, identity):
    with TritonClient(getattr(identity, f"{request.param}_url"), request.param) as client:
        yield client


def values(datatype: str) -> np.ndarray:
    """Two rows with the extremes that this datatype can hold; BF16 as the array type that tritonclient uses."""
    dtype = np.dtype(triton_to_np_dtype(datatype))
    if dtype.kind in "iu":
        return np.array([[np.iinfo(dtype).min, 1], [2, np.iinfo(dtype).max]], dtype=dtype)
    if dtype.kind == "b":
        return np.array([[True, False], [False, True]])
    return np.array([[0.0, -1.5], [np.inf, 3.0]], dtype=dtype)


def echo(client: TritonClient, name: str, value: object) -> np.ndarray:
    answer = client.infer("identity", {name: value})
    assert list(answer) == [f"{name}_out"]
    return answer[f"{name}_out"]


@pytest.mark.parametrize("datatype", NUMBERS)
def test_every_number_type_returns_as_sent(client, datatype):
    sent = values(datatype)
    got = echo(client, datatype.lower(), sent)
    assert got.dtype == sent.dtype
    np.testing.assert_array_equal(got, sent)


@pytest.mark.parametrize("datatype", [*NUMBERS, "BYTES"])
def test_the_metadata_gives_nested_lists_their_datatype(client, datatype):
    sent = [["1", "0"]] if datatype == "BYTES" else [[1, 0]]
    got = echo(client, datatype.lower(), sent)
    assert got.dtype == np.dtype(triton_to_np_dtype(datatype))
    assert got.tolist() == ([[b"1", b"0"]] if datatype == "BYTES" else [[1, 0]])


@pytest.mark.parametrize("datatype", [*NUMBERS, "BYTES"])
def test_an_empty_batch_keeps_its_shape_and_type(client, datatype):
    sent = np.empty((0, 3), dtype=triton_to_np_dtype(datatype))
    got = echo(client, datatype.lower(), sent)
    assert got.shape == (0, 3)
    assert got.dtype == sent.dtype


@pytest.mark.parametrize(
    "sent",
    [
        np.array([["grün", "a"]]),
        np.array([["grün", "a"]], dtype=object),
        np.array([["grün".encode(), b"a"]], dtype=object),
        np.array([["grün".encode(), b"a"]]),
        np.array([[np.bytes_("grün".encode()), np.str_("a")]], dtype=object),
        [["grün", b"a"]],
    ],
    ids=["U", "str objects", "bytes objects", "S", "numpy scalars", "list"],
)
def test_text_in_every_form_arrives_as_utf8(client, sent):
    assert echo(client, "bytes", sent).tolist() == [["grün".encode(), b"a"]]


def test_bytes_objects_keep_their_trailing_zeros_and_need_not_be_text(client):
    sent = [[b"a\0\0", b"", b"\xff\xfe"]]
    assert echo(client, "bytes", sent).tolist() == sent
    assert echo(client, "bytes", np.array(sent, dtype=object)).tolist() == sent


def test_float32_becomes_bf16_where_the_model_wants_it(client):
    got = echo(client, "bf16", np.array([[1.0, 1.001]], dtype=np.float32))
    assert str(got.dtype) == "bfloat16"
    assert got.astype(np.float32).tolist() == [[1.0, 1.0]]  # eight bits of precision


def test_arrays_need_not_be_contiguous(client):
    table = np.arange(24, dtype=np.int32).reshape(4, 6)
    for sent in (table.T, table[::2, ::-3], np.asfortranarray(table), np.broadcast_to(table[0], (2, 6))):
        np.testing.assert_array_equal(echo(client, "int32", sent), sent)
    words = np.array([["a", "b"], ["c", "d"]], dtype=object)
    assert echo(client, "bytes", words.T).tolist() == [[b"a", b"c"], [b"b", b"d"]]


def test_every_output_comes_back_sorted_by_name(client):
    answer = client.infer("identity", {"uint8": [[1]], "bytes": [["x"]], "fp64": [[0.5]]})
    assert list(answer) == ["bytes_out", "fp64_out", "uint8_out"]
    chosen = client.infer("identity", {"uint8": [[1]], "fp64": [[0.5]]}, outputs=["fp64_out"])
    assert list(chosen) == ["fp64_out"]


def test_options_reach_tritonclient(client):
    headers = {"x-course": "1"}
    options = {"model_version": "1", "request_id": "me", "timeout": 1_000_000, "headers": headers}
    assert client.infer("identity", {"fp32": [[1]]}, **options)["fp32_out"].tolist() == [[1]]
    assert headers == {"x-course": "1"}, "tritonclient writes into the headers; the caller's must stay as they were"
    with pytest.raises(InferenceServerException, match="version"):
        client.infer("identity", {"fp32": [[1]]}, model_version="7")
    with pytest.raises(TypeError, match="no_such_option"):
        client.infer("identity", {"fp32": [[1]]}, no_such_option=1)


def test_both_protocols_describe_models_alike(identity):
    with TritonClient(identity.http_url) as http, TritonClient(identity.grpc_url, "grpc") as grpc:
        info = http.get_model_info("identity")
        assert grpc.get_model_info("identity") == info
        assert info["platform"] == "python"
        assert {"name": "fp32", "datatype": "FP32", "shape": [-1, -1]} in info["inputs"]
        by_name = [sorted(client.list_models(), key=lambda model: model["name"]) for client in (http, grpc)]
        assert by_name[0] == by_name[1]
        assert {"name": "identity", "version": "1", "state": "READY"} in by_name[0]
        assert http.is_ready()
        assert grpc.is_ready()


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"input__0": [[1]]}, "model 'identity' has no input 'input__0'; it has: bool, uint8, .*bytes"),
        ({"fp32": np.zeros((1, 1), complex)}, "input 'fp32' of model 'identity' is FP32: numpy's complex128 has no"),
        ({"fp32": np.zeros((1, 1), ">f4")}, "numpy's >f4 has no Triton datatype"),
        ({"fp32": np.zeros((1, 1), "M8[s]")}, r"numpy's datetime64\[s\] has no Triton datatype"),
        ({"fp32": [[1j]]}, "is FP32: it cannot hold complex128"),
        ({"fp32": [[1], [2, 3]]}, "input 'fp32' .* inhomogeneous"),
        ({"fp16": [[70000]]}, "is FP16: it cannot hold every number given"),
        ({"uint8": [[256]]}, "is UINT8: it cannot hold every number given"),
        ({"uint8": [[-1]]}, "is UINT8: it cannot hold every number given"),
        ({"int32": [[0.5]]}, "is INT32: it cannot hold every number given"),
        ({"int32": [[float("nan")]]}, "is INT32: it cannot hold every number given"),
        ({"bytes": [["a"], ["b", "c"]]}, "is BYTES: text must be str or bytes, found list"),
        ({"bytes": [[None]]}, "is BYTES: text must be str or bytes, found NoneType"),
        ({"bytes": [["\ud800"]]}, "is BYTES: .*surrogates not allowed"),
        ({"fp32": np.zeros((1, 1))}, "'fp32' data-type is 'FP64', but model 'identity' expects 'FP32'"),
        ({"fp32": [["a"]]}, "'fp32' data-type is 'BYTES', but model 'identity' expects 'FP32'"),
        ({"fp32": [1.0]}, r"unexpected shape for input 'fp32' .*Expected \[-1,-1\], got \[1\]"),
    ],
)
def test_wrong_inputs_say_what_is_wrong(client, inputs, message):
    with pytest.raises(InferenceServerException, match=message):
        client.infer("identity", inputs)


def test_a_missing_model_passes_the_servers_answer_through(client):
    with pytest.raises(InferenceServerException, match="unknown model: 'nonexistent_model'") as caught:
        client.infer("nonexistent_model", {"x": [[1]]})
    assert caught.value.status() in ("404", "StatusCode.NOT_FOUND")


def test_nothing_listening():
    for protocol in ("http", "grpc"):
        with socket.socket() as reserved:  # bound but not listening: nobody else can take it meanwhile
            reserved.bind(("127.0.0.1", 0))
            with TritonClient(f"127.0.0.1:{reserved.getsockname()[1]}", protocol) as client:
                assert client.is_ready() is False
                for call in (client.list_models, lambda: client.get_model_info("m"), lambda: client.infer("m", {})):
                    with pytest.raises(
                        InferenceServerException, match=r"listens there; is the server running\? .*8000"
                    ):
                        call()


@pytest.mark.parametrize(
    ("protocol", "port", "found"),
    [
        ("http", "grpc", "what listens there does not speak HTTP"),
        ("http", "metrics", "what listens there is not Triton's HTTP"),
        ("grpc", "http", "nothing that speaks gRPC listens there"),
        ("grpc", "metrics", "nothing that speaks gRPC listens there"),
    ],
)
def test_the_port_of_another_protocol(identity, protocol, port, found):
    url = getattr(identity, f"{port}_url")
    with TritonClient(url, protocol) as client:
        if (protocol, port) != ("http", "metrics"):  # the metrics port answers 200 to every path, health too
            assert client.is_ready() is False
        for _ in range(3):
            with pytest.raises(
                InferenceServerException, match=f"over {protocol} at '{url}': {found}.*HTTP is port 8000"
            ):
                client.get_model_info("identity")


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_an_unknown_host_is_named(protocol):
    with pytest.raises(InferenceServerException, match=r"at 'no-such-host.invalid:8000': .*([Nn]ame|lookup)"):
        TritonClient("no-such-host.invalid:8000", protocol).list_models()


def test_a_server_that_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = TritonClient(f"127.0.0.1:{silent.getsockname()[1]}", network_timeout=0.2)
        assert client.is_ready() is False
        with pytest.raises(InferenceServerException, match=r"no Triton answers over http at .*timed out"):
            client.list_models()
        client.close()


@pytest.mark.parametrize("url", ["http://localhost:8000", "https://localhost:8000/", "grpc://localhost:8000"])
@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_a_scheme_in_the_url(url, protocol):
    with pytest.raises(InferenceServerException, match=f"url '{url}' has a scheme: try 'localhost:8000'"):
        TritonClient(url, protocol)


def test_the_defaults_are_the_guides_ports():
    assert [TritonClient(protocol=protocol).url for protocol in ("http", "grpc")] == [
        "localhost:8000",
        "localhost:8001",
    ]
    with pytest.raises(InferenceServerException, match="unknown protocol 'HTTP': expected 'http' or 'grpc'"):
        TritonClient(protocol="HTTP")


def test_raw_is_tritonclients_own_object(client):
    assert type(client.raw).__module__ == f"tritonclient.{client.protocol}._client"
    assert client.raw.is_model_ready("identity")


def test_a_closed_client_says_so(client):
    client.close()
    client.close()
    assert client.is_ready() is False
    for call in (lambda: client.raw, client.list_models, lambda: client.infer("identity", {"fp32": [[1]]})):
        with pytest.raises(InferenceServerException, match="this TritonClient is closed: make a new one"):
            call()


def test_threads_share_one_client(client):
    def ask(number: int) -> bool:
        return echo(client, "int64", np.full((2, 3), number)).tolist() == [[number] * 3] * 2

    raw = set()
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))
        barrier = threading.Barrier(8, timeout=30)
        list(pool.map(lambda _: (barrier.wait(), raw.add(client.raw)), range(8)))
    assert len(raw) == 8, "one tritonclient object for each thread"
    assert len(client._raw) >= 8
    _ = TritonClient.raw.fget(client)
    assert set(client._raw) == {threading.current_thread()}, "those of ended threads are closed and forgotten"


def test_close_reaches_the_connections_of_all_threads(client):
    asked, closed, errors = threading.Barrier(4, timeout=30), threading.Event(), []

    def ask_before_and_after() -> None:
        client.is_ready()
        asked.wait()
        closed.wait(30)
        try:
            client.list_models()
        except InferenceServerException as err:
            errors.append(err.message())

    threads = [threading.Thread(target=ask_before_and_after) for _ in range(3)]
    for thread in threads:
        thread.start()
    asked.wait()
    client.close()
    closed.set()
    for thread in threads:
        thread.join()
    assert errors == ["this TritonClient is closed: make a new one"] * 3


@pytest.mark.parametrize("again", ["the parent's client", "a client of its own"])
def test_a_forked_child_can_go_on(identity, client, again):
    """In a process of its own, because a fork of the test process would copy pytest and every fixture."""
    url = getattr(identity, f"{client.protocol}_url")
    script = f"""
import os
from tutorial_lib.client import TritonClient
new = lambda: TritonClient({url!r}, {client.protocol!r})
ask = lambda client, number: print(client.infer("identity", {{"int64": [[number]]}})["int64_out"].tolist(), flush=True)
client = new()
ask(client, 1)
child = os.fork()
if child == 0:
    ask(client if {again!r} == "the parent's client" else new(), 2)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
ask(client, 3)
"""
    environment = {key: value for key, value in os.environ.items() if key != "GRPC_ENABLE_FORK_SUPPORT"}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, text=True, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            assert process.communicate(timeout=30)[0].splitlines() == ["[[1]]", "[[2]]", "[[3]]"]
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def test_clients_find_a_server_that_starts_after_them():
    """A gRPC channel that was refused goes on refusing for seconds, longer each time: TritonClient takes a new one."""
    names = ("http_port", "grpc_port", "metrics_port")
    with contextlib.ExitStack() as reserved:
        sockets = [reserved.enter_context(socket.socket()) for _ in names]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        ports = {name: each.getsockname()[1] for name, each in zip(names, sockets, strict=True)}
    http, grpc = (TritonClient(f"127.0.0.1:{ports[f'{protocol}_port']}", protocol) for protocol in ("http", "grpc"))
    with http, grpc:
        assert [client.is_ready() for client in (http, grpc) * 4] == [False] * 8
        with serve(["identity"], **ports):
            assert [client.is_ready() for client in (http, grpc)] == [True, True]
            assert [echo(client, "int8", [[1]]).tolist() for client in (http, grpc)] == [[[1]]] * 2
        assert [client.is_ready() for client in (http, grpc)] == [False, False]


def test_a_replaced_model_is_asked_for_its_inputs_again(client):
    client._datatypes["identity", ""] = {"bf16": "FP32"}  # as if the model had other inputs before
    assert client.infer("identity", {"int8": [[1]]})["int8_out"].tolist() == [[1]]
    client._datatypes["identity", ""] = {"bf16": "FP32"}
    with pytest.raises(InferenceServerException, match="expects 'BF16'"):
        client.infer("identity", {"bf16": [[1]]})
    assert echo(client, "bf16", [[1]]).tolist() == [[1]]


def test_the_file_is_small_and_imports_only_the_protocol_asked_for():
    script = """
import sys
import tutorial_lib.client
assert not {"torch", "transformers", "grpc", "gevent"} & set(sys.modules)
tutorial_lib.client.TritonClient(protocol="grpc")
assert "grpc" in sys.modules and "gevent" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
