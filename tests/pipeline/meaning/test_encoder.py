"""The real sentence model, and what is computed with its weights beside it."""

from __future__ import annotations

import copy
import random

import numpy as np
import pytest

from pipeline.arrays import Float32Array
from pipeline.errors import MeaningUnavailable
from pipeline.meaning import encoder
from pipeline.meaning.encoder import SentenceEncoder, SpeechSums, shared_encoder

SPEECH = (
    "Good morning everybody, let us begin with the greenhouse.",
    "Half of the panes are broken since the storm, and it leaks onto the seedlings.",
    "I asked two glaziers, and the cheaper one wants four hundred for all of it.",
    "We could use plastic sheets instead, they are light and they do not break.",
    "Fine, then Omar orders sheets until Friday, and we mount them next weekend.",
    "The second point is water, the barrels have been empty for a week.",
    "Can somebody fill them in the evening? The hose by the shed still works.",
)
WORDS = [word.strip(".,?").lower() for text in SPEECH for word in text.split()]


@pytest.fixture(scope="module")
def model() -> SentenceEncoder:
    return shared_encoder()


def long_text(words: int) -> str:
    return " ".join(random.Random(7).choices(WORDS, k=words))


def whole(sums: SpeechSums) -> Float32Array:
    return sums.windows(np.array([0]), np.array([len(sums.tokens) - 1]))


def test_a_text_too_long_for_the_package_has_the_vector_it_would_give(model: SentenceEncoder) -> None:
    """In pieces, of which none loses a word that stands beside its border."""
    text = long_text(1600)

    (found,) = model.encode([text])

    assert len(text) > 2 * encoder._MAX_CHARS_AT_ONCE
    assert found @ model._model.encode(text) > 0.99999


def test_each_text_has_its_own_vector(model: SentenceEncoder) -> None:
    """In their order, whichever are short, long or blank."""
    texts = ["", SPEECH[0], long_text(1200), " \n", SPEECH[1], "one \ud800 half of a pair"]

    found = model.encode(texts)

    assert found.shape == (6, 512)
    assert found.dtype == np.float32
    assert np.linalg.norm(found, axis=1) == pytest.approx([0, 1, 1, 0, 1, 1], abs=1e-5)
    for i in (1, 2, 4):
        assert found[i] @ model._model.encode(texts[i]) > 0.99999
    assert model.encode([]).shape == (0, 512)


def test_windows_are_close_to_the_vectors_of_their_words(model: SentenceEncoder) -> None:
    """Closer than to those of any other window; without the marks of start and end they would not be as close."""
    first, after = np.array([0, 0, 2, 4]), np.array([7, 3, 5, 7])

    found = model.speech(SPEECH).windows(first, after)

    expected = model.encode([" ".join(SPEECH[i:j]) for i, j in zip(first, after, strict=True)])
    cosines = found @ expected.T
    assert list(cosines.argmax(axis=1)) == [0, 1, 2, 3]
    assert cosines.diagonal().min() > 0.985


def test_speech_is_read_as_one_text(model: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is cut into stretches, and in however small pieces it is computed."""
    at_once = model.speech([" ".join(SPEECH)])
    in_stretches = model.speech(SPEECH)
    monkeypatch.setattr(encoder, "_PIECE_TOKENS", 7)
    in_pieces = model.speech(SPEECH)

    assert (whole(in_stretches) @ whole(at_once).T).item() > 0.99999
    assert np.abs(in_pieces.sums - in_stretches.sums).max() < 1e-3
    assert in_stretches.tokens[-1] == at_once.tokens[-1] > 90


def test_windows_without_words_are_zero(model: SentenceEncoder) -> None:
    """Those between others, too; many windows are computed some at a time."""
    sums = model.speech(["", SPEECH[0], "  ", "", SPEECH[1]])

    found = sums.windows(np.array([0, 2, 3, 1]), np.array([1, 4, 3, 3]))

    assert np.linalg.norm(found, axis=1) == pytest.approx([0, 0, 0, 1], abs=1e-5)
    assert not model.speech([]).windows(np.array([0]), np.array([0])).any()
    many = sums.windows(np.arange(9000) % 3, np.arange(9000) % 3 + 2)
    assert np.allclose(many[:3], many[8997:], atol=1e-5)
    assert len(many) == 9000


@pytest.mark.parametrize(
    "translated",
    [
        "Wer gießt im August die Beete?",
        "¿Quién riega los parterres en agosto?",
        "Qui arrose les plates-bandes en août ?",
        "Chi annaffia le aiuole ad agosto?",
        "八月に誰が花壇に水をやりますか?",
        "8월에 누가 화단에 물을 주나요?",
        "Wie geeft de bloembedden water in augustus?",
        "Kto podlewa grządki w sierpniu?",
        "Quem rega os canteiros em agosto?",
        "Кто поливает грядки в августе?",
        "ใครรดน้ำแปลงดอกไม้ในเดือนสิงหาคม",
        "Ağustosta çiçek tarhlarını kim suluyor?",
        "八月谁来给花坛浇水?",
        "八月誰來給花壇澆水?",
        "من يسقي أحواض الزهور في أغسطس؟",
    ],
)
def test_the_same_in_another_language_is_close(model: SentenceEncoder, translated: str) -> None:
    """In each of the sixteen it was made for."""
    right, *others = model.encode(["Who waters the flower beds in August?", *SPEECH])

    (found,) = model.encode([translated])

    assert found @ right > max(found @ other for other in others) + 0.2


def test_what_is_built_in_another_way_is_refused(model: SentenceEncoder) -> None:
    """Weights under other names, and weights that make other vectors."""
    renamed = copy.copy(model._model)
    renamed._backend = copy.copy(renamed._backend)
    del renamed._backend.cnn_W
    with pytest.raises(MeaningUnavailable, match=r"sentence-encoder 0\.9\.0 .*cnn_W") as refused:
        SentenceEncoder(renamed, "0.9.0")
    assert "jumpnotes[meaning]" in refused.value.hint

    changed = copy.copy(model._model)
    changed.encode = lambda texts: model._model.encode([f"{text} Yes." for text in texts])
    with pytest.raises(MeaningUnavailable, match="other vectors"):
        SentenceEncoder(changed, "0.9.0")
