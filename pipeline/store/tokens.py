"""Tokens of people and programs, by their digests."""

from __future__ import annotations

import secrets
from hashlib import sha256

import sqlalchemy as sa

from pipeline.corrections.validate import validated_author
from pipeline.errors import TokenNameTaken, TokenNotFound
from pipeline.records import AccessToken, TokenRole
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.effective_links import utc
from pipeline.store.jobs import Transaction
from pipeline.store.rows import Row

_PREFIX = "jn_"  # by which programs that look for secrets in repositories may know one
_KNOWN_ROLE = t.tokens.c.role.in_(tuple(TokenRole))  # another may be damaged, or of a later version
_VALID = sa.and_(t.tokens.c.revoked_at.is_(None), _KNOWN_ROLE)


class TokenTable:
    """Tokens in a database. Each call is a transaction; none is a change of a meeting."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def add(self, name: str, role: TokenRole) -> tuple[AccessToken, str]:
        """A new token, and its text, which is nowhere else.

        Raises:
            InvalidCorrection: the name cannot be an author's.
            TokenNameTaken: there is, or was, a token of this name.
        """
        name, text = validated_author(name), _PREFIX + secrets.token_urlsafe(32)
        with self._writing() as db:
            if any(known.casefold() == name.casefold() for known in db.scalars(sa.select(t.tokens.c.name))):
                raise TokenNameTaken(name)
            values = {"name": name, "role": role, "digest": _digest(text), "created_at": rows.now()}
            db.execute(t.tokens.insert().values(**values))
            return _token(db.execute(sa.select(t.tokens).where(t.tokens.c.name == name)).one()), text

    def revoke(self, name: str) -> AccessToken:
        """Let a token be no good from now on, nor the sessions that began with it.

        Raises:
            TokenNotFound: there is none of this name, or it was revoked before.
        """
        with self._writing() as db:
            found = db.execute(sa.select(t.tokens).where(t.tokens.c.name == name, _VALID)).one_or_none()
            if found is None:
                raise TokenNotFound(name)
            of_token = t.tokens.c.id == found.id
            db.execute(t.tokens.update().where(of_token).values(revoked_at=rows.now()))
            return _token(db.execute(sa.select(t.tokens).where(of_token)).one())

    def all(self) -> tuple[AccessToken, ...]:
        """All there are and were, in the order in which they were made."""
        with self._reading() as db:
            return tuple(map(_token, db.execute(sa.select(t.tokens).where(_KNOWN_ROLE).order_by(t.tokens.c.id))))

    def exist(self) -> bool:
        """Whether there is one that was not revoked."""
        with self._reading() as db:
            return db.scalar(sa.select(t.tokens.c.id).where(_VALID).limit(1)) is not None

    def of_text(self, text: str) -> AccessToken | None:
        """The token that is written so; None: there is none, or it was revoked."""
        # Found by its digest, so how long that takes says nothing about how near a guess is.
        return self._one(t.tokens.c.digest == _digest(text))

    def valid(self, number: int) -> AccessToken | None:
        """The token with this id; None: there is none, or it was revoked."""
        return self._one(t.tokens.c.id == number)

    def _one(self, condition: sa.ColumnElement[bool]) -> AccessToken | None:
        with self._reading() as db:
            row = db.execute(sa.select(t.tokens).where(condition, _VALID)).one_or_none()
            return _token(row) if row else None


def _digest(text: str) -> str:
    """Tokens are as random as a key, so nobody finds one by trying; a slow digest would only cost time."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def _token(row: Row) -> AccessToken:
    times = {"created_at": utc(row.created_at), "revoked_at": row.revoked_at and utc(row.revoked_at)}
    return AccessToken(id=row.id, name=row.name, role=TokenRole(row.role), **times)
