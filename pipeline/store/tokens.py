"""Tokens of people and programs, by their digests."""

from __future__ import annotations

import secrets
from hashlib import sha256

import sqlalchemy as sa

from pipeline.corrections.validate import validated_token_name
from pipeline.errors import TokenNameTaken, TokenNotFound
from pipeline.records import AccessToken, TokenRole
from pipeline.store import rows
from pipeline.store import tables as t
from pipeline.store.effective_links import utc
from pipeline.store.jobs import Transaction
from pipeline.store.rows import Row

_PREFIX = "jn_"  # by which programs that look for secrets in repositories may know one
_NAMELESS = frozenset({"a program", "command line", "this computer"})
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
            TokenNameTaken: there is a token of this name that was not revoked, or it is what those are called who give
                none.
        """
        name, text = validated_token_name(name), _PREFIX + secrets.token_urlsafe(32)
        with self._writing() as db:
            if name.casefold() in _NAMELESS or _named(db, name, _VALID):
                raise TokenNameTaken(name)
            values = {"name": name, "role": role, "digest": digest_of(text), "created_at": rows.now()}
            db.execute(t.tokens.insert().values(**values))
            return _token(db.execute(sa.select(t.tokens).where(t.tokens.c.digest == values["digest"])).one()), text

    def revoke(self, name: str) -> AccessToken:
        """Let a token be no good from now on, nor the sessions that began with it.

        Raises:
            TokenNotFound: there is none of this name, or it was revoked before.
        """
        with self._writing() as db:
            found = _named(db, " ".join(name.split()), _VALID)
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
        """Whether there is or was one: who may write and who may not is then a matter of tokens, for good.

        Else revoking the last one would give more than it takes away.
        """
        with self._reading() as db:
            return db.scalar(sa.select(t.tokens.c.id).limit(1)) is not None

    def is_name(self, name: str) -> bool:
        """Whether a token has, or had, this name."""
        with self._reading() as db:
            return _named(db, name) is not None

    def of_text(self, text: str) -> AccessToken | None:
        """The token that is written so; None: there is none, or it was revoked."""
        # Found by its digest, so how long that takes says nothing about how near a guess is.
        return self._one(t.tokens.c.digest == digest_of(text))

    def of_digest(self, digest: str) -> AccessToken | None:
        """The token with this digest; None: there is none, or it was revoked. Ids may be another's after a restore."""
        return self._one(t.tokens.c.digest == digest)

    def _one(self, condition: sa.ColumnElement[bool]) -> AccessToken | None:
        with self._reading() as db:
            row = db.execute(sa.select(t.tokens).where(condition, _VALID)).one_or_none()
            return _token(row) if row else None


def digest_of(text: str) -> str:
    """What is stored of a token.

    They are as random as a key, so nobody finds one by trying; a slow digest would only cost time.
    """
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def _token(row: Row) -> AccessToken:
    times = {"created_at": utc(row.created_at), "revoked_at": row.revoked_at and utc(row.revoked_at)}
    return AccessToken(id=row.id, name=row.name, role=TokenRole(row.role), digest=row.digest, **times)


def _named(db: sa.Connection, name: str, *conditions: sa.ColumnElement[bool]) -> Row | None:
    """The row of a token of this name, however it is written."""
    found = db.execute(sa.select(t.tokens).where(*conditions)).all()
    return next((row for row in found if row.name.casefold() == name.casefold()), None)
