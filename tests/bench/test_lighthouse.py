"""Of Lighthouse's report come the scores, and what costs points."""

from __future__ import annotations

from typing import Any

from tests.bench.lighthouse import PageReport, read_report, table

AUDITS: dict[str, Any] = {
    "first-paint": {"score": 0.9, "scoreDisplayMode": "numeric", "title": "First paint", "displayValue": "1.8 s"},
    "layout-shift": {"score": 1, "scoreDisplayMode": "numeric", "title": "Layout shift"},
    "contrast": {
        "score": 0,
        "scoreDisplayMode": "binary",
        "title": "Contrast is too low",
        "details": {"items": [{"node": {"snippet": "<p>"}}]},
    },
    "video-caption": {"score": None, "scoreDisplayMode": "notApplicable", "title": "Captions"},
    "doctype": {"score": 1, "scoreDisplayMode": "binary", "title": "Doctype"},
}


def report(performance: float) -> PageReport:
    def category(score: float, **weights: int) -> dict[str, object]:
        refs = [{"id": name.replace("_", "-"), "weight": weight} for name, weight in weights.items()]
        return {"score": score, "auditRefs": refs}

    categories = {
        "performance": category(performance, first_paint=1, layout_shift=3),
        "accessibility": category(0.5, contrast=2, video_caption=10, doctype=2),
        "best-practices": category(1, doctype=1),
        "seo": category(1, doctype=1),
    }
    return read_report({"categories": categories, "audits": AUDITS})


def test_what_costs_points_is_told_below_the_medians() -> None:
    """By its share of the weights of what applies to the page; nothing is told of a category that has all points."""
    assert table("mobile", "first", [report(0.97), report(0.98), report(0.2)]) == [
        "mobile  first    perf  97  access  50  best 100  seo 100",
        "  perf -2.5  first-paint: First paint 1.8 s",
        "  access -50.0  contrast: Contrast is too low <p>",
    ]
    assert table("mobile", "first", [report(1), report(1), report(0.2)])[1:] == [
        "  access -50.0  contrast: Contrast is too low <p>"
    ]
