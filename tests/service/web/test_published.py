"""What is not to be published is shown to those who may write, and to nobody else, wherever they look."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pipeline.records import Notes
from tests.service.corrections import BEARER, log_in
from tests.service.meetings import SOURCE, Library

_SECRET = SOURCE.replace("Garden club", "Seedlings").replace("watering", "zucchini").replace("Watering", "Zucchini")


@pytest.fixture
def kept_back(guarded: Flask, library: Library, full: Notes) -> FlaskClient:
    """A site of a public meeting, and of one that its notes keep back."""
    library.aligned(library.notes(f"---\npublish: false\n---\n{_SECRET}", slug="seedlings"))
    return guarded.test_client()


LISTS = (
    *("/", "/meetings/", "/feed.atom", "/sitemap.xml", "/api/v1/meetings"),
    *("/search?q=zucchini", "/search?q=zuchini", "/search?q=zucchini&order=newest", "/search.atom?q=zucchini"),
    *("/api/v1/search?q=pallets&facets=true", "/api/v1/search?q=zucchini"),
)
ITS_OWN = (
    *("/meetings/seedlings", "/meetings/seedlings/transcript.vtt", "/embed/seedlings", "/media/seedlings"),
    *("/api/v1/meetings/seedlings", "/api/v1/meetings/seedlings/corrections"),
)


def test_readers_find_nothing_of_it(kept_back: FlaskClient) -> None:
    """Not in a list, a feed, the sitemap, a search or what is suggested for one; whoever may write finds it."""
    assert [address for address in LISTS if "eedlings" in kept_back.get(address).text] == []
    log_in(kept_back)
    assert [each for each in LISTS if "eedlings" not in kept_back.get(each).text] == []


def test_its_addresses_answer_as_if_there_were_none(kept_back: FlaskClient) -> None:
    """Also to whoever says that they have an older answer."""
    for address in ITS_OWN:
        none = kept_back.get(address.replace("seedlings", "nothing")).text
        answer = kept_back.get(address, headers={"If-None-Match": "*"})
        assert (answer.status_code, answer.text.replace("seedlings", "nothing")) == (404, none), address


def test_who_may_write_sees_it_and_that_others_do_not(kept_back: FlaskClient) -> None:
    """On the page after logging in, in the API with the token."""
    assert kept_back.get("/api/v1/meetings/seedlings", headers=BEARER).status_code == 200
    log_in(kept_back)
    assert "only those who may correct links can see this page" in kept_back.get("/meetings/seedlings").text


def test_what_is_published_again_is_shown_again(kept_back: FlaskClient, library: Library) -> None:
    """The next version of the notes says so."""
    assert kept_back.get("/meetings/seedlings").status_code == 404
    library.notes(_SECRET, slug="seedlings")
    assert kept_back.get("/meetings/seedlings").status_code == 200
