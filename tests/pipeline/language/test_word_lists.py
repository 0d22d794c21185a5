from __future__ import annotations

import pytest

from pipeline.language.word_lists import detect_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("and so we have this in the release, which is not what you would want to do there", "en"),
        ("und dann haben wir das in der Version, aber das ist nicht so wie man es will", "de"),
        ("et donc nous avons cela dans la version, mais ce n'est pas ce que vous avez", "fr"),
        ("y entonces lo que tenemos en la versión no es lo que se quiere para este caso", "es"),
        ("i wtedy mamy to w tej wersji, ale to nie jest to, co się chce tam mieć", "pl"),
        ("日本語の会議の議事録", ""),
        ("", ""),
    ],
)
def test_the_language_is_detected_by_its_stop_words(text: str, code: str) -> None:
    """A language we do not know is no error."""
    assert detect_language([text]).code == code


@pytest.mark.parametrize(
    ("notes", "code"),
    [
        ("Budget: who pays for the tent, ask them before May; keys are with Tom", "en"),
        ("Kasse: wer zahlt das Zelt, bis Mai klären; Schlüssel sind bei Tom", "de"),
        ("Budget : qui paie la tente, à voir avant mai ; les clés sont chez Tom", "fr"),
        ("Dinero: quién paga la carpa, preguntar antes de mayo; las llaves las tiene Tom", "es"),
        ("Cassa: chi paga la tenda, chiedere prima di maggio; le chiavi sono da Tom", "it"),
        ("Kas: wie betaalt de tent, voor mei vragen; de sleutels zijn bij Tom", "nl"),
        ("Caixa: quem paga a tenda, perguntar até maio; as chaves estão com o Tom", "pt"),
        ("Kasa: kto płaci za namiot, zapytać do maja; klucze są u Tomka", "pl"),
    ],
)
def test_short_notes_are_enough(notes: str, code: str) -> None:
    """One hurried line tells the language, if it is a sentence or two."""
    assert detect_language([notes]).code == code


@pytest.mark.parametrize(
    "text",
    [
        "Tak já bych začal tou střechou, protože do ní zase zatéká a už to takhle dál nejde",  # Czech
        "Tak ja by som začal tou strechou, pretože do nej zase zateká a už to takto ďalej nejde",  # Slovak
        "Pa ja bih počeo s krovom, jer opet curi i to više ne može tako, što vi kažete na to",  # Croatian
        "Torej jaz bi začel s streho, ker spet pušča in tako ne gre več, kaj pa vi pravite na to",  # Slovene
        "Deci eu aș începe cu acoperișul, pentru că iar curge și nu se mai poate așa",  # Romanian
        "Doncs jo començaria per la teulada, perquè torna a haver-hi goteres i això no pot ser",  # Catalan
        "Pois eu comezaría polo tellado, porque volve entrar auga e isto non pode seguir así",  # Galician
        "Dan begin ek maar met die dak, want dit lek weer en so kan dit nie aangaan nie",  # Afrikaans
        "Akkor én a tetővel kezdeném, mert megint beázik, és ez így nem mehet tovább",  # Hungarian
    ],
)
def test_a_related_language_is_not_taken_for_a_known_one(text: str) -> None:
    """The stem of a Czech word by the rules of Polish is nothing to compare with."""
    assert detect_language([text]).code == ""


@pytest.mark.parametrize(
    "text", ["Demo in Berlin: was?", "Kind krank", "Present: J. Smith, N. Miller, D. Lee, L. Brown"]
)
def test_too_little_text_is_in_no_language(text: str) -> None:
    """Three languages have "in" and "was", English has "kind", French n, j, d and l: that is not enough."""
    assert detect_language([text]).code == ""
