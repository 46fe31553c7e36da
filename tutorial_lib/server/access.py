"""Who may give the server orders: its key, and when it needs one.

With model control, one unauthenticated POST runs any Python as the server's user: a model's config and files may come
with the request (model repository extension), also from a web page, whose `text/plain` POST no browser asks about
first. Triton's answer is its restricted APIs. Source: docs/customization_guide/inference_protocols.md (server).
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
APIS = "model-repository,shared-memory,logging,trace"  # what changes the server, or reads the memory of this user
VARIABLE = "TRITON_COURSE_ADMIN_KEY"  # on or off; else decided at each start
PEOPLE = range(1000, 60000)  # the user ids of persons (login.defs), without those of services
NOBODY = 65534


def why_needed() -> str:
    """Return why this machine is not this user's alone, "" where it is; the environment variable decides if set."""
    setting = os.environ.get(VARIABLE, "")
    if setting in ("on", "off"):
        return f"{VARIABLE}=on" if setting == "on" else ""
    if os.environ.get("JUPYTERHUB_USER") or os.environ.get("JUPYTERHUB_API_TOKEN"):
        return "this is a JupyterHub"
    if os.getuid() and not os.path.exists("/proc/1"):  # mounted with hidepid=2, as on clusters
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
    return f"{', '.join(sorted(_name(user) or f'user {user}' for user in others))} works on this machine too"


def new_key(folder: Path) -> str:
    """Write a random key into the server's folder, for this user's eyes only, and return it."""
    key = secrets.token_urlsafe(24)
    with open(folder / "admin-key", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(key)
    return key


def key_in(folder: Path) -> str:
    """Return the key of the server in this folder, "" where it has none."""
    try:
        return (folder / "admin-key").read_text()
    except OSError:
        return ""


def headers(key: str) -> dict[str, str]:
    """Return what a client sends with a restricted call; HTTP and gRPC look for different names."""
    return {HEADER: key, f"triton-grpc-protocol-{HEADER}": key} if key else {}


def options(key: str, given: Sequence[str] = ()) -> list[str]:
    """Return the options that restrict the APIs to those who have the key; Triton takes each API once."""
    made, words = [], " ".join(given)
    for flag in ("http-restricted-api", "grpc-restricted-protocol"):
        theirs = {api for apis in re.findall(rf"--{flag}[= ]([^:]*):", words) for api in apis.split(",")}
        if left := [api for api in APIS.split(",") if api not in theirs]:
            made.append(f"--{flag}={','.join(left)}:{HEADER}={key}")
    return made


def keys_in(given: Sequence[str]) -> dict[str, str]:
    """Return the headers that the caller's own options ask for over HTTP: `--http-restricted-api=APIS:NAME=VALUE`."""
    found = [re.fullmatch(r"--http-restricted-api=[^:]*:([^=]+)=(.*)", option) for option in given]
    return {match[1]: match[2] for match in found if match}


def is_restricted(given: Sequence[str]) -> bool:
    """Say whether the caller's own options close model control already, over one protocol at least."""
    return re.search(r"--(http|grpc)-restricted-\w+[= ][^: ]*model-repository", " ".join(given)) is not None


def outside(given: Sequence[str]) -> str | None:
    """Return the option that would open the server to other machines, or None."""
    words = " ".join(given).replace("=", " ").split()
    for name, value in itertools.pairwise(words):  # tritonserver takes an abbreviation too: --http-addr
        if name.startswith(("--http-a", "--grpc-a", "--metrics-a")) and not _is_loopback(value):
            return f"{name}={value}"
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def _is_person(user: int) -> bool:
    """Say whether a user id is a person's; directories (LDAP) number them above, where containers' ids are nameless."""
    return user in PEOPLE or (user >= PEOPLE.stop and user != NOBODY and _name(user) is not None)


def _name(user: int) -> str | None:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return None
