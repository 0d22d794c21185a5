"""Which terms are topics shows beside the other meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.records import MeetingTopics
from pipeline.topics.choosing import choose_terms
from pipeline.topics.finding import find_topics
from tests.pipeline.topics.reading import read

FILLER = (
    "We talked about what is to be done with the garden and who will do it for the others. The beds are full of weeds, "
    "so the children will help to clear them when the school is out, and then we can plant the roses before it rains. "
    "Watering cans, gardening gloves, wooden fences, brick walls and gravel paths are in the tool shed."
)


def archive(count: int, *written: tuple[str, Iterable[int]]) -> list[MeetingTopics]:
    """So many meetings; each text is written in those of the numbers beside it."""
    made = []
    for number in range(count):
        texts = "\n".join(f"- {text}" for text, numbers in written if number in numbers)
        made.append(find_topics(read(f"# Garden call\n\n## Beds\n\n{FILLER}\n\n{texts}\n")))
    return made


def chosen(count: int, *written: tuple[str, Iterable[int]], people: bool = False) -> Mapping[str, str]:
    found = choose_terms(archive(count, *written), people=people)
    return {key: term.form for key, term in found.items() if term.is_listed}


def test_some_meetings_have_a_topic_and_most_do_not() -> None:
    """Three at least, where a fifth are as many; of what is clear by its form, two fifths at most."""
    text = "We need the eBPF for it"

    assert "ebpf" not in chosen(20, (text, range(2)))
    assert chosen(20, (text, range(3))) == {"ebpf": "eBPF"}
    assert chosen(20, (text, range(4))) == {"ebpf": "eBPF"}
    assert chosen(20, (text, range(8))) == {"ebpf": "eBPF"}
    assert "ebpf" not in chosen(20, (text, range(9)))
    assert chosen(5, (text, range(2))) == {"ebpf": "eBPF"}


def test_what_is_not_listed_is_a_topic_all_the_same() -> None:
    """Of too many meetings, or of too few; but not of one, and no name of anybody."""
    text = "The toolchain is old, and a new toolchain is there"

    assert chosen(20, (text, range(4))) == {"toolchain": "toolchain"}
    for numbers in (range(5), range(20)):
        term = choose_terms(archive(20, (text, numbers)))["toolchain"]
        assert (term.form, term.is_listed) == ("toolchain", False)
    assert not choose_terms(archive(200, (text, range(3))))["toolchain"].is_listed
    assert "toolchain" not in choose_terms(archive(20, (text, range(1))))


def test_plain_phrases_have_to_belong_together_closely() -> None:
    """Unless a heading has them; what notes of anything have is never listed, nor a part of it."""
    plain = (
        ("A water bed, a water bed", range(4)),
        ("Water, water, water; bed", range(4, 10)),
        ("The third party, third party", range(4)),
        ("Two third party hoses, third party hoses", range(6, 10)),
    )

    assert chosen(30, *plain) == {}
    assert "waterb" in "".join(chosen(30, *plain, ("x\n\n### Water bed\n\n", [0])))


def test_a_given_name_that_nobody_speaks_by_is_a_topic_to_be_asked_for() -> None:
    """It may be a product; whoever says something is a person, however it is written elsewhere."""
    product = ("Teodoro and Teodoro", range(4))

    assert choose_terms(archive(30, product))["teodoro"].is_listed is False
    person = (product, ("Teodoro said so", [5]), ("teodoro", [6]))
    assert "teodoro" not in choose_terms(archive(30, *person))


def test_a_word_without_a_form_comes_in_bursts_or_in_headings() -> None:
    """The toolchain is a topic where it is talked about; said once each, it is none."""
    once, again = "The toolchain is old", "The toolchain is old, and a new toolchain is there"

    assert chosen(20, (once, range(4))) == {}
    assert chosen(20, (again, range(4))) == {"toolchain": "toolchain"}
    assert chosen(20, (once, range(4)), ("x\n\n### Toolchain\n\n", [0])) == {"toolchain": "toolchain"}


def test_forms_are_one_and_the_clearest_is_shown() -> None:
    """The identifier, if it is not rare; the word, if it is a phrase elsewhere, too."""
    found = chosen(
        20,
        ("We need openssl", [0, 1]),
        ("We need OpenSSL", [2, 3]),
        ("waterbots x waterbots", [4, 5]),
        ("waterbot", [6]),
    )

    assert found == {"openssl": "OpenSSL", "waterbot": "waterbots"}


def test_phrases_whose_words_belong_together() -> None:
    """Those that stand together by chance are none; a phrase stands for the words that come in it alone."""
    found = chosen(
        30,
        ("The provisioning profile is lost, the provisioning profile", range(4)),
        ("New query planner, query planner", range(6, 10)),
        ("Tomato, tomato, tomato, shed, shed, shed, a tomato sauce, a shed roof", range(30)),
        ("A tomato shed", range(10, 14)),
    )

    assert found == {"provisioningprofil": "provisioning profile", "queryplann": "query planner"}


def test_a_phrase_stands_for_a_word_that_hardly_comes_alone() -> None:
    """And a longer phrase for a shorter one."""
    ticket = ("A notarization ticket, the notarization ticket", range(4))

    assert chosen(30, ticket) == {"notarizationticket": "notarization ticket"}
    assert set(chosen(30, ticket, ("Notarization, a notarization", [4, 5]))) == {"notarizationticket", "notar"}


def test_a_phrase_with_the_name_of_the_archive_is_none() -> None:
    """What most meetings are about tells nothing."""
    hose = ("The soilbot hose, a soilbot hose", range(4))

    assert "soilbothos" in chosen(30, hose)
    assert chosen(30, hose, ("A soilbot", range(4, 17))) == {}


def test_an_acronym_that_is_a_plain_word_comes_in_bursts() -> None:
    """As is one of two letters; others are clear by their form."""
    assert chosen(20, ("We need ARM and LF and DNS", range(3))) == {"dns": "DNS"}
    assert set(chosen(20, ("We need ARM, and an ARM; LF by LF", range(3)))) == {"arm", "lf"}


def test_a_slip_of_the_pen_is_none() -> None:
    """It has a letter to spare, or lacks one, and what is meant comes far more often."""
    found = chosen(
        30, ("The toolchain: toolchain, toolchain, toolchain", range(6)), ("toolchhain, toolchhain", range(6, 9))
    )

    assert found == {"toolchain": "toolchain"}


def test_people_are_no_topics_unless_they_are_asked_for() -> None:
    """Whoever is quoted anywhere, by given name or by handle; not a thing that is called so elsewhere."""
    written = (
        ("The pump of zwass: zwass, zwass", [0, 1, 2, 3]),
        ("zwass said that it leaks, zwass", [2, 4]),
        ("Teodoro and Teodoro", [5, 6, 7]),
        ("Then Jolene and Jolene", [8, 9]),
        ("Or jolene and jolene", [10]),
    )

    assert chosen(30, *written) == {"jolen": "Jolene"}
    assert set(chosen(30, *written, people=True)) == {"jolen", "zwass", "teodoro"}


def test_one_odd_mention_makes_no_person() -> None:
    """Of many meetings that have a word, one where it seems to speak."""
    found = chosen(40, ("kolidebot, a kolidebot", range(6)), ("kolidebot said so", [6]))

    assert found == {"kolidebot": "kolidebot"}


def test_a_name_in_code_is_a_topic_of_its_own_kind() -> None:
    """Where it mostly is one; what is marked as code once is still a term."""
    assert chosen(20, ("`ebpf` and eBPF", range(3))) == {}
    assert chosen(20, ("eBPF", range(4)), ("`ebpf`", [0])) == {"ebpf": "eBPF"}


def test_nothing_comes_of_nothing() -> None:
    assert choose_terms([]) == {}
    assert choose_terms([MeetingTopics()]) == {}
