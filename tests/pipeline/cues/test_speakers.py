from __future__ import annotations

import pytest

from pipeline.cues.speakers import with_speakers
from pipeline.records import Segment, Word
from tests.pipeline.cues.transcripts import parse, spoken


def test_labels_that_are_speakers() -> None:
    """A recurring label, or a name in a file that labels its speakers, is who speaks."""
    lines = [
        "danny: hi all",
        "Parithosh Jayanthi: hello",
        "danny: shall we",
        "Tim: the plan: ship it",
        "SPEAKER_03: ok",
        "Ana Lima | Example Ltd: hello again",
        "Olu Ade (example): bye",
    ]
    assert spoken(parse(vtt(lines))) == [
        ("danny", "hi all"),
        ("Parithosh Jayanthi", "hello"),
        ("danny", "shall we"),
        ("Tim", "the plan: ship it"),
        ("SPEAKER_03", "ok"),
        ("Ana Lima | Example Ltd", "hello again"),
        ("Olu Ade (example)", "bye"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Note: this is recorded",
        "so the question is: who merges",
        "so the question is: who merges it",
        "https://example.org/x: see there",
        "at 10:30 we stop",
        "Action item: fix it",
        "windows: it fails",
    ],
)
def test_labels_that_are_not_speakers(line: str) -> None:
    """What only looks like a label stays in the text."""
    assert spoken(parse(vtt([line, "something else", "and more"])))[0] == (None, line)


@pytest.mark.parametrize(
    ("label", "other", "speaker"),
    [
        ("[SPEAKER_00]:", "[SPEAKER_01]:", "SPEAKER_00"),
        ("[SPEAKER_00]", "[SPEAKER_01]", "SPEAKER_00"),
        ("SPEAKER_00", "SPEAKER_01", "SPEAKER_00"),
        ("(speaker 0)", "(speaker 1)", "speaker 0"),
        ("[Ana Lima]", "[Olu Ade]", "Ana Lima"),
        ("(Ana Lima):", "(Olu Ade):", "Ana Lima"),
        ("<Ana>", "<Olu>", "Ana"),
        ("Ana (she/her):", "Olu:", "Ana (she/her)"),
        ("Ana Lima - Acme:", "Olu:", "Ana Lima - Acme"),
        ("Ana Lima @ Acme:", "Olu:", "Ana Lima @ Acme"),
        ("Ana Lima, Acme Ltd.:", "Olu:", "Ana Lima, Acme Ltd."),
        ("Ana [x]:", "Olu:", "Ana [x]"),
        ("Lima, Ana:", "Ade, Olu:", "Lima, Ana"),
        ("🌻 Ana:", "Olu:", "🌻 Ana"),
        ("+15550100123:", "Olu:", "+15550100123"),
        ("Audio shared by Ana:", "Olu:", "Audio shared by Ana"),
        ("Maria Fernanda de la Cruz Lima:", "Olu:", "Maria Fernanda de la Cruz Lima"),
        ("山田：", "佐藤：", "山田"),
        ("- Ana:", "- Olu:", "Ana"),
        ("– Ana:", "– Olu:", "Ana"),
        (">> ANA LIMA:", ">> OLU:", "ANA LIMA"),
        ("*Ana*:", "*Olu*:", "Ana"),
        ("**Ana Lima:**", "**Olu:**", "Ana Lima"),
        ("**Ana Lima**:", "**Olu**:", "Ana Lima"),
        ("Ana :", "Olu :", "Ana"),
        ("\u200eAna:", "Olu:", "Ana"),
        ("Will:", "He:", "Will"),
        ("He:", "An:", "He"),
        ("MR. LIMA:", "THE COURT:", "MR. LIMA"),
        ("THE COURT:", "MR. LIMA:", "THE COURT"),
        ("Q:", "A:", "Q"),
        ("Question:", "Answer:", "Question"),
        ("Réponse:", "Question:", "Réponse"),
    ],
)
def test_forms_of_labels(label: str, other: str, speaker: str) -> None:
    """The name is what the file has without brackets, dashes and emphasis around it; what belongs to it stays."""
    texts = [
        f"{label} I heard it.",
        "And so did he.",
        f"{other} When was it?",
        f"{label} On Sunday.",
        f"{other} I see.",
    ]
    found = spoken_lines([*texts, *texts])

    assert found[0] == (speaker, "I heard it.")
    assert found[1] == (speaker, "And so did he.")
    assert found[3] == (speaker, "On Sunday.")


