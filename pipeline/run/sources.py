"""Transcripts that somebody published, to be asked for by name: `--transcript captions`.

To add one, write a function and its line in PUBLISHED.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.config import Settings
from pipeline.records import Origin, Recording, Transcript


@dataclass(frozen=True, slots=True)
class PublishedSource:
    """Where a transcript comes from: `get` finds it for the address of a recording, None where there is none."""

    origin: Origin
    get: Callable[[str, Settings], tuple[Recording, Transcript | None]]


def _captions(address: str, settings: Settings) -> tuple[Recording, Transcript | None]:
    from pipeline import fetch

    return fetch.captions(address, settings=settings)


PUBLISHED: Mapping[str, PublishedSource] = {
    "captions": PublishedSource(Origin.CAPTIONS, _captions),
}
