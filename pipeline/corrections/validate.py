"""What a correction may say."""

from __future__ import annotations

import math

from pipeline import timecode, untrusted
from pipeline.errors import InvalidCorrection
from pipeline.records import Verdict

MAX_NAME_CHARS = 80

_DIRECTIONS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_JOINERS = dict.fromkeys(map(ord, "\u200c\u200d"))  # which Persian, Hindi and emoji are spelled with


def validated_author(author: str) -> str:
    """`author` on one line.

    Raises:
        InvalidCorrection: it is empty, longer than MAX_NAME_CHARS, or has characters that cannot be shown.
    """
    return _name(author, "an author needs a name")


def validated_token_name(name: str) -> str:
    """The name of a token, which is the author of what is written with it, on one line.

    Raises:
        InvalidCorrection: as `validated_author`.
    """
    return _name(name, "a token needs a name")


def validated_speaker(name: str) -> str:
    """The name of a speaker, on one line.

    Raises:
        InvalidCorrection: as `validated_author`.
    """
    return _name(name, f"{untrusted.shown(name)} is not the name of a speaker")


def _name(given: str, problem: str) -> str:
    name = " ".join(given.translate(_DIRECTIONS).split())
    seen = name.translate(_JOINERS)
    if not seen or len(name) > MAX_NAME_CHARS or not seen.isprintable():
        raise InvalidCorrection(problem, hint=f"Give a name of 1 to {MAX_NAME_CHARS} visible characters.")
    return name


def validated_start(verdict: Verdict, start: float | None, duration: float | None) -> float | None:
    """`start` in hundredths of a second; None for a verdict without a time.

    Args:
        duration: of the recording, in seconds; None where it is not known.

    Raises:
        InvalidCorrection: the verdict and the start do not go together, or the start is not within the recording.
    """
    if verdict is not Verdict.TIME:
        if start is not None:
            raise InvalidCorrection("only a correction with a time has a start")
        return None
    if start is None:
        raise InvalidCorrection("a correction with a time needs a start")
    # NaN is not, either.
    if not 0 <= start < (untrusted.MAX_SECONDS if duration is None else duration):
        length = f", which is {timecode.exact(duration)} long" if duration is not None else ""
        raise InvalidCorrection(f"{untrusted.shown(start)} s is not within the recording{length}")
    return math.floor(start * 100 + 0.5) / 100
