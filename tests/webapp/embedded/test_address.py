"""Ports and names are checked before anything is started."""

from __future__ import annotations

import socket

import pytest

from webapp.bootstrap.progress import Refusal
from webapp.embedded.address import allowed_hosts, base_url, is_public, require_free_port


def test_a_taken_port_is_refused_in_one_sentence_that_names_the_option():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refusal) as refusal:
            require_free_port("127.0.0.1", port)
    assert str(refusal.value) == (
        f"Port {port} on 127.0.0.1 is in use by another program; "
        f"choose another one, for example --port {port + 1}."
    )


def test_port_zero_becomes_a_free_port():
    assert 1024 <= require_free_port("127.0.0.1", 0) <= 65535


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 70000, "no port"),
        ("192.0.2.1", 0, "can't be used"),
        ("no.such.name.invalid", 8000, "no address of this machine"),
    ],
)
def test_impossible_addresses_are_refused(host, port, words):
    with pytest.raises(Refusal, match=words):
        require_free_port(host, port)


def test_the_printed_address_can_be_opened_in_a_browser():
    assert base_url("0.0.0.0", 80) == "http://127.0.0.1:80"
    assert base_url("::1", 8000) == "http://[::1]:8000"


def test_listening_on_all_addresses_allows_the_machine_s_own_name(monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert socket.gethostname() in allowed_hosts("0.0.0.0").split(",")
    assert socket.gethostname() not in allowed_hosts("127.0.0.1").split(",")


def test_only_addresses_that_others_reach_are_public():
    assert [is_public(h) for h in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "lab.example")] == [
        False,
        False,
        False,
        True,
        True,
    ]
