"""What is asked of an archive as a whole."""

from __future__ import annotations

import sqlalchemy as sa

from pipeline.refresh import Archive
from tests.pipeline.random_writes import Writer


def test_before_a_search_the_archive_is_asked_once(archive: Archive) -> None:
    """On a server each question takes as long as many a search."""
    Writer(archive.store, 1).step()
    asked: list[str] = []
    sa.event.listen(archive.store._engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))

    assert archive.missing() == frozenset()
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


def test_what_is_new_is_told_in_the_order_of_the_writes(archive: Archive) -> None:
    """With the number of the last, which of an archive that was put back is lower than what somebody knows."""
    store, writer = archive.store, Writer(archive.store, 1)
    for slug in "bca":
        writer.write(slug)
    news = store.news(since=0)

    assert (news.change, news.slugs) == store.changes(since=0)
    assert news.slugs == ("b", "c", "a")
    assert store.news(since=news.change).slugs == ()
    assert store.news(since=news.change + 7).change == news.change
    assert (news.key, news.language) == (store.key(), "english")
