"""Tokens that the owner of an archive gives to people and programs."""

from __future__ import annotations

import pytest

from pipeline.errors import InvalidCorrection, TokenNameTaken, TokenNotFound
from pipeline.records import TokenRole
from pipeline.refresh import Archive


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


def test_a_token_is_not_in_the_database(archive: Archive) -> None:
    """Whoever reads a copy can use none of them, and no two are alike or short."""
    made = [archive.store.tokens.add(f"bot {number}", TokenRole.EDITOR)[1] for number in range(3)]
    stored = b"".join(file.read_bytes() for file in archive.store.path.parent.glob("jumpnotes.db*"))

    assert len(set(made)) == 3
    assert all(len(text) > 40 and text.startswith("jn_") for text in made)
    assert not any(text.encode() in stored or text[3:].encode() in stored for text in made)


def test_a_name_means_one_token_for_ever(archive: Archive) -> None:
    """What was written with a revoked one bears its name. A name is as that of any author."""
    tokens = archive.store.tokens
    tokens.add("Ana", TokenRole.EDITOR)
    tokens.revoke("Ana")

    assert tokens.is_name("ANA")
    assert not tokens.is_name("Anna")
    for name in ("ana", "This computer"):
        with pytest.raises(TokenNameTaken):
            tokens.add(name, TokenRole.EDITOR)
    for name in ("", "x" * 81):
        with pytest.raises(InvalidCorrection):
            tokens.add(name, TokenRole.EDITOR)
    for name in ("Ana", "nobody"):
        with pytest.raises(TokenNotFound):
            tokens.revoke(name)
