"""What blocks and speech mean, compared: with the real sentence model."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline import meaning, notes
from pipeline.align import align, decode
from pipeline.align.meaning_features import MeaningFeature, block_texts
from pipeline.align.outline import build_outline
from pipeline.align.units import build_units
from pipeline.meaning import Meaning
from pipeline.records import LINK_CONFIDENCE, Notes, Origin, Segment, Transcript

SAID = [
    "Good evening everybody, thanks for coming, let us wait a minute for the others.",
    "So first of all the money. Subscriptions came in late, and we spent more than we took in this quarter.",
    "The treasurer thinks we should ask every member for two euros more from the autumn on.",
    "Somebody left the gate of the allotment open again and rabbits have eaten all the lettuce.",
    "I could bring some wire mesh and we dig it in half a metre deep so they cannot get under it.",
    "Next, the bus for the summer trip. The company wants a deposit before the end of the month.",
    "I called two other firms, and they have nothing free on a Saturday in July.",
    "And the coffee machine is leaking, the plumber said buying another one is cheaper than a repair.",
    "All right, that is it for tonight, see you in four weeks.",
]
SECONDS_EACH = 60.0


@pytest.fixture(scope="module")
def model() -> Meaning:
    loaded = meaning.load()
    assert loaded, "the development environment has the sentence model"
    return loaded


@pytest.fixture(scope="module")
def transcript() -> Transcript:
    spoken = tuple(
        Segment(number * SECONDS_EACH + 10 * part, number * SECONDS_EACH + 10 * part + 9, words)
        for number, text in enumerate(SAID)
        for part, words in enumerate(text.replace(",", ".").split(". "))
    )
    return Transcript("en", Origin.ASR, None, spoken, len(SAID) * SECONDS_EACH)


def starts(read: Notes, transcript: Transcript, model: Meaning | None) -> dict[str, float]:
    """Where each linked block begins, by its text."""
    texts = {block.id: block.text for block in read.blocks}
    links = align(read, transcript, meaning=model).alignments
    return {texts[link.block_id]: link.start for link in links if link.confidence >= LINK_CONFIDENCE}


PARAPHRASED = ["Fence against animals that ate the salad", "Higher fees", "Excursion: coach hire"]
GERMAN = ["Kaninchen haben den Salat gefressen, Draht eingraben", "Beitrag erhöhen", "Bus für den Sommerausflug"]


@pytest.mark.parametrize("lines", [PARAPHRASED, GERMAN], ids=["paraphrases", "notes in another language"])
def test_the_best_minute_of_each_line_is_found(model: Meaning, transcript: Transcript, lines: list[str]) -> None:
    """By its meaning alone: hardly a word of the notes is said."""
    outline = build_outline(notes.parse("# Evening\n\n" + "".join(f"- {line}\n" for line in lines), name="a.md"))
    units = build_units(transcript)

    table = decode.compare(outline, units, model).meaning
    assert table
    similar = table.slab(slice(0, len(lines)))[list(MeaningFeature).index(MeaningFeature.NEXT_60)]

    found = units.start[similar.argmax(axis=1)]
    assert [int(at // SECONDS_EACH) for at in found + 30] == pytest.approx([3, 1, 5], abs=1)


def test_the_model_places_what_words_do_not(model: Meaning, transcript: Transcript) -> None:
    """A line in another language gets a link with the model, close to where it was said, and none without it."""
    read = notes.parse("# Abend\n\n" + "".join(f"- {line}\n" for line in GERMAN), name="a.md")

    by_words, with_model = starts(read, transcript, None), starts(read, transcript, model)

    assert GERMAN[0] not in by_words
    assert with_model[GERMAN[0]] == pytest.approx(3 * SECONDS_EACH, abs=45)


def test_what_is_like_nothing_that_was_said_has_no_link(model: Meaning, transcript: Transcript) -> None:
    """Across languages no word tells that nobody mentioned it, so the meaning has to."""
    lines = [*GERMAN, "Quantenverschränkung von Photonen"]
    read = notes.parse("# Abend\n\n" + "".join(f"- {line}\n" for line in lines), name="a.md")

    comparison = decode.compare(build_outline(read), build_units(transcript), model)

    assert comparison.unmeant == {3}
    assert lines[3] not in starts(read, transcript, model)


def test_a_slab_has_what_the_whole_table_has(model: Meaning, transcript: Transcript) -> None:
    """The parts of a large table are those of the whole."""
    read = notes.parse("# Evening\n\n## Money\n\n- Fees\n- Deficit\n\n## Garden\n\n- Rabbits\n", name="a.md")
    outline = build_outline(read)

    table = decode.compare(outline, build_units(transcript), model).meaning
    assert table
    whole = table.slab(slice(0, len(outline)))

    parts = [table.slab(slice(b, b + 1)) for b in range(len(outline))]
    assert np.concatenate(parts, axis=1) == pytest.approx(whole, abs=1e-5)


def test_the_best_cosines_do_not_depend_on_the_slabs(
    model: Meaning, transcript: Transcript, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long notes and a long recording are compared a few blocks at a time."""
    read = notes.parse("# Evening\n\n## Money\n\n- Fees\n- Deficit\n\n## Garden\n\n- Rabbits\n", name="a.md")
    units = build_units(transcript)
    table = decode.compare(build_outline(read), units, model).meaning
    assert table
    whole = table.best_cosines()

    monkeypatch.setattr("pipeline.align.sparse.SLAB_CELLS", 2 * len(units))

    assert len(set(whole.tolist())) == len(whole) == 5
    assert table.best_cosines() == pytest.approx(whole, abs=1e-5)


def test_a_block_is_read_after_its_heading() -> None:
    """Once by itself and once with the heading it is under: "Approved" alone says nothing."""
    read = notes.parse("# Call\n\n## Budget\n\n- Approved\n", name="a.md")

    texts = block_texts(build_outline(read))

    assert texts == ["Budget", "Approved", "Budget", "Budget: Approved"]


def test_other_words_share_the_evidence_by_language() -> None:
    """Words count less where the notes are in another language than the speech, or where that is not known."""
    english = "the plan is that we will have to see what they want and then you can go with it"
    german = "wir haben das nicht mit der neuen liste und ich werde es für die anderen auch so machen"
    polish = "zrobimy to w przyszłym tygodniu ponieważ teraz nie mamy czasu żeby się tym zająć"

    def share(written: str, said: str) -> float:
        spoken = Transcript("x", Origin.ASR, None, tuple(Segment(10.0 * i, 10.0 * i + 9, said) for i in range(9)), 90)
        read = Notes("a", "A", None, None, notes.parse(f"# A\n\n- {written}\n", name="a.md").sections, "")
        return decode.compare(build_outline(read), build_units(spoken)).words_share

    assert share(english, english) == decode.WORDS_SHARE
    assert share(german, english) == share(english, german) == decode.FOREIGN_WORDS_SHARE
    assert share("PR 6190, BPF", english) == decode.WORDS_SHARE  # nobody knows what language that is
    assert share(polish, "blabla xyz qwr " * 5) == decode.FOREIGN_WORDS_SHARE
