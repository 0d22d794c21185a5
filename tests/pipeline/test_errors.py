from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import errors
from pipeline.errors import JumpnotesError
from pipeline.records import Correction, Verdict


def _below(cls: type[JumpnotesError]) -> Iterator[type[JumpnotesError]]:
    for child in cls.__subclasses__():
        if child.__module__.startswith(errors.__name__):
            yield child
            yield from _below(child)


CLASSES = sorted(_below(JumpnotesError), key=lambda cls: cls.__name__)

FACTS: dict[str, object] = {
    "topic": "issue/garden/minutes/12",
    "address": "https://code.example/garden/minutes.git",
    "at": datetime(2027, 1, 2, 3, 4, tzinfo=UTC),
    "block_id": "compost-heap-1a2b3c4d",
    "correction_id": 7,
    "digest": "0123abcd",
    "done": 1,
    "draft_id": "an-id",
    "hint": "Do something else.",
    "host": "media.example",
    "key": "nightly-2027-01-02",
    "known": ("Ana", "Priya"),
    "line": 3,
    "meetings": 3,
    "message": "it failed",
    "model": "small.en",
    "name": "notes.md",
    "number": 7,
    "path": Path("a/file"),
    "place": "postgresql://db.example/archive",
    "problem": "is broken",
    "query": "?",
    "received": 1_000,
    "retryable": True,
    "revision": "0007",
    "slug": "a-meeting",
    "speaker": "SPEAKER_00",
    "state": "refused",
    "theirs": Correction(8, "compost-heap-1a2b3c4d", Verdict.TIME, 83.2, "Ana", datetime(2027, 1, 2, tzinfo=UTC)),
    "url": "https://media.example/a.mp3",
    "why": errors.Busy("/data/jumpnotes.db"),
}
"""An example of every fact a constructor may ask for, by the name of the parameter."""


def make(cls: type[JumpnotesError]) -> JumpnotesError:
    """The class with every required fact, and a hint where the caller is the one to give it."""
    asked = {
        name: FACTS[name]
        for name, parameter in inspect.signature(cls).parameters.items()
        if parameter.default is inspect.Parameter.empty or (name == "hint" and not cls.hint)
    }
    return cls(**asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_each_error_says_what_happened_and_what_to_do(cls: type[JumpnotesError]) -> None:
    """One line that says what, and a sentence that says what next."""
    error = make(cls)
    assert str(error)
    assert "\n" not in str(error)
    assert error.hint.endswith(".")


@pytest.mark.parametrize(
    "cls", [cls for cls in CLASSES if issubclass(cls, errors.FetchError)], ids=lambda c: c.__name__
)
def test_fetch_errors_are_explained(cls: type[JumpnotesError]) -> None:
    """Each class has a docstring of its own, and each error the address that failed."""
    assert cls.__dict__.get("__doc__")
    assert vars(make(cls))["url"] == FACTS["url"]


def test_only_what_may_pass_by_itself_is_retryable() -> None:
    """Of the errors of fetching, waiting helps only against limits, recordings that are not ready, and the network."""
    retried = {cls for cls in CLASSES if issubclass(cls, errors.FetchError) and cls.retryable}
    waiting = (errors.RateLimited, errors.NotReady, errors.NoNetwork, errors.MediaForbidden)
    assert retried == {cls for cls in CLASSES if issubclass(cls, waiting)}


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    """The module's docstring draws the classes as they are."""
    node = re.compile(r"    (?P<depth>[│├└─ ]*)(?P<name>[A-Z]\w+)(?:\s{2,}.*)?")
    matches = map(node.fullmatch, (errors.__doc__ or "").splitlines())
    drawn = [(len(found["depth"]) // 4, found["name"]) for found in matches if found]

    def real(cls: type[JumpnotesError], depth: int) -> Iterator[tuple[int, str]]:
        yield depth, cls.__name__
        for child in cls.__subclasses__():
            if child.__module__.startswith(errors.__name__):
                yield from real(child, depth + 1)

    assert drawn == list(real(JumpnotesError, 0))
