"""The words of one meeting that may be topics, and phrases of them."""

from __future__ import annotations

import time

import pytest

from pipeline.language.word_lists import load_languages
from pipeline.records import TermUse
from pipeline.topics.terms import find_terms, key_of
from tests.pipeline.topics.reading import block, read

ENGLISH = next(language for language in load_languages() if language.code == "en")
TALK = "\n\nWe talked about what is to be done with the garden, and who will do it for the others when they are away.\n"


def terms(text: str, talk: str = TALK) -> dict[str, TermUse]:
    return {use.key: use for use in find_terms(read(f"# Garden call\n\n{text}{talk}")) if use.block_ids}


def forms(text: str, talk: str = TALK) -> set[str]:
    return {use.form for use in terms(text, talk).values()}


@pytest.mark.parametrize(
    "group",
    [
        ("code signing", "code-signing", "codesigning", "codesign", "CodeSigning", "Code signed"),
        ("endpoint security", "EndpointSecurity", "Endpoint-Security"),
        ("M1", "m1"),
        ("VM", "VMs"),
        ("toolchain", "toolchains", "Toolchain"),
        ("notarization", "notarized", "notarizing"),
        ("eBPF", "ebpf", "EBPF"),
        ("RocksDB", "rocksdb", "RocksDBs"),
    ],
)
def test_the_forms_of_a_term_have_one_key(group: tuple[str, ...]) -> None:
    """Plurals, stems, spaces, hyphens and capitals inside a word."""
    assert len({key_of(form, ENGLISH) for form in group}) == 1


def test_words_that_differ_have_keys_that_do() -> None:
    assert len({key_of(form, ENGLISH) for form in ("M1", "M2", "arm64", "aarch64", "AWS", "AW")}) == 6


def test_jargon_is_found_and_plain_english_is_not() -> None:
    """With its blocks, how often it comes, and whether in a heading."""
    found = terms("## Notarization\n\n- The toolchain is new. A toolchain!\n- eBPF and the notarization")

    assert {"toolchain", "ebpf", "notar"} <= found.keys()
    assert found["toolchain"].count == 2
    assert len(found["toolchain"].block_ids) == 1
    assert (found["notar"].in_heading, found["toolchain"].in_heading) == (True, False)
    assert "garden" not in found


@pytest.mark.parametrize(
    ("text", "not_found"),
    [
        ("TODO TBD LGTM ETA PR PRs README Monday", {"TODO", "TBD", "LGTM", "ETA", "PR", "PRs", "README", "Monday"}),
        ("see https://soilos.example/waterbot", {"soilos", "waterbot"}),
        ("`soilos`, soil_events, @waterbot, a/soilos/b, soilos.py", {"soilos", "soil", "waterbot", "py"}),
        ("World War II and III", {"II", "III"}),
        ("deadbeef12 and 3rd and 10x", {"deadbeef12", "rd", "x"}),
        ("THE WHOLE HEADING IN CAPITALS", {"WHOLE", "HEADING", "CAPITALS"}),
    ],
)
def test_what_is_no_term(text: str, not_found: set[str]) -> None:
    """Words of any meeting; addresses, code, paths, handles, hashes, numbers; capitals throughout."""
    assert not forms(text) & not_found


def test_phrases_stay_within_a_sentence() -> None:
    """And neither begin nor end with a word that says nothing."""
    found = forms("- the release process of the table spec, soil pumps. Query planner `x` rose beds")

    assert {"release process", "table spec", "soil pumps", "Query planner", "rose beds"} <= found
    assert not {"spec soil", "pumps Query", "planner rose", "the release"} & found


def test_plain_words_of_phrases_are_counted() -> None:
    """Without blocks: they are no topics."""
    uses = {use.key: use for use in find_terms(read(f"# Call\n\nThe release process. The release.{TALK}"))}

    assert (uses["releas"].count, uses["releas"].block_ids, uses["releas"].form) == (2, (), "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Wir haben über die Bewässerung mit dem WaterBot und DNS gesprochen, und das ist für die Beete nicht gut. "
            "Die Schläuche sind auch nicht mehr dicht.",
            {"WaterBot", "DNS"},
        ),
        (
            "Nous avons parlé de la pompe et du jardin avec Kolide, et il est dit que le DNS ne marche pas. "
            "On ne sait pas qui le fait.",
            {"DNS"},
        ),
        ("今日はWaterBotとDNSについて話しました。", {"WaterBot", "DNS"}),
    ],
)
def test_in_other_languages_only_what_has_a_form_is_found(text: str, found: set[str]) -> None:
    """No list tells what is plain there, nor which names are those of people."""
    assert forms(text, "\n") == found


@pytest.mark.parametrize("unit", ["soil pumps ", "x", "a.b/c_d ", "eBPF-", "`a` "])
def test_long_blocks_take_no_longer_than_they_are_long(unit: str) -> None:
    notes = block(unit * (1_000_000 // len(unit)))
    begun = time.process_time()

    find_terms(notes)

    assert time.process_time() - begun < 1
