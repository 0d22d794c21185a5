from __future__ import annotations

import pytest

from pipeline import cues
from pipeline.cues.json_transcripts.flavours import Flavour, flavours

SPEAKERS = {
    "OpenAI diarized_json": ["A", "B"],
    "Mistral Voxtral": ["speaker_0", "speaker_1"],
    "WhisperX": ["SPEAKER_00", "SPEAKER_01"],
    "insanely-fast-whisper": ["SPEAKER_00", "SPEAKER_01"],
    "Deepgram": ["0", "1"],
    "AssemblyAI": ["A", "B"],
    "AWS Transcribe": ["spk_0", "spk_1"],
    "Google Speech-to-Text": ["1", "2"],
    "Azure Speech": ["1", "2"],
    "Azure fast transcription": ["1", "2"],
    "IBM Watson": ["0", "1"],
    "Rev.ai": ["0", "1"],
    "Speechmatics": ["S1", "S2"],
    "Soniox": ["1", "2"],
    "ElevenLabs Scribe": ["speaker_0", "speaker_1"],
    "Gladia": ["0", "1"],
}
"""As the file calls them; all others have the names "Ana" and "Ben"."""

LANGUAGES = {
    "AssemblyAI": "en-us",
    "Azure fast transcription": "en-US",
    "ElevenLabs Scribe": "en",
    "Gladia": "en",
    "Google Speech-to-Text": "en-us",
    "Mistral Voxtral": "en",
    "OpenAI verbose_json, Groq": "en",
    "Speechmatics": "en",
    "Whisper, faster-whisper, whisper-ctranslate2": "en",
    "WhisperX": "en",
    "Zoom, Teams": "en-us",
    "whisper.cpp": "en",
    "youtube-transcript": "en",
}
WITHOUT_PUNCTUATION = {"IBM Watson", "Vosk, Kaldi"}
"""They have none, and no capitals."""

WORDS = [("Welcome", 2.0, 2.5), ("to", 2.5, 3.0), ("everybody.", 3.0, 3.5)]


@pytest.mark.parametrize("flavour", flavours(), ids=lambda flavour: flavour.programs)
def test_each_flavour_says_the_same(flavour: Flavour) -> None:
    """Two sentences at their times, with the speakers, the words and the language that this kind of JSON has."""
    found = cues.parse(flavour.example, source="x")
    first, second = found.segments

    texts = [segment.text for segment in found.segments]
    if flavour.programs in WITHOUT_PUNCTUATION:
        assert texts == ["welcome to everybody", "who begins today"]
    else:
        assert texts == ["Welcome to everybody.", "Who begins today?"]
    assert (first.start, first.end, second.start) == (2.0, 3.5, 5.0)
    assert second.end == 6.5 or "null" in flavour.example
    speakers = SPEAKERS.get(flavour.programs, ["Ana", "Ben"]) if "speakers" in flavour.keeps else [None, None]
    assert [segment.speaker for segment in found.segments] == speakers
    assert found.language == LANGUAGES.get(flavour.programs, "und")
    assert found.warnings == ()


@pytest.mark.parametrize(
    "flavour", [each for each in flavours() if "word times" in each.keeps], ids=lambda flavour: flavour.programs
)
def test_words_keep_their_times(flavour: Flavour) -> None:
    """Each word of the first sentence is where it is said; one without a time is between its neighbours."""
    segment = cues.parse(flavour.example, source="x").segments[0]

    strip = str.lower if flavour.programs in WITHOUT_PUNCTUATION else str
    assert [(word.text.rstrip("."), word.start, word.end) for word in segment.words] == [
        (strip(text).rstrip("."), start, end) for text, start, end in WORDS
    ]
    assert " ".join(word.text for word in segment.words) == segment.text
    assert all(word.probability in (0.9, 1.0) for word in segment.words)


def test_probabilities_are_kept() -> None:
    """Each service has a name of its own for how sure it is of a word."""
    kept = {
        flavour.programs
        for flavour in flavours()
        if all(word.probability == 0.9 for word in cues.parse(flavour.example, source="x").segments[1].words or [])
        and "word times" in flavour.keeps
    }

    assert {"Whisper, faster-whisper, whisper-ctranslate2", "WhisperX", "whisper.cpp", "Vosk, Kaldi"} <= kept
    assert {"Deepgram", "AssemblyAI", "Azure Speech", "Rev.ai", "Speechmatics", "Soniox", "AWS Transcribe"} <= kept


@pytest.mark.parametrize("flavour", flavours(), ids=lambda flavour: flavour.programs)
def test_each_flavour_is_known_by_its_beginning(flavour: Flavour) -> None:
    """Where a file breaks off in the middle it is still known for what it is."""
    json = next(known for known in cues.FORMATS if known.name == "JSON")

    assert json.matches(flavour.example[: len(flavour.example) * 3 // 4])
