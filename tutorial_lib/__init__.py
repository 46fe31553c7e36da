"""The Triton API course: a small library around a real NVIDIA Triton Inference Server.

Rooms, each imported by its own name so that none pays for another:

* `tutorial_lib.server`  start, find and stop a real tritonserver
* `tutorial_lib.bench`   measure a server, and compare it with others
* `tutorial_lib.models`  build the course's models, and run them locally as the oracle
* `tutorial_lib.client`  TritonClient, numpy in and numpy out
* `tutorial_lib.show`    stable printing for lessons
* `tutorial_lib.play`    type a review, choose a picture, move the sliders of a batch
* `tutorial_lib.wire`    one call byte by byte, as it travels
* `tutorial_lib.doctor`  what this machine has, lacks, and what to do

On the command line: `python -m tutorial_lib --help`.
"""

__all__ = ["bench", "client", "doctor", "models", "play", "server", "show", "wire"]
