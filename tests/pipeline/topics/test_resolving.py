"""What notes leave out is completed by what the links of the archive tell, and by nothing less."""

from __future__ import annotations

import pytest

from pipeline.records import Reference, TopicKind
from pipeline.topics.resolving import Resolver


def issue(key: str) -> Reference:
    return Reference(TopicKind.ISSUE, key, key, "b")


LINKED = [("Garden call", issue(f"club/hose/{number}")) for number in (11, 12, 13)]


def resolved(key: str, *others: tuple[str, Reference], kind: TopicKind = TopicKind.ISSUE, series: str = "") -> str:
    found = Resolver.of(others).resolved(Reference(kind, key, key, "b"), series)
    return "none" if found is None else found.key


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("?99", "club/hose/99"),
        ("?hose/99", "club/hose/99"),
        ("?shed/99", "shed/99"),
        ("?~fim/99", "club/hose/99"),
        ("?~hose/99", "club/hose/99"),
        ("?~garden/99", "none"),
        ("?hose/!99", "club/hose/!99"),
        ("?!99", "!99"),
        ("else/where/99", "else/where/99"),
    ],
)
def test_the_main_repository_is_meant_where_none_is_named(key: str, found: str) -> None:
    """A word before a number may name the series of meetings: then the number is that of a meeting."""
    assert resolved(key, *LINKED) == found


def test_a_number_that_is_linked_elsewhere_is_meant_there() -> None:
    """Unless two repositories have an issue of this number."""
    elsewhere = ("Garden call", issue("club/shed/77"))

    assert resolved("?77", *LINKED, elsewhere) == "club/shed/77"
    assert resolved("?77", *LINKED, elsewhere, ("", issue("club/hose/77"))) == "club/hose/77"


def test_two_links_make_no_main_repository_and_nor_does_a_minority() -> None:
    """What cannot be told stays a number."""
    others = [("", issue(f"club/shed{number}/1")) for number in range(4)]

    assert resolved("?99", *LINKED[:2]) == "99"
    assert resolved("?99", *LINKED, *others) == "99"
    assert resolved("?~fim/99") == "99"


def test_each_series_has_a_main_repository_of_its_own() -> None:
    """The one of all meetings counts where a series has none."""
    shed = [("Shed call", issue(f"club/shed/{number}")) for number in (1, 2, 3)]
    more = [("Garden call", issue("club/hose/14"))]

    assert resolved("?99", *LINKED, *more, *shed, series="Shed call") == "club/shed/99"
    assert resolved("?99", *LINKED, *more, *shed, series="New call") == "club/hose/99"


def test_a_word_before_several_numbers_is_the_name_of_a_repository() -> None:
    """Three, not two."""
    named = [("", issue(f"?~ldk/{number}")) for number in (1, 2, 3)]

    assert resolved("?~ldk/99", *LINKED, *named) == "ldk/99"
    assert resolved("?~ldk/99", *LINKED, *named[:2]) == "club/hose/99"


def test_rfcs_of_a_project_that_has_its_own() -> None:
    """Where the archive links a repository of that name."""
    own = ("", issue("club/rfcs/1"))

    assert resolved("rfc/2119", own, kind=TopicKind.STANDARD) == "club/rfcs/2119"
    assert resolved("rfc/2119", *LINKED, kind=TopicKind.STANDARD) == "rfc/2119"


def test_versions_of_the_project_itself_need_no_name() -> None:
    """`hose 4.6` is 4.6 in an archive about the hose."""
    assert resolved("hose 4.6", *LINKED, kind=TopicKind.VERSION) == "4.6"
    assert resolved("ubuntu 4.6", *LINKED, kind=TopicKind.VERSION) == "ubuntu 4.6"


def test_merge_requests_are_of_the_main_repository_where_that_is_of_gitlab() -> None:
    """GitHub has none."""
    lab = [("", issue(f"gitlab.com/club/hose/{number}")) for number in (1, 2, 3)]

    assert resolved("?!9", *lab) == "gitlab.com/club/hose/!9"
    assert resolved("?9", *lab) == "gitlab.com/club/hose/9"
