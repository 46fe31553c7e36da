"""TritonClient against a real server, over both protocols: what goes in comes back, and what fails says why."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import hypothesis
import numpy as np
import pytest
import tritonclient.utils.shared_memory as shm
from hypothesis import strategies
from hypothesis.extra.numpy import arrays
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

from tutorial_lib.client import TritonClient
from tutorial_lib.server import serve

INTEGERS = ["UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"]
NUMBERS = ["BOOL", *INTEGERS, "FP16", "FP32", "FP64", "BF16"]  # and BYTES: all 14 datatypes of Triton

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def identity():
    """A server of its own, with models that need no built weights: one that echoes every datatype, two that refuse."""
    with serve(["identity", "errors_demo", "short_queue"], http_port=0, grpc_port=0, metrics_port=0) as server:
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
        ({"int64": [[2**70]]}, "is INT64: it cannot hold int 1180591620717411303424"),
        ({"fp32": [[None]]}, "is FP32: it cannot hold NoneType None"),
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


@pytest.fixture
def nobody():
    """The address of a port that is bound but not listening: nobody else can take it meanwhile."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{reserved.getsockname()[1]}"


def test_nothing_listening(nobody):
    for protocol in ("http", "grpc"):
        with TritonClient(nobody, protocol) as client:
            assert client.is_ready() is False
            for call in (client.list_models, lambda: client.get_model_info("m"), lambda: client.infer("m", {})):
                with pytest.raises(InferenceServerException, match=r"listens there; is the server running\? .*8000"):
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


@pytest.mark.parametrize("url", ["localhost:abc", "localhost:70000", "localhost:0"])
def test_a_port_that_does_not_exist(url):
    with pytest.raises(InferenceServerException, match=f"url '{url}': expected host:port with a port from 1 to 65535"):
        TritonClient(url)


def test_an_output_in_shared_memory_is_not_in_the_result(client, identity):
    name = f"client_output_{client.protocol}_{os.getpid()}"
    handle = shm.create_shared_memory_region(name, name, 8)
    try:
        client.raw.register_system_shared_memory(name, name, 8)
        output = client._tritonclient.InferRequestedOutput("fp32_out")
        output.set_shared_memory(name, 8)
        x = np.array([[1.5, 2.5]], np.float32)
        assert client.infer("identity", {"fp32": x}, outputs=[output]) == {}
        assert np.array_equal(shm.get_contents_as_numpy(handle, np.float32, [1, 2]), x)
        client.infer("identity", {"fp32": x})  # gRPC answers before it lets go of the region, but has after one more
    finally:
        client.raw.unregister_system_shared_memory(name)
        shm.destroy_shared_memory_region(handle)


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


@pytest.fixture
def ports():
    """Three free ports, as keyword arguments of serve()."""
    names = ("http_port", "grpc_port", "metrics_port")
    with contextlib.ExitStack() as reserved:
        sockets = [reserved.enter_context(socket.socket()) for _ in names]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return {name: each.getsockname()[1] for name, each in zip(names, sockets, strict=True)}


def test_clients_find_a_server_that_starts_after_them(ports):
    """A gRPC channel that was refused goes on refusing for seconds, longer each time: TritonClient takes a new one."""
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


# ----------------------------------------------------------------------------------------------------------- retries


def call_until(ended: threading.Event, client: TritonClient, answers: list[int]) -> list[str]:
    """Echo 0, 1, 2, ... and return what failed calls said; `answers` takes the others, each with its own number."""
    failed = []
    while not ended.is_set():
        number = len(answers) + len(failed)
        try:
            assert echo(client, "int64", [[number]]).tolist() == [[number]]
            answers.append(number)
        except InferenceServerException as error:
            failed.append(str(error))
        time.sleep(0.002)
    return failed


