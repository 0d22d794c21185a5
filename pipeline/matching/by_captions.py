"""Whether the captions of a video are about what the notes say.

The notes are aligned with the captions; the score is the sum of the confidences of what was placed, divided by the
number of blocks and MISSING_BLOCKS more, so that a few short lines do not decide alone. Measured on 117 meetings of
thirteen kinds, each with its own transcript and with four others, mostly of its series (`docs/measurements.md`): the
right one was decided for 62 % of them and a wrong one for none, also where the right one was not among them. Below
DIFFERS lie 44 % of the wrong pairs and 1 % of the right ones.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from pipeline.config import Settings
from pipeline.errors import AlignError, ConfigError, FetchError, NotReady, VideoUnavailable
from pipeline.jobs.presence import abilities
from pipeline.language.word_lists import detect_language
from pipeline.records import CaptionsVerdict, ListedVideo, Notes, Transcript
from pipeline.run.politeness import PoliteFetcher

AGREES = 0.55
DIFFERS = 0.2
CLEARLY_AHEAD = 0.15
"""By how much the score of the right one is above that of every other."""

MISSING_BLOCKS = 2

MAX_ASKED = 20
"""Videos whose captions are asked for in one go: with the pauses, that takes a few minutes."""

_UNDETERMINED = "und"
_log = logging.getLogger(__name__)


def score(notes: Notes, transcript: Transcript) -> float | None:
    """How well a transcript fits the notes, 0..1; None: one has no words, or they are in different languages."""
    from pipeline import align
    from pipeline.align.outline import build_outline

    blocks = len(build_outline(notes).blocks)
    language, spoken = _language(notes), transcript.language.partition("-")[0].lower()
    if not blocks or (language and spoken != _UNDETERMINED and language != spoken):
        return None
    try:
        placed = align.align(notes, transcript).alignments
    except AlignError:
        return None
    return sum(alignment.confidence for alignment in placed) / (blocks + MISSING_BLOCKS)


def _language(notes: Notes) -> str:
    """The language of notes; "" where it is not known."""
    return detect_language(block.text for block in notes.blocks).code


def verdict(notes: Notes, found: float | None) -> CaptionsVerdict:
    """What a score says of one pair, whatever the others have.

    Of notes in a language that is not known, captions in another language have a low score, too: that decides nothing.
    """
    if found is None:
        return CaptionsVerdict.NONE
    if found < DIFFERS and _language(notes):
        return CaptionsVerdict.DIFFER
    return CaptionsVerdict.AGREE if found >= AGREES else CaptionsVerdict.UNCLEAR


def decided(scores: Mapping[str, float | None]) -> str | None:
    """The one that is clearly right among all that may be; None: nothing is clear, or one of them has no captions."""
    known = sorted(((found, name) for name, found in scores.items() if found is not None), reverse=True)
    if not known or len(known) < len(scores) or known[0][0] < AGREES:
        return None
    return known[0][1] if len(known) == 1 or known[1][0] <= known[0][0] - CLEARLY_AHEAD else None


class CaptionsReader:
    """Asks for the captions of videos with pauses between, each once, and no longer than the host lets us."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fetcher = PoliteFetcher(lambda _done, _total: None)
        self._left = MAX_ASKED if abilities().fetches else 0
        self._read: dict[str, Transcript | None] = {}

    def check(self, video: ListedVideo, notes: Notes) -> tuple[CaptionsVerdict, float | None] | None:
        """What the captions of a video say of notes, and the score; None: they cannot be asked for now."""
        if video.id not in self._read and not self._ask(video):
            return None
        transcript = self._read[video.id]
        found = score(notes, transcript) if transcript else None
        return verdict(notes, found), found

    def _ask(self, video: ListedVideo) -> bool:
        """Whether it is known now what captions there are."""
        if self._left <= 0:
            return False
        from pipeline import fetch

        self._left -= 1
        try:
            _, found = self._fetcher.fetch(video.url, lambda: fetch.captions(video.url, settings=self._settings))
        except VideoUnavailable as error:
            _log.info("%s: no captions (%s)", video.url, error)
            found = None
        except NotReady:
            return False
        except (FetchError, ConfigError) as error:  # what the next one would hear as well
            _log.info("captions are no longer asked for: %s", error)
            self._left = 0
            return False
        self._fetcher.note_progress(0.0, 0.0)  # the next one after a pause
        self._read[video.id] = found
        return True
