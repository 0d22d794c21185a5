"""The values of settings: types and bounds, checked alike in the environment and in a file."""

from __future__ import annotations

import base64
import ipaddress
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from pipeline import intervals, untrusted
from pipeline.config import Setting
from pipeline.errors import ConfigError
from pipeline.file_names import is_text, printable
from pipeline.language import names
from pipeline.mail_addresses import named_address, server_address

MIN_TOKEN_CHARS = 20
MAX_TIMEOUT_SECONDS = 86_400.0
FOREVER = "forever"
"""Instead of how long something is kept."""

MAX_NAME_CHARS = 100
"""Of the site, and of a link."""

_MIN_KEPT_SECONDS = 3600.0  # less would delete what somebody still looks at
_ORIGIN_PATTERN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?")
_DOMAIN_PATTERN = re.compile(r"\*\.((?:[a-z0-9_-]{1,63}\.){1,10}[a-z][a-z0-9-]{0,61}[a-z0-9])")
_REGISTRY_LABELS = frozenset(
    "ac ad asn co com ed edu gen go gob gouv gov id ind ltd me mil ne net nom or org plc sch".split()  # noqa: SIM905
)

_HOST = re.compile(r"[\w.-]+|[\da-f:.]+")  # as urlsplit gives it: without the brackets of IPv6
# Control characters, marks of direction, and what has no width; letters of Persian need their joiners.
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")

_BUCKET = re.compile(r"s3://[A-Za-z0-9._-]+(/[\w.+=-]+)*/?")

_Text = Annotated[str, Meta(min_length=1, max_length=4_096)]
_TYPES: Mapping[str, Any] = {
    "data_dir": _Text,
    "database": _Text,
    "exchange": _Text,
    "network": Annotated[str, Meta(max_length=MAX_NAME_CHARS)],
    "model": _Text,
    "model_dir": _Text,
    "allow_hosts": Annotated[list[_Text], Meta(max_length=1_000)] | _Text,
    "cookies": _Text,
    "token": Annotated[str, Meta(min_length=MIN_TOKEN_CHARS, max_length=4_096, pattern=r"^[ -~]*\Z")],
    "language": _Text,
    "keep_audio": bool,
    "keep_runs": _Text,
    "keep_jobs": _Text,
    "private": bool,
    "people_topics": bool,
    "read_only": bool,
    "proxies": Annotated[list[_Text], Meta(max_length=100)] | _Text,
    "download_mb": Annotated[float, Meta(ge=1, le=1_000_000)],
    "download_hours": Annotated[float, Meta(gt=0, le=720)],
    "download_rate": Annotated[float, Meta(ge=0.1, le=10_000)],
    "meaning": bool,
    "timeout": Annotated[float, Meta(gt=0, le=MAX_TIMEOUT_SECONDS)],
    "site_title": Annotated[str, Meta(max_length=MAX_NAME_CHARS)],
    "site_description": Annotated[str, Meta(max_length=300)],
    "site_links": Annotated[dict[Annotated[str, Meta(max_length=MAX_NAME_CHARS)], _Text], Meta(max_length=20)] | _Text,
    "site_url": _Text,
    "site_language": Literal["en", "de"],
    "site_frames": Annotated[list[_Text], Meta(max_length=100)] | _Text,
    "site_media_mb": Annotated[float, Meta(ge=0, le=100_000)],
    "site_issues": _Text,
    "webhooks": Annotated[list[_Text], Meta(max_length=20)] | _Text,
    "webhook_secret": Annotated[str, Meta(min_length=MIN_TOKEN_CHARS, max_length=4_096, pattern=r"^[ -~]*\Z")],
    "smtp": _Text,
    "mail_from": Annotated[str, Meta(max_length=400)],
    "mail_reply_to": Annotated[str, Meta(max_length=400)],
    "upload_mb": Annotated[float, Meta(ge=0, le=1_000_000)],
    "watch": Annotated[list[_Text], Meta(max_length=1_000)] | _Text,
    "watch_every": _Text,
}
"""By field, as they are given. msgspec refuses NaN and infinity, too."""

_PATHS = {"data_dir", "model_dir", "cookies"}


def from_variable(setting: Setting, text: str) -> object:
    """The value of a variable, for the field of Settings. A relative path starts at the current folder.

    Raises:
        ConfigError: it cannot be used.
    """
    return _value(setting, text, setting.variable, Path(), strict=False)


def from_file(setting: Setting, value: object, place: str, folder: Path) -> object:
    """The value of a key in a settings file in `folder`, at which a relative path starts. Errors name the `place`.

    Raises:
        ConfigError: it cannot be used.
    """
    return _value(setting, value, f"{place}: {setting.field}", folder, strict=True)


