"""Tokens that the owner of an archive has given to people and programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TokenRole(StrEnum):
    """What whoever has a token may do."""

    READER = "reader"  # read what is private
    EDITOR = "editor"  # that, and correct links, add meetings, edit notes


@dataclass(frozen=True, slots=True)
class AccessToken:
    """One of them. The token itself is not stored, only its digest. Of one name, one is good at a time."""

    id: int
    name: str  # of whoever has it: what they write is theirs
    role: TokenRole
    created_at: datetime  # UTC, as all times
    digest: str  # SHA-256, hexadecimal
    revoked_at: datetime | None = None
