"""Answers to the exercises of lesson 13: right ones of different kinds, plausible wrong ones and what they are told."""

import json

import numpy as np
import tritonclient.http as httpclient
import tritonclient.utils.shared_memory as shm

from . import as_it_is

SERVER = {"models": ["identity"]}


def body(size=32, offset=32, shape=(4, 2), region="shelf", output=True):
    here = {"shared_memory_region": region, "shared_memory_byte_size": size}
    there = {"shared_memory_region": "shelf", "shared_memory_byte_size": 32, "shared_memory_offset": offset}
    return {
        "inputs": [{"name": "fp32", "shape": shape, "datatype": "FP32", "parameters": here}],
        "outputs": [{"name": "fp32_out", "parameters": there if output else {}}],
    }


def through(kept=(), place="input output", copy=True, two_regions=False, room=None, read_at=None, infer="infer"):
    """A learner's function that leaves out some of the steps."""

    @as_it_is
    def through_memory(client, array):
        size, regions, places = array.nbytes, [], {}
        for name in ("one", "two") if two_regions else ("one",):
            regions.append(shm.create_shared_memory_region(name, f"/course_{name}", room or 2 * size))
            if name in client_knows(client):
                client.unregister_system_shared_memory(name)
            client.register_system_shared_memory(name, f"/course_{name}", room or 2 * size)
        shm.set_shared_memory_region(regions[0], [array])
        tensor = httpclient.InferInput("fp32", array.shape, "FP32")
        places["outputs"] = [httpclient.InferRequestedOutput("fp32_out")]
        if "input" in place:
            tensor.set_shared_memory("one", size)
        else:
            tensor.set_data_from_numpy(array)
        if "output" in place:
            places["outputs"][0].set_shared_memory("two" if two_regions else "one", size, 0 if two_regions else size)
        result = getattr(client, infer)("identity", [tensor], **places)
        result = result.get_result() if infer == "async_infer" else result
        if "output" in place:
            offset = read_at if read_at is not None else 0 if two_regions else size
            answer = shm.get_contents_as_numpy(regions[-1], np.float32, array.shape, offset=offset)
        else:
            answer = result.as_numpy("fp32_out")
        answer = answer.copy() if copy else answer
        if "registered" not in kept:
            client.unregister_system_shared_memory()
        for region in [] if "mapped" in kept else regions:
            shm.destroy_shared_memory_region(region)
        return answer

    return through_memory


def client_knows(client):
    return [region["name"] for region in client.get_system_shared_memory_status()]


@as_it_is
def as_lists(client, array):
    return through()(client, array).tolist()


@as_it_is
def flat(client, array):
    return through()(client, array).ravel()


@as_it_is
def without_the_server(client, array):
    return array.copy()


@as_it_is
def nothing_back(client, array):
    through()(client, array)


@as_it_is
def not_registered(client, array):
    tensor = httpclient.InferInput("fp32", array.shape, "FP32")
    tensor.set_shared_memory("nowhere", array.nbytes)
    return client.infer("identity", [tensor]).as_numpy("fp32_out")


ANSWERS = {
    "13.1": {
        "right": [[[2, 3], [4, 5]], ((2.0, 3.0), (4.0, 5.0)), np.array([[2, 3], [4, 5]], np.float32)],
        "wrong": [
            ([[0, 1], [2, 3]], "start of the region"),
            ([[8, 9], [10, 11]], "offset counts bytes"),
            ([2, 3, 4, 5], "in the shape [4]"),
            ([[2, 3]], "how many fit into 16 bytes"),
            ("2 3 4 5", "expected rows"),
        ],
    },
    "13.2": {
        "right": [body(), json.dumps(body()), body(shape=np.array([4, 2]))],
        "wrong": [
            (body(size=8, offset=16), "Expected 32, got 8"),
            (body(offset=16), "written over the input"),
            (body(size=8, shape=(2, 1)), "keep shape [4, 2]"),
            (body(offset=48), "Invalid offset"),
            (body(region="shelve"), "Unable to find shared memory region"),
            (body(output=False), "came back in the response"),
            ("inputs", "the whole request"),
        ],
    },
    "13.3": {
        "right": [through(), through(two_regions=True), as_lists, through(infer="async_infer")],
        "wrong": [
            (through(place="output"), "the input traveled"),
            (through(place="input"), "the output traveled"),
            (through(kept=("registered",)), "still knows the region 'one'"),
            (through(room=48), "an array of 3 rows works, but with one of 50 rows"),
            (through(copy=False), "a view of memory"),
            (nothing_back, "returned None"),
            (through(read_at=0), "at the output's offset"),
            (flat, "the shape [6]"),
            (without_the_server, "no request arrived"),
            (not_registered, "raised InferenceServerException"),
            (through(kept=("mapped",)), "still there"),
            ([[1.0]], "a function"),
        ],
    },
}