def _value(setting: Setting, given: object, place: str, folder: Path, *, strict: bool) -> object:
    try:
        value = msgspec.convert(given, _TYPES[setting.field], strict=strict)
    except msgspec.ValidationError as error:
        raise _refused(setting, given, place) from error
    if read := _READERS.get(setting.field):
        return read(value, setting, place)
    if setting.field == "watch":
        return _places(value, setting, place, folder)
    if setting.field == "exchange":
        return _exchange(value, setting, place, folder)
    if setting.field in _PATHS:
        return absolute(Path(value), folder)
    if isinstance(value, str) and not is_text(value):
        raise ConfigError(f"{place} is not UTF-8", hint=setting.allowed)
    return value


def _words(value: list[str] | str) -> list[str]:
    return value.split() if isinstance(value, str) else value


def _language(value: str, setting: Setting, place: str) -> str:
    name = names.snowball_name(value)
    if name is None:
        raise _refused(setting, value, place)
    return name


def _line(value: str, setting: Setting, place: str) -> str:
    if not _is_line(value := value.strip()):
        raise _refused(setting, value, place)
    return value


def _origins(value: list[str] | str, setting: Setting, place: str) -> frozenset[str]:
    return frozenset(site if site == "*" else _origin(site, setting, place) for site in _words(value))


def _address(value: str, setting: Setting, place: str) -> str:
    if not is_web_address(value := value.strip()):
        raise _refused(setting, value, place)
    return value


def _database(value: str, setting: Setting, place: str) -> str:
    """It has a password in it: an error says what is wrong, and not what it is."""
    from pipeline import postgresql

    value = value.strip()
    if problem := postgresql.problem_of(value):
        raise ConfigError(f"{place} {problem}", hint=setting.allowed)
    return value


def _mail_server(value: str, setting: Setting, place: str) -> str:
    if server_address(value) is None:
        raise _refused(setting, value, place)
    return value.strip()


def _mail_address(value: str, setting: Setting, place: str) -> str:
    if named_address(value) is None:
        raise _refused(setting, value, place)
    return value.strip()


def _exchange(value: str, setting: Setting, place: str, folder: Path) -> str:
    """A folder, or an address without keys: those are AWS's own variables, and an error is not to repeat them."""
    if "://" not in value:
        return str(absolute(Path(value), folder))
    if _BUCKET.fullmatch(value):
        return value
    hint = "The keys of a store are those of AWS's own variables and files." if "@" in value else setting.allowed
    raise ConfigError(f"{place} is no address of a bucket, or has more in it than that", hint=hint)


def _webhooks(value: list[str] | str, setting: Setting, place: str) -> frozenset[str]:
    """Addresses that are asked as they are. They are secrets: an error says which one it is about, and not its text."""
    urls = _words(value)
    for number, url in enumerate(urls, 1):
        if not is_web_address(url) or not url.isascii() or "@" in urlsplit(url).netloc:
            raise ConfigError(f"{place}: address {number} of {len(urls)} cannot be used", hint=setting.allowed)
    return frozenset(urls)


def _signing_secret(value: str, setting: Setting, place: str) -> str:
    """One that requests can be signed with: what begins with `whsec_` is base64."""
    try:
        base64.b64decode(value.removeprefix("whsec_") if value.startswith("whsec_") else "", validate=True)
    except ValueError as error:
        raise _refused(setting, value, place) from error
    return value


def _interval(given: str, setting: Setting, place: str) -> float:
    """How often, in seconds."""
    if (seconds := intervals.parse(given)) is None:
        raise _refused(setting, given, place)
    return seconds


def _duration(given: str, setting: Setting, place: str) -> float | None:
    """How long something is kept, in seconds; None: for ever."""
    if given.strip().lower() == FOREVER:
        return None
    if (seconds := intervals.parse(given)) is None or seconds < _MIN_KEPT_SECONDS:
        raise _refused(setting, given, place)
    return seconds


def _networks(given: list[str] | str, setting: Setting, place: str) -> tuple[str, ...]:
    """Networks in the usual form, a single address among them; `none` is an empty list."""
    networks = []
    for text in _words(given):
        try:
            networks += [str(ipaddress.ip_network(text, strict=False))] if text.lower() != "none" else []
        except ValueError as error:
            raise ConfigError(f"{place} has {untrusted.shown(text)}", hint=setting.allowed) from error
    return tuple(networks)


