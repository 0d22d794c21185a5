"""Tokens that the owner of an archive gives to people and programs."""

from __future__ import annotations

import pytest

from pipeline.errors import InvalidCorrection, TokenNameTaken, TokenNotFound
from pipeline.records import TokenRole
from pipeline.refresh import Archive
from pipeline.store import tables


def test_a_token_is_known_until_it_is_revoked(archive: Archive) -> None:
    """By its text and by its id; others stay good, and what there was is still listed."""
    tokens = archive.store.tokens
    assert not tokens.exist()
    ana, ana_text = tokens.add(" Ana  Li ", TokenRole.EDITOR)
    bot, bot_text = tokens.add("bot", TokenRole.READER)

    assert (ana.name, ana.role) == ("Ana Li", TokenRole.EDITOR)
    assert tokens.of_text(ana_text) == tokens.of_digest(ana.digest) == ana
    assert tokens.of_text(ana_text[:-1]) is None
    assert tokens.of_text("\ud800") is None
    revoked = tokens.revoke("Ana Li")
    assert revoked.revoked_at is not None
    assert tokens.of_text(ana_text) is tokens.of_digest(ana.digest) is None
    assert tokens.all() == (revoked, bot)
    assert tokens.exist()
    tokens.revoke("bot")
    assert tokens.of_text(bot_text) is None
    assert tokens.exist()  # or revoking the last one would let everybody at this machine write


def test_a_token_is_not_in_the_database(file_archive: Archive) -> None:
    """Whoever reads a copy can use none of them, and no two are alike or short."""
    made = [file_archive.store.tokens.add(f"bot {number}", TokenRole.EDITOR)[1] for number in range(3)]
    stored = b"".join(file.read_bytes() for file in file_archive.store.folder.glob("jumpnotes.db*"))

    assert len(set(made)) == 3
    assert all(len(text) > 40 and text.startswith("jn_") for text in made)
    assert not any(text.encode() in stored or text[3:].encode() in stored for text in made)


def test_a_name_means_one_token_at_a_time(archive: Archive) -> None:
    """However it is written. A token that was lost is revoked, and made anew for the same person."""
    tokens = archive.store.tokens
    _, lost = tokens.add("Ana", TokenRole.EDITOR)
    for name in ("ana", " ANA ", "This computer"):
        with pytest.raises(TokenNameTaken):
            tokens.add(name, TokenRole.EDITOR)
    for name in ("", "x" * 81):
        with pytest.raises(InvalidCorrection, match="a token needs a name"):
            tokens.add(name, TokenRole.EDITOR)
    tokens.revoke(" ana")
    _, renewed = tokens.add("Ana", TokenRole.READER)

    assert tokens.of_text(lost) is None
    found = tokens.of_text(renewed)
    assert found is not None
    assert found.role is TokenRole.READER
    assert tokens.is_name("ANA")
    assert not tokens.is_name("Anna")
    tokens.revoke("Ana")
    for name in ("Ana", "nobody"):
        with pytest.raises(TokenNotFound):
            tokens.revoke(name)


def test_a_row_that_cannot_be_understood_is_no_token(archive: Archive) -> None:
    """It may be damaged, or of a later version that knows other roles."""
    _, text = archive.store.tokens.add("Ana", TokenRole.EDITOR)
    with archive.store._transaction() as db:
        db.execute(tables.tokens.update().values(role="owner"))

    assert archive.store.tokens.of_text(text) is None
    assert archive.store.tokens.all() == ()
    assert archive.store.tokens.exist()
