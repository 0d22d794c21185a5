from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from pipeline.misheard import MIN_MISHEARING_CONFIDENCE, confidence, find_candidates, find_mishearings
from pipeline.misheard.candidates import heard_words
from pipeline.records import Alignment, Basis, BlockKind, Mishearing, Notes, Origin, Segment, Transcript, Word
from tests.pipeline.align.meetings import block, heard, of

SMALL_TALK = (
    "Good morning everybody, can you hear me well today?",
    "Yes, we can hear you, and I think that we should begin now.",
    "There is not much to say about the last week, it was a quiet one.",
)


def found(notes: Notes, transcript: Transcript, *, placed: bool = True, others: Iterable[str] = ()) -> list[Mishearing]:
    """What is heard for the terms of `notes` when each block was linked to the minute after the small talk."""
    moments = [Alignment(one.id, 30.0, 90.0, 0.9, Basis.MATCH) for one in notes.blocks] if placed else []
    return list(find_mishearings(notes, transcript, moments, others=others))


def pairs(mishearings: Iterable[Mishearing]) -> list[tuple[str, str]]:
    return [(mishearing.term, mishearing.heard) for mishearing in mishearings]


@pytest.mark.parametrize(
    ("term", "sentence", "words"),
    [
        ("osquery", "So the next release of Oscar a will be out by the end of the month.", "Oscar a"),
        ("osquery", "So the next release of OS query will be out by the end of the month.", "OS query"),
        ("getaddrinfo", "Then you attach a probe to get a dreadful and you see every lookup.", "get a dreadful"),
        ("keccak", "And they want to change the hash from ketch ack to something else.", "ketch ack"),
        ("sccache", "It would be faster with S C cash on the build machines.", "S C cash"),
        ("arm64", "We would like to build it for arm sixty four as well.", "arm sixty four"),
        ("CPack", "There are still a few things missing in CPAC before we can go on.", "CPAC"),
        ("Uptycs", "The people from up ticks have asked about that.", "up ticks"),
    ],
)
def test_a_term_is_found_where_it_was_misheard(term: str, sentence: str, words: str) -> None:
    """Jargon that the recogniser wrote as everyday words is found, in the words that stand there."""
    notes = of(block(0, f"Nobody was there to talk about {term}"))
    assert pairs(found(notes, heard(*SMALL_TALK, sentence))) == [(term, words)]


def test_a_mishearing_spans_the_words_that_were_heard() -> None:
    """A mishearing starts with its first word and ends with its last, and its confidence is that of a probability."""
    text = "We talked about Oscar a in the last call."
    words = tuple(Word(40.0 + i, 40.8 + i, word, 0.4) for i, word in enumerate(text.split()))
    segments = (*heard(*SMALL_TALK).segments, Segment(40.0, 50.0, text, words))
    (mishearing,) = found(of(block(0, "The new osquery")), Transcript("en", Origin.ASR, "tiny.en", segments))
    assert (mishearing.start, mishearing.end) == (43.0, 44.8)
    assert MIN_MISHEARING_CONFIDENCE <= mishearing.confidence <= 1


def test_captions_without_word_times_are_read_at_an_even_pace() -> None:
    """In a cue without word times, a mishearing starts as far into the cue as its first word."""
    (mishearing,) = found(
        of(block(0, "The new osquery")), heard(*SMALL_TALK, "We talked a lot about OS query and some other things.")
    )
    assert mishearing.start == pytest.approx(30 + 5 * 9.5 / 11)
    assert mishearing.end == pytest.approx(30 + 7 * 9.5 / 11)


def test_what_the_recogniser_doubts_is_more_likely_misheard() -> None:
    """The lower the recogniser's probability of the words, the higher the confidence."""

    def sure(probability: float) -> float:
        text = "We talked about Oscar a in the last call."
        words = tuple(Word(40.0 + i, 40.8 + i, word, probability) for i, word in enumerate(text.split()))
        segments = (*heard(*SMALL_TALK).segments, Segment(40.0, 50.0, text, words))
        return found(of(block(0, "The new osquery")), Transcript("en", Origin.ASR, None, segments))[0].confidence

    assert sure(0.2) > sure(0.9)


def test_a_likeness_far_from_every_block_that_has_the_term_is_not_shown() -> None:
    """What sounds only roughly like a term counts beside a block that has it, and nowhere else."""
    notes = of(block(0, "A probe on getaddrinfo"))
    transcript = heard(*SMALL_TALK, "Then you attach a probe to get a dreadful and you see every lookup.")
    assert pairs(found(notes, transcript)) == [("getaddrinfo", "get a dreadful")]
    assert found(notes, transcript, placed=False) == []


def test_what_is_rather_not_the_term_is_not_shown() -> None:
    """Of the places that sound somewhat like a term, those that are more likely something else are left out."""
    notes = of(block(0, "Nobody was there to talk about osquery"))
    transcript = heard(*SMALL_TALK, "So the next release of Oscar a will be out by the end of the month.")
    candidates = find_candidates(notes, list(heard_words(transcript)), ())
    sure = confidence(np.array([candidate.evidence for candidate in candidates]))

    assert 0.05 < sure.max() < 0.3
    assert found(notes, transcript, placed=False) == []


