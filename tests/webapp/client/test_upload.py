"""Files sent by the command line to a real server, with a connection that breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image as Picture

from tests.webapp.imaging.zarr_files import write_image
from webapp.actions.ingest import ingest
from webapp.actions.tokens import create_token
from webapp.client import sending, server
from webapp.client.remembered import Remembered
from webapp.client.sending import Sender
from webapp.client.server import Answer, Server, ServerSaysNo
from webapp.client.upload import main, wanted_files
from webapp.models import Upload

pytestmark = pytest.mark.django_db(transaction=True)


class Breaking(Server):
    """A connection on which every third answer is lost, and which notes the parts it carried."""

    def __init__(self, address: str, token: str) -> None:
        super().__init__(address, token)
        self.offsets: list[int] = []
        self.n_asked = 0

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        if method == "PATCH" and headers:
            self.offsets.append(int(headers["Upload-Offset"]))
        answer = super().ask(method, path, headers, body)
        self.n_asked += 1
        if self.n_asked % 3 == 0:
            raise ConnectionResetError("the cable was pulled")
        return answer


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sending, server):
        monkeypatch.setattr(module, "TRY_AGAIN_AFTER_S", (0.0,) * 7)
    monkeypatch.setattr(sending, "PART_BYTES", 1000)


@pytest.fixture
def token(bob: Any) -> str:
    return create_token(actor=bob, name="laptop", scope="write")[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two noisy pictures of some parts each, a text, and what an operating system leaves."""
    inside = tmp_path / "plate"
    inside.mkdir()
    for number in (10, 2):
        pixels = np.random.default_rng(number).integers(0, 255, (64, 64)).astype(np.uint8)
        Picture.fromarray(pixels).save(inside / f"A{number}.png")
    (inside / "notes.txt").write_text("not an image")
    (inside / ".DS_Store").write_bytes(b"litter")
    return inside


def test_a_folder_is_sent_and_every_file_says_how_it_went(
    live_server: Any,
    token: str,
    dataset: Any,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COVERSLIP_TOKEN", token)
    monkeypatch.setenv("XDG_STATE_HOME", str(folder.parent / "state"))
    address = f"{live_server.url}/datasets/{dataset.pk}"
    assert main([str(folder), "--to", address, "--no-wait"]) == 0
    assert "3 of 3 files arrived." in capsys.readouterr().out
    for upload in Upload.objects.all():
        ingest(upload.pk)
    assert {u.file_name: str(u.state) for u in Upload.objects.all()} == {
        "A2.png": "ready",
        "A10.png": "ready",
        "notes.txt": "failed",
    }


def test_a_file_that_asks_says_where_to_answer_and_a_zarr_is_one_file(
    live_server: Any,
    token: str,
    dataset: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COVERSLIP_TOKEN", token)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("webapp.client.upload.ASK_EVERY_S", 0.05)
    pixels = np.zeros((4, 8, 9), np.uint16)
    tifffile.imwrite(tmp_path / "stack.tif", pixels, photometric="minisblack", metadata=None)
    write_image(tmp_path / "a.ome.zarr", pixels[0], "yx", version="0.4")
    paths = [str(tmp_path / name) for name in ("stack.tif", "a.ome.zarr")]
    address = f"{live_server.url}/datasets/{dataset.pk}"
    assert main([*paths, "--to", address, "--no-wait"]) == 0
    for upload in Upload.objects.all():
        ingest(upload.pk)
    said = {upload.file_name: str(upload.state) for upload in Upload.objects.all()}
    assert said == {"stack.tif": "asking", "a.ome.zarr.zip": "ready"}
    monkeypatch.setattr(
        "webapp.client.sending.Sender.send",
        lambda *_: f"/api/uploads/{Upload.objects.get(state='asking').pk}",
    )
    assert main([paths[0], "--to", address]) == 1
    told = capsys.readouterr().out
    assert f"Say it at {live_server.url}/uploads/" in told
    assert "0 of 1 files arrived." in told


def test_lost_answers_and_a_stopped_program_send_no_part_twice(
    live_server: Any, token: str, dataset: Any, folder: Path, tmp_path: Path
) -> None:
    path = folder / "A2.png"

    def sender(connection: Server) -> Sender:
        return Sender(connection, str(dataset.pk), Remembered(tmp_path / "uploads.json"))

    def stop_at(n_bytes: int) -> Callable[[int], None]:
        def hear(here: int) -> None:
            if here >= n_bytes:
                raise KeyboardInterrupt

        return hear

    first, second = (Breaking(live_server.url, token) for _ in range(2))
    with pytest.raises(KeyboardInterrupt):
        sender(first).send(path, stop_at(2000))
    sender(second).send(path, lambda _: None)
    sent = first.offsets + second.offsets
    assert sent == list(range(0, path.stat().st_size, 1000))
    upload = Upload.objects.get()
    ingest(upload.pk)
    upload.refresh_from_db()
    assert upload.state == "ready", upload.sentence


def test_a_refusal_is_the_server_s_own_sentence(
    live_server: Any, dataset: Any, carl: Any, folder: Path, tmp_path: Path
) -> None:
    _, stranger = create_token(actor=carl, name="laptop", scope="write")
    sender = Sender(
        Server(live_server.url, stranger), str(dataset.pk), Remembered(tmp_path / "uploads.json")
    )
    with pytest.raises(ServerSaysNo, match="Nothing is here for you"):
        sender.send(folder / "A2.png", lambda _: None)


def test_files_of_a_folder_come_in_the_order_of_their_numbers_without_litter(folder: Path) -> None:
    assert [path.name for path in wanted_files([folder])] == ["A2.png", "A10.png", "notes.txt"]


@pytest.mark.parametrize(
    ("address", "secret", "sentence"),
    [
        ("http://127.0.0.1:1/projects", "cvs_x", "address of a dataset"),
        ("file:///datasets/00000000-0000-0000-0000-000000000000", "cvs_x", "address of a dataset"),
        ("http://127.0.0.1:1/datasets/00000000-0000-0000-0000-000000000000", "", "Put a token"),
    ],
)
def test_what_cannot_work_is_said_at_once(
    folder: Path,
    address: str,
    secret: str,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COVERSLIP_TOKEN", secret)
    assert main([str(folder), "--to", address]) == 2
    assert sentence in capsys.readouterr().err
