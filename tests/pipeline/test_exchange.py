from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline import exchange
from pipeline.config import Settings
from pipeline.errors import ExchangeUnavailable
from pipeline.exchange import Exchange, FolderExchange, StoreExchange

CONTENT = b"what was said" * 1000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "call.WAV"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def name(file: Path) -> str:
    return exchange.name_of(sha256(CONTENT).hexdigest(), file)


@pytest.fixture(params=["folder", "store"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Exchange:
    (tmp_path / "shared").mkdir()
    return FolderExchange(tmp_path / "shared") if request.param == "folder" else StoreExchange(f"memory:/{tmp_path}")


def test_what_is_put_is_got_elsewhere(shared: Exchange, file: Path, name: str, tmp_path: Path) -> None:
    """Once or twice, until it is deleted, once or twice."""
    assert shared.size(name) is None
    assert list(shared.names()) == []
    assert not shared.get(name, tmp_path / "there" / "call.wav")
    shared.put(file, name)
    shared.put(file, name)

    assert shared.get(name, tmp_path / "there" / "call.wav")
    assert (tmp_path / "there" / "call.wav").read_bytes() == CONTENT
    assert [found for found, _ in shared.names()] == [name]
    assert shared.size(name) == len(CONTENT)
    shared.delete(name)
    shared.delete(name)
    assert shared.size(name) is None


def test_what_is_not_what_was_put_is_not_got(shared: Exchange, file: Path, name: str, tmp_path: Path) -> None:
    """A disk may have changed it; nothing of it is left here, nor there."""
    file.write_bytes(CONTENT + b"!")
    shared.put(file, name)

    assert not shared.get(name, tmp_path / "there" / "call.wav")
    assert not list((tmp_path / "there").iterdir())
    assert shared.size(name) is None


def test_what_is_put_replaces_what_is_not_it(shared: Exchange, file: Path, name: str, tmp_path: Path) -> None:
    """One of another size always; one of the same if whoever puts it wants that."""
    file.write_bytes(CONTENT[1:])
    shared.put(file, name)
    file.write_bytes(CONTENT[::-1])
    shared.put(file, name)
    file.write_bytes(CONTENT)
    shared.put(file, name)
    assert not shared.get(name, tmp_path / "call.wav")
    file.write_bytes(CONTENT[::-1])
    shared.put(file, name)
    file.write_bytes(CONTENT)
    shared.put(file, name, anew=True)

    assert shared.get(name, tmp_path / "call.wav")


def test_what_is_not_whole_is_not_there(tmp_path: Path, file: Path, name: str) -> None:
    """As whoever was killed leaves it; that it can be tidied, it is listed."""
    (tmp_path / "shared").mkdir()
    shared = FolderExchange(tmp_path / "shared")
    shared.put(file, name)
    (tmp_path / "shared" / name).rename(tmp_path / "shared" / f".{name}.0123abcd.unfinished")

    assert shared.size(name) is None
    assert [found for found, _ in shared.names()] == [f".{name}.0123abcd.unfinished"]


def test_a_place_that_cannot_be_used_says_so(tmp_path: Path, file: Path, name: str) -> None:
    (tmp_path / "shared").write_text("a file")
    with pytest.raises(ExchangeUnavailable, match="shared"):
        FolderExchange(tmp_path / "shared").put(file, name)


def test_a_folder_that_is_not_mounted_is_not_made(tmp_path: Path, file: Path, name: str) -> None:
    """What is put into it would be on this machine alone, and what is deleted from it still be there."""
    shared = FolderExchange(tmp_path / "mounted" / "shared")
    got = tmp_path / "got"
    uses: list[Callable[[str], object]] = [partial(shared.put, file), partial(shared.get, into=got)]
    for use in (*uses, shared.size, shared.delete):
        with pytest.raises(ExchangeUnavailable, match="no such folder") as raised:
            use(name)
        assert "Mount it" in raised.value.hint
    with pytest.raises(ExchangeUnavailable):
        list(shared.names())
    assert not (tmp_path / "mounted").exists()


def test_the_settings_say_which(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert exchange.of(settings) is None
    assert isinstance(exchange.of(replace(settings, exchange=str(tmp_path))), FolderExchange)
    assert isinstance(exchange.of(replace(settings, exchange="s3://bucket/folder")), StoreExchange)
