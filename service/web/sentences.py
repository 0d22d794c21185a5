"""What errors say, as sentences for people."""

from __future__ import annotations

_ENDS = (".", "!", "?", "…")


def sentence(message: str) -> str:
    """`message` with a capital letter and a full stop; names of files and addresses keep their letters.

    >>> sentence("there is no such day"), sentence("notes.md has not arrived"), sentence("is it private?")
    ('There is no such day.', 'notes.md has not arrived.', 'Is it private?')
    """
    first = message.partition(" ")[0].rstrip(".,!?…")
    begun = message if any(sign in first for sign in "./:") else message[:1].upper() + message[1:]
    return begun + ("" if begun.endswith(_ENDS) else ".")