@pytest.mark.parametrize("how", ["kill -9", "SIGTERM", "stop()"])
def test_a_restart_loses_no_call_where_retries_are_asked_for(ports, how):
    """The hardest restart there is, and the polite ones, under four clients at once."""
    ended, options = threading.Event(), {"retries": 1000, "deadline": 60.0}
    clients = [
        TritonClient(f"127.0.0.1:{ports[f'{protocol}_port']}", protocol, **given)
        for protocol in ("http", "grpc")
        for given in (options, {})
    ]
    answers = [[] for _ in clients]

    def all_have(more: int) -> None:
        wanted, end = [len(given) + more for given in answers], time.monotonic() + 60
        while any(len(given) < number for given, number in zip(answers, wanted)):
            assert time.monotonic() < end
            time.sleep(0.02)

    with ThreadPoolExecutor(4) as pool:
        try:
            with serve(["identity"], **ports) as server:
                loops = [pool.submit(call_until, ended, client, given) for client, given in zip(clients, answers)]
                all_have(10)
                if how != "stop()":
                    os.kill(server.pid, {"kill -9": signal.SIGKILL, "SIGTERM": signal.SIGTERM}[how])
            with serve(["identity"], **ports):
                all_have(10)
                ended.set()
                failures = [loop.result(30) for loop in loops]
                for client in clients:
                    client.close()  # an open connection holds up the server's end
        finally:
            ended.set()
    http_lost, http_failed, grpc_lost, grpc_failed = failures
    assert (http_lost, grpc_lost) == ([], [])
    assert http_failed
    assert grpc_failed


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_the_deadline_ends_the_tries(nobody, protocol):
    with TritonClient(nobody, protocol, retries=1000, deadline=2.0) as client:
        for call in (client.list_models, lambda: client.infer("m", {"x": [[1]]}), lambda: client.get_model_info("m")):
            began = time.monotonic()
            with pytest.raises(InferenceServerException, match=r"listens there|[Dd]eadline") as caught:
                call()
            assert 1.9 < time.monotonic() - began < 6
            assert re.fullmatch(r"the last of \d+ tries in [1-5]\.\d s", caught.value.__notes__[0])
    with TritonClient(nobody, protocol, retries=1000, deadline=20.0) as client:
        began = time.monotonic()
        with pytest.raises(InferenceServerException):
            client.infer("m", {"x": [[1]]}, deadline=0.1)
        assert client.is_ready() is False  # it says how things are now, so it does not wait
        assert time.monotonic() - began < 3.0


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_the_deadline_ends_a_try(identity, protocol):
    message = {"http": "no Triton answers over http .*: the deadline has passed", "grpc": "Deadline Exceeded"}[protocol]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_url = f"127.0.0.1:{silent.getsockname()[1]}"
        for url in (silent_url, getattr(identity, f"{protocol}_url")):
            with TritonClient(url, protocol, retries=5) as client:
                began = time.monotonic()
                with pytest.raises(InferenceServerException, match=message):
                    client.infer("errors_demo", {"seconds": [[6.0]]}, deadline=0.4)
                assert 0.35 < time.monotonic() - began < 5
    with TritonClient(getattr(identity, f"{protocol}_url"), protocol) as client:  # the limit was for that call alone
        assert client.infer("errors_demo", {"seconds": [[0.5]]})["slept"].tolist() == [[0.5]]


def executions(identity, call) -> int:
    """Return how often the server ran `errors_demo` for `call`, which must fail."""
    with TritonClient(identity.http_url) as client:

        def count() -> int:  # the server counts a moment after the answer, so wait until nothing moves any more
            seen = [-1, -2]
            while seen[-1] != seen[-2]:
                time.sleep(0.4)
                stats = client.raw.get_inference_statistics("errors_demo")["model_stats"]
                seen.append(stats[0]["inference_count"])
            return seen[-1]

        before = count()
        with pytest.raises(InferenceServerException) as caught:
            call()
        found = count() - before
        assert hasattr(caught.value, "__notes__") == (found > 1)
        return found


@pytest.mark.parametrize(
    ("error", "options", "expected"),
    [
        ("INVALID_ARG", {}, 1),
        ("NOT_FOUND", {}, 1),
        ("INTERNAL", {}, 1),
        ("UNSUPPORTED", {}, 1),
        ("CANCELLED", {}, 1),
        ("UNAVAILABLE", {}, 4),
        ("UNAVAILABLE", {"retries": 0}, 1),
        ("UNAVAILABLE", {"sequence_id": 7, "sequence_start": True}, 1),
        ("UNAVAILABLE", {"sequence_id": "seven", "sequence_start": True}, 1),
    ],
)
def test_only_what_may_pass_is_sent_again(client, identity, error, options, expected):
    client.retries = 3
    inputs = {"seconds": [[0.0]], "error": [[error]]}
    assert executions(identity, lambda: client.infer("errors_demo", inputs, **options)) == expected


