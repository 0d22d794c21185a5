"""Which list of a document is its transcript, in documents as services write them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline import cues
from pipeline.records import Transcript

WORDS = [
    ("Welcome", 2.0, 2.5),
    ("to", 2.5, 3.0),
    ("everybody.", 3.0, 3.5),
    ("Who", 5.0, 5.5),
    ("begins", 5.5, 6.0),
    ("today?", 6.0, 6.5),
]
FIRST, SECOND = "Welcome to everybody.", "Who begins today?"
TEXT = f"{FIRST} {SECOND}"
SPOKEN: list[tuple[str | None, str]] = [(None, FIRST), (None, SECOND)]
BY_TWO: list[tuple[str | None, str]] = [("Ana", FIRST), ("Ben", SECOND)]


def plain(words: list[tuple[str, float, float]], **more: object) -> list[dict[str, object]]:
    return [{"word": word, "start": start, "end": end, **more} for word, start, end in words]


DOCUMENTS: dict[str, tuple[Any, list[tuple[str | None, str]]]] = {
    "text and words without punctuation": (
        {"text": TEXT, "words": plain([(word.strip(".?"), start, end) for word, start, end in WORDS])},
        SPOKEN,
    ),
    "utterances before paragraphs and words": (
        {
            "results": {
                "channels": [
                    {
                        "alternatives": [
                            {
                                "transcript": TEXT,
                                "words": plain(WORDS),
                                "paragraphs": {"paragraphs": [{"sentences": [{"text": TEXT, "start": 2, "end": 7}]}]},
                            },
                            {"transcript": "Well come two every body", "words": plain(WORDS[:1])},
                        ]
                    }
                ],
                "utterances": [
                    {"start": 2.0, "end": 3.5, "transcript": FIRST, "speaker": "Ana", "words": plain(WORDS[:3])},
                    {"start": 5.0, "end": 6.5, "transcript": SECOND, "speaker": "Ben", "words": plain(WORDS[3:])},
                ],
            }
        },
        BY_TWO,
    ),
    "two channels of one sound": (
        {"channels": [{"alternatives": [{"transcript": TEXT, "words": plain(WORDS)}]} for _ in range(2)]},
        SPOKEN,
    ),
    "two channels of two people": (
        {"channels": [{"alternatives": [{"words": plain(part)}]} for part in (WORDS[:3], WORDS[3:])]},
        SPOKEN,
    ),
    "sentences of which only the ends are known": (
        {
            "results": [
                {"alternatives": [{"transcript": FIRST}], "resultEndTime": "3.5s"},
                {"alternatives": [{"transcript": SECOND}], "resultEndTime": "6.5s"},
            ]
        },
        SPOKEN,
    ),
    "who speaks when, apart": (
        {
            "segments": [{"start": 2, "end": 3.5, "text": FIRST}, {"start": 5.0, "end": 6.5, "text": SECOND}],
            "diarization": [{"start": 1.9, "end": 4, "speaker": "Ana"}, {"start": 4.2, "end": 7, "speaker": "Ben"}],
        },
        BY_TWO,
    ),
    "names of speakers, apart": (
        {
            "speakers": [{"id": "s1", "name": "Ana"}, {"id": "s2", "name": "Ben"}],
            "segments": [
                {"start": 2, "end": 3.5, "text": FIRST, "speaker": "s1"},
                {"start": 5.0, "end": 6.5, "text": SECOND, "speaker": {"id": "s2"}},
            ],
        },
        BY_TWO,
    ),
    "findings beside the transcript": (
        {
            "words": plain(WORDS),
            "chapters": [{"headline": "A welcome", "start": 0, "end": 9000}],
            "entities": [{"entity_type": "date", "text": "today or so", "start": 6000, "end": 6500}],
            "highlights": [{"text": "begins today of all", "start": 5.0, "end": 6.5}],
        },
        SPOKEN,
    ),
    "a translation first": (
        {
            "translation": {
                "segments": [
                    {"start": start, "end": start + 1, "text": text}
                    for start, text in (
                        (2, "Willkommen alle miteinander."),
                        (4, "Wer fängt an?"),
                        (5, "Wer von uns allen?"),
                    )
                ]
            },
            "segments": [{"start": 2, "end": 3.5, "text": FIRST}, {"start": 5.0, "end": 6.5, "text": SECOND}],
        },
        SPOKEN,
    ),
    "speakers of words alone": (
        {
            "segments": [{"start": 2, "end": 6.5, "text": TEXT}],
            "words": [*plain(WORDS[:3], speaker="Ana"), *plain(WORDS[3:], speaker="Ben")],
        },
        BY_TWO,
    ),
    "what may have been said instead": (
        {"results": [{"alternatives": [{"words": plain(WORDS)}, {"words": plain([("Well", 2.0, 2.4), *WORDS])}]}]},
        SPOKEN,
    ),
    "what was heard while it was said": (
        [
            {"is_final": False, "alternatives": [{"transcript": "Welcome two", "words": plain(WORDS[:2])}]},
            {"is_final": True, "alternatives": [{"transcript": FIRST, "words": plain(WORDS[:3])}]},
            {"is_final": True, "alternatives": [{"transcript": SECOND, "words": plain(WORDS[3:])}]},
        ],
        SPOKEN,
    ),
    "rows": ([[2.0, 3.5, FIRST], [5.0, 6.5, SECOND]], SPOKEN),
    "an object of things": (
        {"cues": {"0": {"start": 2, "end": 3, "text": FIRST}, "1": {"start": 5, "text": SECOND}}},
        SPOKEN,
    ),
    "segments of YouTube's panel": (
        [
            {"renderer": {"startMs": "2000", "endMs": "3500", "snippet": {"runs": [{"text": FIRST}]}}},
            {"renderer": {"startMs": "5000", "endMs": "6500", "snippet": {"simpleText": SECOND}}},
        ],
        SPOKEN,
    ),
    "a bot's words with two clocks": (
        [
            {
                "participant": {"name": name},
                "words": [
                    {"text": word, "start_timestamp": {"relative": start, "absolute": "2026-01-01T10:00:00Z"}}
                    for word, start, _ in words
                ],
            }
            for name, words in (("Ana", WORDS[:3]), ("Ben", WORDS[3:]))
        ],
        BY_TWO,
    ),
    "turns with only a time of day": (
        [
            {"speaker": {"display_name": "Ana"}, "text": FIRST, "timestamp": "00:00:02"},
            {"speaker": {"display_name": "Ben"}, "text": SECOND, "timestamp": "00:00:05"},
        ],
        BY_TWO,
    ),
    "ticks": (
        [
            {"Offset": 20_000_000, "Duration": 15_000_000, "NBest": [{"Display": FIRST, "Lexical": "x"}]},
            {"Offset": 50_000_000, "Duration": 15_000_000, "NBest": [{"Display": SECOND}]},
        ],
        SPOKEN,
    ),
}


def read(document: object) -> Transcript:
    return cues.parse(json.dumps(document), source="x")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_transcript_of_a_document(name: str) -> None:
    """What was said is found once, with who said it, wherever it stands and whatever is beside it."""
    document, spoken = DOCUMENTS[name]

    found = read(document).segments

    assert [(segment.speaker, segment.text) for segment in found] == spoken
    assert found[1].start == (5.0 if name != "sentences of which only the ends are known" else 3.5)


@pytest.mark.parametrize("unit", [1, 1000, 1_000_000, 10_000_000])
@pytest.mark.parametrize("ends", ["end", "duration", None])
def test_the_pace_of_speech_tells_the_unit(unit: int, ends: str | None) -> None:
    """Nobody says three words in a millisecond, nor takes half an hour for them; where no ends are, gaps tell."""
    spans = [(2.0, 3.5, FIRST), (5.0, 6.5, SECOND), (9.0, 12.0, "Nobody, it seems, so we wait.")]
    items = [{"text": text, "start": int(start * unit)} for start, _, text in spans]
    for item, (start, end, _) in zip(items, spans, strict=True):
        if ends:
            item[ends] = int((end if ends == "end" else end - start) * unit)

    assert [segment.start for segment in read(items).segments] == [2.0, 5.0, 9.0]


def test_seconds_of_a_sparse_file_are_seconds() -> None:
    """Whole numbers and long pauses do not make milliseconds of them."""
    items = [{"start": 0, "end": 40, "text": "Hello to you"}, {"start": 3000, "end": 3060, "text": "Good bye to all"}]

    assert [segment.start for segment in read(items).segments] == [0.0, 3000.0]


def test_a_long_utterance_becomes_its_sentences() -> None:
    """An utterance of minutes is no place to jump to; its words tell where its sentences are."""
    words = [
        {"text": f"word{number}{'.' if number % 10 == 9 else ''}", "start": number * 500, "end": number * 500 + 400}
        for number in range(100)
    ]
    text = " ".join(str(word["text"]) for word in words)
    found = read({"utterances": [{"speaker": "A", "text": text, "start": 0, "end": 50_000, "words": words}]}).segments

    assert [segment.start for segment in found] == [number * 5.0 for number in range(10)]
    assert {segment.speaker for segment in found} == {"A"}
    assert " ".join(segment.text for segment in found) == text


def test_words_of_the_time_of_a_phrase_are_its_words() -> None:
    """The words stand in a list of their own, and say twenty-five as two; the text has it as one."""
    document = {
        "segments": [
            {"start": 0.0, "end": 2.0, "text": "It was 25, then."},
            {"start": 2.0, "end": 4.0, "text": "It was more."},
        ],
        "words": plain(
            [
                *(("it", 0.0, 0.3), ("was", 0.3, 0.6), ("twenty", 0.6, 0.9), ("five", 0.9, 1.2), ("then", 1.2, 1.6)),
                *(("it", 2.1, 2.3), ("was", 2.3, 2.6), ("more", 2.6, 3.0)),
            ]
        ),
    }
    first, second = read(document).segments

    assert [word.text for word in first.words] == ["It", "was", "twenty", "five", "then."]
    assert [word.text for word in second.words] == ["It", "was", "more."]
    assert second.words[0].start == 2.1


def test_a_pause_and_another_speaker_end_a_sentence() -> None:
    """Words without punctuation are cut where somebody else begins, and after a second of silence."""
    words = plain(WORDS[:2], speaker=1) + plain(WORDS[2:3], speaker=2) + plain(WORDS[3:5], speaker=2)

    found = read({"words": words}).segments

    assert [(segment.speaker, segment.text) for segment in found] == [
        ("1", "Welcome to"),
        ("2", "everybody."),
        ("2", "Who begins"),
    ]


def test_words_that_step_back_are_another_recording() -> None:
    """Times that begin again do not make a sentence of minus ten minutes."""
    words = plain([("First", 600.0, 600.5), ("Second", 0.0, 0.5)])

    assert {segment.text for segment in read({"words": words}).segments} == {"First", "Second"}


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["水", "泵", "坏", "了", "。"], "水泵坏了。"),
        (["用", "API", "吧"], "用API吧"),
        (["おは", "よう"], "おはよう"),
        (["สวัส", "ดี"], "สวัสดี"),
        (["물이", "샌다"], "물이 샌다"),
        (["Well", ",", "yes", "!"], "Well, yes!"),
    ],
)
def test_spaces_stand_only_between_words_that_have_them(tokens: list[str], text: str) -> None:
    """Chinese, Japanese and Thai are joined as they are, and punctuation to the word before it."""
    words = plain([(token, number * 0.3, number * 0.3 + 0.3) for number, token in enumerate(tokens)])

    (segment,) = read({"words": words}).segments

    assert segment.text == text
