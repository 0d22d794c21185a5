"""Everything that a search index has, to compare two of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import tantivy

from pipeline.search.documents import ENTRIES, STATE, Entry, Field, Form, Texts, field_of
from pipeline.search.index import SearchIndex, Snapshot

_TEXTS = [field_of(texts, form) for texts in Texts for form in Form]
_TERMS = (*_TEXTS, Field.STRETCH, Field.SECTION, Field.WHOLE, Field.PUT_IN, Field.PART, Field.SERIES, Field.SPEAKER)
_NUMBERS = (Field.SOURCE, Field.MEETING, Field.PLACE, Field.DAY, Field.START)


class Contents(NamedTuple):
    """The documents, in some order that depends on them alone, and what is known of each meeting.

    Of a document there is what is stored, by which numbers, and by which terms of which field it is found.
    """

    documents: list[tuple[bytes, tuple[int, ...], tuple[tuple[str, str], ...]]]
    entries: Mapping[str, Entry]
    change: int


def contents(index: SearchIndex) -> Contents:
    """What a search sees."""
    with index.reading() as snapshot:
        terms: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
        for field, term in all_terms(snapshot):
            for address in _addresses(snapshot, snapshot.term(field, term)):
                terms[address.segment_ord, address.doc].append((field, term))
        documents = []
        for address in _addresses(snapshot, tantivy.Query.all_query()):
            found_by = tuple(sorted(terms[address.segment_ord, address.doc]))
            if found_by not in [((Field.PART, STATE),), ((Field.PART, ENTRIES),)]:
                numbers = tuple(snapshot.values(field, [address])[0] for field in _NUMBERS)
                stored = snapshot._searcher.doc(address).get_first(Field.STORED) or b""
                documents.append((stored, numbers, found_by))
        return Contents(sorted(documents), snapshot.entries, snapshot.state.change)


def all_terms(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """Each field with each of its terms, those of deleted documents included."""
    for field in _TERMS:
        for term, _ in snapshot.terms_beginning(field, ""):
            yield field, term


def _addresses(snapshot: Snapshot, match: tantivy.Query) -> list[tantivy.DocAddress]:
    return [address for _, address in snapshot.best(match, max(snapshot.passages, 1))]
