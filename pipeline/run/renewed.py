"""Another recording behind the same address: where the host tells of it, it is fetched and transcribed like a new one.

YouTube's videos stay as they are. Of other hosts the newest meetings of a run are asked about, one short request each.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import JumpnotesError
from pipeline.records import Origin, Recording
from pipeline.run.politeness import PoliteFetcher
from pipeline.store import Store

MAX_ASKED = 20
"""Meetings of a run whose hosts are asked."""


@dataclass(slots=True)
class Renewals:
    """Notices recordings that their hosts have replaced."""

    store: Store
    settings: Settings
    fetcher: PoliteFetcher
    say: Callable[[str], None]
    slugs: set[str] = field(default_factory=set)
    """The meetings whose recordings were replaced, as far as was asked."""
    _asked: int = 0

    def check(self, slug: str) -> bool:
        """Whether there is another recording now. What was heard in the old one is then no longer the meeting's."""
        stored = self.store.recording(slug)
        if stored is None or stored.record.validators is None or self._asked >= MAX_ASKED or not self._is_heard(slug):
            return False
        self._asked += 1
        if not self._is_replaced(stored.record):
            return False
        # Under a key of its own, it is like a recording that was linked before.
        until = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        self.store.move_recording(slug, stored.record, stored.key, f"{stored.key} until {until}", asked_for=False)
        if stored.record.media and Path(stored.record.media).parent == self.settings.media_dir:
            Path(stored.record.media).unlink(missing_ok=True)
        self.slugs.add(slug)
        self.say(f"{stored.record.source}: the host has another recording there now.")
        return True

    def _is_heard(self, slug: str) -> bool:
        """Whether the transcript was recognised, and not given by somebody."""
        transcript = self.store.transcript(slug)
        return transcript is not None and transcript.record.origin is Origin.ASR

    def _is_replaced(self, recording: Recording) -> bool:
        from pipeline import fetch

        address = recording.source
        with suppress(JumpnotesError):  # whoever cannot be asked now is asked by the next run
            now = self.fetcher.fetch(address, lambda: fetch.validators(address, settings=self.settings))
            return recording.validators is not None and recording.validators.differ_from(now)
        return False
