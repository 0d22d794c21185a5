"""Front matter: the fields that a file says of itself before its text, in YAML between --- or in TOML between +++.

The only importer of PyYAML. Values stay the text somebody wrote: to YAML 1.1 the time 12:30 is the number 750, an id
such as 12345678901 a number, and `on` is true.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

import yaml

from pipeline.notes.markdown import count_front_matter_lines
from pipeline.untrusted import InvalidInput, repaired_text

MAX_CHARS = 64_000  # of the front matter: a second of PyYAML's time
MAX_DEPTH = 12  # of values in values
MAX_VALUES = 5_000

_LINE = re.compile(r"([\w-]{1,100})[ \t]*:[ \t]*(.*?)[ \t]*")
_COMMENT = re.compile(r"[ \t]#.*\Z")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_PUBLISHED_FIELDS = ("publish", "published")
_DRAFT_FIELD = "draft"
_TRUE = frozenset({"true", "yes", "on", "1", "y", "t"})
_FALSE = frozenset({"false", "no", "off", "0", "n", "f"})
_REFUSAL = re.compile(
    r"(?P<indent>[ \t]*)\{?[ \t]*[\"']?(?:(?:publish|published)[\"']?[ \t]*[:=][ \t]*[\"']?(?:false|no|off|0|n|f)"
    r"|draft[\"']?[ \t]*[:=][ \t]*[\"']?(?:true|yes|on|1|y|t))[\"']?[ \t]*\}?[ \t]*(?:#.*)?",
    re.IGNORECASE,
)
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[^#]")
_FENCES = frozenset({"---", "+++"})
_MAX_TOP_LINES = 200  # in which a line may say that the notes are not to be published
_MAX_TOP_CHARS = 200  # of such a line
_WHOLE_NUMBER = re.compile(r"[-+]?\d{1,18}")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_DATE_TIME = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2})(?:[Tt]|[ \t]{1,9})(\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)"
    r"[ \t]{0,9}([Zz]|[-+]\d\d?(?::?\d\d)?)?"
)

FieldValue = str | tuple["FieldValue", ...] | Mapping[str, "FieldValue"]
"""What a field holds: a text as it is written, a list, or fields by their names."""


class _RefusedError(Exception):
    """The front matter is more than anybody writes by hand."""


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The fields by their names: in lower case, without `-` and `_`. `warnings` say why fields are missing."""

    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    is_refused: bool = False  # a line says that the notes are not to be published, whether or not it is a field

    @property
    def is_published(self) -> bool:
        """Whether the notes may be part of a published site: neither `publish: false` nor `draft: true` says no.

        Site generators have either, and `published: false`. Any other value, such as a date, says nothing.
        """
        if self.is_refused:
            return False
        is_refused = any(self.text(name).strip().lower() in _FALSE for name in _PUBLISHED_FIELDS)
        return not is_refused and self.text(_DRAFT_FIELD).strip().lower() not in _TRUE

    def text(self, name: str) -> str:
        """The field of this name as it is written, of a list its first text; "" where there is none."""
        found = self.fields.get(plain_key(name), "")
        if isinstance(found, tuple):
            found = next((item for item in found if isinstance(item, str) and item), "")
        return found if isinstance(found, str) else ""

    def value(self, name: str) -> str | int | date | datetime | None:
        """The field of this name as a date, as a date with its time and zone, as a whole number, else as text."""
        return _typed(self.text(name))


def plain_key(name: str) -> str:
    """The name of a field without what people write differently: `youtubeUrl`, `youtube_url`, `YouTube-URL`."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def read_front_matter(lines: list[str]) -> FrontMatter:
    """The front matter of a file with these lines. What cannot be read becomes a warning.

    That notes are not to be published must not be missed: a line that says so counts wherever it stands above the first
    heading, in front matter that is broken, or is none to a parser.
    """
    found = _read_fields(lines)
    refusals = [number for number, line in _top(lines) if (says := _REFUSAL.fullmatch(line)) and not says["indent"]]
    if not refusals or not found.is_published:
        return found
    warning = f"line {refusals[0]}: the notes count as not published, though this could not be read as front matter"
    return replace(found, is_refused=True, warnings=(*found.warnings, warning))


def _top(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines above the first heading, with their numbers, but for code; all of what begins like front matter."""
    fence, is_open, is_code = "", False, False
    for number, line in enumerate(lines[:_MAX_TOP_LINES], 1):
        text = line.strip()
        if not fence and text and not text.startswith("<!--"):
            fence = text if text in _FENCES else "none"
            is_open = fence in _FENCES
        elif is_open and text == fence:
            is_open = False
        if not is_open and not is_code and _HEADING.match(line):
            return
        is_code ^= not is_open and text.startswith(("```", "~~~"))
        if not is_code and len(line) <= _MAX_TOP_CHARS:
            yield number, line


def _read_fields(lines: list[str]) -> FrontMatter:
    count = count_front_matter_lines(lines)
    if not count:
        return FrontMatter()
    source = "\n".join(lines[1 : count - 1])
    if len(source) > MAX_CHARS:
        return _unread(lines[1 : count - 1], f"the front matter is not read: it has more than {MAX_CHARS} characters")
    try:
        found = _read_toml(source) if lines[0].startswith("+++") else _read_yaml(source)
    except (_RefusedError, RecursionError) as error:
        reason = str(error) if isinstance(error, _RefusedError) else "its values are nested too deep"
        return _unread(lines[1 : count - 1], f"the front matter is not read: {reason}")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}: " if mark is not None else ""
        warning = f"{where}the front matter is not valid YAML; a value with : or ? in it needs quotes"
        body = lines[1 : count - 1]
        return FrontMatter(_read_line_by_line(body), (warning,), _is_refused(body))
    except ValueError as error:  # tomllib's own, or a number with too many digits
        return _unread(lines[1 : count - 1], f"the front matter is not valid TOML: {error}")
    return FrontMatter(found)


