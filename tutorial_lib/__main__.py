"""The command line, and the only file that connects the rooms: python -m tutorial_lib --help."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PORTS = (8000, 8001, 8002)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status (0: done, 1: failed with a message, 2: wrong usage, 130: interrupted)."""
    options = _parser().parse_args(arguments)
    options.from_the_shell = arguments is None
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):  # a closed terminal counts as Ctrl-C
        if signal.getsignal(number) is not signal.SIG_IGN:  # it stays ignored, as nohup wants
            signal.signal(number, _interrupt)
    try:
        return options.command(options) or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        try:
            sys.stdout.flush()
        except BrokenPipeError:  # whoever read our output is gone: `... | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        raise  # not our output, but a connection
    except Exception as error:
        if not _is_ours(error):
            raise
        print(f"error: {error}", file=sys.stderr)
        return 1


def _interrupt(number: int, _frame: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second signal must not cut the cleanup short
    raise KeyboardInterrupt


def _is_ours(error: Exception) -> bool:
    """Say whether the message was written for the user; any other error is a bug and shows its traceback."""
    return type(error).__name__ in ("ServerError", "BuildError", "NotebookError", "BenchError", "ExerciseError")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tutorial_lib", description="The Triton API course.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(function, words: str) -> argparse.ArgumentParser:
        name = function.__name__.lstrip("_")
        sub = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
        sub.set_defaults(command=function)
        return sub

    sub = add(_doctor, "say what this machine has, what it lacks, and what to do about it")
    sub.add_argument(
        "--workshop", action="store_true", help="for a workshop: also check weights, tools, and a first inference"
    )
    sub.add_argument("--learners", type=_positive(int), default=1, help="people who work on this machine (default: 1)")
    add(_setup, "fetch what the server needs from the system, if that works without root")
    sub = add(_build, "build the models' weights, as far as they are missing (default: all models)")
    sub.add_argument("models", nargs="*", metavar="MODEL")
    _add_weights(sub)
    sub.add_argument("--force", action="store_true", help="build everything again")
    sub = add(_serve, "run a Triton server with the guide's models (or those you name) until Ctrl-C")
    sub.add_argument("models", nargs="*", metavar="MODEL")
    sub.add_argument("--mode", choices=["auto", "embedded", "docker"], default="auto")
    sub.add_argument("--repository", metavar="FOLDER", help="your own model repository (default: the course's)")
    _add_weights(sub)
    _add_port(sub)
    sub.add_argument(
        "--option", action="append", default=[], metavar="--NAME=VALUE", help="one more option for tritonserver"
    )
    sub.add_argument("--admin-key", action="store_true", help="loading a model needs a key (see SECURITY.md)")
    sub = add(_status, "show the course servers that this user runs, and the state of their models")
    sub = add(_stop, "stop this user's course servers")
    sub.add_argument("--port", type=int, help="stop only the server on this port")
    sub = add(_tour, "build, serve, and make one real prediction with each of the guide's models")
    _add_weights(sub)
    _add_port(sub)
    sub = add(_bench, "measure this server and compare it with other ways to serve the same networks")
    text = "linear, resnet, ensemble, sentiment, bf16, all, or a model's own name (default: linear)"
    sub.add_argument("networks", nargs="*", metavar="NETWORK", help=text)
    sub.add_argument("--seconds", type=_positive(float), default=2.0, help="length of each run (default: 2)")
    sub.add_argument("--rounds", type=_positive(int), default=3, help="how often each case runs (default: 3)")
    sub.add_argument("--clients", type=_positive(int), help="default: 64 and 1 (linear), 32 (sentiment), else 8")
    sub.add_argument("--peers", nargs="*", metavar="PEER", help="default: all; --peers alone: only this server")
    sub.add_argument("--batch", type=_positive(int), default=1, help="pictures or texts in each request (default: 1)")
    _add_weights(sub, random="; random: untrained networks of the real sizes")
    sub.add_argument("--json", metavar="FILE", help="write all figures, with machine and versions, as JSON")
    sub.add_argument("--page", metavar="FILE", help="write the tables as a Markdown page, which shows --plot")
    sub.add_argument("--plot", metavar="FILE", help="draw the comparisons (.png, .pdf, .svg)")
    sub = add(_progress, "show which exercises you have passed, lesson by lesson")
    sub.add_argument("--json", action="store_true", help="for programs: print every try with its time")
    sub.add_argument("--reset", action="store_true", help="forget all progress")
    add(_coverage, "print the index of the course: every object of the API, and the lessons and cells that use it")
    sub = add(_notebooks, "run the notebooks again (default: all) and store their outputs in a normal form")
    sub.add_argument("notebooks", nargs="*", metavar="NOTEBOOK")
    text = "only write the cell that installs the course on Google Colab from this git repository (default: it asks)"
    sub.add_argument("--start-cells", metavar="ADDRESS", nargs="?", const="", help=text)
    return parser


def _add_weights(parser: argparse.ArgumentParser, random: str = "") -> None:
    parser.add_argument(
        "--weights",
        choices=["auto", "hub", "classroom", *(["random"] if random else [])],
        default=os.environ.get("TRITON_COURSE_WEIGHTS", "auto"),
        help=f"hub: the real networks, downloaded; classroom: small ones trained here; auto: hub if it answers{random} "
        "(default: $TRITON_COURSE_WEIGHTS, else auto)",
    )


def _add_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=_port, default=PORTS[0], help="the HTTP port; gRPC and metrics take the next two (default: 8000)"
    )


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65534:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: expected a number from 1 to 65533")
    return int(text)