def test_refusals_of_the_server_are_final(client, nobody):
    """They count nowhere in the statistics, so the note tells: there is none after a single try."""
    client.retries = 3
    strange = TritonClient("no-such-host.invalid:8000", client.protocol, retries=3)
    absent = TritonClient(nobody, client.protocol, retries=3)
    for call in (
        lambda: client.infer("identity", {"fp32": np.zeros((1, 1))}),
        lambda: client.infer("nonexistent_model", {"x": [[1]]}),
        lambda: client.infer("identity", {"fp32": [["refused"]]}),
        strange.list_models,
        lambda: absent.infer("m", {}, sequence_id=7),
    ):
        with pytest.raises(InferenceServerException) as caught:
            call()
        assert not hasattr(caught.value, "__notes__")


def test_a_restricted_api_is_final():
    """gRPC answers UNAVAILABLE to who lacks the key, which no waiting mends; HTTP says 403."""
    options = ["--grpc-restricted-protocol=model-repository:key=1", "--http-restricted-api=model-repository:key=1"]
    free = {"http_port": 0, "grpc_port": 0, "metrics_port": 0}
    with serve([], options=options, headers={"key": "1"}, **free) as server:
        for protocol in ("http", "grpc"):
            with TritonClient(getattr(server, f"{protocol}_url"), protocol, retries=3) as client:
                with pytest.raises(InferenceServerException, match="is restricted") as caught:
                    client.list_models()
                assert not hasattr(caught.value, "__notes__")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"])
@pytest.mark.parametrize(("options", "expected"), [({}, 3), ({"sequence_id": 7}, 1)], ids=["stateless", "sequence"])
def test_a_connection_cut_off(answer, options, expected):
    """A stand-in for a server that dies after it has read the request: it may have done the work."""
    requests = []

    def read_and_hang_up() -> None:
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                connection = listening.accept()[0]
                requests.append(connection.recv(65536))
                connection.sendall(answer)
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=read_and_hang_up)
        thread.start()
        with TritonClient(f"127.0.0.1:{listening.getsockname()[1]}") as client:
            counts = []
            for retries in (0, 2):
                with pytest.raises(InferenceServerException, match=r"closed|EOF|Incomplete"):
                    client.infer("m", {}, retries=retries, **options)
                counts.append(len(requests))
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
    by_the_vendor, both = counts  # geventhttpclient 2.4 sends some again by itself
    assert both - by_the_vendor == expected * by_the_vendor
    assert all(request.startswith(b"POST /v2/models/m/infer") for request in requests)


def test_a_full_queue_is_asked_again_until_it_takes_the_request(client):
    together = threading.Barrier(12, timeout=30)

    def ask(retries: int, milliseconds: int) -> str:
        together.wait()
        try:
            inputs = {"work_ms": [[milliseconds]]}
            return str(client.infer("short_queue", inputs, retries=retries)["batch_size"].tolist())
        except InferenceServerException as err:
            return err.status()

    with ThreadPoolExecutor(12) as pool:
        refused = set(pool.map(ask, [0] * 12, [200] * 12)) - {"[[1]]"}
        assert refused == {{"http": "503", "grpc": "StatusCode.UNAVAILABLE"}[client.protocol]}
        assert set(pool.map(ask, [100] * 12, [20] * 12)) == {"[[1]]"}


def test_two_clients_wait_differently_and_never_too_long(monkeypatch, nobody):
    waits = []
    monkeypatch.setattr("tutorial_lib.client.time.sleep", lambda seconds: waits[-1].append(seconds))
    for _ in range(2):
        random.seed(0)  # as a worker may do for its own reasons
        waits.append([])
        with TritonClient(nobody, retries=10) as client, pytest.raises(InferenceServerException):
            client.list_models()
    assert not set(waits[0]) & set(waits[1])
    for found in waits:
        assert len(found) == 10
        assert all(0 <= wait <= min(0.05 * 2**number, 2.0) for number, wait in enumerate(found))


