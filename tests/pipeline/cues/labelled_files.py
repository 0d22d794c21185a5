"""Transcripts that label their speakers in all the ways that tools and people do, and some that label none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from pipeline.records import Segment


@dataclass(frozen=True, slots=True)
class LabelledCue:
    label: str  # "" where the cue has none
    speaker: str | None  # as the label has it
    text: str  # without the label

    @property
    def segment(self) -> Segment:
        return Segment(0.0, 1.0, self.label + self.text)


NAMES = [
    *("Nora Feld", "Omar Reyes", "Ines Duarte", "Piet van der Meer", "Lucía de la Vega", "Tomás Ó Briain", "Li Wen"),
    *("Greta", "Kofi", "Sunniva", "Dr. Halima Yusuf", "Jean-Luc Moreau", "D'Arcy Quinn", "J. R. Oduya", "Łucja Nowak"),
]
WORD_NAMES = ["Will", "He", "A", "Mark", "So", "An", "Do", "May", "Will Lind", "So Young Park", "An Nguyen", "Al Do"]
HANDLES = ["nora", "omar_r", "kofi-b", "ines duarte", "li.wen", "greta99", "tomas", "sunniva h"]
LONG_NAMES = [
    *("Maria Fernanda de la Cruz Ortega", "Audio shared by Nora Feld", "Meeting Room B Second Floor East"),
    *("Board Room Upper Garden House Two", "Prof. Karl Heinz von der Au Junior"),
]
CODES = ["SPEAKER_00", "SPEAKER_01", "SPEAKER_02", "SPEAKER_03"]
NUMBERED = ["Speaker 1", "Speaker 2", "Speaker 3", "Unknown Speaker"]
PHONES = ["+15550100123", "+15550100199", "1555*****12", "+44 20 7946 0000"]
EAST_ASIAN = ["山田", "佐藤", "鈴木花子", "王小明", "김민수"]

Form = tuple[list[str], Callable[[str], tuple[str, str]]]
"""Who speaks, and a name → what stands before the text, and the name in it."""


def _plain(name: str) -> tuple[str, str]:
    return f"{name}: ", name


def _with(tail: str) -> Callable[[str], tuple[str, str]]:
    return lambda name: (f"{name}{tail}: ", f"{name}{tail}")


def _between(before: str, after: str) -> Callable[[str], tuple[str, str]]:
    return lambda name: (before + name + after, name)


def _swapped(name: str) -> tuple[str, str]:
    first, _, last = name.rpartition(" ")
    label = f"{last}, {first}" if first else name
    return f"{label}: ", label


FORMS: dict[str, Form] = {
    "Name:": (NAMES, _plain),
    "words that are names": (WORD_NAMES, _plain),
    "handle:": (HANDLES, _plain),
    "five words and more:": (LONG_NAMES, _plain),
    "NAME:": ([name.upper() for name in NAMES], _plain),
    "[SPEAKER_00]:": (CODES, _between("[", "]: ")),
    "[SPEAKER_00]": (CODES, _between("[", "] ")),
    "SPEAKER_00": (CODES, _between("", " ")),
    "SPEAKER_00:": (CODES, _plain),
    "(speaker 0)": (["speaker 0", "speaker 1", "speaker 2"], _between("(", ") ")),
    "Speaker 1:": (NUMBERED, _plain),
    "S1:": (["S1", "S2", "S3"], _plain),
    "A:": (["A", "B", "C"], _plain),
    "Q: and A:": (["Q", "A"], _plain),
    "Question: and Answer:": (["Question", "Answer"], _plain),
    "[Name]:": (NAMES, _between("[", "]: ")),
    "[Name]": (NAMES, _between("[", "] ")),
    "(Name)": (NAMES, _between("(", ") ")),
    "(Name):": (NAMES, _between("(", "): ")),
    "<Name>": (NAMES, _between("<", "> ")),
    "Name (she/her):": (NAMES, _with(" (she/her)")),
    "Name - Company:": (NAMES, _with(" - Acme Pumps")),
    "Name | Company:": (NAMES, _with(" | example")),
    "Name @ Org:": (NAMES, _with(" @ Example Org")),
    "Name, Company:": (NAMES, _with(", Acme Ltd.")),
    "Name / Company:": (NAMES, _with(" / Acme")),
    "Name [x]:": (NAMES, _with(" [x]")),
    "Last, First:": (NAMES, _swapped),
    "emoji first": (NAMES, lambda name: (f"🌻 {name}: ", f"🌻 {name}")),
    "+1555…:": (PHONES, _plain),
    "山田：": (EAST_ASIAN, _between("", "：")),
    "- Name:": (NAMES, _between("- ", ": ")),
    "– Name:": (NAMES, _between("– ", ": ")),
    ">> NAME:": ([name.upper() for name in NAMES], _between(">> ", ": ")),
    "Name :": (NAMES, _between("", " : ")),
    "Name:text": (NAMES, _between("", ":")),
    "*Name*:": (NAMES, _between("*", "*: ")),
    "**Name:**": (NAMES, _between("**", ":** ")),
    "???:": (["???", "Nora", "Omar Reyes"], _plain),
}

# Nobody's name, however often it comes.
COLON_SENTENCES = [
    *(
        "So the question is: who brings the tables?",
        "Note: the gate stays open on Sunday.",
        "One thing: the hose leaks.",
    ),
    *("And then he said: we should wait for rain.", "Step 1: turn off the water.", "Step 2: take out the seal."),
    *("https://example.org/plan: that is the page.", "10:30 is when we stop.", "At 10:30: coffee and cake."),
    *(
        "Action item: Omar calls the plumber.",
        "My point is this: nobody waters on Mondays.",
        "Windows: it fails there.",
    ),
    *(
        "I would put it like this: cheap now, dear later.",
        "To sum up: we repair it.",
        "First: the pump.",
        "Second: the fence.",
    ),
    *(
        "Next topic: the seed swap.",
        "It's simple: we buy one.",
        "Let me be clear: no fire in the garden.",
        "Option A: we wait.",
    ),
    *(
        "The plan: dig, plant, water.",
        "Remember: bring gloves.",
        "There are two kinds: early and late.",
        "Key point: label them.",
    ),
]
LABEL_FREE_SENTENCES = [
    *COLON_SENTENCES,
    "[Laughter] that was a good one.",
    "(inaudible) on Saturday.",
    "[Music] here we go.",
]

_OPENINGS = [
    "Good morning",
    "I think",
    "We could ask",
    "the seal is worn",
    "You know",
    "Yes",
    "On Saturday",
    "last year",
]
_MIDDLES = ["about the pump", "because of the fence", "and the tomatoes", "with the trailer", "from the lower garden"]
_ENDINGS = ["is what I heard.", "was too dear.", "and nobody came.", "right?", "so we wait.", "for four hundred euros."]


@dataclass(frozen=True, slots=True)
class Talk:
    """What people say in a file, which may be without capitals and points."""

    random: Random
    is_lower: bool

    def sentence(self) -> str:
        text = " ".join(map(self.random.choice, (_OPENINGS, _MIDDLES, _ENDINGS)))
        return self.written(text[0].upper() + text[1:] if self.random.random() < 0.9 else text)

    def with_colon(self) -> str:
        return self.written(self.random.choice(COLON_SENTENCES))

    def written(self, text: str) -> str:
        return text.lower().rstrip(".") if self.is_lower else text


def labelled_file(random: Random, forms: list[Form], *, in_turns: bool) -> list[LabelledCue]:
    """Some people's talk. In turns only the first cue of each has a label, and a later one may have a colon, too."""
    talk = Talk(random, is_lower=random.random() < 0.3)
    people = [(name, write) for names, write in forms for name in random.sample(names, min(len(names), 4))]
    turn_cues = random.choice([2, 4, 8, 15])  # on average
    person = people[0]
    cues: list[LabelledCue] = []
    for _ in range(random.randint(20, 200), 0, -1):
        follows = in_turns and cues and random.random() > 1 / turn_cues
        if not follows:
            person = random.choice([other for other in people if other is not person] if in_turns else people)
        label, speaker = person[1](person[0])
        text = talk.with_colon() if random.random() < 0.03 else talk.sentence()
        cues.append(LabelledCue("" if follows else label, speaker, text))
    return cues


def unlabelled_file(random: Random) -> list[LabelledCue]:
    talk = Talk(random, is_lower=random.random() < 0.3)
    favourites = [talk.written(text) for text in random.sample(LABEL_FREE_SENTENCES, 8)]
    return [
        LabelledCue("", None, random.choice(favourites) if random.random() < 0.05 else talk.sentence())
        for _ in range(random.randint(20, 200))
    ]


def files(seed: int = 7) -> Iterator[tuple[str, list[LabelledCue]]]:
    """200 files, always the same ones, each with what it is like."""
    random = Random(seed)
    for name, form in FORMS.items():
        for in_turns in (False, True):
            for _ in range(2):
                yield f"{name}, in turns: {in_turns}", labelled_file(random, [form], in_turns=in_turns)
    one_by_one = [form for name, form in FORMS.items() if name not in ("Q: and A:", "Question: and Answer:")]
    for number in range(12):
        mixed = random.sample(one_by_one, 3)
        yield f"mixed {number}", labelled_file(random, mixed, in_turns=number % 2 == 1)
    for number in range(32):
        yield f"unlabelled {number}", unlabelled_file(random)
