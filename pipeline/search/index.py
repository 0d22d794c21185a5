"""The search index: the one doorway to tantivy.

Where it lies, and for what it was made, is the business of `index_folder`. A search sees one snapshot of it, and goes
on while somebody writes. Scores are those of BM25 (S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework:
BM25 and Beyond", 2009; k1 = 1.2, b = 0.75).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import chain
from pathlib import Path

import msgspec
import tantivy

from pipeline.errors import IndexDamaged, StoreError
from pipeline.records import PassageSource
from pipeline.search import analysis, documents
from pipeline.search.analysis import MANY_CHUNKS, Analyzer
from pipeline.search.documents import (
    ENTRIES,
    SOURCES,
    STATE,
    Document,
    Entry,
    Field,
    Form,
    Part,
    State,
    StoredPassage,
    Texts,
    field_of,
    number_of,
    part_of,
    stored_passage,
)
from pipeline.search.hit_context import HitContext
from pipeline.search.index_folder import REBUILD, IndexFolder, Made, Parts

Match = tantivy.Query
"""What documents have to match."""

Address = tantivy.DocAddress
"""Where a document lies in a snapshot."""

MADE_BY = f"{documents.VERSION}.{analysis.VERSION} {tantivy.__version__}"  # type: ignore[attr-defined]
"""What an index has to be made by, to be read."""

_LEAST_HEAP_BYTES = 15_000_000  # of a writer; a meeting needs less
_REBUILD_HEAP_BYTES = 256_000_000
_MAX_CONTEXTS = 2048
_MAX_PARTS = 64  # of which an index is joined
_MAX_MEETINGS = 65_000  # that are told apart
_TOKENIZER = "whitespace"  # `analysis` has made terms of the texts
_MUST, _SHOULD, _MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


class SearchIndex:
    """The search index, for all threads of a process."""

    def __init__(self, path: Path, *, timeout_seconds: float = 15.0) -> None:
        """
        Args:
            path: its folder, which need not exist.
            timeout_seconds: how long a write waits for another writer.
        """
        self.path = path
        self._folder = IndexFolder(path, MADE_BY, timeout_seconds=timeout_seconds)
        self._lock = threading.Lock()
        self._version: tuple[object, ...] = ()
        self._snapshot: Snapshot | None = None

    def made(self) -> Made:
        """What the index was made for; there may be none that this version can read."""
        return self._folder.made()

    def exists(self) -> bool:
        """Whether there is an index, of whatever version."""
        return self._folder.exists()

    def content_version(self) -> tuple[object, ...]:
        """What changes with every commit."""
        return self._folder.content_version()

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """What the last commit contains; nothing where there is no index.

        Raises:
            StoreError: it is damaged (IndexDamaged), or out of reach.
        """
        try:
            with self._folder.told():
                yield self._newest()
        except StoreError as error:
            if self.is_damaged_by(error) and self.give_up_damaged():
                raise IndexDamaged(self.path) from error.__cause__
            raise

    @contextmanager
    def writing(self) -> Iterator[IndexWriter]:
        """Changes that take effect together, or not at all.

        Raises:
            Busy: somebody else is writing, longer than the timeout.
            StoreError: there is no index, it is damaged, or cannot be written.
        """
        with self._folder.told(), self._folder.writers_turn():
            if not (made := self.made()).folder:
                raise StoreError(f"{self.path}: no search index", hint=REBUILD)
            with self._committed(made, _LEAST_HEAP_BYTES) as writer:
                yield writer

    @contextmanager
    def rebuilding(self, archive: str, language: str, parts: Parts | None = None) -> Iterator[IndexWriter]:
        """A new index, at first of what `parts` have. At the end it takes the place of the other, used until then.

        Raises:
            Busy: somebody else is writing, longer than the timeout.
            StoreError: it cannot be written.
        """
        with self._folder.told(), self._folder.writers_turn(), self._folder.replaced(archive, language) as made:
            tantivy.Index(_schema(), str(self._folder.of(made)))
            self._folder.join(made, parts or (lambda _: ()))
            with self._committed(made, _REBUILD_HEAP_BYTES, Analyzer(language, kept_chunks=MANY_CHUNKS)) as writer:
                yield writer

    def find_damage(self) -> str | None:
        """What is wrong with the files, in words; None: nothing. Reads all of them, and changes none.

        Raises:
            StoreError: they are out of reach.
        """
        try:
            with self._folder.told():
                self._newest()
                return self._folder.find_damage()
        except StoreError as error:
            if not self.is_damaged_by(error):
                raise
            return str(error.__cause__)

    def give_up_damaged(self) -> str | None:
        """As `find_damage`; where there is damage, the index counts as none from now on, and is made anew."""
        if damage := self.find_damage():
            self._folder.give_up()
        return damage

    def is_damaged_by(self, error: StoreError) -> bool:
        """Whether `error` says that the index cannot be read, rather than that it is in use or out of reach."""
        return self._folder.is_damaged_by(error)

    def close(self) -> None:
        with self._lock:
            self._snapshot = None

    def _newest(self) -> Snapshot:
        with self._lock:
            version = self._folder.content_version()
            while self._snapshot is None or version != self._version:
                try:
                    self._snapshot, self._version = self._opened(), version
                except (OSError, ValueError):
                    before, version = version, self._folder.content_version()
                    if version == before:  # otherwise somebody replaced it meanwhile
                        raise
            return self._snapshot

    def _opened(self) -> Snapshot:
        with self._folder.readable() as (folder, made):
            index = tantivy.Index.open(str(folder)) if folder else tantivy.Index(_schema())
            index.config_reader("manual", 0)
            index.reload()
            return Snapshot(index.searcher(), index.schema, made, self._analyzer(made.language))

    def _analyzer(self, language: str) -> Analyzer:
        """The one that is in use, which knows most of the words already."""
        known = self._snapshot.analyzer if self._snapshot else Analyzer(language)
        return known if known.language == language else Analyzer(language)

    @contextmanager
    def _committed(self, made: Made, heap_bytes: int, analyzer: Analyzer | None = None) -> Iterator[IndexWriter]:
        index = tantivy.Index.open(str(self._folder.of(made)))
        index.config_reader("manual", 0)
        index.reload()
        writer = index.writer(heap_bytes, 1)
        before = Snapshot(index.searcher(), index.schema, made, analyzer or self._analyzer(made.language))
        try:
            changes = IndexWriter(writer, before)
            yield changes
            changes.finish()
            writer.commit()
            writer.wait_merging_threads()
        except BaseException:
            with suppress(ValueError):
                writer.rollback()
            raise


class Snapshot:
    """The index as of one commit."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, made: Made, analyzer: Analyzer) -> None:
        self.language = made.language
        self.analyzer = analyzer
        self._searcher = searcher
        self._schema = schema
        self._contexts: dict[str, HitContext | None] = {}

    # -- what it contains ------------------------------------------------------------------------------------------

    @cached_property
    def state(self) -> State:
        """What the index contains."""
        stored = self._named(STATE)
        return msgspec.msgpack.decode(stored[0], type=State) if stored else State()

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The meetings, by slug. An index that was joined of parts has more than one list of them."""
        lists = (msgspec.msgpack.decode(stored, type=dict[str, Entry]) for stored in self._named(ENTRIES))
        return dict(chain.from_iterable(entries.items() for entries in lists))

    # -- what documents match --------------------------------------------------------------------------------------

    @cached_property
    def newest(self) -> int:
        """The day of the newest meeting."""
        return max((entry.day for entry in self.entries.values()), default=0)

    def term(self, field: str, term: str) -> Match:
        return tantivy.Query.term_query(self._schema, field, term)

    def phrase(self, field: str, terms: Sequence[str], *, prefix: bool = False) -> Match:
        """Terms one behind the other, the last of which may go on."""
        make = tantivy.Query.phrase_prefix_query if prefix else tantivy.Query.phrase_query
        return make(self._schema, field, list(terms))

    def prefix(self, field: str, beginning: str) -> Match:
        """Any term with this beginning; all are worth the same."""
        return tantivy.Query.regex_query(self._schema, field, f"{beginning}.*")

    def any_of(self, matches: Sequence[Match]) -> Match:
        return matches[0] if len(matches) == 1 else tantivy.Query.boolean_query([(_SHOULD, match) for match in matches])

    def all_of(self, matches: Sequence[Match], without: Sequence[Match] = ()) -> Match:
        """All of the matches, and none of the others."""
        clauses = [*((_MUST, match) for match in matches), *((_MUST_NOT, match) for match in without)]
        return matches[0] if len(clauses) == 1 else tantivy.Query.boolean_query(clauses)

    def similar(self, field: str, word: str) -> Match:
        """Any term that differs by one letter, or by two that have changed places."""
        return tantivy.Query.fuzzy_term_query(self._schema, field, word, 1, transposition_cost_one=True)

    def constant(self, match: Match, score: float) -> Match:
        """The same, of which each document is worth this."""
        return tantivy.Query.const_score_query(match, score)

    def of_meetings(self, slugs: Iterable[str]) -> Match:
        """The documents of these meetings."""
        return self.constant(tantivy.Query.term_set_query(self._schema, Field.MEETING, [*map(number_of, slugs)]), 0.0)

    def of_source(self, source: PassageSource) -> Match:
        """The passages of a source."""
        return self.constant(tantivy.Query.term_query(self._schema, Field.SOURCE, SOURCES.index(source)), 0.0)

    def between(self, field: Field, first: int, last: int) -> Match:
        """The documents with a number from one to another, both included."""
        found = tantivy.Query.range_query(self._schema, field, tantivy.FieldType.Unsigned, first, last)
        return self.constant(found, 0.0)

    def best(self, match: Match, limit: int, skip: int = 0) -> list[tuple[float, Address]]:
        """The documents that match, with their scores, best first."""
        return self._searcher.search(match, limit, count=False, offset=skip).hits

    def values(self, field: Field, addresses: list[Address]) -> list[int]:
        """Of a field of numbers, 0 where a document has none."""
        return [int(value or 0) for value in self._searcher.fast_field_values(field, addresses)] if addresses else []

    def meetings(self, match: Match) -> set[int]:
        """The meetings of the documents that match, as `number_of` their slugs."""
        asked = {"by": {"terms": {"field": Field.MEETING.value, "size": _MAX_MEETINGS}}}
        return {int(bucket["key"]) for bucket in self._searcher.aggregate(match, asked)["by"]["buckets"]}

    def meetings_by(self, match: Match, field: Field, limit: int) -> dict[str, int]:
        """In how many meetings, or nearly as many, the documents that match have a value, for the most frequent."""
        counted = {"meetings": {"cardinality": {"field": Field.MEETING.value}}}
        asked = {"by": {"terms": {"field": field.value, "size": limit}, "aggs": counted}}
        buckets = self._searcher.aggregate(match, asked)["by"]["buckets"]
        return {bucket["key"]: round(bucket["meetings"]["value"]) for bucket in buckets}

    def passage(self, address: Address) -> StoredPassage | None:
        """None: what is stored cannot be read."""
        document = self._searcher.doc(address)
        with suppress(msgspec.MsgspecError, ValueError, TypeError):
            return stored_passage(document.get_first(Field.STORED) or b"")
        return None

    def context(self, slug: str) -> HitContext | None:
        """What the hits of a meeting are shown with; None: there is none, or it cannot be read."""
        contexts = self._contexts
        try:
            return contexts[slug]
        except KeyError:
            if len(contexts) >= _MAX_CONTEXTS:
                contexts.clear()  # by one thread, while another may look
            return contexts.setdefault(slug, self._read_context(slug))

    def stored(self, slug: str, part: Part) -> bytes | None:
        """What is stored of a part that is one document."""
        return next(iter(self._named(part_of(slug, part))), None)

    def _read_context(self, slug: str) -> HitContext | None:
        with suppress(msgspec.MsgspecError):
            stored = self.stored(slug, Part.CONTEXT)
            return msgspec.msgpack.decode(stored, type=HitContext) if stored else None
        return None

    def _named(self, part: str) -> list[bytes]:
        """What is stored of the documents of a part that has few."""
        found = self.best(self.term(Field.PART, part), _MAX_PARTS)
        return [self._searcher.doc(address).get_first(Field.STORED) or b"" for _, address in found]

    # -- words -----------------------------------------------------------------------------------------------------

    def frequency(self, field: str, term: str) -> int:
        """How many documents have a term."""
        return self._searcher.doc_freq(field, term)

    @property
    def passages(self) -> int:
        """How many passages there are, or some more."""
        return int(self._searcher.num_docs)

    def terms_beginning(self, field: str, beginning: str, limit: int | None = None) -> list[tuple[str, int]]:
        """Terms with this beginning, and how many documents have each; the most frequent first."""
        return self._searcher.terms_with_prefix(field, beginning, limit=limit)


class IndexWriter:
    """Changes of an index, which take effect together."""

    def __init__(self, writer: tantivy.IndexWriter, before: Snapshot) -> None:
        self.analyzer = before.analyzer
        self.state = before.state
        self.entries = dict(before.entries)
        self._writer = writer

    def replace(self, slug: str, part: Part, made: Iterable[Document]) -> None:
        """Let the index have these documents of a part of a meeting, and no others."""
        self._writer.delete_documents_by_term(Field.PART, part_of(slug, part))
        for document in made:
            self._add(document)

    def remove(self, slug: str) -> None:
        """Forget a meeting."""
        self.entries.pop(slug, None)
        for part in Part:
            self.replace(slug, part, ())

    def finish(self) -> None:
        """Note what the index contains then."""
        for name, content in ((STATE, self.state), (ENTRIES, self.entries)):
            self._writer.delete_documents_by_term(Field.PART, name)
            self._add(Document(name, stored=msgspec.msgpack.encode(content)))

    def _add(self, made: Document) -> None:
        document = tantivy.Document()
        document.add_text(Field.PART, made.part)
        labels = ((field, label) for field, labels in made.labels.items() for label in labels)
        for field, text in chain(made.texts.items(), labels):
            document.add_text(field, text)
        for field, number in made.numbers.items():
            document.add_unsigned(field, number)
        if made.stored:
            document.add_bytes(Field.STORED, made.stored)
        self._writer.add_document(document)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for texts in Texts:
        for form in (Form.STEMS, Form.WORDS):
            builder.add_text_field(field_of(texts, form), tokenizer_name=_TOKENIZER, index_option="position")
        builder.add_text_field(field_of(texts, Form.ALSO), tokenizer_name=_TOKENIZER, index_option="freq")
    for field in (Field.STRETCH, Field.SECTION, Field.WHOLE, Field.PUT_IN):
        builder.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="freq")
    builder.add_text_field(Field.PART, tokenizer_name="raw", index_option="basic")
    for field in (Field.SERIES, Field.SPEAKER):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic", fast=True)
    for field in (Field.MEETING, Field.DAY, Field.SOURCE):
        builder.add_unsigned_field(field, indexed=True, fast=True)
    for field in (Field.PLACE, Field.START):
        builder.add_unsigned_field(field, fast=True)
    builder.add_bytes_field(Field.STORED, stored=True)
    return builder.build()
