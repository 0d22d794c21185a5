"""A query as expressions of FTS5. Everything a user typed is in quotes, so that nothing of it is syntax."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.search.query import Query, QueryTerm


def match_term(term: QueryTerm) -> str:
    star = "*" if term.prefix else ""
    quoted = ['"' + text.replace('"', '""') + '"' + star for text in (term.text, *term.forms)]
    return f"({' OR '.join(quoted)})" if term.forms else quoted[0]


def match_any(terms: Iterable[QueryTerm]) -> str:
    return "(" + " OR ".join(dict.fromkeys(map(match_term, terms))) + ")"


def _all_of(expressions: Iterable[str]) -> str:
    """Each once, as each costs; a word is in brackets or not by its place in the query."""
    distinct = {expression.strip("()"): expression for expression in expressions}
    return " AND ".join(distinct.values())


def excluding(query: Query) -> str:
    """The end of an expression, which leaves out what the query excludes."""
    return "".join(f" NOT {match_term(term)}" for term in query.excluded)


def match_all(query: Query) -> tuple[str, ...]:
    """Expressions whose hits together are those of the query: each side of its widest OR has its own."""
    if not query.groups:
        return ()
    widest = max(range(len(query.groups)), key=lambda number: len(query.groups[number]))
    rest = [match_any(group) for number, group in enumerate(query.groups) if number != widest]
    return tuple(_all_of([match_term(term), *rest]) + excluding(query) for term in query.groups[widest])


def match_whole(query: Query) -> str:
    """One expression for all hits of a query."""
    return _all_of(map(match_any, query.groups)) + excluding(query)


def match_misheard(query: Query) -> tuple[str, ...]:
    """The same for passages in which one of the words was misheard; of a phrase it may be any word."""
    terms = [term for group in query.groups for term in group]
    put_in = match_any(replace(term, text=word) for term in terms for word in term.text.split())
    return tuple(f"text : ({match}) AND terms : {put_in}" for match in match_all(query))