def _places(given: list[str] | str, setting: Setting, place: str, folder: Path) -> tuple[str, ...]:
    """Places that are watched: addresses as they are, paths from `folder` on."""
    from pipeline.watch.addresses import is_url

    try:
        texts = shlex.split(given) if isinstance(given, str) else [text.strip() for text in given]
    except ValueError as error:  # a quotation mark that is not closed
        raise ConfigError(f"{place} has a quotation mark that is not closed", hint=setting.allowed) from error
    if not all(map(is_text, texts)):
        raise ConfigError(f"{place} is not UTF-8", hint=setting.allowed)
    return tuple(text if is_url(text) else str(absolute(Path(text), folder)) for text in texts if text)


def _hosts(given: list[str] | str, setting: Setting, place: str) -> frozenset[str]:
    hosts = frozenset(" ".join(_words(given)).lower().replace(",", " ").split())
    for host in sorted(hosts):
        if "*" in host and not _is_domain_pattern(host):
            problem = f"{place} has {untrusted.shown(host)}, which would allow too much or nothing"
            raise ConfigError(problem, hint=setting.allowed)
    return hosts


def _links(given: Mapping[str, str] | str, setting: Setting, place: str) -> Mapping[str, str]:
    """Names and their URLs, in their order; as text they are `name=URL; name=URL`."""
    if isinstance(given, str):
        pairs = [part.partition("=") for part in given.split(";") if part.strip()]
        links = {name.strip(): url.strip() for name, _, url in pairs}
    else:
        links = {name.strip(): url.strip() for name, url in given.items()}
    for name, url in links.items():
        if not _is_line(name) or len(name) > MAX_NAME_CHARS:
            raise ConfigError(f"{place} calls a link {untrusted.shown(name)}", hint=setting.allowed)
        if not is_web_address(url):
            problem = f"{place} leads to {untrusted.shown(url)}, which is no address of a website"
            raise ConfigError(problem, hint=setting.allowed)
    return links


def _origin(url: str, setting: Setting, place: str) -> str:
    """A site as headers write it: in ASCII, and without what would end the list it stands in."""
    url = _site_url(url, setting, place)
    if not _ORIGIN_PATTERN.fullmatch(url):
        raise _refused(setting, url, place)
    return url


def _site_url(url: str, setting: Setting, place: str) -> str:
    origin = url.strip().rstrip("/")
    if not is_web_address(origin) or "@" in origin or origin.count("/") != 2 or "?" in origin or "#" in origin:
        raise _refused(setting, url, place)
    return origin


def _is_line(text: str) -> bool:
    return bool(text) and not _UNSEEN.search(text)


def is_web_address(url: str) -> bool:
    """Whether `url` is an absolute one of the web, with a host and a port that can be."""
    if not url.isprintable() or " " in url or not is_text(url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(_HOST.fullmatch(parts.hostname or ""))


def _is_domain_pattern(host: str) -> bool:
    """Whether `host` is `*.` and a domain that belongs to somebody: not `*`, `*.com`, `*.co.uk` or `*.0.1`."""
    found = _DOMAIN_PATTERN.fullmatch(host)
    if not found:
        return False
    labels = found[1].split(".")
    return not (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRY_LABELS)


def _refused(setting: Setting, given: object, place: str) -> ConfigError:
    if not setting.secret:
        return ConfigError(f"{place} is {untrusted.shown(given)}", hint=setting.allowed)
    if setting.field in {"database", "smtp"}:
        return ConfigError(f"{place} cannot be used", hint=setting.allowed)
    problem = f"is shorter than {MIN_TOKEN_CHARS} characters, or not all of them are printable ASCII"
    return ConfigError(f"{place} {problem}", hint=setting.allowed)


def absolute(path: Path, folder: Path) -> Path:
    """`path`, from `folder` on if it is relative. `~` is a home folder.

    Raises:
        ConfigError: it cannot be found out, or stored.
    """
    try:
        path = (folder / path.expanduser()).absolute()
    except (OSError, RuntimeError) as error:  # nobody's home is known, or the current folder is gone
        problem = f"{printable(str(path))}: cannot be found ({error})"
        raise ConfigError(problem, hint="Give an absolute path.") from error
    if not is_text(path):
        raise ConfigError(f"{path}: the name is not UTF-8", hint="Choose another folder or file.")
    return path


_READERS: Mapping[str, Callable[[Any, Setting, str], object]] = {
    "allow_hosts": _hosts,
    "database": _database,
    "network": _line,
    "language": _language,
    "site_title": _line,
    "site_description": _line,
    "site_links": _links,
    "site_url": _site_url,
    "site_frames": _origins,
    "site_issues": _address,
    "webhooks": _webhooks,
    "webhook_secret": _signing_secret,
    "smtp": _mail_server,
    "mail_from": _mail_address,
    "mail_reply_to": _mail_address,
    "watch_every": _interval,
    "keep_runs": _duration,
    "keep_jobs": _duration,
    "proxies": _networks,
}
"""What becomes of the values of fields that have a form of their own."""
