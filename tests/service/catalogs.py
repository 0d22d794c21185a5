"""The catalogs of the interface, as the sources want them: `make translations` writes them with this.

A catalog has every message that is marked in the code, the templates and the scripts, sorted, with the files it is used
in. Line numbers, dates and names are left out, so that it only changes when the words do.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from service.translations import messages
from service.web.language import DEFAULT, LANGUAGES

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "service" / "translations"

MessageId: TypeAlias = str | tuple[str, ...]


def extracted() -> dict[MessageId, list[str]]:
    """Every message of the interface, a text or its forms, and the files it is used in."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    options = {pattern: each for each in mappings for pattern in each["pattern"]}
    methods = [(pattern, each["method"]) for pattern, each in options.items()]
    found: defaultdict[MessageId, set[str]] = defaultdict(set)
    for place, _line, message, _comments, _context in extract_from_dir(ROOT / "service", methods, options):
        found[message if isinstance(message, str) else tuple(message)].add(f"service/{place}")
    return {message: sorted(places) for message, places in sorted(found.items(), key=_first)}


def texts(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The one text of a message, or its forms."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _first(item: tuple[MessageId, Any]) -> str:
    return texts(item[0])[0]


def updated(code: str) -> bytes:
    """The catalog of a language with just the messages that are used; new ones have no text yet."""
    known, catalog = messages(code), Catalog(locale=code)
    for message, places in extracted().items():
        old = known.get(message)
        catalog.add(
            message,
            old.string if old else None,
            [(place, None) for place in places],  # type: ignore[misc] # no line
            flags=old.flags & {"fuzzy"} if old else (),
            user_comments=old.user_comments if old else (),
        )
    written = BytesIO()
    write_po(written, catalog, omit_header=True, width=0)
    return _head(catalog).encode() + written.getvalue().rstrip() + b"\n"


def _head(catalog: Catalog) -> str:
    return f"""\
msgid ""
msgstr ""
"Language: {catalog.locale_identifier}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {catalog.plural_forms}\\n"

"""


def main() -> None:
    for code in LANGUAGES.keys() - {DEFAULT}:
        file = FOLDER / f"{code}.po"
        file.write_bytes(updated(code))
        missing = [message.id for message in messages(code) if not all(texts(message.string))]
        print(f"{file.relative_to(ROOT)}: {len(missing)} messages without a text", *missing, sep="\n  ")


if __name__ == "__main__":
    main()
