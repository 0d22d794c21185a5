"""What a run asks of hosts: recordings, what is known of them, and the transcripts they publish."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from pipeline.config import Settings
from pipeline.errors import CaptionsRateLimited
from pipeline.records import Recording, Transcript
from pipeline.run.elsewhere import Elsewhere
from pipeline.run.plan import Source
from pipeline.run.politeness import PoliteFetcher
from pipeline.run.sources import PUBLISHED
from pipeline.store import Stored


@dataclass(frozen=True, slots=True)
class Downloads:
    """Fetches by the address of a source. With `anew`, what is on the disk already is fetched again.

    Where recordings are fetched `elsewhere`, what is small is still asked for here.
    """

    fetcher: PoliteFetcher
    settings: Settings
    anew: bool
    elsewhere: Elsewhere | None = None

    def recording(self, source: Source) -> Recording:
        """The recording with its sound.

        Raises:
            HandedOver: it is fetched elsewhere.
        """
        if self.elsewhere is not None and not source.is_file and not source.missing:
            return self.elsewhere.recording(source, anew=self.anew)
        from pipeline import fetch

        return self.fetcher.fetch(
            source.address,
            lambda: fetch.recording(
                source.address,
                into=self.settings.media_dir,
                settings=self.settings,
                progress=self.fetcher.note_progress,
                force=self.anew,
            ),
        )

    def facts(self, source: Source) -> Recording:
        """The recording without its sound."""
        from pipeline import fetch

        return self.fetcher.fetch(source.address, lambda: fetch.facts(source.address, settings=self.settings))

    def captions(self, source: Source) -> tuple[Recording, Transcript | None]:
        """The recording without its sound, and the captions of its publisher, if it has any."""
        from pipeline import fetch

        return self.fetcher.fetch(source.address, lambda: fetch.captions(source.address, settings=self.settings))

    def published(self, source: Source, name: str) -> tuple[Recording, Stored[Transcript]] | None:
        """The recording and its transcript of this name; None where it has none, or the host withholds it."""
        with suppress(CaptionsRateLimited):
            recording, transcript = self.fetcher.fetch(
                source.address, lambda: PUBLISHED[name].get(source.address, self.settings)
            )
            if transcript is not None:
                return recording, Stored(0, f"{name} {recording.source}", transcript)
        return None