def test_a_label_without_a_space() -> None:
    """Where a file writes no space after the colon, its labels are the names; addresses and times are none."""
    lines = [
        "Ana:Hello.",
        "Olu:I see.",
        "Ana:https://example.org",
        "10:30 was the time.",
        "Olu:Yes.",
        "std::vector is it.",
    ]
    assert [speaker for speaker, _ in spoken_lines(lines)] == ["Ana", "Olu", "Ana", "Ana", "Olu", "Olu"]


@pytest.mark.parametrize(
    "lines",
    [
        ["Note: bring gloves.", "So the question is: when?", "One thing: the hose leaks."],
        ["Step 1: turn it off.", "Step 2: take it out.", "Step 1: again."],
        ["Good news: it works.", "Bad news: it is dear.", "Good news: it is here."],
        ["Berlin: it rains.", "Paris: it snows.", "Berlin: it rains again.", "Paris: fine weather."],
        ["[Music] Hello there.", "[Laughter] That was good.", "[Music] And again.", "[Laughter] Well."],
        ["Frage: wer kommt?", "Das heißt: niemand.", "Frage: und wann?"],
        ["And then he said: no.", "And then he said: yes.", "And then he said: well."],
    ],
)
def test_recurring_colons_in_a_file_without_labels(lines: list[str]) -> None:
    """What people say before a colon is no name, however often they say it."""
    texts = [f"The pump is number {number}." for number in range(60)]
    for number, line in enumerate(lines):
        texts[7 + 13 * number] = line
    assert spoken_lines(texts) == [(None, text) for text in texts]


def test_sounds_that_nobody_knows() -> None:
    """What stands in brackets once is no speaker, however many cues have something there."""
    texts = [f"{f'[Zap {n}] ' if n % 5 == 0 else ''}The pump is number {n}." for n in range(60)]
    assert spoken_lines(texts) == [(None, text) for text in texts]


def test_a_sentence_with_a_colon_among_labelled_turns() -> None:
    """Where turns are labelled, a name that occurs once is a speaker, unless it goes on without a capital."""
    texts = [f"{'Ana: ' if n % 8 == 0 else 'Olu: ' if n % 8 == 4 else ''}The pump is number {n}." for n in range(60)]
    texts[10], texts[42] = "Windows: it fails.", "Kofi: I can fix it."
    texts[22] = texts[30] = "Note: It is dear."
    texts[50] = "Olu, can you answer this: Who has it?"
    found = spoken_lines(texts)

    assert found[10] == ("Ana", "Windows: it fails.")
    assert found[22] == ("Olu", "Note: It is dear.")
    assert found[42] == ("Kofi", "I can fix it.")
    assert found[50] == ("Ana", "Olu, can you answer this: Who has it?")


def test_few_labels_of_long_turns() -> None:
    """A file that begins with a label has labels, however far apart they are."""
    texts = [f"The pump is number {number}." for number in range(160)]
    for number, name in {0: "Ana", 40: "Olu Ade", 80: "Ana", 120: "Olu Ade"}.items():
        texts[number] = f"{name}: {texts[number]}"
    found = spoken_lines(texts)

    assert [speaker for speaker, _ in found] == (["Ana"] * 40 + ["Olu Ade"] * 40) * 2


def test_labels_in_a_file_without_capitals() -> None:
    """Where no sentence begins with a capital, a label need not go on with one."""
    texts = [f"{'Ana: ' if n % 8 == 0 else 'Olu: ' if n % 8 == 4 else ''}the pump is number {n}" for n in range(60)]
    assert {speaker for speaker, _ in spoken_lines(texts)} == {"Ana", "Olu"}


def test_a_label_that_occurs_once_where_every_cue_has_one() -> None:
    """In a file that labels each cue, whatever stands there is the speaker."""
    texts = [f"{'Ana' if n % 3 else 'Sam from the UX team'}: The pump is number {n}." for n in range(30)]
    texts[4] = "kofi b: I can fix it."
    found = spoken_lines(texts)

    assert found[3][0] == "Sam from the UX team"
    assert found[4] == ("kofi b", "I can fix it.")


