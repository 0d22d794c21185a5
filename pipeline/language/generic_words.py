"""Words that any notes may have, whatever the meeting was about, by language (`generic_words.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pipeline.language.words import fold


@dataclass(frozen=True, slots=True)
class GenericWords:
    """Of short lines such as "Other business", and of sentences about a meeting as a whole; folded."""

    lines: frozenset[str]
    sentences: frozenset[str]


@cache
def load_generic_words() -> Mapping[str, GenericWords]:
    """Those of each language, by its code."""
    data = json.loads(resources.files(__package__).joinpath("generic_words.json").read_text(encoding="utf-8"))
    return {
        code: GenericWords(*(frozenset(fold(words[kind]).split()) for kind in ("lines", "sentences")))
        for code, words in data.items()
    }
