"""The folder of a site: only what an earlier run wrote is replaced or removed."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.errors import SiteFolderError
from service.site.writer import MANIFEST, SiteWriter
from tests.service.site.conftest import contents


def write(folder: Path, **pieces: dict[str, bytes | Path]) -> SiteWriter:
    """Write pieces, each made from what it has."""
    with SiteWriter.open(folder) as writer:
        for name, files in pieces.items():
            if not writer.is_current(name, repr(files)):
                writer.write(name, repr(files), files)
    return writer


def test_what_others_put_there_is_not_replaced(out: Path) -> None:
    """Unless it is just what would be written; the error names it, and what was written before it is known."""
    out.mkdir()
    (out / "index.html").write_text("mine")
    (out / "same.html").write_text("same")
    for _ in range(2):
        with pytest.raises(SiteFolderError, match=r"index\.html: was not written by") as caught:
            write(out, a={"a.html": b"a", "same.html": b"same"}, b={"b.html": b"b", "index.html": b"ours"})
        assert "another folder" in caught.value.hint
        assert (out / "index.html").read_text() == "mine"

    (out / "index.html").unlink()
    write(out, b={"index.html": b"ours"})
    assert sorted(contents(out)) == [MANIFEST, "index.html"]


def test_after_a_crash_the_next_run_goes_on(out: Path) -> None:
    """What was written before it may be replaced, and removed, though nobody had time to say so."""
    with suppress(KeyboardInterrupt), SiteWriter.open(out) as writer:
        writer.write("a", "1", {"a.html": b"a"})
        raise KeyboardInterrupt
    write(out, b={"b.html": b"b"})
    assert sorted(contents(out)) == [MANIFEST, "b.html"]


def test_after_a_kill_the_next_run_goes_on(out: Path) -> None:
    """What was not there before it may be replaced, and removed; what was there stays somebody else's."""
    out.mkdir()
    (out / "mine.html").write_text("mine")
    killed = SiteWriter.open(out)  # which will never be told that it ends
    killed.__enter__().write("c", "1", {"c.html": b"c", "d.html": b"d"})
    write(out, c={"c.html": b"new"})
    assert sorted(contents(out)) == [MANIFEST, "c.html", "mine.html"]
    assert contents(out)["c.html"] == b"new"
    with pytest.raises(SiteFolderError):
        write(out, c={"mine.html": b"new"})


def test_folders_that_became_empty_go_along(out: Path) -> None:
    """Not the one of the site, and none that has something else."""
    write(out, a={"x/y/a.html": b"a", "z/b.html": b"b"})
    (out / "z" / "mine").write_text("mine")
    write(out)
    assert sorted(contents(out)) == [MANIFEST, "z/mine"]
    assert not (out / "x").exists()


@pytest.mark.parametrize("path", ["../mine", "/etc/mine", "a/../../mine", "", "a\0b", MANIFEST])
def test_a_manifest_that_names_other_places_is_refused(out: Path, path: str) -> None:
    """It may have come with a clone of somebody's site: nothing outside is removed."""
    (out.parent / "mine").write_text("mine")
    out.mkdir()
    piece = {"made_from": "1", "files": {path: 4}}
    (out / MANIFEST).write_text(json.dumps({"format": 1, "claimed": [], "pieces": {"a": piece}}))
    with pytest.raises(SiteFolderError, match="manifest"):
        write(out)
    assert (out.parent / "mine").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 2, "claimed": [], "pieces": {}}', "\xff"])
def test_a_manifest_that_is_none_is_told(out: Path, text: str) -> None:
    """Nothing is written over what it may have been about."""
    out.mkdir()
    (out / MANIFEST).write_text(text)
    with pytest.raises(SiteFolderError, match="manifest"):
        write(out, a={"a.html": b"a"})
    assert sorted(contents(out)) == [MANIFEST]


def test_a_file_is_no_folder(out: Path) -> None:
    out.write_text("mine")
    with pytest.raises(SiteFolderError, match="is no folder"):
        write(out)


def test_a_copied_recording_can_be_read_by_a_web_server(out: Path, tmp_path: Path) -> None:
    """Whoever may read the original; and it is copied again only once it is another."""
    source = tmp_path / "call.mp3"
    source.write_bytes(b"sound")
    source.chmod(0o600)
    write(out, a={"page.html": b"a", "call.mp3": source})
    assert (out / "call.mp3").stat().st_mode & 0o777 == (out / "page.html").stat().st_mode & 0o777
    with SiteWriter.open(out) as writer:
        writer.write("a", "2", {"page.html": b"b", "call.mp3": source})
    assert writer.written == 1
    os.utime(source, (1, 1))
    with SiteWriter.open(out) as writer:
        writer.write("a", "3", {"page.html": b"b", "call.mp3": source})
    assert writer.written == 1


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(out: Path, tmp_path: Path) -> None:
    """What it leads to stays as it is."""
    write(out, a={"a.html": b"a"})
    (tmp_path / "mine").write_text("mine")
    (out / "a.html").unlink()
    (out / "a.html").symlink_to(tmp_path / "mine")
    write(out, a={"a.html": b"new"})
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (out / "a.html").is_symlink()
