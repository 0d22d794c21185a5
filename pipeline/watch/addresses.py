"""What is at an address that is to be watched, told by the address alone: nothing is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

from pipeline import links
from pipeline.errors import InvalidWatch
from pipeline.file_names import is_text, stored
from pipeline.records import WatchKind

_SCP_LIKE = re.compile(r"[\w.-]+@[A-Za-z0-9][\w.-]*:(?!//)[^\s:]+")  # git@host:owner/name
_SCP_WITH_PASSWORD = re.compile(r"(?:git\+)?([^/\s:@]+):(?!//)\S*@")  # user:password@host:owner/name
_USER = re.compile(r"([A-Za-z][\w+.-]*)://([^/?#\s]*)@")
_STRAY_PASSWORD = re.compile(r"://[^/?#\s@:\[]*:(?!\d*(?:[/?#]|\Z))\S*@")  # with a slash in it
_GIT_SCHEMES = frozenset({"git", "ssh", "file", "http", "https"})
_FORGES = frozenset({"github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "gitea.com"})
_PART_OF_REPOSITORY = re.compile(r"(/.+?/[^/]+)/(?:-|tree|blob|src|wiki|issues|pull|pulls|releases|commits)(?:/|\Z)")
_FEED = re.compile(r"\.(?:xml|rss|atom)\Z", re.IGNORECASE)
_BRANCH = re.compile(r"[A-Za-z0-9_][\w./-]{0,200}")
_CHANNEL = re.compile(r"/(@[^/\s]+|(?:channel|c|user)/[^/\s]+)(?:/(?:videos|streams|live|featured|playlists)?)?")
_PLAYLIST = re.compile(r"[A-Za-z0-9_-]{2,100}")

_HINT_FOR_HOSTS = (
    "If it is a git repository, put git+ before it; if it is a list of recordings, such as a podcast's feed, add its "
    "host to JUMPNOTES_ALLOW_HOSTS."
)


@dataclass(frozen=True, slots=True)
class WatchAddress:
    """What is watched. The `text` is one for one place, however it was written."""

    kind: WatchKind
    text: str


def is_url(text: str) -> bool:
    """Whether an address is that of something on a host, or of a repository, rather than a path."""
    if "://" in text or _SCP_WITH_PASSWORD.match(text):
        return True
    return _SCP_LIKE.fullmatch(text.removeprefix("git+").partition("#")[0]) is not None


def shown(address: str) -> str:
    """An address for people: without a password, also where it is none that can be used.

    >>> shown("https://ana:s3cret@code.example/m.git"), shown("ssh://git:s3cret@code.example/m.git")
    ('https://code.example/m.git', 'ssh://git@code.example/m.git')
    """
    address = _STRAY_PASSWORD.sub("://", _USER.sub(_without_password, address))
    return _SCP_WITH_PASSWORD.sub(r"\1@", address, count=1) if _SCP_WITH_PASSWORD.match(address) else address


def _without_password(found: re.Match[str]) -> str:
    scheme, user = found[1], found[2].partition(":")[0]
    return f"{scheme}://{user}@" if scheme.endswith("ssh") and user else f"{scheme}://"


def parse(text: str, *, allow_hosts: Collection[str] = ()) -> WatchAddress:
    """What is at an address: `#` and a branch may follow that of a repository.

    Args:
        allow_hosts: the hosts that recordings may come from: what is there is a list of them.

    Raises:
        InvalidWatch: it cannot be told, or cannot be watched.
    """
    text = text.strip()
    if not text or text.startswith("-") or (links.has_unsafe_characters(text) and is_url(text)):
        raise InvalidWatch(shown(text) or "an empty address", "is no address")
    if _SCP_WITH_PASSWORD.match(text) and "::" not in text:
        raise _password_refused(text)
    if text.startswith("git+") or "::" in text.partition("/")[0]:
        return _repository(text.removeprefix("git+"))
    if not is_url(text):
        return _bare_repository(text) or _folder(text)
    if links.is_on_youtube(text):
        return WatchAddress(WatchKind.LISTING, _youtube_list(text))
    parts = _split(text)
    path = parts.path.rstrip("/")
    if not text.startswith(("http://", "https://")) or path.endswith(".git"):
        return _repository(text)
    host = (parts.hostname or "").removeprefix("www.")
    if host in _FORGES and len([folder for folder in path.split("/") if folder]) >= 2:
        if found := _PART_OF_REPOSITORY.match(path):
            hint = f"Give that of all of it: {parts.scheme}://{host}{found[1]}"
            raise InvalidWatch(shown(text), "is the address of a part of a repository", hint=hint)
        return _repository(text)
    if _is_allowed(parts.netloc.rpartition("@")[2].lower(), parts.hostname or "", allow_hosts) or _FEED.search(path):
        return WatchAddress(WatchKind.LISTING, text)
    raise InvalidWatch(shown(text), "what is there cannot be told from its address", hint=_HINT_FOR_HOSTS)


def youtube_lists(address: str) -> tuple[str, ...]:
    """The lists that a channel's or playlist's videos are in: a channel keeps streams apart."""
    return (address,) if "/playlist?" in address else (f"{address}/videos", f"{address}/streams")


def branch_of(address: str) -> tuple[str, str]:
    """The address of a repository as git takes it, and the branch that is wanted: "HEAD" is its own choice."""
    repository, _, branch = address.partition("#")
    return repository, branch or "HEAD"


def _bare_repository(text: str) -> WatchAddress | None:
    """A repository on this machine that nobody works in; None for any other folder."""
    name, _, branch = text.partition("#")
    path = Path(name).absolute()
    if path.suffix != ".git" or not (path / "objects").is_dir():
        return None
    return WatchAddress(WatchKind.REPOSITORY, f"{path}#{_checked_branch(branch, text)}" if branch else str(path))


def _folder(text: str) -> WatchAddress:
    try:
        path = Path(text).expanduser().absolute()
    except (OSError, RuntimeError) as error:
        raise InvalidWatch(text, "cannot be found") from error
    if not is_text(path):
        raise InvalidWatch(text, "the name is not UTF-8", hint="Choose another folder.")
    if path.is_file():
        raise InvalidWatch(text, "is a file", hint="Give the folder that it is in.")
    return WatchAddress(WatchKind.FOLDER, stored(path.resolve() if path.exists() else path))


def _repository(text: str) -> WatchAddress:
    repository, _, branch = text.partition("#")
    scheme = repository.partition("://")[0] if "://" in repository else "ssh"
    is_command = "::" in repository.partition("/")[0] or repository.startswith("-")  # as git would take it
    if scheme not in _GIT_SCHEMES or is_command or not is_url(repository):
        raise InvalidWatch(shown(text), "repositories are fetched by https, http, ssh or git")
    host = _split(repository).hostname if "://" in repository else "a host"
    if scheme != "file" and (not host or host.startswith("-")):
        raise InvalidWatch(shown(text), "names no host")
    if scheme not in {"http", "https"} and "://" in repository and _split(repository).password is not None:
        raise _password_refused(text)
    repository = repository.rstrip("/")
    whole = f"{repository}#{_checked_branch(branch, text)}" if branch else repository
    return WatchAddress(WatchKind.REPOSITORY, whole)


def _password_refused(text: str) -> InvalidWatch:
    hint = "Leave it out, and give the user that runs jumpnotes an SSH key for this host."
    return InvalidWatch(shown(text), "only https takes a password in an address", hint=hint)


def _checked_branch(branch: str, text: str) -> str:
    if not _BRANCH.fullmatch(branch) or ".." in branch or branch.endswith((".lock", "/", ".")):
        raise InvalidWatch(shown(text), "what follows the # is no name of a branch")
    return branch


def _youtube_list(url: str) -> str:
    parts = _split(url)
    wanted = parse_qs(parts.query).get("list", [""])[0]
    if wanted and _PLAYLIST.fullmatch(wanted):
        return f"https://www.youtube.com/playlist?list={wanted}"
    if found := _CHANNEL.fullmatch(parts.path):
        return f"https://www.youtube.com/{found[1]}"
    if links.youtube_id(url):
        hint = "To have it now: jumpnotes run NOTES.md --media LINK"
        raise InvalidWatch(shown(url), "is one video, and nothing new comes there", hint=hint)
    hint = "Give an address like https://www.youtube.com/@NAME or https://www.youtube.com/playlist?list=ID."
    raise InvalidWatch(shown(url), "is on YouTube, but is no channel and no playlist", hint=hint)


def _is_allowed(host_and_port: str, host: str, allowed: Collection[str]) -> bool:
    return any(
        entry in {host_and_port, host} or (entry.startswith("*.") and host.endswith(entry[1:])) for entry in allowed
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InvalidWatch(shown(url), "is no address") from error
    return parts
