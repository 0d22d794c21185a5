"""Topics over meetings: what comes back, beside which blocks, and how meetings are counted."""

from __future__ import annotations

import dataclasses
from datetime import date

from pipeline.records import MeetingTopics, TopicKind, TopicMeeting
from pipeline.refresh import Archive
from pipeline.topics.archive import ArchiveTopics, TopicReader, topics_of
from pipeline.topics.finding import find_topics
from tests.pipeline.topics.reading import read


def meeting(day: int, *texts: str, slug: str = "", recording: str = "") -> tuple[TopicMeeting, MeetingTopics]:
    video = f"Recording: {recording}\n\n" if recording else ""
    notes = read(f"# Garden call\n\n{video}## Beds\n\n" + "\n".join(f"- {text}" for text in texts) + "\n")
    return TopicMeeting(slug or f"m{day}", f"Call {day}", date(2024, 3, day), "Call"), find_topics(notes)


def recurring(found: ArchiveTopics) -> dict[str, list[str]]:
    return {topic.id: list(topic.mentions) for topic in found.recurring}


TALK = "We talked about what is to be done with the garden and who will do it for the others."
HOSE = "https://github.com/club/hose/pull/12"
SAME = "https://youtu.be/dQw4w9WgXcQ"


def test_what_comes_back_is_in_the_order_of_the_days() -> None:
    """However it was written, and whatever case its repository has; with the address that one of the meetings gives."""
    found = topics_of([meeting(9, f"[Fix]({HOSE}/files)"), meeting(2, "Club/Hose#12"), meeting(5, "club/hose#13")])

    assert recurring(found) == {"issue/club/hose/12": ["m2", "m9"]}
    assert found.topics["issue/club/hose/12"].url == "https://github.com/club/hose/issues/12"
    assert list(found.meetings) == ["m2", "m5", "m9"]


def test_notes_of_one_meeting_in_two_files_count_once() -> None:
    """Of one day and with one recording. Of one day alone, they may be of two meetings."""
    twice = [meeting(2, HOSE, slug="a", recording=SAME), meeting(2, HOSE, slug="b", recording=SAME)]
    apart = [meeting(2, HOSE, slug="a"), meeting(2, HOSE, slug="b")]

    assert recurring(topics_of(twice)) == {}
    assert topics_of(twice).count == 1
    assert recurring(topics_of(apart)) == {"issue/club/hose/12": ["a", "b"]}
    assert topics_of(apart).count == 2


def test_both_notes_of_a_meeting_tell_where_else_its_topics_were_discussed() -> None:
    """The topic has the blocks of the first."""
    later = meeting(9, HOSE)
    found = topics_of([meeting(2, HOSE, slug="a", recording=SAME), meeting(2, HOSE, slug="b", recording=SAME), later])

    assert recurring(found) == {"issue/club/hose/12": ["a", "m9"]}
    for slug in ("a", "b", "m9"):
        assert [topic.id for topics in found.also_discussed(slug).values() for topic in topics] == [
            "issue/club/hose/12"
        ]


def test_what_nearly_every_meeting_names_stands_beside_no_block() -> None:
    """But an issue does: it is exact."""
    found = topics_of(meeting(day, "`hose_pump`", HOSE) for day in range(1, 5))

    assert {topic.id for topics in found.also_discussed("m1").values() for topic in topics} == {"issue/club/hose/12"}
    assert found.is_everywhere(found.topics["code/hose_pump"])


def test_the_number_of_a_meeting_is_no_issue() -> None:
    """The series says so."""
    notes = [meeting(day, "as said in ACDE #182") for day in (1, 2)]

    assert "issue/182" in topics_of(notes).topics
    called = [(dataclasses.replace(each, series="ACDE call"), topics) for each, topics in notes]
    assert "issue/182" not in topics_of(called).topics


def test_an_address_leads_to_the_same_topic_when_more_is_known_of_it() -> None:
    """Which repository an issue is of, whose version one is, and how a term is written by now."""
    bare = [meeting(1, "#6280 and LDK #4208, osquery 4.6")]
    assert {*topics_of(bare).topics} == {"issue/6280", "issue/4208", "version/osquery 4.6"}
    links = [f"https://github.com/osquery/osquery/pull/{number}" for number in (6280, 2, 3, 4, 5)]
    known = topics_of([*bare, meeting(2, *links, "https://github.com/lightning/ldk/issues/4208", "osquery 4.6.0")])

    for old, new in {
        "issue/6280": "issue/osquery/osquery/6280",
        "issue/4208": "issue/lightning/ldk/4208",
        "issue/ldk/4208": "issue/lightning/ldk/4208",
        "version/osquery 4.6": "version/4.6.0",
    }.items():
        found = known.named(old)
        assert found, old
        assert found.id == new, old
        assert list(found.mentions) == ["m1", "m2"], old
        assert known.with_id(old) == found


