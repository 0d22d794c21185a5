from __future__ import annotations

import pytest

from pipeline.cues.speakers import with_speakers
from pipeline.records import Segment
from tests.growth import NEAR_LINEAR, measure
from tests.pipeline.cues.labelled_files import files

MAX_KEPT_SHARE = 0.01
MAX_LOST_SHARE = 0.005


def test_labels_of_every_form_leave_the_text_and_nothing_else_does() -> None:
    """In 200 files of all forms, few cues keep a label in their text, and fewer lose text that is none."""
    total = kept = lost = wrong = 0
    for name, cues in files():
        found = with_speakers([cue.segment for cue in cues])
        assert len(found) == len(cues), name
        for cue, segment in zip(cues, found, strict=True):
            total += 1
            kept += len(segment.text) > len(cue.text)
            lost += len(segment.text) < len(cue.text)
            wrong += segment.text == cue.text and bool(cue.label) and segment.speaker != cue.speaker
    print(f"of {total} cues, {kept} keep a label ({kept / total:.2%}), {lost} lose text ({lost / total:.2%})")

    assert kept <= MAX_KEPT_SHARE * total
    assert lost <= MAX_LOST_SHARE * total
    assert not wrong


@pytest.mark.parametrize(
    "text",
    ["[" * 60 + " ", "- >> » " * 10, "**a" * 20, "(a) b: c ", "a" * 50 + ": b ", "a:b:c: ", "A. " * 20 + ": "],
)
def test_hostile_labels_take_linear_time(text: str) -> None:
    """However many signs of labels a text has, and however many such texts there are, each is looked at once."""

    def read(segments: list[Segment]) -> object:
        return with_speakers(segments)

    def make(size: int) -> list[Segment]:
        return [Segment(0.0, 1.0, f"{text}{number} {text * 20}") for number in range(size)]

    assert measure(make, read, 150).exponent < NEAR_LINEAR
