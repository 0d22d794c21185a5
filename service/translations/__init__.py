"""The words of the interface in other languages: Babel catalogs, `LANGUAGE.po`, with the English text as the key."""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from importlib import resources
from io import BytesIO

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations


@cache
def compiled(code: str) -> NullTranslations:
    """The catalog of a language, to look words up in."""
    file = BytesIO()
    write_mo(file, messages(code))
    file.seek(0)
    return Translations(file)


def messages(code: str) -> Catalog:
    """The catalog of a language as it is written, with where each message is used."""
    with (resources.files(__package__) / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)
