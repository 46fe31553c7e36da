"""The Triton API course: a small library around a real NVIDIA Triton Inference Server.

Its parts ("rooms") are imported one by one, so you pay only for those you use:

* `tutorial_lib.server`      start, find and stop a real tritonserver
* `tutorial_lib.bench`       measure a server, and compare it with others
* `tutorial_lib.models`      build the course's models, and run them locally to check the server's answers
* `tutorial_lib.client`      TritonClient: numpy in, numpy out
* `tutorial_lib.show`        print results in a stable form, and draw pictures
* `tutorial_lib.play`        type a review, choose a picture, move the sliders of a batch
* `tutorial_lib.wire`        show a call byte by byte, as it travels
* `tutorial_lib.exercises`   judge an answer, give a hint, show a solution
* `tutorial_lib.doctor`      report what this machine has, what it lacks, and what to do about it

On the command line: `python -m tutorial_lib --help`.
"""

__all__ = ["bench", "client", "doctor", "exercises", "models", "play", "server", "show", "wire"]
