"""What says nothing of its own is told from topics, and gets no link of its own."""

from __future__ import annotations

import pytest

from pipeline import notes
from pipeline.align import align, decode
from pipeline.align.generic import generic_blocks
from pipeline.align.outline import build_outline
from pipeline.align.units import build_units
from pipeline.language.word_lists import load_languages
from pipeline.records import LINK_CONFIDENCE
from tests.pipeline.align.meetings import heard

LANGUAGES = {language.code: language for language in load_languages()}

GENERIC = {
    "en": (
        "Updates",
        "Any other business",
        "Misc.",
        "Chitchat",
        "The group met to discuss the progress of the project.",
    ),
    "de": ("Verschiedenes", "Sonstiges", "Die Gruppe besprach den Stand der Arbeiten."),
    "fr": ("Divers", "Ordre du jour", "Le groupe a discuté de l’avancement du projet."),
    "es": ("Otros asuntos", "Varios", "El grupo discutió el avance del proyecto."),
    "it": ("Varie", "Ordine del giorno", "Il gruppo ha discusso i progressi del progetto."),
    "nl": ("Diversen", "Overige punten", "De groep besprak de voortgang van het project."),
    "pt": ("Diversos", "Outros assuntos", "O grupo discutiu o progresso do projeto."),
    "pl": ("Wolne wnioski", "Różne", "Zespół omówił postępy prac."),
}
TOPICS = {
    "en": (
        "Release updates",
        "Other clients",
        "make",
        "PR 6190 discussion",
        "The group discussed the progress of the bakery.",
    ),
    "de": ("Offene Rechnungen", "Die Gruppe besprach den Stand der Kanalisation."),
    "fr": ("Divers lots de bois", "Points de vente"),
    "es": ("Otros proveedores", "Notas de prensa"),
    "it": ("Altri fornitori", "Punti di raccolta"),
    "nl": ("Overige leveranciers", "Notities over bijen"),
    "pt": ("Outros fornecedores", "Pontos de coleta"),
    "pl": ("Inne serwery", "Punkty odbioru śmieci"),
}


def found(lines: tuple[str, ...], code: str) -> list[str]:
    outline = build_outline(notes.parse("# X\n\n" + "".join(f"- {line}\n" for line in lines), name="a.md"))
    return [outline.blocks[b].text for b in sorted(generic_blocks(outline, LANGUAGES[code]))]


@pytest.mark.parametrize("code", GENERIC)
def test_what_fits_everywhere_is_no_topic(code: str) -> None:
    """A generic heading, small talk, a summary of the whole."""
    assert found(GENERIC[code], code) == list(GENERIC[code])


@pytest.mark.parametrize("code", TOPICS)
def test_one_word_of_its_own_makes_a_topic(code: str) -> None:
    """A wrong "says nothing" would cost a link."""
    assert found(TOPICS[code], code) == []


def test_a_generic_heading_has_no_link_of_its_own() -> None:
    """It is placed where the lines under it are, and only as a guess, though somebody says its word elsewhere."""
    filler = ["and so on and so forth", "we will see about that", "yes that is right"] * 4
    transcript = heard(
        *filler,
        "any updates, updates anybody",
        *filler,
        "the compost heap is leaking into the ditch",
        "the pallets around the compost are rotten",
        *filler,
    )
    read = notes.parse("# Call\n\n## Updates\n\n- The compost heap leaks\n- Rotten pallets\n", name="a.md")

    links = {link.block_id: link for link in align(read, transcript).alignments}

    heading, heap, _ = (links.get(block.id) for block in read.blocks if block.text != "Call")
    assert heap is not None
    assert heap.confidence >= LINK_CONFIDENCE
    assert heading is not None
    assert heading.confidence < LINK_CONFIDENCE
    assert heading.start == pytest.approx(heap.start, abs=15)


def test_what_is_generic_goes_by_the_language_of_the_notes() -> None:
    """German notes of an English meeting; of a few words in no known language it goes by the speech."""
    spoken = build_units(heard(*["well that is what we have, and you will see that it is not the plan"] * 9))
    german = "- Wir haben das nicht mit der neuen Liste und ich werde es für die anderen auch so machen\n"

    def generic(source: str) -> list[str]:
        comparison = decode.compare(build_outline(notes.parse(source, name="a.md")), spoken)
        return [comparison.outline.blocks[b].text for b in sorted(comparison.generic)]

    assert generic(f"# Treffen\n\n## Verschiedenes\n\n{german}") == ["Verschiedenes"]
    assert generic("# Call\n\n## Updates\n\n- PR 6190\n") == ["Updates"]
