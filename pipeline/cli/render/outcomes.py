"""How a run ended: the table after the last meeting, what went wrong by its reason, and each meeting as JSON."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import export, page_addresses, timecode, ytdlp_age
from pipeline.cli.render.links import link_words
from pipeline.cli.render.table import MAX_TITLE_CHARS, shortened, table
from pipeline.errors import JumpnotesError
from pipeline.file_names import printable
from pipeline.records import LinkState, Meeting

if TYPE_CHECKING:
    from pipeline.run.runner import RunOutcome
    from pipeline.store import Store

_COLUMNS = (
    LinkState.SET,
    LinkState.SURE,
    LinkState.LIKELY,
    LinkState.WITHIN,
    LinkState.NONE,
    LinkState.NOT_DISCUSSED,
)
_ALWAYS = _COLUMNS[1:5]
"""The columns of every table; those for what people said are shown where they said something."""

_NO_RECORDING = ("no recording is linked in these notes", "Add a line such as “Recording: https://…”, or use --media.")
_NOT_THERE = ("the recording that these notes name is not there", "Put the file beside the notes, or use --media.")
_MAX_NAMES = 3
_LINE_NUMBER = re.compile(r"^(?::\d{1,9})?: ")
_URL = re.compile(r"^https?://\S{1,2000}: ")


@dataclass(frozen=True, slots=True)
class _Line:
    """One meeting in the table."""

    counts: Counter[str]
    length: str
    state: str
    title: str


@dataclass(slots=True)
class RunReport:
    """Hears of each outcome. Of each only what is printed is kept, for a run may have thousands."""

    lines: list[_Line] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    linked_slugs: list[str] = field(default_factory=list)
    unread: int = 0
    """How many failed because it is not even known which meetings they are."""
    _problems: dict[tuple[str, str, str], list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """By state, reason and hint: the file and the whole message."""

    _reasons: set[str] = field(default_factory=set)

    def add(self, outcome: RunOutcome) -> None:
        state = outcome.state.value
        self.states[state] += 1
        path = printable(str(outcome.path))
        if failure := outcome.failure:
            self.unread += state == "failed" and outcome.slug is None
            self._reasons.add(failure.reason)
            self._problems[state, _reason(failure.message, path), failure.hint].append((path, failure.message))
        elif state == "no recording":
            problem = _NOT_THERE if outcome.meeting and outcome.meeting.notes.video else _NO_RECORDING
            self._problems[state, *problem].append((path, problem[0]))
        elif outcome.meeting:
            self.lines.append(_line(outcome.meeting, state))
            self.linked_slugs += [outcome.slug] if outcome.slug else []

    def text(self) -> str:
        """How many blocks of each meeting have which link, how many meetings are in which state, and the problems."""
        parts = [_link_counts(self.lines), self._totals(), *self.problems()]
        return "\n".join(part for part in parts if part)

    def problems(self, *, without: Sequence[str] = ()) -> Iterator[str]:
        """What somebody may do something about: one text for each reason, but for meetings `without` these states."""
        for (state, reason, hint), found in self._problems.items():
            if state in without:
                continue
            if len(found) == 1:
                path, message = found[0]
                what = message if message.startswith(path) else f"{path}: {message}"
            else:
                names = list(dict.fromkeys(Path(path).name for path, _ in found))
                more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
                noun = "notes" if len(names) == len(found) else "meetings"  # several of a file
                what = f"{len(found)} {noun}: {reason} ({', '.join(names[:_MAX_NAMES])}{more})"
            yield f"{what}\n  hint: {hint}" if hint else what
        if told := ytdlp_age.explanation(self._reasons):
            yield told

    def _totals(self) -> str:
        told = {state: count for state, count in self.states.items() if state == "unchanged" or self.states.total() > 1}
        words = {"no recording": "without a recording"}
        return f"{', '.join(f'{count} {words.get(state, state)}' for state, count in told.items())}." if told else ""


def _reason(message: str, path: str) -> str:
    """What is the same in the messages of several meetings: all but the names of the notes and of the recording."""
    if message.startswith(path):
        message = _LINE_NUMBER.sub("", message.removeprefix(path))
    return _URL.sub("", message, count=1)


def outcome_json(outcome: RunOutcome, store: Store, *, site: str = "") -> dict[str, object]:
    """One meeting of a run: as `align` prints it, with how the run ended. `site` is where the pages are served."""
    stored = outcome.meeting
    if stored is None and outcome.slug:
        with suppress(JumpnotesError):  # a run that failed may have left nothing, or it failed because of what is there
            stored = store.meeting(outcome.slug, segments=False)
    nothing: dict[str, object] = {
        "slug": outcome.slug,
        "series": None,
        "updated_at": None,
        "title": None,
        "date": None,
        "video": None,
        "duration": None,
        "url": page_addresses.meeting_page(outcome.slug, site) if outcome.slug else None,
        "blocks": [],
    }
    ended: dict[str, object] = {"notes": printable(str(outcome.path)), "state": outcome.state.value}
    if outcome.failure:
        ended |= {"error": outcome.failure.message, "hint": outcome.failure.hint}
    return (export.meeting_json(stored, site=site) if stored else nothing) | ended


def _line(meeting: Meeting, state: str) -> _Line:
    length = timecode.clock(meeting.duration) if meeting.duration else ""
    return _Line(_count(meeting), length, state, shortened(meeting.notes.title, MAX_TITLE_CHARS))


def _link_counts(lines: Sequence[_Line]) -> str:
    columns = [state.words for state in _COLUMNS if state in _ALWAYS or any(line.counts[state.words] for line in lines)]
    rows = [(*(str(line.counts[word]) for word in columns), line.length, line.state, line.title) for line in lines]
    return table((*columns, "length", "state", "meeting"), rows, right=range(len(columns) + 1))


def _count(meeting: Meeting) -> Counter[str]:
    return Counter(link_words(meeting.notes, meeting.alignments, meeting.corrections, meeting.within).values())