def _unread(lines: list[str], warning: str) -> FrontMatter:
    """Of front matter that cannot be read, only what says that it is not to be published: that must not be missed."""
    return FrontMatter({}, (warning,), _is_refused(lines))


def _is_refused(lines: list[str]) -> bool:
    """Whether a line says that the notes are not to be published; where it has thousands of spaces, too."""
    return any(_REFUSAL.fullmatch(" ".join(line.split())) for line in lines)


class _BoundedLoader(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML has no types
    """PyYAML's safe loader, but it refuses aliases, and more or deeper values than anybody writes.

    An alias may stand for a list of aliases, and so on: nine lines of them are a billion values.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0
        self._count = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _RefusedError("it has an alias (*name)")
        self._count += 1
        self._depth += 1
        if self._depth > MAX_DEPTH or self._count > MAX_VALUES:
            raise _RefusedError("it has too many values, or they are nested too deep")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _read_yaml(source: str) -> dict[str, FieldValue]:
    loader = _BoundedLoader(source)
    try:
        node = loader.get_single_node()
    finally:
        loader.dispose()
    found = _value_of_node(node) if isinstance(node, yaml.MappingNode) else {}
    return dict(found) if isinstance(found, Mapping) else {}


def yaml_places(source: str) -> dict[str, tuple[int, int]]:
    """Where the values of the fields stand in the YAML `source`, by the names of the fields: half-open spans.

    Raises:
        InvalidInput: it is not valid YAML, or is longer or has more or deeper values than anybody writes.
    """
    if len(source) > MAX_CHARS:
        raise InvalidInput(f"has front matter of more than {MAX_CHARS} characters")
    try:
        loader = _BoundedLoader(source)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except (yaml.YAMLError, _RefusedError, RecursionError) as error:
        raise InvalidInput("has front matter that is not valid YAML") from error
    fields = node.value if isinstance(node, yaml.MappingNode) else []
    return {
        plain_key(key.value): (value.start_mark.index, _end_of_node(value))
        for key, value in fields
        if isinstance(key, yaml.ScalarNode)
    }


def _end_of_node(node: yaml.Node) -> int:
    """Where the text of a value ends: a block of them has no mark of its own there, but its last value has."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end_of_node(last[1] if isinstance(node, yaml.MappingNode) else last)


def _value_of_node(node: yaml.Node) -> FieldValue:
    if isinstance(node, yaml.SequenceNode):
        return tuple(map(_value_of_node, node.value))
    if isinstance(node, yaml.MappingNode):
        return {
            plain_key(key.value): _value_of_node(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)
        }
    text = repaired_text(str(node.value))
    return "" if node.style is None and text in _NULLS else text


def _read_line_by_line(lines: list[str]) -> dict[str, FieldValue]:
    """The plain fields of YAML that is broken in one of its lines, often by a colon in a title."""
    found = (match for line in lines if (match := _LINE.fullmatch(line[:MAX_CHARS])))
    return {plain_key(match[1]): _value_in_line(match[2]) for match in found}


def _value_in_line(text: str) -> FieldValue:
    if text.startswith("[") and text.endswith("]"):
        return tuple(_without_quotes(item.strip()) for item in text[1:-1].split(","))
    return _without_quotes(text)


def _without_quotes(text: str) -> str:
    if text[:1] in {'"', "'"}:
        return text[1:].partition(text[0])[0]
    return _COMMENT.sub("", text).strip()


def _read_toml(source: str) -> dict[str, FieldValue]:
    found = _value_of(tomllib.loads(source), MAX_DEPTH)
    return dict(found) if isinstance(found, Mapping) else {}


def _value_of(value: Any, depth: int) -> FieldValue:
    if depth == 0:
        raise _RefusedError("its values are nested too deep")
    if isinstance(value, dict):
        return {plain_key(key): _value_of(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_value_of(item, depth - 1) for item in value)
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)


def _typed(text: str) -> str | int | date | datetime | None:
    """
    >>> _typed("2024-01-02T10:00:00Z").isoformat(), _typed("2024-1-2"), _typed("1760356800000"), _typed("")
    ('2024-01-02T10:00:00+00:00', datetime.date(2024, 1, 2), 1760356800000, None)
    """
    text = text.strip()
    if not text:
        return None
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    try:
        if _DATE.fullmatch(text):
            return date(*map(int, text.split("-")))
        if found := _DATE_TIME.fullmatch(text):
            return _date_time(found)
    except ValueError:
        pass
    return text


def _date_time(found: re.Match[str]) -> datetime:
    day = date(*map(int, found[1].split("-")))
    hour, rest = found[2].split(":", 1)
    zone = (found[3] or "").upper()
    if zone not in {"", "Z"}:
        hours, _, minutes = zone[1:].partition(":")
        if len(hours) > 2:
            hours, minutes = hours[:2], hours[2:]
        zone = f"{zone[0]}{hours:0>2}:{minutes or '00'}"
    return datetime.fromisoformat(f"{day.isoformat()}T{hour:0>2}:{rest.replace(',', '.')}{zone}")