# ------------------------------------------------------------------------------------------- whatever arrays there are

EXAMPLES = hypothesis.settings(
    derandomize=True,  # the same examples on every machine
    deadline=None,
    max_examples=40,
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],  # one client for all examples is meant
)
SHAPES = strategies.tuples(strategies.integers(0, 6), strategies.integers(0, 6))
FORMS = {  # the same numbers, laid out in memory in ways that only strides tell
    "as it is": lambda array: array,
    "transposed": lambda array: array.T,
    "Fortran order": np.asfortranarray,
    "every second": lambda array: array[::2, 1::2],
    "backwards": lambda array: array[::-1, ::-2],
    "one row often": lambda array: np.broadcast_to(array[:1], (len(array[:1]) * 7, array.shape[1])),
    "a large batch": lambda array: np.tile(array, (2000, 3)).T,
}
FORM = strategies.sampled_from(sorted(FORMS))
WORDS = strategies.one_of(
    strategies.binary(max_size=9),
    strategies.text(max_size=9),
    strategies.sampled_from(["", "\0", "a\0\0", "🙂🏳️‍🌈", "ü" * 500_000, b"\xff" * 1_000_000]),
)


@pytest.mark.parametrize("datatype", NUMBERS)
def test_any_array_of_numbers_returns_bit_by_bit(client, datatype):
    dtype = np.dtype(triton_to_np_dtype(datatype))
    bits = np.dtype(f"uint{8 * dtype.itemsize}")  # every pattern of bits: NaNs with a payload, -0.0, denormals

    @EXAMPLES
    @hypothesis.given(arrays(bits, SHAPES, elements=strategies.integers(0, 1) if datatype == "BOOL" else None), FORM)
    def check(patterns, form):
        sent = FORMS[form](patterns.view(dtype))
        got = echo(client, datatype.lower(), sent)
        assert (got.dtype, got.shape) == (sent.dtype, sent.shape)
        assert got.tobytes() == sent.tobytes()

    check()


def test_any_array_of_text_returns_byte_by_byte(client):
    @EXAMPLES
    @hypothesis.given(arrays(object, SHAPES.filter(lambda shape: max(shape) < 5), elements=WORDS), FORM)
    def check(words, form):
        sent = FORMS[form if form != "a large batch" else "as it is"](words)
        expected = [[word.encode() if isinstance(word, str) else word for word in row] for row in sent]
        got = echo(client, "bytes", sent)
        assert got.shape == sent.shape
        assert got.tolist() == expected

    check()


# --------------------------------------------------------------------------------------------- what the clients leave


def descriptors(at_most: int = 0) -> int:
    """Return the number of this process's open files, when it is down to `at_most` or 5 seconds are over."""
    end = time.monotonic() + 5
    while True:  # gRPC closes its sockets a moment later, in a thread of its own
        gc.collect()
        found = len(os.listdir("/proc/self/fd"))
        if found <= at_most or time.monotonic() > end or not at_most:
            return found
        time.sleep(0.05)


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_closed_clients_leave_no_descriptors(identity, nobody, protocol):
    url = getattr(identity, f"{protocol}_url")

    def use(_=None) -> None:
        with TritonClient(url, protocol) as client:
            assert echo(client, "int8", [[1]]).tolist() == [[1]]

    def in_a_thread() -> None:
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()

    use()
    in_a_thread()  # whatever is opened once for all is open now
    before = descriptors()
    for _ in range(30):
        use()
    with TritonClient(nobody, protocol, retries=30, deadline=0.5) as client, pytest.raises(InferenceServerException):
        client.list_models()
    assert descriptors(at_most=before) <= before
    for _ in range(10):
        in_a_thread()
    allowed = before + (20 if protocol == "http" else 0)  # two for each thread, as the class says
    assert descriptors(at_most=allowed) <= allowed


def test_the_file_is_small_and_imports_only_the_protocol_asked_for():
    script = """
import sys
import tutorial_lib.client
assert not {"torch", "transformers", "grpc", "gevent"} & set(sys.modules)
tutorial_lib.client.TritonClient(protocol="grpc")
assert "grpc" in sys.modules and "gevent" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
