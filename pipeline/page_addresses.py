"""The addresses of the pages, wherever they are named: on the pages, in exports, by other programs.

`page` is the address of a meeting's page. `site` is where the pages are served, such as https://meetings.example.org;
without it an address begins at the root of the site.
"""

from __future__ import annotations

from urllib.parse import quote

from pipeline.records import Hit

_SAFE = "!$&'()*+,:;=@"  # in a part of a path (RFC 3986)


def meeting_page(slug: str, site: str = "") -> str:
    """The page of a meeting.

    >>> meeting_page("garden"), meeting_page("garden", "https://meetings.example.org")
    ('/meetings/garden', 'https://meetings.example.org/meetings/garden')
    """
    return f"{site}/meetings/{quote(slug, safe=_SAFE)}"


def job_page(number: int, site: str = "") -> str:
    """The page of a job.

    >>> job_page(12)
    '/jobs/12'
    """
    return f"{site}/jobs/{number}"


def topic_page(topic_id: str, site: str = "") -> str:
    """The page of a topic.

    >>> topic_page("issue/osquery/osquery/6280"), topic_page("code/a b?")
    ('/topics/issue/osquery/osquery/6280', '/topics/code/a%20b%3F')
    """
    return f"{site}/topics/{quote(topic_id, safe=_SAFE + '/')}"


def speaker_page(speaker_id: str, site: str = "") -> str:
    """The page of somebody who speaks.

    >>> speaker_page("ana-silva")
    '/speakers/ana-silva'
    """
    return f"{site}/speakers/{quote(speaker_id, safe=_SAFE)}"


def at_moment(page: str, seconds: float, block_id: str = "") -> str:
    """A page at a moment, to the hundredth of a second, and at a block that need not begin there.

    >>> at_moment("/meetings/garden", 12.75), at_moment("/meetings/garden", 12.75, "b-1")
    ('/meetings/garden?t=12.75', '/meetings/garden?t=12.75#b-1')
    """
    return f"{page}?t={seconds:.2f}" + (f"#{block_id}" if block_id else "")


def at_block(page: str, block_id: str, seconds: float | None = None, section_id: str = "") -> str:
    """A page at a block of the notes, and at its moment, in whole seconds, to be read by people.

    Args:
        seconds: None where the moment is not known. The page knows the fraction.
        section_id: where another section is discussed, or begins, in that second, the one that is meant. The server,
            which does not see what follows the #, names the link for it.

    >>> at_block("/meetings/garden", "b-1", 12.75), at_block("/meetings/garden", "b-1")
    ('/meetings/garden?t=12#b-1', '/meetings/garden#b-1')
    """
    section = f"&section={section_id}" if section_id else ""
    moment = "" if seconds is None else f"?t={int(seconds)}{section}"
    return f"{page}{moment}#{block_id}"


def at_appearance(slug: str, seconds: float | None, block_id: str | None = None, site: str = "") -> str:
    """The page of a meeting where somebody first speaks: at the moment, at the block of the notes that says so, or at
    both.

    >>> at_appearance("garden", 12.75), at_appearance("garden", None, "b-1"), at_appearance("garden", None)
    ('/meetings/garden?t=12.75', '/meetings/garden#b-1', '/meetings/garden')
    """
    page = meeting_page(slug, site)
    if seconds is not None:
        return at_moment(page, seconds, block_id or "")
    return at_block(page, block_id) if block_id else page


def at_hit(hit: Hit, site: str = "") -> str:
    """The page of a meeting at what a search found there: the block, the moment, or both."""
    page = meeting_page(hit.slug, site)
    if hit.block_id is not None:
        return at_block(page, hit.block_id, hit.start)
    return page if hit.start is None else at_moment(page, hit.start, hit.discussed_block_id or "")