def test_a_label_in_a_cue_of_its_own() -> None:
    """It says who speaks from there on."""
    lines = ["Ana:", "The pump is broken.", "Ana:", "And dear.", "Very dear.", "Olu:", "I see.", "Ana:", "Yes."]
    assert spoken_lines(lines) == [
        ("Ana", "The pump is broken."),
        ("Ana", "And dear."),
        ("Ana", "Very dear."),
        ("Olu", "I see."),
        ("Ana", "Yes."),
    ]


def test_a_segment_with_a_speaker_keeps_its_text() -> None:
    """What a format says about the speaker is not looked for in the text."""
    segments = [Segment(0.0, 1.0, "Tim: he said hi", speaker="Ana"), Segment(1.0, 2.0, "Tim: and I did", speaker="Ana")]
    assert with_speakers(segments) == tuple(segments)


def test_a_stray_colon_in_a_file_without_labels() -> None:
    """One capitalised word before a colon among a hundred cues without any is no speaker."""
    lines = [f"line number {n}" for n in range(100)]
    lines[50] = "Windows: it fails"
    assert (None, "Windows: it fails") in spoken(parse(vtt(lines)))


def test_a_labelled_turn_lasts_until_the_next_label() -> None:
    """Where a label marks a change of speaker, cues without one belong to the speaker before."""
    found = parse(vtt(["Ann: first", "more", "Bo: second", "Ann: third", "more"]))
    assert [speaker for speaker, _ in spoken(found)] == ["Ann", "Ann", "Bo", "Ann", "Ann"]


def test_each_labelled_cue_is_on_its_own() -> None:
    """Where every cue is labelled, even of the same speaker, a cue without label has no known speaker."""
    found = parse(vtt(["Ann: first", "Ann: more", "noise", "Bo: second"]))
    assert [speaker for speaker, _ in spoken(found)] == ["Ann", "Ann", None, "Bo"]


def test_voice_tags_rule_out_labels() -> None:
    """A file with voice tags says who speaks in its own way: text with a colon stays text."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Tim: he said hi\n")
    assert spoken(found) == [("Ann", "Tim: he said hi")]


def test_a_label_takes_its_words_along() -> None:
    """When the label goes from the text, its word times go too."""
    found = parse("WEBVTT\n\n00:01.000 --> 00:03.000\nTim:<00:01.400><c> we</c><00:02.000><c> go</c>\n")
    assert found.segments == (Segment(1.0, 3.0, "we go", (Word(1.4, 2.0, "we"), Word(2.0, 3.0, "go")), "Tim"),)


def test_words_without_spaces_between_them() -> None:
    """The words of a text that has no spaces are cut where the text is."""
    words = (Word(0.0, 0.2, "山"), Word(0.2, 0.5, "田：水"), Word(0.5, 1.0, "泵坏了"))
    found = with_speakers([Segment(0.0, 1.0, "山田：水泵坏了", words), Segment(1.0, 2.0, "山田：谢谢")])

    assert found[0] == Segment(0.0, 1.0, "水泵坏了", (Word(0.2, 0.5, "水"), Word(0.5, 1.0, "泵坏了")), "山田")


def spoken_lines(lines: list[str]) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in with_speakers([Segment(0.0, 1.0, line) for line in lines])]


def vtt(lines: list[str]) -> str:
    return "WEBVTT\n\n" + "\n\n".join(
        f"{n // 60:02}:{n % 60:02}.000 --> {n // 60:02}:{n % 60:02}.900\n{line}" for n, line in enumerate(lines)
    )


def test_a_name_in_brackets_above_a_colon_in_what_is_said() -> None:
    lines = ["[Ada] Hello.", "[Ben] Yes: three things.", "[Ada] Go on.", "[Ben] The church is booked."]
    segments = [Segment(at, at + 1, line) for at, line in enumerate(lines)]

    assert [each.speaker for each in with_speakers(segments)] == ["Ada", "Ben", "Ada", "Ben"]