def test_a_number_leads_to_its_issue_wherever_all_links_have_the_repository() -> None:
    found = topics_of([meeting(1, HOSE)]).named("issue/12")
    assert found
    assert found.id == "issue/club/hose/12"


def test_a_term_is_known_by_its_words() -> None:
    """As they are shown; other forms, and the stem that it had, lead there, too."""
    found = topics_of(meeting(day, f"{text}, a {text}") for day, text in enumerate(("eBPFs", "eBPF", "eBPF"), 1))
    assert found.topics["term/ebpf"].name == "eBPF"
    kernel = ("kernel modules", "kernel-modules", "kernel module")
    found = topics_of(meeting(day, f"{TALK} The {text}, {text}") for day, text in enumerate(kernel, 1))
    topic = found.topics["term/kernel-modules"]
    for name in ("term/kernelmodul", "term/kernel-module", "kernel module", "Kernel Modules", "term/KERNEL-modules"):
        assert found.named(name) is topic, name


def test_what_is_asked_for_is_found_as_it_is_written() -> None:
    """Its id as it is given, whatever letters it has; of several with a number, the one of the most meetings."""
    named = [meeting(day, "`stra\u00dfe_9`", HOSE) for day in (1, 2)]
    found = topics_of([*named, meeting(3, "a/b#12")])
    for name in ("code/stra\u00dfe_9", "CODE/Stra\u00dfe_9", "strasse_9"):
        assert found.named(name) is found.topics["code/stra\u00dfe_9"], name
    for other in (meeting(3, "a/b#12"), meeting(9, "a/b#12")):
        found = topics_of([other, *(meeting(day + 3, HOSE) for day in (1, 2))])
        assert found.named("12") is found.topics["issue/club/hose/12"]


def test_words_are_looked_for_in_all_names_and_a_list_has_the_listed() -> None:
    """Whatever accents they have; a name in code that is a plain word is found, and not listed."""
    found = topics_of(
        [
            *(meeting(day, "`users` and `cafe_au_lait`, kprobe `kprobe`, `ifdef`", HOSE) for day in (1, 2)),
            meeting(3, "`users` `kprobe`, caf\u00e9"),
        ]
    )
    assert {topic.id for topic in found.recurring} == {"issue/club/hose/12", "code/cafe_au_lait", "code/kprobe"}
    assert found.matching() == found.recurring
    assert [topic.id for topic in found.matching("USER")] == ["code/users"]
    assert [topic.id for topic in found.matching("caf\u00e9 lait")] == ["code/cafe_au_lait"]
    assert [topic.id for topic in found.matching(kinds={TopicKind.ISSUE})] == ["issue/club/hose/12"]
    assert [topic.id for topic in found.matching(least=3)] == ["code/kprobe"]


def test_the_newest_are_first_and_those_without_a_date_last() -> None:
    later, undated = meeting(9, HOSE), meeting(5, HOSE, slug="undated")
    found = topics_of([(dataclasses.replace(undated[0], date=None), undated[1]), meeting(2, HOSE), later])
    assert list(found.meetings) == ["m2", "m9", "undated"]
    assert found.newest_first == ("m9", "m2", "undated")


def test_the_address_that_stands_there_is_preferred() -> None:
    """Over any number of those that were made."""
    found = topics_of(
        [*(meeting(day, "#12, PR #12", "see #12") for day in (1, 2)), meeting(3, HOSE, f"{HOSE}0", f"{HOSE}1")]
    )
    assert found.topics["issue/club/hose/12"].url == HOSE


def test_notes_are_of_one_meeting_or_not() -> None:
    found = topics_of([meeting(2, HOSE, slug="a", recording=SAME), meeting(2, HOSE, slug="b", recording=SAME)])
    assert found.are_same("a", "b")
    assert found.dated == ("a",)


def test_a_reader_keeps_what_it_read_until_the_notes_change(garden_archive: Archive) -> None:
    """And shows nothing of what is left out."""
    reader = TopicReader(garden_archive.index)
    first = reader.topics()

    assert reader.topics() is first
    assert len(first.meetings) == 1
    assert not reader.topics(frozenset(first.meetings)).meetings
    assert reader.topics() is first
