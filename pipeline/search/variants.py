"""Other ways to write or say a word, as far as they occur in the archive.

`hardfork` is also "hard fork" and the other way round, 6190 what people say for it, and a rare word may be misspelt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.search.documents import Form, Texts, field_of
from pipeline.search.index import Snapshot
from pipeline.search.spoken_forms import spoken_forms
from pipeline.search.terms import SoughtTerm, frequency, term_match

MIN_PART_CHARS = 3
"""Letters of either part of a word that may be two."""

MIN_SIMILAR_CHARS = 5
"""Letters of a word in which one may be wrong: shorter ones are too much like others."""

MAX_RARE_PASSAGES = 4
"""With a word, for one that is spelt almost like it to be looked for, too. Each place is in two windows."""

_MAX_SIMILAR_PASSAGES = 20
_MAX_SPLITS = 2  # of a word that are looked for
_LINKING_LETTERS = ("", "s", "es", "n", "en")  # between the parts of a German word: Entscheidung-s-vorlage


def variants(snapshot: Snapshot, term: SoughtTerm) -> Iterator[SoughtTerm]:
    """Other ways to write or say a term."""
    if term.prefix:
        return
    whole = "".join(term.words)
    if len(term.words) > 1:
        if len(term.words) <= 2 and not whole.isdecimal() and (single := _single(snapshot, whole)):
            yield single
        return
    if whole.isdecimal():
        for said in spoken_forms(whole, snapshot.language):
            yield _phrase(snapshot, said)
    elif whole.isalpha():
        yield from _splits(snapshot, whole)


def _splits(snapshot: Snapshot, word: str) -> Iterator[SoughtTerm]:
    """A word as the two it may be made of."""
    left = _MAX_SPLITS
    for at in range(MIN_PART_CHARS, len(word) - MIN_PART_CHARS + 1):
        for linking in _LINKING_LETTERS:
            first, second = word[:at].removesuffix(linking) if linking else word[:at], word[at:]
            if linking and (not word[:at].endswith(linking) or len(first) < MIN_PART_CHARS):
                continue
            phrase = _phrase(snapshot, f"{first} {second}")
            if left and all(frequency(snapshot, stem) for stem in phrase.stems) and _occurs(snapshot, phrase):
                left -= 1
                yield phrase


def similar_terms(snapshot: Snapshot, term: SoughtTerm) -> Iterator[SoughtTerm]:
    """Words a letter away from a rare one. A known word is not taken for a frequent one."""
    if not term.forms or len(term.words[0]) < MIN_SIMILAR_CHARS or not term.words[0].isalpha():
        return
    (word,) = term.words
    known = sum(frequency(snapshot, stem) for stem in term.stems)
    if known > MAX_RARE_PASSAGES:
        return
    seen = set()
    match = snapshot.similar(field_of(Texts.PLAIN, Form.WORDS), word)
    for _, address in snapshot.best(match, _MAX_SIMILAR_PASSAGES):
        stored = snapshot.passage(address)
        for token in snapshot.analyzer.tokens(stored.passage.text) if stored else ():
            if token.word in seen or token.stem in term.forms or not _is_one_slip_apart(token.word, word):
                continue
            seen.add(token.word)
            if not known or frequency(snapshot, token.stem) <= MAX_RARE_PASSAGES:
                yield SoughtTerm((token.word,), (token.stem,), frozenset((token.stem,)))


def _is_one_slip_apart(one: str, other: str) -> bool:
    """Whether a letter is missing, one too many or another, or two have changed places."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or one == other:
        return False
    at = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or (
        short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    )


def joined(snapshot: Snapshot, one: Sequence[SoughtTerm], other: Sequence[SoughtTerm]) -> SoughtTerm | None:
    """Two words that somebody wrote as one."""
    if len(one) != 1 or len(other) != 1 or not one[0].forms or not other[0].forms:
        return None
    first, second = one[0].words[0], other[0].words[0]
    for linking in _LINKING_LETTERS:
        if first.isalpha() and second.isalpha() and (single := _single(snapshot, f"{first}{linking}{second}")):
            return single
    return None


def _single(snapshot: Snapshot, word: str) -> SoughtTerm | None:
    forms = snapshot.analyzer.forms(word)
    known = [form for form in forms if frequency(snapshot, form)]
    return SoughtTerm((word,), tuple(forms[:1]), frozenset(known)) if known else None


def _phrase(snapshot: Snapshot, text: str) -> SoughtTerm:
    tokens = snapshot.analyzer.tokens(text)
    return SoughtTerm(tuple(token.word for token in tokens), tuple(token.stem for token in tokens))


def _occurs(snapshot: Snapshot, term: SoughtTerm) -> bool:
    return bool(snapshot.best(term_match(snapshot, Texts.PLAIN, term), 1))
