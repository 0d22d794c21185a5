"""The addresses of the service become those of a site."""

from __future__ import annotations

import pytest

from service.site.relative import Addresses, UnknownAddress, topic_folder

ROOT, ORIGIN = "/-here", "https://here.invalid"
MEDIA = {"/media/garden": "meetings/garden/recording.m4a", "/media/garden?part=2": "meetings/garden/recording-2.ogg"}
GARDEN = "meetings/garden/index.html"


def rewritten(address: str, page: str = GARDEN, base: str = "") -> str:
    addresses = Addresses(ROOT, ORIGIN, "static/abc", base)
    text = addresses.rewritten(f'<a href="{address}">', page, MEDIA)
    return text.removeprefix('<a href="').removesuffix('">')


@pytest.mark.parametrize(
    ("address", "relative"),
    [
        ("/", "../../"),
        ("/meetings/", "../"),
        ("/meetings/?year=2024&amp;series=a", "../?year=2024&amp;series=a"),
        ("/meetings/garden", "./"),
        ("/meetings/garden?t=12&amp;section=b#c", "./?t=12&amp;section=b#c"),
        ("/meetings/other#b-1", "../other/#b-1"),
        ("/meetings/garden/transcript.vtt", "transcript.vtt"),
        ("/meetings/garden/transcript.srt?part=2", "transcript-2.srt"),
        ("/media/garden#t=12.75", "recording.m4a#t=12.75"),
        ("/media/garden?part=2", "recording-2.ogg"),
        ("/api/v1/meetings/garden", "meeting.json"),
        ("/api/v1/meetings", "../../meetings.json"),
        ("/static/meeting/page.js", "../../static/abc/meeting/page.js"),
        ("/search?q=a%20b", "../../search/?q=a%20b"),
        ("/feed.atom", "../../feed.atom"),
    ],
)
def test_an_address_is_written_as_its_page_has_to(address: str, relative: str) -> None:
    """Relative to the folder of the page, with what follows it as it was."""
    assert rewritten(ROOT + address) == relative
    assert rewritten(ORIGIN + ROOT + address) == relative


@pytest.mark.parametrize(
    ("page", "relative"), [("index.html", "meetings/a%3Ab%20c/"), ("meetings/index.html", "a%3Ab%20c/")]
)
def test_no_name_is_taken_for_a_scheme(page: str, relative: str) -> None:
    """Whatever a meeting is called, its address is a path."""
    assert rewritten(f"{ROOT}/meetings/a:b%20c", page) == relative


def test_what_was_absolute_begins_where_the_site_is_published() -> None:
    """If that is known; what was not stays relative, but for the page that is shown in the place of any other."""
    base = "https://club.example/notes/"
    assert rewritten(f"{ORIGIN}{ROOT}/meetings/garden?t=1", base=base) == f"{base}meetings/garden/?t=1"
    assert rewritten(f"{ROOT}/meetings/garden", base=base) == "./"
    assert rewritten(f"{ROOT}/meetings/", "404.html", base=base) == "/notes/meetings/"
    assert rewritten(f"{ROOT}/", "404.html") == "./"


def test_addresses_are_found_in_whatever_they_stand() -> None:
    """In attributes, elements, JSON and HTML that is escaped once more; a text that only looks like one stays."""
    addresses = Addresses(ROOT, ORIGIN, "static/abc")
    for text, wanted in [
        (f"<loc>{ORIGIN}{ROOT}/</loc>", "<loc>./</loc>"),
        (f'{{"url":"{ORIGIN}{ROOT}/meetings/a?t=1#b"}}', '{"url":"meetings/a/?t=1#b"}'),
        (f"&lt;a href=&#34;{ROOT}/meetings/a?t=1#b&#34;&gt;", "&lt;a href=&#34;meetings/a/?t=1#b&#34;&gt;"),
        (f'template="{ORIGIN}{ROOT}/search?q={{searchTerms}}"', 'template="search/?q={searchTerms}"'),
        ("see /meetings/garden and /-there/x", "see /meetings/garden and /-there/x"),
    ]:
        assert addresses.rewritten(text, "index.html", {}) == wanted


@pytest.mark.parametrize(
    "address", ["/login", "/api/v1/openapi.json", "/embed/garden", "/media/other", "/search.atom?q=a", "/meetings/a/b"]
)
def test_an_address_that_nobody_wrote_is_refused(address: str) -> None:
    """So that no dead link is published."""
    with pytest.raises(UnknownAddress):
        rewritten(ROOT + address)


def test_the_folders_of_topics_are_what_every_file_system_takes() -> None:
    """Short and in small letters of English, and of two topics never the same."""
    ids = ["code/a:b", "code/a~3ab", "code/a\u03ab", "code/A:b", "code/a\tb", "code/a\u0009", "code/\u00df", "code/ss"]
    ids += [f"code/{'x' * 300}", f"code/{'x' * 299}y", f"issue/{'1' * 300}/2", "code/" + "\u00e4" * 80]
    folders = {topic_folder(each) for each in ids}
    assert len(folders) == len(set(ids))
    for folder in folders:
        assert folder.isascii()
        assert folder == folder.lower()
        assert max(map(len, folder.split("/"))) < 150
