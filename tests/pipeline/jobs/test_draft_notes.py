"""A draft becomes Markdown that says what was corrected, under a name that people can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import DraftError, NotesError, NotFound
from pipeline.jobs import draft_notes, drafts
from pipeline.jobs.drafts import DraftCorrections
from tests.pipeline.fetch.host import Host, typed
from tests.pipeline.jobs.sent import SEVERAL, answering, data_folder, publish, send

GARDEN = b"# Garden club 2024-03-05\n\nRecording: https://youtu.be/gArDenCall0\n\n## Hoses\n\n- One leaks\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return data_folder(tmp_path)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    with answering(monkeypatch) as host:
        yield host


@pytest.mark.parametrize(
    ("name", "text", "stem"),
    [
        ("notes.md", GARDEN, "2024-03-05-garden-club"),
        ("2024-03-05 Garden.md", GARDEN, "2024-03-05 Garden"),
        ("Garten_März.md", GARDEN, "Garten_März"),
        ("README.md", "# Клуб садоводов\n".encode(), "клуб-садоводов"),
        ("notes.md", b"- x\n", "untitled"),
        ("minutes.md", b"# ???\n\n- x\n", "meeting"),
        ("Garden: hose*s why?.md", GARDEN, "Garden- hose-s why"),
        ("é" * 150 + ".md", GARDEN, "é" * 60),
    ],
)
def test_the_name_tells_the_meeting(settings: Settings, name: str, text: bytes, stem: str) -> None:
    """What the file was called, if that says something; otherwise its day and title."""
    assert draft_notes.read(settings, send(settings, notes=(name, text))).stem == stem


def test_notes_that_are_not_corrected_stay_byte_for_byte(settings: Settings) -> None:
    text = b"\xef\xbb\xbf# Garden club\r\n\r\n- x  \r\n"
    assert draft_notes.read(settings, send(settings, notes=("x.md", text))).content == text


def test_html_becomes_markdown(settings: Settings) -> None:
    """So that it can be edited."""
    page = b"<html><body><h1>Garden club</h1><ul><li>One hose leaks</li></ul></body></html>"
    found = draft_notes.read(settings, send(settings, notes=("garden.html", page)))
    assert b"<h1>" not in found.content
    assert b"# Garden club" in found.content


@pytest.mark.parametrize("name", ["notes.md", "2024-03-05 Garden.md", "garden.html"])
def test_corrections_are_understood_as_they_were_said(settings: Settings, name: str) -> None:
    """Whatever heading, label or name of the file says otherwise."""
    draft = send(settings, notes=(name, GARDEN))
    asked = DraftCorrections("Spring: #1", "2024-04-01", "https://youtu.be/gArDenCall1")
    found = draft_notes.read(settings, drafts.correct(settings, draft.id, asked))
    (notes,) = found.meetings
    assert notes.video is not None
    assert (notes.title, str(notes.date), notes.video.id) == ("Spring: #1", "2024-04-01", "gArDenCall1")
    assert found.stem == "2024-04-01-spring-1"


def test_what_is_understood_already_is_not_written_again(settings: Settings) -> None:
    draft = send(settings, notes=("notes.md", GARDEN))
    asked = DraftCorrections("Garden club 2024-03-05", "2024-03-05", "https://youtu.be/gArDenCall0")
    assert draft_notes.read(settings, drafts.correct(settings, draft.id, asked)).content == GARDEN


def test_what_was_understood_and_not_corrected_stays(settings: Settings) -> None:
    """The day stood in the title that was corrected."""
    draft = send(settings, notes=("notes.md", b"# Garden club office hours 2020-01-21\n\n- One hose leaks\n"))
    found = draft_notes.read(settings, drafts.correct(settings, draft.id, DraftCorrections(title="Winter meeting")))
    assert [(each.title, str(each.date)) for each in found.meetings] == [("Winter meeting", "2020-01-21")]
    assert found.stem == "2020-01-21-winter-meeting"


def test_a_link_that_comes_with_notes_is_their_recording(settings: Settings) -> None:
    draft = send(settings, link="https://media.example/call.mp4", notes=("notes.md", b"# Garden club\n"))
    (notes,) = draft_notes.read(settings, draft).meetings
    assert notes.video is not None
    assert notes.video.url == "https://media.example/call.mp4"


def test_what_cannot_be_corrected_here_says_so(settings: Settings) -> None:
    """Several meetings in a file, front matter that is broken, or that says otherwise in another way."""
    one = DraftCorrections(title="Garden")
    other = DraftCorrections(recording="https://media.example/call.mp4")
    for text, asked, words in (
        (SEVERAL, one, "notes of 2 meetings"),
        (b"---\ntitle: a: b\n---\n# x\n", one, "not valid YAML"),
        (b"---\nyoutube: gArDenCall0\n---\n# x\n", other, "something else as recording"),
    ):
        draft = drafts.correct(settings, send(settings, notes=("call.md", text)).id, asked)
        with pytest.raises(DraftError, match=words):
            draft_notes.read(settings, draft)
    assert len(draft_notes.read(settings, send(settings, notes=("call.md", SEVERAL))).meetings) == 2


@pytest.mark.parametrize("text", [bytes(range(256)), b"# x\0y\n", b" \n", "# Größe\n".encode("latin-1")])
def test_what_is_no_text_is_refused_by_its_own_name(settings: Settings, text: bytes) -> None:
    """An error names no file of the server."""
    with pytest.raises(NotesError, match=r"^call\.md") as told:
        draft_notes.read(settings, send(settings, notes=("call.md", text)))
    assert "drafts" not in str(told.value)


def test_a_link_alone_becomes_notes_with_its_chapters(settings: Settings, host: Host) -> None:
    """With title, day and recording; the host is asked once."""
    draft = drafts.create(settings, "Ana", link=publish(host, "Garden *club*", "Welcome", "# Hoses & more"))
    found = draft_notes.read(settings, draft)
    assert found.content.decode() == (
        f'---\ntitle: "Garden *club*"\ndate: 2024-03-05\nrecording: {host.url("/call")}\n---\n\n'
        "# Garden \\*club\\*\n\n## Welcome\n\n## \\# Hoses & more\n"
    )
    assert (found.stem, found.is_made, found.date_is_known) == ("2024-03-05-garden-club", True, False)
    asked = len(host.asked)
    corrected = drafts.correct(settings, draft.id, DraftCorrections(title="Spring", date="2024-03-06"))
    (notes,) = draft_notes.read(settings, corrected).meetings
    assert (notes.title, str(notes.date), len(host.asked)) == ("Spring", "2024-03-06", asked)


def test_a_link_to_nothing_makes_no_notes(settings: Settings, host: Host) -> None:
    with pytest.raises(NotFound):
        draft_notes.read(settings, drafts.create(settings, "Ana", link=host.url("/nothing")))
    host.answers["/README.md"] = typed("text/markdown", b"# Read me\n" * 99)
    with pytest.raises(DraftError, match="no recording was found there"):
        draft_notes.read(settings, drafts.create(settings, "Ana", link=host.url("/README.md")))


def test_a_recording_alone_is_called_like_its_file(settings: Settings) -> None:
    draft = send(settings, recording=("Garden_club 2024-03-05.mp3", b"x"))
    found = draft_notes.read(settings, draft)
    assert (found.meetings[0].title, str(found.meetings[0].date)) == ("Garden club 2024-03-05", "2024-03-05")
    assert found.is_made
