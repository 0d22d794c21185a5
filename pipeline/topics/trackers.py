"""What an address names: an issue or a change of a tracker, a repository, a numbered document. No request is made."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from pipeline.records import TopicKind
from pipeline.topics import standards

GITHUB = "github.com"

_NUMBER = re.compile(r"\d{1,9}")
_NAME = re.compile(r"[\w.-]{1,100}")
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})*")
_MAX_HOST_CHARS = 253
NO_NAMES = frozenset({".", "..", "feed.atom", "index.html"})
"""Ways up, and what is beside the page of a topic: no part of its address."""
_TRACKED = frozenset({"issues", "pull", "pulls", "discussions", "merge_requests", "pull-requests", "work_items"})
_NOT_OWNERS = frozenset(
    {
        *("about", "apps", "blog", "collections", "contact", "customer-stories", "enterprise", "events", "explore"),
        *("features", "issues", "login", "marketplace", "new", "notifications", "orgs", "pricing", "pulls", "search"),
        *("security", "settings", "site", "sponsors", "stars", "topics", "trending", "users"),
    }
)
_FORGES = re.compile(r"(?:^|\.)(?:github|gitlab|codeberg|gitea|forgejo|bitbucket|framagit|salsa)\b|^(?:git|code)\.")
_NO_FORGE = re.compile(r"(?:about|api|avatars|blog|community|docs|forum|gist|help|learn|objects|raw|status|support)\.")
_KEYED = re.compile(r"(?:/browse/|/issue/)(?P<key>[A-Z][A-Z0-9]{1,9}-\d{1,6})(?=$|[/?#])")  # Jira, YouTrack, Linear
_NUMBERED = (
    (re.compile(r"^bugs\.launchpad\.net/.*\+bug/(\d{1,12})(?!\d)"), "bug"),
    (re.compile(r"^bugs\.python\.org/issue(\d{1,12})(?!\d)"), "bpo"),
    (re.compile(r"^(?:crbug\.com|issues\.chromium\.org/issues)/(\d{1,12})(?!\d)"), "crbug"),
    (re.compile(r"^[\w.-]+/c/[\w./+-]+/\+/(\d{1,12})(?!\d)"), "change"),  # Gerrit
)


class Named(NamedTuple):
    """What an address names."""

    kind: TopicKind
    key: str
    name: str
    url: str


def named_by(url: str) -> Named | None:
    """What an address names, None where it names none of these.

    >>> named_by("https://github.com/Osquery/osquery/pull/6190/files#r12")[1:]
    ('osquery/osquery/6190', 'osquery#6190', 'https://github.com/Osquery/osquery/pull/6190')
    >>> named_by("https://gitlab.com/a/b/c/-/merge_requests/7").name, named_by("https://example.org/a")
    ('c!7', None)
    """
    parts, host = _parts(url)
    if parts.scheme not in {"http", "https"} or not host:
        return None
    path = [unquote(part) for part in parts.path.split("/") if part]
    return _issue(host, path) or _keyed(host, parts.path) or _bug(host, parts.path, parts.query) or _document(url, host)


def repository_of(url: str) -> Named | None:
    """The repository an address leads into."""
    parts, host = _parts(url)
    path = [unquote(part) for part in parts.path.split("/") if part]
    if len(path) < 2 or not _FORGES.search(host) or _NO_FORGE.match(host) or path[0].lower() in _NOT_OWNERS:
        return None
    owner, name = path[0], path[1].removesuffix(".git")
    if not (_is_name(owner) and _is_name(name)) or "gist" in host or name == "-":
        return None
    where = "" if host == GITHUB else f"{host}/"
    return Named(
        TopicKind.REPOSITORY, f"{where}{owner}/{name}".lower(), f"{owner}/{name}", f"https://{host}/{owner}/{name}"
    )


def _parts(url: str) -> tuple[SplitResult, str]:
    """The parts of an address, and its host: "" where there can be none such."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return urlsplit(""), ""
    return parts, host if _HOST.fullmatch(host) and len(host) <= _MAX_HOST_CHARS else ""


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text.lower() not in NO_NAMES


def issue_in(repository: str, number: int) -> tuple[str, str | None]:
    """The key of an issue in a repository that is known by its key, and where it is, if that can be told.

    >>> issue_in("osquery/osquery", 6190)
    ('osquery/osquery/6190', 'https://github.com/osquery/osquery/issues/6190')
    """
    is_github = repository.count("/") == 1
    url = f"https://{GITHUB}/{repository}/issues/{number}" if is_github else None
    return f"{repository}/{number}", url


def _issue(host: str, path: list[str]) -> Named | None:
    at = next((at for at, part in enumerate(path) if part in _TRACKED and at >= 2), None)
    if at is None or len(path) <= at + 1 or not _NUMBER.fullmatch(path[at + 1]):
        return None
    word, number = path[at], int(path[at + 1])
    owners = path[: at - 1] if path[at - 1] == "-" else path[:at]
    is_nested = path[at - 1] == "-"
    if len(owners) < 2 or (len(owners) > 2 and not is_nested) or not all(map(_is_name, owners)):
        return None
    if host == GITHUB and owners[0].lower() in _NOT_OWNERS:
        return None
    is_own_count = word in {"merge_requests", "pull-requests"}  # they are counted apart from the issues
    mark = "!" if is_own_count else "#"
    where = "" if host == GITHUB else f"{host}/"
    key = f"{where}{'/'.join(owners)}/{'!' if is_own_count else ''}{number}".lower()
    url = f"https://{host}/{'/'.join([*path[:at], word])}/{number}"
    return Named(
        TopicKind.ISSUE, key, f"{owners[-1]}{mark}{number}", url.replace("/pulls/", "/pull/") if not where else url
    )


def _keyed(host: str, path: str) -> Named | None:
    found = _KEYED.search(path)
    if not found:
        return None
    key = found["key"]
    return Named(TopicKind.ISSUE, f"{host}/{key}".lower(), key, f"https://{host}{path[: found.end()]}")


def _bug(host: str, path: str, query: str) -> Named | None:
    if path.endswith("show_bug.cgi"):
        numbers = [number for number in parse_qs(query).get("id", ()) if _NUMBER.fullmatch(number)]
        if numbers:
            number = int(numbers[0])
            return Named(TopicKind.ISSUE, f"{host}/bug/{number}", f"bug {number}", f"https://{host}{path}?id={number}")
    for pattern, word in _NUMBERED:
        if found := pattern.match(f"{host}{path}"):
            number = int(found[1])
            address = f"https://{found[0]}"
            return Named(TopicKind.ISSUE, f"{host}/{word}/{number}", f"{word} {number}", address)
    return None


def _document(url: str, host: str) -> Named | None:
    found = standards.in_address(host, url)
    return Named(TopicKind.STANDARD, *found) if found else None
