"""The language of the pages: that of the site, or of the reader; and the words of the interface in it.

The words are Babel catalogs, `service/translations/LANGUAGE.po`, with the English text as the key. They are read as
they are, so nothing has to be compiled before the program runs. English needs neither them nor Babel.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations

from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from markupsafe import Markup

from pipeline.config import Settings
from service.web.next_page import this_page

LANGUAGES = {"en": "English", "de": "Deutsch"}
"""The languages the pages speak, each by its own name."""

DEFAULT = "en"
COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600

_KEY = "jumpnotes.language"
_ENGLISH = NullTranslations()


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """A language a page is not in, by its own name, and where one goes to read the page in it."""

    code: str
    name: str
    href: str


def register(app: Flask, settings: Settings) -> None:
    """Let the templates of `app` speak the language of the reader, unless the settings say which."""
    app.extensions[_KEY] = settings.site_language
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(language=language, other_languages=other_languages, script_words=script_words)
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # texts over several lines of a template
    app.after_request(_name_language)


def language() -> str:
    """The language in which this request is answered. Programs are answered in English; our scripts are none."""
    if not has_request_context() or (request.path.startswith("/api/") and "X-CSRF-Token" not in request.headers):
        return DEFAULT
    if "language" not in g:
        g.language = site_language() or _asked_for()
    return str(g.language)


def site_language() -> str | None:
    """The language of all pages; None where the reader decides."""
    code: str | None = current_app.extensions[_KEY]
    return code


def is_usual() -> bool:
    """Whether this request is answered in the language of those who ask for none."""
    return language() == (site_language() or DEFAULT)


def other_languages() -> list[OtherLanguage]:
    """The languages this page can be read in instead; none where the settings decide."""
    if site_language():
        return []
    here = this_page()
    return [
        OtherLanguage(code, name, url_for("languages.choose", code=code, next=here))
        for code, name in LANGUAGES.items()
        if code != language()
    ]


def N_(message: str) -> str:  # noqa: N802 - as gettext's tools know it
    """`message` as it is, marked to be translated where it is shown: by `_`."""
    return message


def _(message: str, /, **values: object) -> str:
    """`message` in the language of the reader, with `values` in the place of `%(name)s`."""
    translated = _gettext(message)
    return translated % values if values else translated


def ngettext(singular: str, plural: str, num: int, /, **values: object) -> str:
    """The text for `num` things, in the language of the reader; `%(num)s` is the number."""
    return _ngettext(singular, plural, num) % {"num": num, **values}


def _gettext(message: str) -> str:
    return catalog(language()).gettext(message) if message else ""  # a catalog has its own head as ""


def _ngettext(singular: str, plural: str, num: int) -> str:
    return catalog(language()).ngettext(singular, plural, num)


def script_words() -> Markup:
    """What the scripts of a page say, as JSON by the English text, a text with plurals as a list of forms; or ""."""
    words = _script_words(language())
    if not words:
        return Markup()
    return Markup(json.dumps(words, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - JSON without a tag


def catalog(code: str) -> NullTranslations:
    """The words of a language."""
    if code == DEFAULT:
        return _ENGLISH
    from service import translations

    return translations.compiled(code)


@cache
def _script_words(code: str) -> Mapping[str, str | list[str]]:
    if code == DEFAULT:
        return {}
    from service import translations

    words: dict[str, str | list[str]] = {}
    for message in translations.messages(code):
        if message.id and not message.fuzzy and any(place.endswith(".js") for place, _line in message.locations):
            key = message.id if isinstance(message.id, str) else message.id[0]
            words[key] = message.string if isinstance(message.string, str) else [*(message.string or ())]
    return words


def _asked_for() -> str:
    """What the reader chose here, or else the language their browser likes best of those there are."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    for wanted, quality in request.accept_languages:  # the best first
        code = re.split("[-_]", wanted.lower())[0]
        if quality > 0 and code in LANGUAGES:
            return code
    return DEFAULT


def _name_language(response: Response) -> Response:
    """Say in which language a page is, and what that depended on."""
    if "language" in g:
        if not site_language():
            response.vary.update(("Accept-Language", "Cookie"))
        if response.mimetype == "text/html":
            response.content_language = (language(),)
    return response
