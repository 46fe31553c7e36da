"""show.as_curl: the command, run by bash, and tritonclient, with the same objects, get the same answer."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess

import numpy as np
import pytest
import tritonclient.grpc as grpcclient
import tritonclient.http as httpclient
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

from tutorial_lib import show
from tutorial_lib.server import serve

NUMBERS = ["BOOL", *(f"{sign}INT{bits}" for sign in ("U", "") for bits in (8, 16, 32, 64)), "FP32", "FP64"]
BINARY_ONLY = ["FP16", "BF16"]
STRANGE = [
    "it's",
    '"quoted"',
    "$HOME `id` \\n !",
    "two\nlines\tand a tab",
    "caf\u00e9 \u65e5\u672c \N{ROCKET}",
    "",
    "\0",
    "JSON",
    "'; echo 1",
]

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not (shutil.which("curl") and shutil.which("bash")), reason="curl or bash is not installed"),
]


@pytest.fixture(scope="module")
def identity():
    """A server of its own that echoes every datatype."""
    with serve(["identity"], http_port=0, grpc_port=0, metrics_port=0) as server:
        yield server


@pytest.fixture
def client(identity):
    with httpclient.InferenceServerClient(identity.http_url) as client:
        yield client


def run(command: str, folder) -> str:
    """Paste `command` into bash, as a reader does: through its standard input."""
    done = subprocess.run(["bash"], input=command.encode(), capture_output=True, cwd=folder, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def answered(command: str, folder) -> httpclient.InferResult:
    """What the command got, read by tritonclient's own reader."""
    text = run(command, folder)
    if "--output answer.bin" not in command:
        return httpclient.InferResult.from_response_body(text.encode())
    size = re.search(r"(?mi)^inference-header-content-length: (\d+)", text)
    body = (folder / "answer.bin").read_bytes()
    return httpclient.InferResult.from_response_body(body, header_length=size and int(size[1]))


def tensor(name, array, datatype=None, module=httpclient, **options):
    datatype = datatype or {"bytes": "BYTES"}.get(name, name.upper())
    return module.InferInput(name, list(array.shape), datatype).set_data_from_numpy(array, **options)


def extremes(datatype: str) -> np.ndarray:
    dtype = np.dtype(triton_to_np_dtype(datatype))
    if dtype.kind in "iu":
        return np.array([[np.iinfo(dtype).min, 1], [2, np.iinfo(dtype).max]], dtype=dtype)
    if dtype.kind == "b":
        return np.array([[True, False], [False, True]])
    return np.array([[-0.0, -1.5, 0.1], [np.inf, -np.inf, np.nan]], dtype=dtype)


def same(one, two) -> None:
    """Both hold the same outputs: names, datatypes, shapes and every bit."""
    names = {output["name"] for output in one.get_response()["outputs"]}
    assert names == {output["name"] for output in two.get_response()["outputs"]}
    for name in names:
        left, right = (as_bytes(reply.as_numpy(name)) for reply in (one, two))
        assert (left.dtype, left.shape) == (right.dtype, right.shape)
        if left.dtype == object:
            assert left.tolist() == right.tolist()
        else:
            assert left.tobytes() == right.tobytes(), name


def as_bytes(array: np.ndarray) -> np.ndarray:
    """tritonclient reads strings from JSON as str and from a binary answer as bytes."""
    if array.dtype != object:
        return array
    items = [item.encode() if isinstance(item, str) else item for item in array.flat]
    return np.array(items, dtype=object).reshape(array.shape)


@pytest.mark.parametrize("binary", [None, True], ids=["as it comes", "binary"])
@pytest.mark.parametrize("datatype", [*NUMBERS, *BINARY_ONLY])
def test_every_datatype_of_numbers(client, identity, tmp_path, datatype, binary):
    inputs = [tensor(datatype.lower(), extremes(datatype))]
    command = show.as_curl("identity", inputs, url=identity.http_url, binary=binary)
    assert ("answer.bin" in command) == bool(binary or datatype in BINARY_ONLY)
    reply = answered(command, tmp_path)
    same(reply, client.infer("identity", inputs))
    got, sent = reply.as_numpy(f"{datatype.lower()}_out"), extremes(datatype)
    if got.dtype.kind in "biu":
        assert got.tolist() == sent.tolist()
    else:  # as float64, because bfloat16 has a NaN that numpy does not know
        np.testing.assert_array_equal(got.astype(np.float64), sent.astype(np.float64))


