"""Languages whose words are found in all their forms: those that Snowball has a stemmer for."""

from __future__ import annotations

DEFAULT = "english"

NAMES = {
    "ar": "arabic",
    "hy": "armenian",
    "eu": "basque",
    "ca": "catalan",
    "cs": "czech",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "eo": "esperanto",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "fa": "persian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "st": "sesotho",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
}
"""Snowball's names by ISO 639-1 code. Written down, because asking Snowball takes longer than a search."""

CHOICES = f"{', '.join(sorted(set(NAMES.values())))}; or a code, such as de"
"""What can be given, for the hint of an error."""


def snowball_name(given: str) -> str | None:
    """Snowball's name of a language that is given by its name or its code; None: there is no such language."""
    name = given.strip().lower()
    return NAMES.get(name, name if name in NAMES.values() else None)
