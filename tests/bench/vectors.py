"""The sentence model in this process, for measuring: what `pipeline.meaning.client` asks another one for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import meaning
from pipeline.align.units import build_units
from pipeline.meaning.cache import VectorCache
from pipeline.meaning.encoder import shared_encoder
from pipeline.meaning.near import Near
from pipeline.meaning.nearest import nearest
from pipeline.records import Transcript


@dataclass(frozen=True, slots=True)
class NearestInProcess:
    """A `pipeline.search.by_meaning.Nearest` over the vectors in a folder."""

    folder: Path

    def keep(self, slug: str, transcript: Transcript) -> None:
        """Make the vectors of a transcript, as a run does. Those that are kept already are taken as they are."""
        model = meaning.load(self.folder)
        assert model is not None, meaning.HOW_TO_INSTALL
        units = build_units(transcript)
        model.kept_as(slug).of_speech(units.texts, units.start)

    def __call__(self, query: str, limit: int, keys: Collection[str] | None = None) -> Sequence[Near]:
        encoder = shared_encoder()
        (vector,) = encoder.encode([query])
        return nearest(VectorCache(self.folder), encoder.name, vector, limit, keys)
