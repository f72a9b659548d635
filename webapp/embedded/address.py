"""Where the web server listens, and under which names it may be asked for."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket

from webapp.bootstrap.progress import Refusal

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
LAST_PORT = 65535


def require_free_port(host: str, port: int) -> int:
    """The port, or a free one for 0; refuses with one sentence when it can't be had."""
    if not 0 <= port <= LAST_PORT:
        raise Refusal(f"{port} is no port; ports go from 1 to {LAST_PORT}.")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except socket.gaierror as error:
        raise Refusal(f"{host} is no address of this machine; use --host 127.0.0.1.") from error
    except OSError as error:
        raise Refusal(_why_not(host, port, error)) from error


def base_url(host: str, port: int) -> str:
    """The address to print."""
    shown = "127.0.0.1" if _is_any(host) else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def allowed_hosts(host: str) -> str:
    """ALLOWED_HOSTS: this machine's names, unless the environment says otherwise."""
    if given := os.environ.get("ALLOWED_HOSTS"):
        return given
    names = [*LOOPBACK_NAMES, f"[{host}]" if ":" in host else host]
    if _is_any(host):
        names += _own_names()
    return ",".join(dict.fromkeys(names))


def is_public(host: str) -> bool:
    """Whether other machines can reach it."""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def _is_any(host: str) -> bool:
    return host in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound


def _own_names() -> list[str]:
    """The machine's name and addresses."""
    name = socket.gethostname()
    try:
        found = socket.getaddrinfo(name, None)
    except socket.gaierror:
        return [name]
    return [name, *sorted({str(entry[4][0]) for entry in found})]


def _why_not(host: str, port: int, error: OSError) -> str:
    """The refusal for each way in which a port can't be had."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program; "
            f"choose another one, for example --port {port + 1}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for the system; choose one above 1023 with --port."
    return (
        f"{host}:{port} can't be used ({error.strerror}); use --host 127.0.0.1 or another --port."
    )