@pytest.mark.parametrize("datatype", ["FP32", "FP64"])
def test_random_numbers_come_back_to_the_last_bit(client, identity, tmp_path, datatype):
    random = np.random.default_rng(7)
    bits = random.integers(0, 2**32, (1, 3000), dtype=np.uint64) << (32 if datatype == "FP64" else 0)
    array = (bits | random.integers(0, 2**32, bits.shape, dtype=np.uint64)).view(np.float64)
    if datatype == "FP32":
        array = bits.astype(np.uint32).view(np.float32)
    array = array[np.isfinite(array)][None]
    reply = answered(show.as_curl("identity", [tensor(datatype.lower(), array)], url=identity.http_url), tmp_path)
    assert reply.as_numpy(f"{datatype.lower()}_out").tobytes() == array.tobytes()


def test_fp64_is_json_where_the_servers_reader_is_exact(identity, tmp_path):
    short, long = np.array([[0.1, 5.0, 1e22, -2.5e-20]]), np.array([[np.pi * 1e-200]])
    command = show.as_curl("identity", [tensor("fp64", short)], url=identity.http_url)
    assert '"data": [0.1, 5.0, 1e+22, -2.5e-20]' in command
    assert answered(command, tmp_path).as_numpy("fp64_out").tobytes() == short.tobytes()
    assert "answer.bin" in show.as_curl("identity", [tensor("fp64", long)])
    forced = show.as_curl("identity", [tensor("fp64", long)], url=identity.http_url, binary=False)
    np.testing.assert_allclose(answered(forced, tmp_path).as_numpy("fp64_out"), long, rtol=1e-15)


def test_fp32_is_written_with_the_fewest_digits():
    assert '"data": [0.1, 3.4028235e+38]' in show.as_curl(
        "identity", [tensor("fp32", np.array([[0.1, 3.4028235e38]], np.float32))]
    )


@pytest.mark.parametrize("binary", [None, True], ids=["json", "binary"])
def test_strings_that_bash_and_json_would_change(client, identity, tmp_path, binary):
    sent = [tensor("bytes", np.array([[text.encode() for text in STRANGE]], dtype=object))]
    command = show.as_curl("identity", sent, url=identity.http_url, binary=binary, request_id='it\'s "one" \N{ROCKET}')
    reply = answered(command, tmp_path)
    same(reply, client.infer("identity", sent))
    assert reply.get_response()["id"] == 'it\'s "one" \N{ROCKET}'
    assert as_bytes(reply.as_numpy("bytes_out")).tolist() == [[text.encode() for text in STRANGE]]


def test_bytes_that_are_no_text_go_in_binary(client, identity, tmp_path):
    sent = [tensor("bytes", np.array([[b"\xff\xfe", b"", b"\0\x80"]], dtype=object))]
    same(answered(show.as_curl("identity", sent, url=identity.http_url), tmp_path), client.infer("identity", sent))


@pytest.mark.parametrize("datatype", [*NUMBERS, *BINARY_ONLY, "BYTES"])
def test_empty_tensors(client, identity, tmp_path, datatype):
    sent = [tensor(datatype.lower(), np.empty((0, 3), dtype=triton_to_np_dtype(datatype)))]
    reply = answered(show.as_curl("identity", sent, url=identity.http_url), tmp_path)
    same(reply, client.infer("identity", sent))
    assert reply.as_numpy(f"{datatype.lower()}_out").shape == (0, 3)


def test_inputs_that_were_set_as_json_and_inputs_of_the_grpc_client(client, identity, tmp_path):
    array, words = np.array([[0.1, 2.0]], np.float32), np.array([["ab", "c"]], dtype=object)
    as_json = [tensor("fp32", array, binary_data=False), tensor("bytes", words, binary_data=False)]
    over_grpc = [tensor("fp32", array, module=grpcclient), tensor("bytes", words, module=grpcclient)]
    for binary in (None, True):
        commands = [show.as_curl("identity", it, url=identity.http_url, binary=binary) for it in (as_json, over_grpc)]
        assert commands[0] == commands[1]
        same(answered(commands[0], tmp_path), client.infer("identity", as_json))


def test_fp16_that_was_set_as_json_goes_in_binary(client, identity, tmp_path):
    array = np.array([[1.5, -0.0, 65504]], np.float16)
    as_json = [tensor("fp16", array, binary_data=False)]
    with pytest.raises(InferenceServerException, match="receiving FP16 data via JSON is not supported"):
        client.infer("identity", as_json)
    reply = answered(show.as_curl("identity", as_json, url=identity.http_url), tmp_path)
    same(reply, client.infer("identity", [tensor("fp16", array)]))


