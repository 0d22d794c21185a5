"""What comes back across meetings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class TopicKind(StrEnum):
    """What kind of thing a topic is."""

    ISSUE = "issue"  # of a tracker: pull requests, merge requests and discussions, too
    STANDARD = "standard"  # a numbered document: EIP, BIP, RFC, PEP, CVE and the like
    REPOSITORY = "repository"
    VERSION = "version"
    CODE = "code"  # the name of a table, a function, an option
    TERM = "term"  # a word of the archive's own


@dataclass(frozen=True, slots=True)
class Reference:
    """A topic that is named in a block of the notes, as far as these notes tell which it is.

    `key` tells it from others of its kind. One that begins with `?` is for the archive to complete: `?6280` is an
    issue of a repository that is not named there, `?ecma262/2600` one of a repository whose owner is not, `?~ldk/4208`
    one of a repository that the word before it may name.
    """

    kind: TopicKind
    key: str
    name: str  # as people write it
    block_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TopicMeeting:
    """A meeting in which topics are named."""

    slug: str
    title: str
    date: date | None
    series: str


class MarkKind(StrEnum):
    """What notes mark a block as."""

    DECISION = "decision"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Mark:
    """What notes mark as a decision, or as something to do.

    `state` is the word that they mark it with, as it stands there: `Approved`, `Resolution`, `Action item`. Of what is
    ticked off, or is not yet, `done` says which; None where the notes have no box for it.
    """

    kind: MarkKind
    state: str
    text: str  # what was decided or is to be done, plain
    block_id: str
    done: bool | None = None
    people: tuple[str, ...] = ()  # whom it names, as it names them


@dataclass(frozen=True, slots=True)
class TermUse:
    """A word of the archive's own language in one meeting.

    Whether it is a topic shows only beside the other meetings (`pipeline.topics.terms`).
    """

    key: str  # what its forms have in common
    form: str  # the one that is written most often
    count: int  # how often it is written
    block_ids: tuple[str, ...]
    in_heading: bool = False


@dataclass(frozen=True, slots=True)
class MeetingTopics:
    """What the notes of one meeting name and mark."""

    references: tuple[Reference, ...] = ()
    terms: tuple[TermUse, ...] = ()
    marks: tuple[Mark, ...] = ()
    people: tuple[str, ...] = ()  # names that are no topics, folded
    texts: Mapping[str, str] = field(default_factory=dict)  # of the blocks that are named here, by id, not too long
    sections: Mapping[str, str] = field(default_factory=dict)  # the headings they stand under
    recording: str = ""  # by which two notes of one day show that they are of one meeting
