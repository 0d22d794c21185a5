"""What `tests.bench.search` is compared with: tantivy and FTS5 as their manuals have them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import tantivy

from pipeline.search.analysis import Analyzer

_HEAP_BYTES = 256_000_000  # of a writer; ours has as much
_MUST = tantivy.Occur.Must


class BareTantivy:
    """Stems in an index with one field, ranked by BM25, and the texts that are read of what is found."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("stems", tokenizer_name="whitespace", index_option="position")
        builder.add_text_field("text", stored=True, tokenizer_name="raw", index_option="basic")
        folder.mkdir()
        self._index = tantivy.Index(builder.build(), str(folder))
        self._analyzer = Analyzer("english")

    def build(self, passages: Sequence[tuple[str, str]], threads: int) -> float:
        """Add stems and texts; returns the seconds it takes."""
        start = time.perf_counter()
        writer = self._index.writer(_HEAP_BYTES, threads)
        for stems, text in passages:
            document = tantivy.Document()
            document.add_text("stems", stems)
            document.add_text("text", text)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        seconds = time.perf_counter() - start
        self._index.reload()
        return seconds

    def ask(self, query: str, limit: int) -> list[str]:
        """The texts of the best passages."""
        searcher = self._index.searcher()
        hits = searcher.search(self._match(query), limit, count=False).hits  # to count them costs more
        return [searcher.doc(address).get_first("text") or "" for _, address in hits]

    def _match(self, query: str) -> tantivy.Query:
        schema = self._index.schema
        if query.endswith("*"):
            return tantivy.Query.regex_query(schema, "stems", f"{query[:-1]}.*")
        stems: list[str | tuple[int, str]] = [token.stem for token in self._analyzer.tokens(query)]
        if query.startswith('"') and len(stems) > 1:
            return tantivy.Query.phrase_query(schema, "stems", stems)
        terms = [(_MUST, tantivy.Query.term_query(schema, "stems", stem)) for stem in stems]
        return terms[0][1] if len(terms) == 1 else tantivy.Query.boolean_query(terms)


class PlainFts5:
    """Texts in an FTS5 table, ranked by BM25, and a snippet of each that is found."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE VIRTUAL TABLE passages USING fts5(text)")

    def build(self, texts: Sequence[str]) -> float:
        """Add texts; returns the seconds it takes."""
        start = time.perf_counter()
        self._db.executemany("INSERT INTO passages (text) VALUES (?)", ((text,) for text in texts))
        self._db.commit()
        return time.perf_counter() - start

    def ask(self, query: str, limit: int) -> list[tuple[int, str]]:
        """The numbers and snippets of the best passages."""
        best = "SELECT rowid, snippet(passages, 0, '', '', '', 20) FROM passages WHERE passages MATCH ? ORDER BY rank"
        return self._db.execute(f"{best} LIMIT ?", (_as_fts5(query), limit)).fetchall()

    def close(self) -> None:
        self._db.close()


def _as_fts5(query: str) -> str:
    if query.startswith('"'):
        return query
    return " ".join(f'"{word[:-1]}"*' if word.endswith("*") else f'"{word}"' for word in query.split())