def test_requested_outputs(client, identity, tmp_path):
    sent = [tensor("int8", np.array([[1]], np.int8)), tensor("bytes", np.array([[b"x"]], dtype=object))]
    for binary in (None, True):
        for module in (httpclient, grpcclient):
            wanted = [module.InferRequestedOutput("bytes_out")]
            reply = answered(show.as_curl("identity", sent, wanted, url=identity.http_url, binary=binary), tmp_path)
            same(reply, client.infer("identity", sent, outputs=[httpclient.InferRequestedOutput("bytes_out")]))
            assert [output["name"] for output in reply.get_response()["outputs"]] == ["bytes_out"]
    mixed = [
        httpclient.InferRequestedOutput("int8_out", binary_data=False),
        httpclient.InferRequestedOutput("bytes_out"),
    ]
    reply = answered(show.as_curl("identity", sent, mixed, url=identity.http_url, binary=True), tmp_path)
    same(reply, client.infer("identity", sent, outputs=mixed))
    assert "data" in reply.get_output("int8_out")
    assert "data" not in reply.get_output("bytes_out")


@pytest.mark.parametrize("binary", [None, True], ids=["json", "binary"])
@pytest.mark.parametrize("module", [httpclient, grpcclient])
def test_classification(client, identity, tmp_path, module, binary):
    sent = [tensor("fp32", np.array([[0.1, 0.7, 0.2]], np.float32))]
    wanted = [module.InferRequestedOutput("fp32_out", class_count=2)]
    reply = answered(show.as_curl("identity", sent, wanted, url=identity.http_url, binary=binary), tmp_path)
    same(reply, client.infer("identity", sent, outputs=[httpclient.InferRequestedOutput("fp32_out", class_count=2)]))
    assert [item[-1:] for item in as_bytes(reply.as_numpy("fp32_out")).flat] == [b"1", b"2"]


@pytest.mark.parametrize("binary", [None, True], ids=["json", "binary"])
def test_the_json_is_the_one_that_tritonclient_sends(binary):
    """Ids, parameters, priority, timeout, sequences: compared with tritonclient's own request body."""
    options = {
        "request_id": "7",
        "sequence_id": 5,
        "sequence_start": True,
        "sequence_end": False,
        "priority": 2,
        "timeout": 0,
        "parameters": {"text": "it's", "flag": True, "count": 3, "share": 0.5},
    }
    sent = [tensor("fp32", np.array([[1.0]], np.float32), binary_data=bool(binary))]
    wanted = [httpclient.InferRequestedOutput("fp32_out", binary_data=bool(binary))]
    body, size = httpclient.InferenceServerClient.generate_request_body(sent, outputs=wanted, **options)
    expected = json.loads(body[:size])
    command = show.as_curl("m", sent, wanted, binary=binary, **options)
    if not binary:
        for described in expected["outputs"]:
            assert described.pop("parameters") == {"binary_data": False}
        found = json.loads(re.search(r"(?s)--data '(.*)'$", command)[1])
    else:
        decoded = subprocess.run(["bash", "-c", re.sub(r"(?s) \| .*?answer\.bin", "", command)], capture_output=True)
        length = int(re.search(r"Length: (\d+)", command)[1])
        found = json.loads(decoded.stdout[:length])
        assert decoded.stdout[length:] == body[size:]
    assert found == expected


def test_parameters_priority_and_version_reach_the_server(client, identity, tmp_path):
    sent = [tensor("fp32", np.array([[1.0]], np.float32))]
    options = {"request_id": "id-1", "model_version": "1", "priority": 1, "timeout": 1000, "parameters": {"a": "b"}}
    reply = answered(show.as_curl("identity", sent, url=identity.http_url, **options), tmp_path)
    same(reply, client.infer("identity", sent, **options))
    assert reply.get_response()["id"] == "id-1"


def test_an_error_is_the_same_error(client, identity, tmp_path):
    for model, version in [("no model/'of this'", ""), ("identity", "9")]:
        sent = [tensor("fp32", np.array([[1.0]], np.float32))]
        with pytest.raises(InferenceServerException) as caught:
            client.infer(model, sent, model_version=version)
        command = show.as_curl(model, sent, url=identity.http_url, model_version=version)
        assert json.loads(run(command, tmp_path)) == {"error": caught.value.message()}


