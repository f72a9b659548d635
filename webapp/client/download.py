"""`manage.py download`: the originals of a dataset of a server, onto this computer."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any

from webapp.client.place import TOKEN, NotAsked, place_at, refuse
from webapp.client.server import NoAnswer, Server, ServerSaysNo

IN_PARALLEL = 3
N_TRIES = 4


def main(arguments: Sequence[str]) -> int:
    """Fetch every original that is not here yet, checked by its digest; 1 when one failed."""
    options = _parser().parse_args(arguments)
    try:
        place = place_at(options.address, to="read")
    except NotAsked as sentence:
        return refuse(sentence)
    server = place.server
    try:
        rows = server.ask_patiently("GET", f"/api/datasets/{place.dataset}/originals", {}).content
    except (ServerSaysNo, NoAnswer) as error:
        return refuse(error)
    options.to.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(IN_PARALLEL) as pool:
        sentences = list(pool.map(lambda row: _fetch_one(server, row, options.to), rows))
    n_bad = sum(bool(sentence) for sentence in sentences)
    print(f"{len(rows) - n_bad} of {len(rows)} files are here.")
    return int(n_bad > 0)


def _fetch_one(server: Server, row: dict[str, Any], folder: Path) -> str:
    """One file; "" when it is here with the right bytes, else the sentence that was said."""
    path = folder / Path(row["name"]).name
    if path.is_file() and _digest_of(path) == row["sha256"]:
        print(f"here      {path}", flush=True)
        return ""
    sentence = ""
    for _ in range(N_TRIES):
        try:
            _fetch(server, row, path)
        except ServerSaysNo as error:
            sentence = error.sentence
            if not error.is_worth_retrying:
                break
        except (OSError, HTTPException) as error:
            sentence = f"The connection broke: {error}"
        else:
            print(f"fetched   {path}", flush=True)
            return ""
    print(f"failed    {path}: {sentence}", flush=True)
    return sentence


def _fetch(server: Server, row: dict[str, Any], path: Path) -> None:
    """Into a partial file first, which takes its name when its digest is right."""
    partial = path.with_name(f"{path.name}.partial")
    digest = hashlib.sha256()
    with partial.open("wb") as file:
        for piece in server.pieces(row["url"]):
            digest.update(piece)
            file.write(piece)
    if digest.hexdigest() != row["sha256"]:
        raise OSError("the bytes that arrived are not those of the original")
    partial.replace(path)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="manage.py download",
        description="Fetch the originals of a dataset, byte for byte. What is here already is not "
        f"fetched again. The token comes from the environment: {TOKEN}.",
    )
    parser.add_argument("address", help="address of the dataset's page")
    parser.add_argument("--to", type=Path, default=Path(), help="folder; this one if not given")
    return parser
