"""Originals come back byte for byte: one, some, all; by page, API and command line."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.cast import api_of, page_of
from webapp.actions.tokens import create_token
from webapp.actions.trash import delete_image
from webapp.api.files import attachment
from webapp.client.download import main

pytestmark = pytest.mark.django_db


def test_a_dataset_comes_back_byte_for_byte_with_its_sums(
    vera: Any, dataset: Any, make_image: Callable[[str], Any], read_file: Any
) -> None:
    for name in ("squares.ome.tif", "SQUARES.ome.tif", "=x.tif"):
        make_image(name)
    answer = api_of(vera, scope="read")("get", f"/api/datasets/{dataset.pk}/originals.zip")
    assert answer["Content-Disposition"].startswith('attachment; filename="Plate 1 originals.zip"')
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        names = {"=x.tif", "SQUARES.ome.tif", "squares (2).ome.tif"}
        assert set(archive.namelist()) == names | {"SHA256SUMS", "images.csv"}
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ", 1)
            assert archive.read(name) == read_file.path.read_bytes()
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        table = list(csv.DictReader(io.StringIO(archive.read("images.csv").decode())))
    assert {row["file"] for row in table} == {"'=x.tif", *(names - {"=x.tif"})}


def test_selected_images_are_downloaded_from_the_page(
    vera: Any, dataset: Any, make_image: Callable[[str], Any]
) -> None:
    first, _ = make_image("a.tif"), make_image("b.tif")
    address = f"/api/datasets/{dataset.pk}/originals.zip"
    form = urlencode([("images", first.pk), ("add", "")])
    answer = page_of(vera).post(address, form, "application/x-www-form-urlencoded")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert set(archive.namelist()) == {"a.tif", "SHA256SUMS", "images.csv"}


def test_only_what_is_in_the_dataset_is_given(
    alice: Any, carl: Any, dataset: Any, image: Any
) -> None:
    address = f"/api/datasets/{dataset.pk}/originals"
    [row] = api_of(alice)("get", address).json()
    assert (row["name"], row["images"]) == ("squares.ome.tif", [str(image.pk)])
    assert api_of(carl)("get", row["url"]).status_code == 404
    assert api_of(alice)("get", f"{address}/{'0' * 64}").status_code == 404
    delete_image(actor=alice, image_id=image.pk)
    assert api_of(alice)("get", row["url"]).status_code == 404


def test_a_file_is_sent_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(1_000_000))

    async def sizes() -> list[int]:
        return [len(piece) async for piece in attachment(path, "large.bin")]

    assert asyncio.run(sizes()) == [262144, 262144, 262144, 213568]


@pytest.mark.django_db(transaction=True)
def test_the_command_line_fetches_what_is_not_here(
    live_server: Any,
    vera: Any,
    dataset: Any,
    image: Any,
    read_file: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    secret = create_token(actor=vera, name="laptop", scope="read")[1]
    monkeypatch.setenv("COVERSLIP_TOKEN", secret)
    arguments = [f"{live_server.url}/datasets/{dataset.pk}", "--to", str(tmp_path / "here")]
    assert main(arguments) == 0
    fetched = tmp_path / "here" / "squares.ome.tif"
    assert fetched.read_bytes() == read_file.path.read_bytes()
    assert main(arguments) == 0
    assert "here      " in capsys.readouterr().out
    fetched.write_bytes(b"damaged")
    assert main(arguments) == 0
    assert fetched.read_bytes() == read_file.path.read_bytes()
    monkeypatch.setenv("COVERSLIP_TOKEN", "cvs_unknown")
    assert main(arguments) == 2