@pytest.mark.parametrize(("probability", "shown"), [(0.6, True), (1.0, False)])
def test_a_mishearing_is_shown_from_two_fifths(probability: float, *, shown: bool) -> None:
    """Far from its block, the term is .43 sure where the recogniser doubts its words, and .34 where it does not."""
    text = "The people from up ticks have asked about that."
    words = tuple(Word(40.0 + i / 2, 40.4 + i / 2, word, probability) for i, word in enumerate(text.split()))
    segments = (*heard(*SMALL_TALK).segments, Segment(40.0, 50.0, text, words))
    mishearings = found(of(block(0, "The new Uptycs")), Transcript("en", Origin.ASR, None, segments), placed=False)

    assert pairs(mishearings) == ([("Uptycs", "up ticks")] if shown else [])


def test_the_same_letters_are_found_anywhere() -> None:
    """A term that differs from the transcript by spaces alone needs no block beside it."""
    transcript = heard(*SMALL_TALK, "You can run OS query on any host.")
    assert pairs(found(of(block(0, "The new osquery")), transcript, placed=False)) == [("osquery", "OS query")]


@pytest.mark.parametrize(
    ("term", "sentence"),
    [
        ("osquery", "The new osquery will be out by the end of the month."),
        ("dns_events", "There will be a table for DNS events, that is the plan."),
        ("osquery", "The result of a query is written to the log."),
        ("devnet2", "We will have to start with devnet 3 by the end of the month."),
        ("EIP-8252", "There was a talk about EIP 8552 in the other room."),
        ("reproducible", "We want to reproduce what they have seen on their machines."),
        ("continous", "It is a continuous process, and nobody knows the end of it."),
        ("Prysm", "We would like to say something about that in the next call."),
        ("Carla", "There is nothing that you can really rely upon in there."),
        ("handoff", "This is not what we had in mind when we wrote it down."),
    ],
)
def test_what_was_meant_as_it_stands_stays(term: str, sentence: str) -> None:
    """The term itself, everyday words, other numbers, and other forms of the word are not taken for misheard."""
    assert found(of(block(0, f"Nobody was there to talk about {term}")), heard(*SMALL_TALK, sentence)) == []


def test_where_the_term_stands_nothing_else_is_looked_for() -> None:
    """Right beside a term that was heard right, its echo is not shown."""
    notes = of(block(0, "The new osquery"))
    assert found(notes, heard(*SMALL_TALK, "It is osquery, OS query, that we talk about.")) == []


def test_overlapping_mishearings_keep_the_best() -> None:
    """Of two terms that sound like the same words, the one that sounds more like them is shown."""
    notes = of(block(0, "The new osquery"), block(1, "The osqueryd that nobody starts"))
    transcript = heard(*SMALL_TALK, "You have to restart OS query D on every host, that is all.")
    assert pairs(found(notes, transcript)) == [("osqueryd", "OS query D")]


def test_templates_and_code_are_nobodys_words() -> None:
    """What stands in a template or in a block of code is not looked for."""
    transcript = heard(*SMALL_TALK, "So the next release of OS query will be out soon.")
    assert found(of(block(0, "The new osquery", template=True)), transcript) == []
    assert found(of(block(0, "osquery --help", kind=BlockKind.CODE)), transcript) == []


def test_terms_of_the_other_notes_take_clearer_evidence() -> None:
    """A term that only other notes have, twice, is found where it sounds the same, not where it is roughly alike."""
    others = ("- The new osquery\n- getaddrinfo\n", "- Nobody tests osquery\n- getaddrinfo\n")
    notes = of(block(0, "The budget of the next year"))
    transcript = heard(
        *SMALL_TALK,
        "So the next release of OS query will be out by the end of the month.",
        "Then you attach a probe to get a dreadful and you see every lookup.",
    )
    assert pairs(found(notes, transcript, others=others)) == [("osquery", "OS query")]
    assert found(notes, transcript, others=others[:1]) == []


def test_silence_has_no_mishearings() -> None:
    """An empty transcript, one of suspect segments alone, and notes without jargon have none."""
    notes = of(block(0, "The new osquery"))
    spoken = heard("So the next release of OS query will be out.")
    suspect = replace(spoken, segments=tuple(replace(segment, suspect=True) for segment in spoken.segments))
    assert found(notes, Transcript("en", Origin.ASR, None, ())) == []
    assert found(notes, suspect) == []
    assert found(of(block(0, "The budget of the next year")), spoken) == []


def test_in_a_language_without_a_word_list_only_identifiers_are_looked_for() -> None:
    """In German notes identifiers and code are found; German words are not taken for jargon."""
    text = "Die Verschlüsselung mit bpfTables und getaddrinfo dauert zu lange"
    notes = of(replace(block(0, text), html=text.replace("getaddrinfo", "<code>getaddrinfo</code>")))
    transcript = heard(
        "Guten Morgen, ich hoffe, ihr könnt mich alle gut hören heute.",
        "Ja, das ist gut so, und wir fangen dann auch gleich an.",
        "Die Entschlüsselung ist nicht das Thema, das war schon in der letzten Woche.",
        "Also, wenn man sich das mit dem get adder info genauer ansieht, dann ist es das.",
        "Und die BPF Tables sind auch nicht so schnell, wie wir das wollten.",
    )
    assert pairs(found(notes, transcript)) == [("getaddrinfo", "get adder info"), ("bpfTables", "BPF Tables")]


def test_the_same_input_gives_the_same_answer() -> None:
    """Hearings come in the order of time, and do not depend on chance."""
    notes = of(block(0, "The new osquery and its CPack and keccak"))
    transcript = heard(*SMALL_TALK, "With OS query and ketch ack there is CPAC, and then OS query again.")
    first = found(notes, transcript)
    assert [mishearing.start for mishearing in first] == sorted(mishearing.start for mishearing in first)
    assert len(first) >= 3
    assert found(notes, transcript) == first
