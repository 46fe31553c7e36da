"""The guard: a small process between the notebook and tritonserver, so that nothing outlives its owner.

It runs as `python -I -S guard.py SPEC.json` and needs only the standard library. It is a separate process because:

* a Jupyter kernel that is killed with SIGKILL runs no cleanup; the guard sees its owner's pidfd close, and cleans up;
* Linux's parent-death signal fires when the *thread* that started the child ends, and Jupyter uses threads; the guard
  has one thread, so there the signal is safe, and it covers the death of the guard itself;
* `preexec_fn` in a process that has gRPC loaded forces a real fork; here there is no gRPC.

It starts the server and waits until the owner or the server ends or a SIGTERM arrives. Then it ends the server (with
SIGTERM, and after the grace period with SIGKILL) and its stubs, removes the `/dev/shm` files with the server's own
prefix, and writes how the server ended to `exit.json`. In a test run (TRITON_COURSE_CRASHES names a folder) it keeps
the log of a server that crashed.
"""

import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
PTRACE_TRACEME, PTRACE_DETACH, NOT_TRACED = 0, 17, 66
_libc = ctypes.CDLL(None)
_prctl = _libc.prctl
_ptrace = _libc.ptrace
_ptrace.argtypes, _ptrace.restype = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p], ctypes.c_long


def _before_exec(guard_pid, traced):
    """Return the hook that runs in the child before exec: SIGTERM if the guard dies, and a stop after exec."""

    def hook():
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != guard_pid:  # it died in between
            os._exit(1)
        if traced and _ptrace(PTRACE_TRACEME, 0, None, None):
            os._exit(NOT_TRACED)

    return hook


def _start(spec, log):
    """Start the server. Triton takes its key only from the command line, which all users can read in the process list;
    so the server gets the options in spec["hidden"], but the process list shows others instead."""
    hidden = spec["hidden"]
    names = {shown: f"TRITON_COURSE_HIDDEN_{i}" for i, shown in enumerate(hidden)}
    settings = {"cwd": os.path.dirname(spec["log"]), "stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
    env = {**spec["env"], **{names[shown]: real for shown, real in hidden.items()}}
    server = subprocess.Popen(spec["argv"], env=env, preexec_fn=_before_exec(os.getpid(), bool(hidden)), **settings)
    if not hidden:
        return server
    stopped = os.waitid(os.P_PID, server.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    try:
        if stopped.si_code == os.CLD_EXITED:
            raise OSError("this system allows no tracing")
        _swap(server.pid, names)
        _ptrace(PTRACE_DETACH, server.pid, None, None)
        return server
    except (OSError, ValueError):  # start it without hiding, and let the owner say so
        server.kill()
        server.wait()
        with open(os.path.join(os.path.dirname(spec["log"]), "key-is-shown"), "w"):
            pass
        argv = [hidden.get(word, word) for word in spec["argv"]]
        return subprocess.Popen(argv, env=spec["env"], preexec_fn=_before_exec(os.getpid(), False), **settings)


def _swap(pid, names):
    """Make arguments of a process that was just exec'ed point to values in its environment, which only its user reads.

    /proc/PID/cmdline keeps showing the strings that the arguments pointed to before.
    """
    with open(f"/proc/{pid}/stat", "rb") as f:
        fields = f.read().rsplit(b") ", 1)[1].split()
    argv, argv_end, env, env_end = (int(fields[number - 3]) for number in (48, 49, 50, 51))  # man 5 proc
    with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:

        def read(start, end):
            memory.seek(start)
            return memory.read(end - start)

        words, variables = b"\0" + read(argv, argv_end), b"\0" + read(env, env_end)
        lowest = argv - (1 << 16)
        stack = read(lowest, argv)  # holds the pointers to both
        for shown, name in names.items():
            old = argv + words.index(b"\0" + shown.encode() + b"\0")
            new = env + variables.index(b"\0" + name.encode() + b"=") + len(name) + 1
            memory.seek(lowest + stack.rindex(old.to_bytes(8, "little")))
            memory.write(new.to_bytes(8, "little"))


def _children(pid):
    """Return the children of `pid`, alive or dead (not yet reaped)."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as f:
                    if int(f.read().rsplit(b") ", 1)[1].split()[1]) == pid:
                        found.append(int(name))
            except (OSError, IndexError):
                continue
    return found


def _kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def _end(server, stubs, grace):
    """End the server politely, then by force, then every process that it left to us (we are the subreaper)."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(grace)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    for _ in range(100):
        left = set(_children(os.getpid())) | {pid for pid in stubs if _is_stub(pid)}
        if not left:
            break
        for pid in left:
            _kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        time.sleep(0.01)


def _is_stub(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as f:
            return b"triton_python_backend_stub" in f.read()
    except OSError:
        return False


def _clean(spec):
    for name in os.listdir("/dev/shm"):
        if name.startswith(spec["shm_prefix"]):
            try:
                os.unlink("/dev/shm/" + name)
            except OSError:
                pass
    if spec["cleanup"]:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        try:
            subprocess.run(spec["cleanup"], timeout=30, check=False, **quiet)
        except (OSError, subprocess.SubprocessError):  # no docker any more, or too slow: the rest must still be done
            pass


def main(path):
    with open(path) as f:
        spec = json.load(f)
    folder = os.path.dirname(path)
    wake, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with open(spec["log"], "ab", buffering=0) as log:
        server = _start(spec, log)
    temporary = os.path.join(folder, "pid.tmp")
    with open(temporary, "w") as f:
        f.write(str(server.pid))
    os.replace(temporary, os.path.join(folder, "pid"))

    watch = select.poll()  # not select(), which accepts no file descriptor over 1023
    watch.register(wake, select.POLLIN)
    watch.register(spec["owner_fd"], select.POLLIN)
    stop_asked, owner_gone, stubs = False, False, set()
    while server.poll() is None and not stop_asked and not owner_gone:
        ready = [descriptor for descriptor, _ in watch.poll(1000)]
        stubs = set(_children(server.pid)) or stubs  # remembered: a killed server orphans them
        owner_gone = spec["owner_fd"] in ready
        if wake in ready:
            stop_asked = any(number != signal.SIGCHLD for number in os.read(wake, 1024))
    _end(server, stubs, spec["grace"])
    _clean(spec)
    if spec["crashes"] and -server.returncode in (signal.SIGABRT, signal.SIGBUS, signal.SIGSEGV):
        try:
            shutil.copy(spec["log"], os.path.join(spec["crashes"], os.path.basename(folder) + ".log"))
        except OSError:  # the test run is over, its folder gone: the clean-up below must still happen
            pass
    with open(os.path.join(folder, "exit.tmp"), "w") as f:
        json.dump({"returncode": server.returncode, "asked": stop_asked or owner_gone}, f)
    os.replace(os.path.join(folder, "exit.tmp"), os.path.join(folder, "exit.json"))
    if owner_gone or spec["owner_fd"] in dict(watch.poll(0)):  # nobody is left to read the log
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1])
