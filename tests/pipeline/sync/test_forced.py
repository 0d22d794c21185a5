"""Texts without times, put where their words were heard; the truth is how they were made."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.records import Origin, Segment, Transcript, Utterance, Word
from pipeline.store import Store
from pipeline.sync import align_text
from pipeline.sync.shown_segments import MAX_SEGMENT_SECONDS
from tests.pipeline.sync import speech

SAID = speech.reenactment()
END = SAID[-1].end + 1.5
HEARD = speech.heard_transcript(speech.misheard(SAID, 1), duration=END)


def aligned(given: list[Utterance], heard: Transcript = HEARD) -> Transcript:
    found = align_text(given, heard)
    assert found is not None
    assert all(a.start <= b.start for a, b in pairwise(found.segments))
    for segment in found.segments:
        assert 0.0 <= segment.start < segment.end
        assert segment.end - segment.start <= MAX_SEGMENT_SECONDS or len(segment.words) == 1
        assert " ".join(word.text for word in segment.words) == segment.text
        assert all(word.start <= word.end for word in segment.words)
        assert all(a.start <= b.start for a, b in pairwise(segment.words))
    return found


def swapped(given: list[Utterance], seed: int) -> list[Utterance]:
    """One in four changes places with the next."""
    rng, given, at = random.Random(seed), list(given), 0
    while at < len(given) - 1:
        if rng.random() < 0.25:
            given[at : at + 2] = given[at + 1], given[at]
            at += 1
        at += 1
    return given


@pytest.mark.parametrize(("changed", "inserted"), [(0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.35, 0.0)])
def test_words_are_placed_within_their_utterance(changed: float, inserted: float) -> None:
    """Though a quarter of the words was misheard, and a fifth of the text is not what was said."""
    given = speech.utterances(SAID, 2, changed=changed, inserted=inserted)

    found = aligned(given)

    assert speech.share_in_place(SAID, given, found) >= 0.97
    assert found.warnings == ()


@pytest.mark.parametrize("seed", range(3))
def test_utterances_in_another_order_are_found(seed: int) -> None:
    given = swapped(speech.utterances(SAID, seed, changed=0.2), seed)

    assert speech.share_in_place(SAID, given, aligned(given)) >= 0.95


def test_the_text_is_shown_as_it_was_given() -> None:
    """Every word once, whatever was heard, with its speaker."""
    given = speech.utterances(SAID, 2)

    found = aligned(given)

    for utterance in given:
        shown = [segment.text for segment in found.segments if segment.speaker == utterance.speaker]
        assert " ".join(shown) == utterance.text
    assert (found.origin, found.language, found.duration) == (Origin.IMPORT, "en", END)


def test_words_that_were_heard_take_their_own_times() -> None:
    heard = speech.heard_transcript(SAID, duration=END)

    found = aligned(speech.utterances(SAID, 2), heard)

    words = [word for segment in found.segments for word in segment.words]
    assert [word.start for word in words] == pytest.approx([word.start for word in SAID], abs=0.01)
    assert [word.end for word in words] == pytest.approx([word.end for word in SAID], abs=0.01)


def test_what_is_not_in_the_recording_is_left_out_with_a_warning() -> None:
    """The text is of the whole meeting, and the recording of five minutes in the middle."""
    middle = [word for word in SAID if 250 <= word.start < 550]
    shifted = [replace(word, start=word.start - 250, end=word.end - 250) for word in middle]
    heard = speech.heard_transcript(speech.misheard(shifted, 3), duration=300.0)
    given = speech.utterances(SAID, 4, changed=0.2)
    inside = [utterance for utterance in given if utterance.speaker in {str(word.utterance) for word in middle}]

    found = aligned(given, heard)

    assert speech.share_in_place(shifted, inside, replace(found, segments=_of(found, inside))) >= 0.95
    total = sum(len(utterance.text.split()) for utterance in given)
    kept = sum(len(segment.words) for segment in found.segments)
    assert kept - sum(len(segment.words) for segment in _of(found, inside)) < 0.06 * total
    assert found.warnings == (
        f"{total - kept:,} of its {total:,} words are not in the recording, so they were left out",
    )


def _of(found: Transcript, given: list[Utterance]) -> tuple[Segment, ...]:
    speakers = {utterance.speaker for utterance in given}
    return tuple(segment for segment in found.segments if segment.speaker in speakers)


def test_a_passage_that_was_cut_out_of_the_recording_is_left_out() -> None:
    cut = [word for word in SAID if not 300 <= word.start < 400]
    recorded = [word if word.start < 300 else replace(word, start=word.start - 100, end=word.end - 100) for word in cut]
    gone = {str(word.utterance) for word in SAID if 300 <= word.start < 400} - {str(word.utterance) for word in cut}

    found = aligned(speech.utterances(SAID, 5, changed=0.1), speech.heard_transcript(speech.misheard(recorded, 5)))

    kept = sum(len(segment.words) for segment in found.segments if segment.speaker in gone)
    assert kept < 0.1 * sum(str(word.utterance) in gone for word in SAID)
    given = [utterance for utterance in speech.utterances(SAID, 5, changed=0.1) if utterance.speaker not in gone]
    assert speech.share_in_place(recorded, given, replace(found, segments=_of(found, given))) >= 0.95


def test_a_passage_the_recogniser_lost_is_placed_between_its_neighbours() -> None:
    """Now and then it drops half a minute; the text tells what was said in it."""
    heard = speech.heard_transcript([word for word in speech.misheard(SAID, 6) if not 300 <= word.start < 325])
    given = speech.utterances(SAID, 6)

    assert speech.share_in_place(SAID, given, aligned(given, replace(heard, duration=END))) >= 0.97


@pytest.mark.parametrize("seed", range(4))
def test_a_text_of_something_else_is_refused(seed: int) -> None:
    talk = speech.small_talk(seed, like=SAID)

    assert align_text(speech.utterances(talk, seed), HEARD) is None


def test_nothing_comes_of_no_text_and_of_nothing_heard() -> None:
    given = speech.utterances(SAID, 1)

    assert align_text([], HEARD) is None
    assert align_text([Utterance("—"), Utterance(" … ")], HEARD) is None
    assert align_text(given, Transcript("en", Origin.ASR, "tiny", ())) is None
    assert align_text(given[:1], replace(HEARD, segments=HEARD.segments[40:41])) is None


def test_a_text_without_any_sentence_or_speaker_is_cut_into_short_segments() -> None:
    bare = " ".join(word.text.strip(".,?!").lower() for word in SAID)

    found = aligned([Utterance(bare)])

    assert " ".join(segment.text for segment in found.segments) == bare
    assert all(len(segment.words) > 3 for segment in found.segments)


def test_segments_end_where_a_sentence_does() -> None:
    text = " ".join(word.text for word in SAID if word.start < 200)

    found = aligned([Utterance(text)], replace(HEARD, segments=HEARD.segments[:60]))

    ends = [segment.text[-1] in ".?!" for segment in found.segments]
    assert sum(ends) >= 0.8 * len(ends)


def test_times_to_the_minute_tell_repeated_text_apart() -> None:
    """One formula was said every minute, and the recording begins after twenty; the text's clock is an hour ahead."""
    formula = "All in favour please raise a hand now and that is carried without any vote against it."
    votes = [speech.evenly(formula.split(), at * 60.0 + 5, at * 60.0 + 11, at) for at in range(30)]
    talk = [replace(w, start=w.start + 1800, end=w.end + 1800, utterance=w.utterance + 30) for w in SAID]
    whole = [*(word for vote in votes for word in vote), *talk]
    begins = {str(word.utterance): word.start for word in reversed(whole)}
    given = [
        replace(line, start=(begins[line.speaker or ""] + 3600) // 60 * 60) for line in speech.utterances(whole, 7)
    ]
    recorded = [replace(w, start=w.start - 1200, end=w.end - 1200) for w in whole if w.start >= 1200]
    heard = speech.heard_transcript(speech.misheard(recorded, 8, errors=0.1))

    with_times = aligned(given, heard)
    without = aligned([replace(line, start=None) for line in given], heard)

    here = [utterance for utterance in given if int(utterance.speaker or "") >= 20]
    assert speech.share_in_place(recorded, here, replace(with_times, segments=_of(with_times, here))) >= 0.95
    assert speech.share_in_place(recorded, here, replace(without, segments=_of(without, here))) < 0.95


def test_languages_without_spaces_are_matched_by_characters() -> None:
    rng = random.Random(9)
    signs = "今日はまず庭のポンプが壊れた件を見ますそれから予算について話し合います来月の会議の時間と会員の名簿"
    given, heard, spans, at = [], [], [], 1.0
    for number in range(60):
        text = "".join(rng.choice(signs) for _ in range(rng.randint(5, 25)))
        given.append(Utterance(f"{text}。", str(number)))
        spans.append((at, at + 0.2 * len(text)))
        for sign in text:
            heard.append(Word(at, at + 0.2, rng.choice(signs) if rng.random() < 0.2 else sign))
            at += 0.2
        at += 0.5
    segments = tuple(
        Segment(part[0].start, part[-1].end, "".join(word.text for word in part), tuple(part))
        for part in (heard[at : at + 15] for at in range(0, len(heard), 15))
    )

    found = align_text(given, Transcript("ja", Origin.ASR, "tiny", segments, at))

    assert found is not None
    assert [segment.text for segment in found.segments] == [utterance.text for utterance in given]
    inside = [
        spans[int(segment.speaker or "")][0] - 1 <= word.start and word.end <= spans[int(segment.speaker or "")][1] + 1
        for segment in found.segments
        for word in segment.words
    ]
    assert sum(inside) >= 0.95 * len(inside)


def test_the_language_of_the_text_is_kept() -> None:
    found = align_text(speech.utterances(SAID, 1), HEARD, language="en-GB")

    assert found is not None
    assert found.language == "en-GB"


@pytest.mark.parametrize(
    "text", ["a " * 20_000, "a" * 400_000, ("lorem ipsum " * 50 + ". ") * 100, "\u0e01" * 8_000, "\n" * 300_000]
)
def test_a_hostile_text_is_looked_at_quickly(text: str) -> None:
    """Neither one long word nor one word many times takes more than its length."""
    align_text([Utterance(text)], HEARD)
    align_text([Utterance(line) for line in text.split(".")], HEARD)


@pytest.mark.model
def test_the_reenactment_heard_by_a_small_model(demo: Path) -> None:
    store = Store.open(demo / "jumpnotes.db")
    stored = store.transcript("osquery-office-hours-2020-01-21")
    store.close()
    assert stored is not None
    for seed in range(3):
        given = swapped(speech.utterances(SAID, seed, changed=0.2, inserted=0.2), seed)

        assert speech.share_in_place(SAID, given, aligned(given, stored.record)) >= 0.95
