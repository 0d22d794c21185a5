"""The language of the pages: that of the site, or of the reader; and the words of the interface in it.

The words are Babel catalogs, `service/translations/LANGUAGE.po`, with the English text as the key. They are read as they
are, so nothing has to be compiled before the program runs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations
from importlib import resources
from io import BytesIO

from flask import Flask, current_app, g, has_request_context, request
from markupsafe import Markup

from pipeline.config import Settings

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""The languages the pages speak, each by its own name."""

DEFAULT = "en"
COOKIE = "language"

_KEY = "jumpnotes.language"


def register(app: Flask, settings: Settings) -> None:
    """Let the templates of `app` speak the language of the reader, unless the settings say which."""
    app.extensions[_KEY] = settings.site_language
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, script_words=script_words)


def language() -> str:
    """The language in which this request is answered. Programs are answered in English."""
    if not has_request_context() or request.path.startswith("/api/"):
        return DEFAULT
    if "language" not in g:
        g.language = current_app.extensions[_KEY] or _asked_for()
    return str(g.language)


def _(message: str, /, **values: object) -> str:
    """`message` in the language of the reader, with `values` in the place of `%(name)s`."""
    translated = _gettext(message)
    return translated % values if values else translated


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The text for `num` things, in the language of the reader; `%(num)s` is the number."""
    return _ngettext(singular, plural, num) % {"num": num, **values}


def _gettext(message: str) -> str:
    return catalog(language()).gettext(message)


def _ngettext(singular: str, plural: str, num: int) -> str:
    return catalog(language()).ngettext(singular, plural, num)


def script_words() -> Markup:
    """What the scripts of a page say, as JSON by the English text, a text with plurals as a list of forms; or ""."""
    words = _script_words(language())
    if not words:
        return Markup()
    return Markup(json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - JSON without a tag


@cache
def catalog(code: str) -> NullTranslations:
    """The words of a language."""
    if code == DEFAULT:
        return NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.support import Translations

    compiled = BytesIO()
    write_mo(compiled, _messages(code))
    compiled.seek(0)
    return Translations(compiled)


def _messages(code: str):  # type: ignore[no-untyped-def]
    from babel.messages.pofile import read_po

    with (resources.files("service") / "translations" / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code)


@cache
def _script_words(code: str) -> Mapping[str, str | list[str]]:
    if code == DEFAULT:
        return {}
    words: dict[str, str | list[str]] = {}
    for message in _messages(code):
        if message.id and any(place.endswith(".js") for place, _line in message.locations):
            key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
            words[key] = list(message.string) if isinstance(message.string, (list, tuple)) else message.string
    return words


def _asked_for() -> str:
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, DEFAULT)
