"""A recording that another machine fetched, played from the exchange."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from pipeline import exchange
from pipeline.config import Settings
from pipeline.exchange import FolderExchange, StoreExchange
from pipeline.records import FetchedRecording, Notes, Recording
from pipeline.store import Store
from service import create_app
from service.web.store import archive_of

CONTENT = b"what was said" * 1000
SOURCE = "https://media.example/call.mp3"


@pytest.mark.parametrize("kind", ["folder", "store"])
def test_it_comes_in_the_pieces_that_a_player_asks_for(
    kind: str, tmp_path: Path, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder where it is; from a store, all of it is got first."""
    (tmp_path / "shared").mkdir()
    shared = FolderExchange(tmp_path / "shared") if kind == "folder" else StoreExchange(f"memory:/{tmp_path}")
    monkeypatch.setattr(exchange, "of", lambda _: shared)
    settings = Settings(data_dir=tmp_path / "data", database=postgresql_url, exchange=str(tmp_path / "shared"))
    file = tmp_path / "call.mp3"
    file.write_bytes(CONTENT)
    name = exchange.name_of(sha256(CONTENT).hexdigest(), file)
    store = Store.of(settings)
    store.claim("/call.md", "call")
    store.save_notes(Notes("call", "Call", None, None, (), "# Call\n"))
    recording = Recording(SOURCE, "Call", 60.0, "media/call.mp3")
    store.save_recording("call", recording, key=SOURCE)
    app = create_app(settings)
    client = app.test_client()
    assert client.get("/media/call").status_code == 404
    shared.put(file, name)
    store.fetched.save(SOURCE, FetchedRecording(recording, name.partition(".")[0], len(CONTENT), "near", name))
    answer = client.get("/media/call", headers={"Range": "bytes=13-25"})

    assert answer.status_code == 206
    assert answer.data == CONTENT[13:26]
    answer.close()
    archive_of(app).close()
    store.close()
