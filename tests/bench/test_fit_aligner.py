from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline import evaluate
from pipeline.align import decode, weights
from tests.bench import cross_fitting, fit_aligner, fitting

TALK = {
    "kernel probes": "the kernel probes attach to the tracing subsystem and emit events",
    "release date": "we need a date for the release and somebody to sign packages",
    "build cache": "the compiler cache makes linking faster on every machine",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three meetings of one series and one of another, about three topics each, with one nobody mentioned."""
    for number, name in enumerate(["call-1", "call-2", "call-3", "sync-1"]):
        home = tmp_path / "toy" / name
        home.mkdir(parents=True)
        topics = list(TALK)[number % 3 :] + list(TALK)[: number % 3]
        cue, lines, items = ["WEBVTT\n"], ["# Toy\n"], []
        for i, topic in enumerate(topics):
            lines += [f"## {topic}\n"]
            items.append({"line": 3 + 2 * i, "start": 120.0 * i, "spans": [[120.0 * i, 120.0 * i + 120]]})
            for k in range(12):
                at = 120 * i + 10 * k
                text = TALK[topic] if k % 3 == 0 else "yes and then people talked about it some more"
                cue.append(f"00:{at // 60:02}:{at % 60:02}.000 --> 00:{at // 60:02}:{at % 60 + 9:02}.000\n{text}\n")
        items.append({"line": 9, "start": None, "spans": None})
        (home / "notes.md").write_text("\n".join([*lines, "## zebra migration\n"]))
        (home / "transcript.vtt").write_text("\n".join(cue))
        (home / "gold.json").write_text(json.dumps({"items": items}))
    return tmp_path


def test_fitting_twice_gives_the_same_weights(folder: Path) -> None:
    """The weights depend on the cases alone, and what is written is read back."""
    cases = fitting.load(folder)

    once, again = (fit_aligner.dump(cross_fitting.fit(cases), fit_aligner.provenance(cases)) for _ in range(2))

    assert once == again
    assert fit_aligner.dump(weights.parse(once), fit_aligner.provenance(cases)) == once
    assert once["provenance"]["unmentioned"] == 4


def test_fitted_weights_find_what_they_were_fitted_on(folder: Path) -> None:
    """On meetings a child could align, the fitted aligner is right."""
    cases = fitting.load(folder)
    fitted = cross_fitting.fit(cases)

    scored = []
    for case in cases:
        placed = decode.to_alignments(case.comparison, decode.decide(case.comparison, fitted))
        scored += evaluate.score_items(case.meeting, evaluate.read_gold(case.meeting.gold), case.notes, placed)
    metrics = evaluate.compute_metrics(scored)

    assert metrics.inside is not None
    assert metrics.inside >= 0.9
    assert metrics.foreign is not None
    assert metrics.foreign <= 0.25


def test_gold_times_may_be_clocks(folder: Path) -> None:
    """Gold that was written by hand for `jumpnotes evaluate` can be fitted on, too."""
    path = folder / "toy" / "call-1" / "gold.json"
    path.write_text(json.dumps({"items": [{"line": 5, "start": "2:00"}, {"line": 9, "start": None}]}))

    case = next(case for case in fitting.load(folder) if case.meeting.name == "call-1")

    assert [item.gold.start for item in case.items] == [120.0, None]
    assert fitting.credit(case.items[0].gold, case.comparison.units.start).max() == 1.0


def test_series_stay_together(folder: Path) -> None:
    """A meeting is never scored by weights that saw another of its series."""
    cases = fitting.load(folder)

    assert cross_fitting.folds(cases, 2) == {"call": 0, "sync": 1}


@pytest.mark.parametrize(
    ("name", "series"),
    [("ES2003b", "ES"), ("acde-2026-04-23_235", "acde"), ("2022-07-27-weekly-recap", "weeklyrecap"), ("0123", "0123")],
)
def test_a_series_is_known_by_its_name(name: str, series: str) -> None:
    """Dates and numbers distinguish the meetings of a series, letters are what they share."""
    assert fitting.series(name) == series
