"""Gold as people write it, and the folders it lies in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import evaluate
from pipeline.errors import GoldError, TranscriptError
from pipeline.evaluate import Case, GoldItem


def test_gold_may_be_written_by_hand(tmp_path: Path) -> None:
    """Clocks count as seconds, spans may be left out, and other fields are nobody's business."""
    path = tmp_path / "gold.json"
    items = [
        {"line": 3, "start": "12:34", "spans": [["12:34", 800], [1000.5, "1:02:03"]]},
        {"line": 5, "start": 7, "spans": None, "text": "kept for the reader"},
        {"line": 9, "start": None},
    ]
    path.write_text(json.dumps({"items": items, "meeting": "bees"}), encoding="utf-8-sig")

    assert evaluate.read_gold(path) == (
        GoldItem(3, 754.0, ((754.0, 800.0), (1000.5, 3723.0))),
        GoldItem(5, 7.0),
        GoldItem(9, None),
    )


def test_gold_is_read_as_it_was_written(tmp_path: Path) -> None:
    """One item a line, for people."""
    gold = (GoldItem(3, 754.25, ((754.25, 800.0), (1000.5, 3723.0))), GoldItem(5, None), GoldItem(9, 7.0))
    (tmp_path / "gold.json").write_text(evaluate.gold_json(gold))

    assert evaluate.read_gold(tmp_path / "gold.json") == gold
    assert [line.partition(",")[0] for line in (tmp_path / "gold.json").read_text().splitlines()[1:-1]] == [
        '{"line": 3',
        '{"line": 5',
        '{"line": 9',
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"items": [\n{"line": 3 "start": 1}]}', "gold.json:2: is broken JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "Expected `object`"),
        ('{"items": []}', "length >= 1"),
        ('{"items": [{"line": 3}]}', "missing required field `start`"),
        ('{"items": [{"line": 0, "start": 1}]}', "`int` >= 1"),
        ('{"items": [{"line": 3, "start": -1}]}', ">= 0.0"),
        ('{"items": [{"line": 3, "start": NaN}]}', "NaN"),
        ('{"items": [{"line": 3, "start": 1e400}]}', "<= 604800.0"),
        ('{"items": [{"line": 3, "start": "soon"}]}', "'soon', of notes line 3, is not a time"),
        ('{"items": [{"line": 3, "start": 1, "spans": [[1]]}]}', "length 2"),
        ('{"items": [{"line": 3, "start": 1, "spans": [[9, 1]]}]}', "a span of notes line 3 ends before it starts"),
        ("caf\udce9", "is not text in UTF-8"),
    ],
)
def test_gold_that_cannot_be_read_is_named(tmp_path: Path, text: str, says: str) -> None:
    """The error says which file, and where in it."""
    path = tmp_path / "gold.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")

    with pytest.raises(GoldError, match=r"gold\.json") as caught:
        evaluate.read_gold(path)

    assert says in str(caught.value)


def test_cases_are_found_in_sets_in_a_folder_or_alone(tmp_path: Path) -> None:
    """<set>/<meeting>, <meeting>, or one meeting; folders without gold are none."""
    for name in ("spring/two", "spring/one", "autumn/one", "spring/draft"):
        (tmp_path / name).mkdir(parents=True)
        if not name.endswith("draft"):
            (tmp_path / name / "gold.json").touch()

    def names(root: Path) -> list[tuple[str, str]]:
        return [(case.group, case.name) for case in evaluate.find_cases(root)]

    assert names(tmp_path) == [("autumn", "one"), ("spring", "one"), ("spring", "two")]
    assert names(tmp_path / "spring") == [("spring", "one"), ("spring", "two")]
    assert names(tmp_path / "spring" / "two") == [("spring", "two")]
    with pytest.raises(GoldError, match="draft"):
        evaluate.find_cases(tmp_path / "spring" / "draft")


@pytest.mark.parametrize("suffix", ["vtt", "srt", "json"])
def test_a_transcript_may_be_of_any_kind(tmp_path: Path, suffix: str) -> None:
    """WebVTT, SRT or JSON, by the name `transcript`."""
    case = Case("bees", "call", tmp_path)
    with pytest.raises(TranscriptError, match=r"transcript\.vtt: does not exist"):
        _ = case.transcript

    (tmp_path / f"transcript.{suffix}").touch()

    assert case.transcript == tmp_path / f"transcript.{suffix}"
