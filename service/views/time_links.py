"""The moments of a block as links: its own, others of the same block, or the stretch in which it was discussed."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.records import Alignment, Basis, Block, Certainty, Correction, SectionSpan
from service.views.formatting import day
from service.views.moment_links import MomentLinks
from service.views.timeline import Timeline, section_at
from service.web.auth import author_in_words
from service.web.language import _

_MAX_LABEL_CHARS = 90
"""Of the text of a block, read out with its link."""

_MAX_EVIDENCE_WORDS = 5
"""Words that are named as the reason for a moment."""


@dataclass(frozen=True, slots=True)
class FurtherLink:
    """Another moment of the same block."""

    start: str
    clock: str
    href: str
    label: str


@dataclass(frozen=True, slots=True)
class SpanLink:
    """The stretch in which a block was discussed that has no moment of its own; `href` opens its beginning."""

    start: str
    clock: str
    href: str
    label: str
    why: str


@dataclass(frozen=True, slots=True)
class TimeLink:
    """The moment of a block, in seconds as JavaScript reads them. Where nothing can be played, `href` is "".

    `why` says how far to trust it, and the reason; `heard` are the words that were heard there, and `label` is what
    screen readers say.
    """

    start: str
    end: str
    clock: str
    href: str
    label: str
    certainty: Certainty
    why: str
    heard: str
    further: tuple[FurtherLink, ...] = ()

    @property
    def css_class(self) -> str:
        """`sure`, `likely` or `set`; a guess has no chip."""
        return self.certainty.name.lower()


def time_link(
    block: Block, alignment: Alignment, href: str, links: MomentLinks, correction: Correction | None
) -> TimeLink:
    """The link to the moment of a block, or to the best guess where it was not found; `href` is its `block_href`."""
    clock, text = links.clock(alignment.start), _label_text(block)
    heard = ", ".join(_evidence(alignment.evidence))
    why = _why(alignment, heard, correction)
    label = _("Play from %(time)s: %(text)s", time=clock, text=text)
    return TimeLink(
        start=f"{alignment.start:.2f}",
        end=f"{alignment.end:.2f}",
        clock=clock,
        href=href,
        label=label if alignment.certainty is Certainty.SURE else f"{label} ({why})",
        certainty=alignment.certainty,
        why=why,
        heard=heard,
        further=tuple(_further_link(block, moment.start, text, links) for moment in alignment.also),
    )


def block_href(
    section_id: str, section_name: str, alignment: Alignment, links: MomentLinks, timeline: Timeline | None
) -> str:
    """The address of a block of this section at its moment."""
    if alignment.certainty is Certainty.NOT_FOUND:  # the page does not know the moment of such a block
        return links.to(alignment.start, alignment.block_id)
    is_clear = section_at(timeline, int(alignment.start), whole_second=True) == section_name
    return links.to_block(alignment.block_id, alignment.start, "" if is_clear else section_id)


def span_link(block: Block, span: SectionSpan, links: MomentLinks) -> SpanLink:
    """The link to the stretch in which a block was discussed."""
    start, end = links.clock(span.start), links.clock(span.end)
    text = _label_text(block)
    return SpanLink(
        start=f"{span.start:.2f}",
        clock=links.clock_span(span.start, span.end),
        href=links.to(span.start, block.id),
        label=_("Somewhere between %(start)s and %(end)s: %(text)s", start=start, end=end, text=text),
        why=_("somewhere between %(start)s and %(end)s; its own moment was not found", start=start, end=end),
    )


def _label_text(block: Block) -> str:
    text = " ".join(block.text.split())
    return text if len(text) <= _MAX_LABEL_CHARS else text[:_MAX_LABEL_CHARS].rsplit(" ", 1)[0] + " …"


def _further_link(block: Block, start: float, text: str, links: MomentLinks) -> FurtherLink:
    clock = links.clock(start)
    label = _("Also discussed at %(time)s: %(text)s", time=clock, text=text)
    return FurtherLink(f"{start:.2f}", clock, links.to(start, block.id), label)


def _why(alignment: Alignment, heard: str, correction: Correction | None) -> str:
    if alignment.certainty is Certainty.SET:
        if correction is None:
            return _("set by a person")
        return _("set by %(name)s, %(date)s", name=author_in_words(correction.author), date=day(correction.at))
    reasons = [_reason(alignment.basis)] if alignment.basis is Basis.HINT or not heard else []
    reasons += [_("heard here: %(words)s", words=heard)] if heard else []
    reason = "; ".join(filter(None, reasons))
    words = {
        Certainty.SURE: _("sure"),
        Certainty.LIKELY: _("likely"),
        Certainty.NOT_FOUND: _("not found; best guess"),
    }[alignment.certainty]
    return f"{words}, {reason}" if reason else words


def _reason(basis: Basis) -> str:
    return {
        Basis.HINT: _("the time is written in the notes"),
        Basis.NEIGHBOURS: _("placed between its neighbours"),
        Basis.PATH: _("placed by its order in the notes"),
    }.get(basis, "")


def _evidence(evidence: tuple[str, ...]) -> tuple[str, ...]:
    """The words to name: those that are part of another one, such as the 8 of UTF8, add nothing."""
    folded = [word.casefold() for word in evidence]
    whole = [
        word
        for word, own in zip(evidence, folded, strict=True)
        if len(own) >= 4 or not any(own != other and own in other for other in folded)
    ]
    return tuple(whole[:_MAX_EVIDENCE_WORDS])
