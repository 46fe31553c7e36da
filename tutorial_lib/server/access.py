"""Who may control the server: its key, and when it needs one.

With model control, one unauthenticated POST can run any Python code as the server's user, because a model's config and
files may come with the request (model repository extension). Even a web page can send it: browsers let a `text/plain`
POST through without asking first. Triton's answer is its restricted APIs.
Source: docs/customization_guide/inference_protocols.md (server).
"""

from __future__ import annotations

import ipaddress
import itertools
import os
import pwd
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

HEADER = "triton-admin-key"
APIS = "model-repository,shared-memory,logging,trace"  # what changes the server or reads this user's memory
VARIABLE = "TRITON_COURSE_ADMIN_KEY"  # on or off; if unset, decided at each start
PEOPLE = range(1000, 60000)  # the user ids of people (login.defs), not of services
NOBODY = 65534


def why_needed() -> str:
    """Return why this machine is not this user's alone, or "" if it is; the environment variable, if set, decides."""
    setting = os.environ.get(VARIABLE, "")
    if setting in ("on", "off"):
        return f"{VARIABLE}=on" if setting == "on" else ""
    if os.environ.get("JUPYTERHUB_USER") or os.environ.get("JUPYTERHUB_API_TOKEN"):
        return "this is a JupyterHub"
    if os.getuid() and not os.path.exists("/proc/1"):  # mounted with hidepid=2, as clusters do
        return "other users' processes cannot be seen here"
    users = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            users.add(process.stat().st_uid)
        except OSError:  # it has just ended
            continue
    others = [user for user in users - {os.getuid()} if _is_person(user)]
    if not others:
        return ""
    return f"this machine is shared with {', '.join(sorted(_name(user) or f'user {user}' for user in others))}"


def new_key(folder: Path) -> str:
    """Write a random key into the server's folder, readable only by this user, and return it."""
    key = secrets.token_urlsafe(24)
    with open(folder / "admin-key", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(key)
    return key


def key_in(folder: Path) -> str:
    """Return the key of the server in this folder, or "" if it has none."""
    try:
        return (folder / "admin-key").read_text()
    except OSError:
        return ""


def headers(key: str) -> dict[str, str]:
    """Return the headers that a client sends with a restricted call; HTTP and gRPC use different names."""
    return {HEADER: key, f"triton-grpc-protocol-{HEADER}": key} if key else {}


def options(key: str, given: Sequence[str] = ()) -> list[str]:
    """Return the options that restrict the APIs to those who have the key; Triton accepts each API only once."""
    made, words = [], " ".join(given)
    for flag in ("http-restricted-api", "grpc-restricted-protocol"):
        theirs = {api for apis in re.findall(rf"--{flag}[= ]([^:]*):", words) for api in apis.split(",")}
        if left := [api for api in APIS.split(",") if api not in theirs]:
            made.append(f"--{flag}={','.join(left)}:{HEADER}={key}")
    return made


def keys_in(given: Sequence[str]) -> dict[str, str]:
    """Return the HTTP headers that the caller's own options ask for: `--http-restricted-api=APIS:NAME=VALUE`."""
    found = [re.fullmatch(r"--http-restricted-api=[^:]*:([^=]+)=(.*)", option) for option in given]
    return {match[1]: match[2] for match in found if match}


def is_restricted(given: Sequence[str]) -> bool:
    """Say whether the caller's own options already restrict model control, over at least one protocol."""
    return re.search(r"--(http|grpc)-restricted-\w+[= ][^: ]*model-repository", " ".join(given)) is not None


def outside(given: Sequence[str]) -> str | None:
    """Return the option that would open the server to other machines, or None."""
    words = " ".join(given).replace("=", " ").split()
    for name, value in itertools.pairwise(words):  # tritonserver accepts abbreviations too: --http-addr
        if name.startswith(("--http-a", "--grpc-a", "--metrics-a")) and not _is_loopback(value):
            return f"{name}={value}"
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def _is_person(user: int) -> bool:
    """Say whether a user id is a person's. Directories (LDAP) use higher ids, where containers' ids have no name."""
    return user in PEOPLE or (user >= PEOPLE.stop and user != NOBODY and _name(user) is not None)


def _name(user: int) -> str | None:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return None
