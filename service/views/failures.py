"""Why jobs failed, in the words of the pages.

The pipeline's own hints are for whoever runs it on the command line. People who write on pages can do other things:
each kind of failure that they meet has words of its own here, in their language.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import JobFailure, JobKind
from service.web.language import N_, _
from service.web.sentences import sentence


@dataclass(frozen=True, slots=True)
class FailureWords:
    """What is said of a failure: `detail` is what the pipeline said of it, "" where that is `text` itself."""

    text: str
    hint: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Reason:
    words: str
    hint: str


_OF_MEETINGS = (JobKind.RUN, JobKind.LOOK)  # the others are set up by whoever runs the server

_HAVE_THE_FILE = N_("If you have the recording as a file, add the meeting with that.")
_PASSES = N_("This often passes by itself. If it does not, add the meeting with the recording as a file.")
_NOT_COMPLETE = N_("It can be added once the recording is complete.")
_ASK = N_("Ask whoever runs this server.")

_CHANGED = _Reason(
    N_("The host has changed"),
    N_(
        "Whoever runs this server has to update what fetches from it. If you have the recording as a file, add the "
        "meeting with that."
    ),
)
_REFUSED = _Reason(N_("The host refuses the download"), _PASSES)

_REASONS = {
    "no-network": _Reason(N_("No connection"), _PASSES),
    "timed-out": _Reason(N_("The host did not answer in time"), _PASSES),
    "rate-limited": _Reason(N_("The host wants us to wait"), N_("It allows more in about an hour.")),
    "bot-check": _Reason(N_("The host takes us for a robot"), _HAVE_THE_FILE),
    "login-required": _Reason(
        N_("The recording is private"),
        N_("Ask its owner to show it to everybody who has the link, or add the meeting with the recording as a file."),
    ),
    "not-found": _Reason(N_("There is no such recording"), N_("Check the link.")),
    "removed": _Reason(N_("The recording was removed"), _HAVE_THE_FILE),
    "unsupported": _Reason(
        N_("This link leads to no recording"), N_("Give the link of one video, or of a sound or video file.")
    ),
    "upcoming": _Reason(N_("The meeting has not begun"), _NOT_COMPLETE),
    "live": _Reason(N_("The meeting is not over"), _NOT_COMPLETE),
    "processing": _Reason(N_("The recording is not ready yet"), N_("The host mostly takes a few hours.")),
    "too-large": _Reason(
        N_("This is too large to be fetched"),
        N_("Whoever runs this server can allow more. If you have the recording as a file, add the meeting with that."),
    ),
    "tool-missing": _CHANGED,
    "no-java-script": _CHANGED,
    "format-unavailable": _CHANGED,
    "media-forbidden": _REFUSED,
    "fetch-blocked": _REFUSED,
    "fetch-error": _Reason(N_("The recording could not be fetched"), _PASSES),
    "host-not-allowed": _Reason(
        N_("Nothing may be fetched from this host"),
        N_("Whoever runs this server can allow it. If you have the recording as a file, add the meeting with that."),
    ),
    "model-unavailable": _Reason(N_("The speech model is missing"), _ASK),
    "audio-unreadable": _Reason(
        N_("The recording cannot be read"),
        N_("Play it to see whether it is complete, or add another."),
    ),
    "notes-error": _Reason(N_("The notes cannot be read"), N_("Correct the notes, and try again.")),
    "transcript-error": _Reason(
        N_("The transcript cannot be read"),
        N_("It needs times, as those of Teams, Zoom and YouTube have. Save notes as text or Markdown."),
    ),
    "transcript-without-times": _Reason(
        N_("The transcript has no times"), N_("Add the recording, too: they are found by the words heard in it.")
    ),
    "age-restricted": _Reason(N_("The recording is not for all ages"), _HAVE_THE_FILE),
    "geo-blocked": _Reason(N_("The recording is not shown in this country"), _HAVE_THE_FILE),
    "truncated": _Reason(N_("The download ended too early"), _PASSES),
    "server-failing": _Reason(N_("The host has trouble of its own"), _PASSES),
    "captions-rate-limited": _Reason(N_("The host wants us to wait"), N_("It allows more in about an hour.")),
    "cookies-expired": _Reason(N_("The host no longer knows us"), _ASK),
    "exchange-unavailable": _Reason(N_("Recordings cannot be handed to other machines"), _ASK),
    "recording-gone": _Reason(N_("The recording is no longer there"), N_("Try again: it is fetched anew.")),
    "webhook-refused": _Reason(N_("A program that is to be told does not answer"), _ASK),
    "transcribe-error": _Reason(N_("The recording could not be transcribed"), _ASK),
    "database-unreachable": _Reason(N_("The database cannot be reached"), N_("Try again in a few minutes.")),
    "place-unreachable": _Reason(N_("A watched place cannot be reached"), _ASK),
    "git-failed": _Reason(N_("A watched repository cannot be fetched"), _ASK),
    "disk-full": _Reason(N_("The disk is full"), _ASK),
    "busy": _Reason(N_("The database is busy"), N_("Try again in a few seconds.")),
    "worker-died": _Reason(
        N_("The worker died"),
        N_("Try again. If that does not help, ask whoever runs this server: mostly it has too little memory."),
    ),
    "took-too-long": _Reason(N_("This took too long"), N_("Try again later, or with less at a time.")),
}


def reason_words(reason: str) -> str:
    """A kind of failure, as the heading of those that failed so."""
    if reason in _REASONS:
        return _(_REASONS[reason].words)
    return _("Failed") if reason in {"", "failed"} else reason.replace("-", " ").capitalize()


def failure_words(failure: JobFailure, kind: JobKind) -> FailureWords:
    """A failure in words that those understand who write on pages; the pipeline's own where there are none."""
    known = _REASONS.get(failure.reason) if kind in _OF_MEETINGS else None
    if known is None:
        return FailureWords(sentence(_(failure.message)), _(failure.hint))
    return FailureWords(sentence(_(known.words)), _(known.hint), sentence(failure.message))
