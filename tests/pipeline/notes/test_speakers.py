from __future__ import annotations

import pytest

from tests.pipeline.notes.parsing import only


@pytest.mark.parametrize(
    ("source", "speaker"),
    [
        ("(Stefano) I would say so", "Stefano"),
        ("(Alessandro & Stefano): long term goals", "Alessandro & Stefano"),
        ("(Zoë, Nick): fine", "Zoë, Nick"),
        ("**Alice:** the date is fixed", "Alice"),
        ("**Mary J. O'Hara**: yes", "Mary J. O'Hara"),
        ("Jean-Luc: make it so", "Jean-Luc"),
        ("@farfella: done", "@farfella"),
        ("(3:04) Alice: the date", "Alice"),
        ("Note: this is open", None),
        ("TODO: ask around", None),
        ("**Next steps:** ship it", None),
        ("Background: a long story", None),
        ("Windows: a table is missing", None),
        ("(optional) a walk", None),
        ("(This has its own item) later", None),
        ("Alice: https://example.org/alice", None),
        ("Alice:", None),
        ("UTF-8: an encoding", None),
        ("std::string: a type", None),
        ("Endpoint Security: events are lost", None),
        ("Grace: a grace period helps", None),
    ],
)
def test_a_speaker_is_named_only_when_it_is_plain(source: str, speaker: str | None) -> None:
    """Names before what was said are found; labels and topics are not people."""
    assert only(f"- {source}").speaker == speaker
