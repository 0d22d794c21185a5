"""The interface is translated: whole, and with what the texts need to be filled in."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel.messages.catalog import Message

from service.translations import messages
from service.web.language import DEFAULT, LANGUAGES
from tests.service.catalogs import FOLDER, extracted, texts, updated

TRANSLATED = sorted(LANGUAGES.keys() - {DEFAULT})


def forms(message: Message) -> list[tuple[str, str]]:
    """Each text of a message with the English one it stands for; languages of many plurals have the same one often."""
    english = texts(message.id)
    return [(english[min(at, len(english) - 1)], text) for at, text in enumerate(texts(message.string))]


def test_each_language_has_a_catalog() -> None:
    """And each catalog is of a language that can be chosen."""
    assert sorted(file.stem for file in FOLDER.glob("*.po")) == TRANSLATED


def test_messages_of_all_kinds_are_found() -> None:
    """In the code, marked for later, in templates and in plurals."""
    found = extracted()
    assert found["this computer"] == ["service/static/meeting/edit.js", "service/web/auth.py"]
    assert found["No such meeting"] == ["service/web/errors.py"]
    assert found["Home"] == ["service/templates/failure.html"]
    assert found["jump to %(num)s topic", "jump to %(num)s topics"] == ["service/views/formatting.py"]
    assert "" not in found


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalog_has_what_the_sources_say(code: str) -> None:
    """No message more or less, each with the files it is used in: `make translations` puts it right."""
    assert (FOLDER / f"{code}.po").read_bytes() == updated(code)


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_text_is_missing(code: str) -> None:
    """None is a guess that nobody has looked at, either."""
    missing = [message.id for message in messages(code) if message.id and not all(texts(message.string))]
    assert missing == []
    assert [message.id for message in messages(code) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("part", [r"%\(\w+\)\w", r"<[^>]+>", "`[^`]+`"])
def test_what_is_filled_in_and_marked_up_is_the_same(code: str, part: str) -> None:
    """Values, tags and commands are those of the English text."""
    for message in messages(code):
        if message.id:
            for english, text in forms(message):
                assert sorted(re.findall(part, text)) == sorted(re.findall(part, english)), english


@pytest.mark.parametrize("code", TRANSLATED)
def test_texts_can_be_filled_in(code: str) -> None:
    """Templates fill every text in, so a bare per cent sign would break the page."""
    for message in messages(code):
        is_filled_in = message.python_format or any(place.endswith(".html") for place, _line in message.locations)
        if message.id and is_filled_in:
            for text in (*texts(message.id), *texts(message.string)):
                assert text % defaultdict(str) is not None
