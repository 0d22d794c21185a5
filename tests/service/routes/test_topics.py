"""The pages of topics: what comes back, every moment of it, and what is told beside the notes."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from tests.service.html_tags import tags, visible
from tests.service.meetings import Library
from tests.service.season import HOSE, ROTA, RULES, season, slug_of

ATOM = "{http://www.w3.org/2005/Atom}"


def links(client: FlaskClient, address: str, css_class: str = "") -> list[str]:
    """Where the links of a page lead, or those of a class."""
    response = client.get(address)
    assert response.status_code == 200, response.text
    found = (tag.attributes for tag in tags(response.text) if tag.name == "a")
    return [each.get("href", "") for each in found if css_class in each.get("class", "").split() or not css_class]


def test_what_comes_back_is_listed(client: FlaskClient, library: Library) -> None:
    """Those of the most meetings first, and nothing that a single meeting names."""
    season(library)
    assert links(client, "/topics/", "topic-row") == [f"/topics/{each}" for each in (HOSE, ROTA, RULES)] + [
        "/topics/code/water_rota"
    ]
    page = visible(client.get("/topics/").text)
    assert "What comes back across the notes of 12 meetings." in page
    assert "new, in 3 of the last 3 meetings" in page
    assert "in none of the last 6 meetings, in 6 before" in page
    assert "#104" not in page


def test_the_list_is_narrowed_and_ordered(client: FlaskClient, library: Library) -> None:
    """By kind and by name, which together may leave nothing; in the order of their last meetings, or by name."""
    season(library)
    assert links(client, "/topics/?kind=standard", "topic-row") == [f"/topics/{RULES}"]
    assert links(client, "/topics/?q=minutes", "topic-row") == [f"/topics/{HOSE}", f"/topics/{ROTA}"]
    assert links(client, "/topics/?order=name&kind=issue", "topic-row") == [f"/topics/{HOSE}", f"/topics/{ROTA}"]
    assert links(client, "/topics/?order=last", "topic-row")[-1] == f"/topics/{HOSE}"
    assert "No topics match." in client.get("/topics/?q=minutes&kind=standard").text
    assert "Rising" not in client.get("/topics/?kind=issue").text
    whole = links(client, "/topics/", "topic-row")
    for odd in ("kind=nothing", "order=odd", "page=50", "page=999999"):
        assert links(client, f"/topics/?{odd}", "topic-row") == whole, odd
        assert "Show all" not in client.get(f"/topics/?{odd}").text
    assert "Filters (1)" in client.get("/topics/?kind=issue").text
    for kept in ('name="kind" value="issue"', 'name="order" value="name"'):
        assert kept in client.get("/topics/?kind=issue&order=name").text


def test_an_archive_without_topics_says_so(client: FlaskClient, library: Library) -> None:
    """And one without meetings says how to add some."""
    assert "There are no meetings yet." in client.get("/topics/").text
    library.notes()
    assert "Nothing comes back yet." in client.get("/topics/").text


def test_a_topic_has_every_meeting_and_moment(client: FlaskClient, library: Library) -> None:
    """Newest first, each at its block, and at its moment where that is known; what was said is apart."""
    season(library)
    page = client.get(f"/topics/{HOSE}").text
    hits = links(client, f"/topics/{HOSE}", "hit")
    assert [hit.partition("#")[0] for hit in hits] == [
        *(f"/meetings/{slug_of(number)}" for number in (5, 4, 3, 2)),
        f"/meetings/{slug_of(1)}?t=6",
        f"/meetings/{slug_of(0)}",
        f"/meetings/{slug_of(1)}?t=9.75",
    ]
    shown = visible(page)
    for told in ("minutes#12", "The leaking hose", "in the notes of 6 meetings", "said in 1 meeting"):
        assert told in shown
    assert "last on 2 Jun 2023" in shown
    assert "first on 3 Jan 2023" in shown


def test_a_topic_leads_to_its_tracker(client: FlaskClient, library: Library) -> None:
    """By a link alone: nobody asks there."""
    season(library)
    assert "https://github.com/Garden-Club/minutes/issues/12" in links(client, f"/topics/{HOSE}")
    assert "https://www.rfc-editor.org/rfc/rfc9110" in links(client, f"/topics/{RULES}")


def test_a_topic_is_found_by_its_name(client: FlaskClient, library: Library) -> None:
    """Somebody who types an address need not know the whole id; a topic that nobody names is not found."""
    season(library)
    for name in ("minutes%2312", "12", "ISSUE/Garden-Club/minutes/12", f"{HOSE}/"):
        assert client.get(f"/topics/{name}").location == f"/topics/{HOSE}", name
    response = client.get("/topics/issue/garden-club/minutes/9999")
    assert response.status_code == 404
    assert "No notes name this topic." in response.text


def test_beside_a_block_stands_where_else_it_was_discussed(client: FlaskClient, library: Library) -> None:
    """The nearest meetings, with the moment where it is known, and how many more there are; once for each topic."""
    season(library)
    page = client.get(f"/meetings/{slug_of(2)}").text
    beside = visible(page).partition("the hose leaks")[2]
    assert (
        beside.split()[:15]
        == ["minutes#12", "also", "in", "3", "Jan", "2023", ",", "2", "Feb", "2023", "0:06", ",", "3", "Apr", "2023"][
            :15
        ]
    )
    assert "and 2 more" in beside
    hrefs = links(client, f"/meetings/{slug_of(2)}")
    assert any(href.startswith(f"/meetings/{slug_of(1)}?t=6#") for href in hrefs)
    assert f"/topics/{HOSE}" in hrefs
    assert "also in" not in client.get(f"/meetings/{slug_of(7)}").text


def test_a_page_changes_with_what_stands_beside_it(client: FlaskClient, library: Library) -> None:
    """Whoever has an older version of it is not told that nothing changed, but is where another meeting is edited."""
    season(library)
    address = f"/meetings/{slug_of(9)}"
    tag = client.get(address).headers["ETag"]
    library.notes("# Garden club 2023-12-30\n\nNothing.\n", slug=slug_of(11), video=False)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
    tag = client.get(address).headers["ETag"]
    library.notes("# Garden club 2023-12-30\n\nNothing at all.\n", slug=slug_of(11), video=False)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_topic_can_be_followed(client: FlaskClient, library: Library) -> None:
    """Its page leads to a feed with an entry for each meeting, with whole addresses of its moments."""
    season(library)
    assert f"/topics/{HOSE}/feed.atom" in links(client, f"/topics/{HOSE}")
    response = client.get(f"/topics/{HOSE}/feed.atom")
    assert response.mimetype == "application/atom+xml"
    feed = ElementTree.fromstring(response.data)
    assert feed.findtext(f"{ATOM}id") == f"http://localhost/topics/{HOSE}/feed.atom"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 6
    contents = " ".join(entry.findtext(f"{ATOM}content") or "" for entry in entries)
    assert f"http://localhost/meetings/{slug_of(1)}?t=6#" in contents
    assert client.get("/topics/term/nothing/feed.atom").status_code == 404


def test_what_is_not_published_is_in_no_topic(client: FlaskClient, library: Library) -> None:
    """Neither its meetings nor what only they name, to whoever may only read."""
    for number in (1, 2):
        secret = (
            f"---\npublish: false\n---\n# Secret call 2024-01-0{number}\n\n- garden-club/minutes#99 in `secret_table`\n"
        )
        library.notes(secret, slug=f"secret-{number}", video=False)
    library.notes("# Open call 2024-01-03\n\n- garden-club/minutes#99\n", slug="open", video=False)
    stranger = {"REMOTE_ADDR": "198.51.100.7"}
    for address in ("/topics/", "/topics/issue/garden-club/minutes/99", "/meetings/open", "/sitemap.xml"):
        mine, theirs = client.get(address).text, client.get(address, environ_overrides=stranger).text
        assert "ecret" not in theirs, address
        assert mine != theirs or address == "/sitemap.xml", address
    assert client.get("/topics/code/secret_table", environ_overrides=stranger).status_code == 404
    assert client.get("/topics/code/secret_table").status_code == 200


def test_topics_are_in_the_sitemap(client: FlaskClient, library: Library) -> None:
    """Those that come back."""
    season(library)
    found = client.get("/sitemap.xml").text
    assert f"<loc>http://localhost/topics/{HOSE}</loc>" in found
    assert "/104<" not in found


def test_notes_of_one_meeting_in_two_files_are_not_told_beside_each_other(
    client: FlaskClient, library: Library
) -> None:
    """They are of one meeting: of the same day, with the same recording."""
    for number, day in enumerate(("2024-03-05", "2024-03-05", "2024-04-02")):
        link = f"https://youtu.be/gArDenCall{number // 2}"
        library.notes(f"# Call {day}\n\nRecording: {link}\n\n- garden-club/minutes#12\n", slug=f"call-{number}")
    assert links(client, "/topics/", "topic-row") == [f"/topics/{HOSE}"]
    for slug in ("call-0", "call-1"):
        beside = visible(client.get(f"/meetings/{slug}").text).partition("also in")[2]
        assert beside.strip().startswith("2 Apr 2024")
        assert "5 Mar 2024" not in beside


def test_a_search_for_a_topic_leads_to_its_page(client: FlaskClient, library: Library) -> None:
    """By its name or its number; a search for anything else does not."""
    season(library)
    for query in ("minutes%2312", "12", "%22water_rota%22"):
        shown = client.get(f"/search?q={query}").text
        assert "is in the notes of" in shown, query
    assert "is in the notes of" not in client.get("/search?q=hose").text
    assert "is in the notes of" not in client.get("/search?q=104").text


def test_a_word_of_nearly_all_meetings_has_a_page_and_is_not_listed(client: FlaskClient, library: Library) -> None:
    """It says of how many; it is found by its name, and topics that are called alike lead to it."""
    for day in range(1, 11):
        rare = "and its `soilbot_pump`, the SoilBots, SoilBots" if day in (2, 9) else "is there"
        library.notes(f"# Call 2024-03-{day:02}\n\n- The SoilBot {rare}\n", slug=f"call-{day}", video=False)
    assert links(client, "/topics/", "topic-row") == ["/topics/code/soilbot_pump"]
    assert links(client, "/topics/?q=s%C3%B6ilbot", "topic-row") == [
        "/topics/term/soilbot",
        "/topics/code/soilbot_pump",
    ]
    assert "in the notes of 10 of 10 meetings" in visible(client.get("/topics/term/soilbot").text)
    assert client.get("/topics/soilbots").location == "/topics/term/soilbot"
    page = client.get("/topics/code/soilbot_pump").text
    assert "See also" in page.partition("Often named with it")[0]
    assert "/topics/term/soilbot" in page
    assert "/topics/term/soilbot" not in client.get("/sitemap.xml").text
    assert client.get("/topics/term/soilbot/feed.atom").status_code == 200


def test_often_named_with_it_is_nothing_that_everything_is_named_with(client: FlaskClient, library: Library) -> None:
    for day in range(1, 11):
        both = "#6280 with `pump_9`" if day in (2, 9) else "x"
        library.notes(f"# Call 2024-03-{day:02}\n\n- `soil_bot` {both}\n", slug=f"call-{day}", video=False)
    beside = client.get("/topics/issue/6280").text.partition("Often named with it")[2]
    assert "/topics/code/pump_9" in beside
    assert "/topics/code/soil_bot" not in beside


def test_what_was_decided_about_a_topic_is_said(client: FlaskClient, library: Library) -> None:
    """At its blocks, by the word of the notes, and by a link to all that is marked and has its name."""
    season(library)
    assert "Decisions and actions about it" not in client.get("/topics/code/water_rota").text
    library.notes("# Late call 2024-05-01\n\n- **Decision:** keep the `water_rota`\n- `water_rota`\n", slug="late")
    page = client.get("/topics/code/water_rota").text
    assert page.count('<span class="state">Decision</span>') == 1
    assert "/decisions/?q=water_rota" in links(client, "/topics/code/water_rota")


def test_meetings_without_a_date_are_the_last(client: FlaskClient, library: Library) -> None:
    """On the page of a topic, and among the latest."""
    for number, day in enumerate((" 2024-03-01", "", " 2024-03-05")):
        library.notes(f"# Call{day}\n\n- a/b#12\n- c/d#{9 if number == 1 else 8}\n", slug=f"m{number}")
    library.notes("# More\n\n- c/d#9\n", slug="m3")
    hits = links(client, "/topics/issue/a/b/12", "hit")
    assert [hit.partition("#")[0] for hit in hits] == ["/meetings/m2", "/meetings/m0", "/meetings/m1"]
    assert links(client, "/topics/?order=last", "topic-row")[-1] == "/topics/issue/c/d/9"


def test_two_notes_of_one_meeting_are_one_meeting(client: FlaskClient, library: Library) -> None:
    for number, day in enumerate(("2024-03-05", "2024-03-05", "2024-04-02")):
        link = f"https://youtu.be/gArDenCall{number // 2}"
        library.notes(f"# Call {day}\n\nRecording: {link}\n\n- garden-club/minutes#12\n", slug=f"call-{number}")
    assert "What comes back across the notes of 2 meetings." in visible(client.get("/topics/").text)


def test_a_page_ends_somewhere(client: FlaskClient, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the newest meetings, and how many more there are."""
    season(library)
    assert "earlier meeting" not in client.get(f"/topics/{HOSE}").text
    monkeypatch.setattr("service.routes.topics.MAX_SHOWN", 4)
    library.notes("# Late call 2024-05-01\n\n- nothing\n", slug="late", video=False)
    assert "and 2 earlier meetings" in client.get(f"/topics/{HOSE}").text
    written = [hit for hit in links(client, f"/topics/{HOSE}", "hit") if "t=9" not in hit]
    assert [hit.partition("#")[0] for hit in written] == [f"/meetings/{slug_of(number)}" for number in (5, 4, 3, 2)]
