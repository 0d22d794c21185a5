"""Draw docs/images/algorithm.svg from the demo's meeting, in the data folder it was run in.

python docs/picture.py .jumpnotes > docs/images/algorithm.svg
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from pipeline import timecode
from pipeline.align import compare_and_place
from pipeline.align.masses import window_mass
from pipeline.store import Store

SLUG = "osquery-office-hours-2020-01-21"
LINES = (11, 43, 60, 78, 116, 135)  # of the notes
WIDTH, LEFT, ROW, TOP = 960, 250, 56, 46  # pixels
RADIUS_SECONDS = 15.0  # of the moments whose probabilities are added up
MAX_TEXT_CHARS = 36  # of a block

STYLE = """
text{font:13px system-ui,sans-serif;fill:#1f2933}.small{font-size:11px;fill:#52606d}.axis{stroke:#cbd2d9}
.words{fill:#9fb3c8}.order{fill:none;stroke:#0b6e4f;stroke-width:2}.link{fill:#0b6e4f}
@media (prefers-color-scheme:dark){text{fill:#e4e7eb}.small{fill:#9aa5b1}.axis{stroke:#52606d}.words{fill:#486581}
.order{stroke:#57d9a3}.link{fill:#57d9a3}}
"""


def picture(data: Path) -> Iterator[str]:
    """The lines of the SVG: for some blocks, how likely each moment is by words alone, and with their neighbours."""
    store = Store.open(data / "jumpnotes.db")
    meeting = store.meeting(SLUG)
    store.close()
    assert meeting.transcript is not None
    found = compare_and_place(meeting.notes, meeting.transcript)
    assert found is not None
    comparison, decision = found
    time, duration = comparison.units.start, comparison.units.duration
    blocks = {block.line: b for b, block in enumerate(comparison.outline.blocks)}
    alone = window_mass(decision.emission, time, RADIUS_SECONDS)
    ordered = window_mass(decision.order.posterior, time, RADIUS_SECONDS)
    height = TOP + ROW * len(LINES) + 30
    title = "For six blocks: how likely each moment of the recording is, by their words alone and with their neighbours"
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">'
    yield f"<style>{STYLE.strip()}</style>"
    yield f'<rect class="words" x="{LEFT}" y="10" width="14" height="12"/>'
    yield f'<text x="{LEFT + 20}" y="21">words alone</text>'
    yield f'<path class="order" d="M{LEFT + 120} 16h14"/><text x="{LEFT + 140}" y="21">with its neighbours</text>'
    yield f'<path class="link" d="M{LEFT + 290} 10l6 12h-12z"/><text x="{LEFT + 302}" y="21">the link</text>'

    def x(at: float) -> float:
        return LEFT + (WIDTH - LEFT - 20) * at / duration

    for row, line in enumerate(LINES):
        b, floor = blocks[line], TOP + ROW * (row + 1) - 8
        text = comparison.outline.blocks[b].text
        shown = text[:MAX_TEXT_CHARS] + ("…" if len(text) > MAX_TEXT_CHARS else "")
        yield f'<text x="8" y="{floor - 14}">{escape(shown)}</text>'
        at, sure = float(decision.starts[b]), float(decision.confidence[b])
        yield f'<text class="small" x="8" y="{floor + 1}">{timecode.clock(at)}, confidence {sure:.2f}</text>'
        words, order = (
            " ".join(f"L{x(t):.0f} {floor - 38 * p:.1f}" for t, p in zip(time, rows[b], strict=True))
            for rows in (alone, ordered)
        )
        yield f'<path class="words" d="M{x(0):.0f} {floor}{words}L{x(duration):.0f} {floor}z"/>'
        yield f'<path class="order" d="M{order[1:]}"/>'
        yield f'<path class="axis" d="M{LEFT} {floor}H{WIDTH - 20}"/>'
        yield f'<path class="link" d="M{x(at):.0f} {floor - 4}l5 10h-10z"/>'
    for minute in range(0, int(duration // 60) + 1, 2):
        yield f'<text class="small" text-anchor="middle" x="{x(60 * minute):.0f}" y="{height - 8}">{minute}:00</text>'
    yield "</svg>"


if __name__ == "__main__":
    print("\n".join(picture(Path(sys.argv[1]))))