def test_headers_are_quoted_for_bash(tmp_path):
    header = {"X-Key": 'a\'b "c" $HOME !', "Plain": "yes"}
    command = show.as_curl("m", [tensor("fp32", np.array([[1.0]], np.float32))], headers=header)
    words = run(command.replace("curl --silent", "printf '%s\\n'", 1), tmp_path).splitlines()
    assert words[2] == 'X-Key: a\'b "c" $HOME !'
    assert '--header "Plain: yes"' in command


@pytest.mark.parametrize("binary", [None, True], ids=["json", "binary"])
def test_more_than_one_argument_can_hold(client, identity, tmp_path, binary):
    sent = [tensor("int32", np.arange(100_000, dtype=np.int32)[None])]
    reply = answered(show.as_curl("identity", sent, url=identity.http_url, binary=binary), tmp_path)
    assert reply.as_numpy("int32_out").tolist() == [list(range(100_000))]


@pytest.mark.parametrize("text", ["it's " * 18_000, "'" * 60_000, "x" * 99_000])
def test_an_apostrophe_becomes_six_characters_of_an_argument(client, identity, tmp_path, text):
    sent = [tensor("bytes", np.array([[text.encode()]], dtype=object))]
    same(answered(show.as_curl("identity", sent, url=identity.http_url), tmp_path), client.infer("identity", sent))


def test_headers_that_went_with_a_call_of_tritonclient(client, identity, tmp_path):
    """It writes into the caller's headers how long its own JSON is, and how its own body is packed."""
    sent, headers = [tensor("fp32", np.array([[1.0]], np.float32))], {"X-Key": "secret"}
    packed = {"request_compression_algorithm": "gzip", "response_compression_algorithm": "gzip"}
    reply = client.infer("identity", sent, headers=headers, **packed)
    assert set(headers) == {"X-Key", "Inference-Header-Content-Length", "Content-Encoding", "Accept-Encoding"}
    for binary in (None, True):
        command = show.as_curl("identity", sent, url=identity.http_url, headers=headers, binary=binary)
        assert '--header "X-Key: secret"' in command
        same(answered(command, tmp_path), reply)


def test_a_header_without_a_value_is_sent(tmp_path):
    """curl takes `Name:` as a wish to leave the header out."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(20)
        one = [tensor("fp32", np.array([[1.0]], np.float32))]
        command = show.as_curl("m", one, url=f"127.0.0.1:{listener.getsockname()[1]}", headers={"X-Empty": ""})
        with subprocess.Popen(["bash", "-c", command]):
            connection, _ = listener.accept()
            with connection:
                assert b"\r\nX-Empty:\r\n" in connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


def test_shared_memory_is_named_and_not_sent():
    region = httpclient.InferInput("fp32", [1, 4], "FP32").set_shared_memory("region", 16, offset=32)
    wanted = httpclient.InferRequestedOutput("fp32_out")
    wanted.set_shared_memory("region", 16)
    command = show.as_curl("identity", [region], [wanted])
    assert (
        '"parameters": {"shared_memory_region": "region", "shared_memory_byte_size": 16, "shared_memory_offset": 32}'
        in command
    )
    assert '"data"' not in command
    over_grpc = grpcclient.InferInput("fp32", [1, 4], "FP32").set_shared_memory("region", 16, offset=32)
    assert json.loads(re.search(r"(?s)--data '(.*)'$", show.as_curl("identity", [over_grpc]))[1])["inputs"][0] == {
        "name": "fp32",
        "shape": [1, 4],
        "datatype": "FP32",
        "parameters": {"shared_memory_region": "region", "shared_memory_byte_size": 16, "shared_memory_offset": 32},
    }


def test_what_cannot_be_said_says_so():
    for options in ({}, {"binary_data": False}):
        half = tensor("fp16", np.array([[1.0]], np.float16), **options)
        with pytest.raises(ValueError, match="JSON cannot carry the FP16 input 'fp16'; try binary=True"):
            show.as_curl("identity", [half], binary=False)
    for module in (httpclient, grpcclient):
        with pytest.raises(ValueError, match="input 'fp32' holds no data yet; try set_data_from_numpy"):
            show.as_curl("identity", [module.InferInput("fp32", [1, 1], "FP32")])


def test_a_short_request_stays_on_one_line():
    five = tensor("input__0", np.array([[5.0]], np.float32), "FP32")
    assert show.as_curl("linear_regression_model", [five]) == (
        "curl --silent http://localhost:8000/v2/models/linear_regression_model/infer \\\n"
        '  --header "Content-Type: application/json" \\\n'
        '  --data \'{"inputs": [{"name": "input__0", "shape": [1, 1], "datatype": "FP32", "data": [5.0]}]}\''
    )
