"""A dataset of a server, as a person names it on the command line."""

from __future__ import annotations

import argparse
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from webapp.client.server import Server

TOKEN = "COVERSLIP_TOKEN"  # noqa: S105 - the name of a variable
LITTER = re.compile(r"^(\.|Thumbs\.db$|desktop\.ini$)", re.I)
NOTHING = "There is no file to send."
_DATASET = re.compile(r"/datasets/([0-9a-f-]{36})")


class NotAsked(Exception):
    """What was typed is not enough to ask a server; in one sentence."""


@dataclass(frozen=True)
class Place:
    """A dataset, by its id, of a server that is spoken to in a person's name."""

    server: Server
    dataset: str


def place_at(address: str, *, to: str) -> Place:
    """The dataset whose page is at an address; `to` is what the token has to allow.

    NotAsked when it is no such address, or when there is no token.
    """
    parts = urlsplit(address)
    dataset = _DATASET.search(parts.path)
    token = os.environ.get(TOKEN, "")
    if parts.scheme not in ("http", "https") or dataset is None:
        raise NotAsked("Give the address of a dataset's page, as the browser shows it.")
    if not token:
        raise NotAsked(f"Put a token that may {to} into {TOKEN}; your account page makes one.")
    return Place(Server(f"{parts.scheme}://{parts.netloc}", token), dataset[1])


def refuse(sentence: object) -> int:
    """Say why nothing was done; 2, as for any wrong use."""
    print(sentence, file=sys.stderr)
    return 2


def sending_parser(command: str, description: str) -> argparse.ArgumentParser:
    """The options that every command has which sends files."""
    parser = argparse.ArgumentParser(
        prog=f"manage.py {command}",
        description=f"{description} The token comes from the environment: {TOKEN}.",
    )
    parser.add_argument("paths", nargs="+", type=Path, help="files and folders")
    parser.add_argument("--to", required=True, help="address of the dataset's page")
    return parser