def _positive(kind: type) -> Callable[[str], float]:
    def number(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = 0
        if not 0 < value < 1e6:
            raise argparse.ArgumentTypeError(f"{text!r} is not {'a whole' if kind is int else 'a'} number above 0")
        return value

    return number


def _doctor(options: argparse.Namespace) -> int:
    from tutorial_lib import doctor

    found = doctor.checks()
    if options.workshop:
        found += doctor.workshop(options.learners)
        if not any(check.ok is False for check in found):
            found.append(_first_inference())
    print(doctor.report(found))
    return int(any(check.ok is False for check in found))


def _first_inference():  # a doctor.Check
    """Start a server on free ports and ask it, as the lessons do: no list of packages can prove that this works."""
    from tutorial_lib import client, doctor, server

    began = time.monotonic()
    ports = {"http_port": 0, "grpc_port": 0, "metrics_port": 0}
    name, expected, todo = "a first inference", "13.0 for 5", "make tour shows more; docs/TROUBLESHOOTING.md"
    try:
        # two blocks, because Python 3.8, which reads this file too, allows no parentheses around several
        with server.serve(["linear_regression_model"], mode="embedded", **ports) as running:  # noqa: SIM117
            with client.TritonClient(running.http_url) as one:
                answer = one.infer("linear_regression_model", {"input__0": [[5.0]]})["output__0"].item()
    except Exception as error:  # whatever it is, a learner would get it too
        return doctor.Check(name, False, f"{type(error).__name__}: {error}".splitlines()[0], expected, todo)
    return doctor.Check(name, answer == 13, f"{answer:.1f} after {time.monotonic() - began:.1f} s", expected, todo)


def _setup(_options: argparse.Namespace) -> int:
    from tutorial_lib.server import embedded

    if not embedded.suits_platform():
        print("    the embedded server does not run on this platform; use docker or a remote server (make doctor)")
        return 0
    if embedded.find_libpython() is not None:
        print(f"    found {embedded.LIBPYTHON}")
        return 0
    try:
        print(f"    {embedded.LIBPYTHON} was missing: fetched it to {embedded.fetch_libpython()}")
    except OSError as error:
        print(
            f"error: {embedded.LIBPYTHON} is missing, and the server's python backend is linked to it.\n{error}\n"
            f"Try: sudo apt-get install libpython{embedded.PYTHON}, then again: make setup",
            file=sys.stderr,
        )
        return 1
    return 0


def _build(options: argparse.Namespace) -> None:
    from tutorial_lib import models

    models.build(*options.models, weights=options.weights, force=options.force, say=print)


def _serve(options: argparse.Namespace) -> int:
    from tutorial_lib import models, server
    from tutorial_lib.server import access

    os.environ.pop("TRITON_URL", None)  # a server is to be started, not found
    own = options.repository
    names = options.models or (server.models_in(own) if own else list(models.MODELS))
    if not names:
        raise server.ServerError(f"no model in {own}: expected folders MODEL/1 in it. See docs/MODEL_SETUP.md")
    ours = [name for name in names if name in models.MODELS]
    if ours and not own:
        models.build(*ours, weights=options.weights, say=print)
    http, grpc, metrics = (options.port + i for i in range(3))
    ports = {"http_port": http, "grpc_port": grpc, "metrics_port": metrics}
    key = {"admin_key": options.admin_key or None}
    with server.serve(names, mode=options.mode, repository=own, options=options.option, **ports, **key) as running:
        option = "--model-repository="  # the course shortens its path; a repository of your own is somewhere else
        print(running.command.replace(f"{option}model_repository", f"{option}{running.repository}"))
        print(
            f"ready: HTTP http://{running.http_url}  gRPC {running.grpc_url}  metrics http://{running.metrics_url}/metrics"
        )
        print(f"models: {', '.join(names)}")
        if running.log_file:
            print(f"log: {running.log_file}")
        if running.admin_headers:
            (header, key), (grpc_header, _) = running.admin_headers.items()
            print(f"model control needs a key: curl -H '{header}: {key}'; over gRPC the header is {grpc_header}")
        elif not access.is_restricted(options.option):
            print("Any program on this machine can load models, and a model is code: --admin-key asks for a key.")
        print("Ctrl-C stops the server.", flush=True)
        silent = 0
        while running.alive():
            try:
                for model in running.heal():
                    print(f"{model}: its python process had died; the model was loaded again", flush=True)
                silent = 0
            except server.ServerError as error:  # it is busy, or just ending
                silent += 1
                if silent == 10:
                    print(f"warning: {str(error).partition(chr(10))[0]}", file=sys.stderr)
            time.sleep(1)
        if running.was_stopped():
            print("the server was stopped from outside (python -m tutorial_lib stop)", file=sys.stderr)
        else:
            print(f"error: the server has ended: {running.why_ended()}", file=sys.stderr)
    return 1


def _status(_options: argparse.Namespace) -> None:
    from tutorial_lib import server

    entries = server.running()
    if not entries:
        print("no course server is running")
    for entry in entries:
        print(server.describe(entry))


def _stop(options: argparse.Namespace) -> int:
    from tutorial_lib import server

    lines = server.stop(options.port)
    print("\n".join(lines) or "no course server is running")
    return int(any(line.startswith("still ending") for line in lines))


def _tour(options: argparse.Namespace) -> None:
    from tutorial_lib import models, server, tour

    os.environ.pop("TRITON_URL", None)  # a server is to be started, not found
    tour.run(models.build, server.serve, weights=options.weights, port=options.port)


def _bench(options: argparse.Namespace) -> None:
    from tutorial_lib import bench, models, peers, server
    from tutorial_lib.server import embedded

    settings = embedded.settings() if embedded.suits_platform() else {}
    if options.from_the_shell and not settings.keys() <= os.environ.keys():  # they are read when a process starts
        os.environ.update({**settings, **os.environ})
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
    short = {model: network for network, model in peers.MODELS.items()}  # also by the model's own name
    networks = [short.get(word, word) for word in options.networks or ["linear"]]
    networks = peers.NETWORKS if "all" in networks else networks
    chosen = list(peers.PEERS) if options.peers is None else options.peers
    for given, known in ((networks, [*peers.NETWORKS, "all"]), (chosen, list(peers.PEERS))):
        for word in set(given) - set(known):
            raise bench.BenchError(f"{word!r} is unknown. Expected: {', '.join(known)}.")
    files = [Path(file) for file in (options.json, options.page, options.plot) if file]
    if options.plot and Path(options.plot).suffix not in (".png", ".pdf", ".svg"):
        raise bench.BenchError(f"{options.plot}: expected a name that ends in .png, .pdf or .svg.")
    for file in files:
        there = file.exists()
        try:  # now, not after measuring everything
            file.open("ab").close()
            if not there:
                file.unlink()
        except OSError as error:
            raise bench.BenchError(f"{file} cannot be written ({error.strerror}). Try: another name.") from None
    wanted = [peers.WEIGHTS[name] for name in networks]
    if options.weights == "random":  # the server, the peers and the oracle all look there
        os.environ["TRITON_COURSE_REPOSITORY"] = str(models.full_size(*wanted, say=print))
    else:
        models.build(*wanted, weights=options.weights, say=print)
    records = []
    more = {"rounds": options.rounds, "seconds": options.seconds, "say": lambda line: print(line, flush=True)}
    for network in networks:
        for title, found, versions in peers.run(
            network, bench, server.serve, chosen, clients=options.clients, batch=options.batch, **more
        ):
            print(f"\n{title}\n{bench.table(found)}\n", flush=True)
            records.append({"title": title, **bench.record(found, peers=versions, weights=options.weights)})
            _keep(records, options)  # each time: the next network may fail


def _keep(records: list, options: argparse.Namespace) -> None:
    from tutorial_lib import bench

    if options.json:
        Path(options.json).write_text(json.dumps(records, indent=1) + "\n")
    if options.page:
        picture = os.path.relpath(options.plot, Path(options.page).parent) if options.plot else ""
        Path(options.page).write_text(bench.page(records, picture), encoding="utf-8")
    if options.plot:
        import matplotlib

        matplotlib.rcParams["svg.hashsalt"] = "bench"  # the same figures give the same file
        metadata = {"Date": None} if options.plot.endswith(".svg") else None
        bench.plot(records).savefig(options.plot, dpi=150, metadata=metadata)


def _progress(options: argparse.Namespace) -> None:
    from tutorial_lib import exercises

    if options.reset:
        exercises.reset()
    exercises.progress(as_json=options.json)


def _coverage(_options: argparse.Namespace) -> None:
    from tutorial_lib import coverage

    print(coverage.TABLE.read_text(encoding="utf-8"), end="")


def _notebooks(options: argparse.Namespace) -> None:
    from tutorial_lib import exercises, models, notebooks

    if options.start_cells is not None:
        for path in notebooks.insert_start_cells(options.start_cells):
            print(f"{path.name}: the start cell")
        return
    notebooks.write_solutions({exercise.key: exercise.solution for exercise in exercises.exercises()})
    models.build(weights="classroom", say=print)  # first, so that no progress bar of a training is stored
    notebooks.execute(options.notebooks, say=print)


if __name__ == "__main__":
    sys.exit(main())
