"""Fields of the front matter set in the text of notes; whatever else stands there stays, byte for byte.

The result is read again: a way to write YAML or TOML that is not understood here is refused, never damaged.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress

from pipeline.notes.front_matter import FrontMatter, plain_key, read_front_matter, yaml_places
from pipeline.notes.markdown import count_front_matter_lines, split_lines
from pipeline.untrusted import InvalidInput

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_PLAIN = re.compile(r"[^\W\d_][\w ,.()/&'’-]*[\w.)]|\d{4}-\d\d-\d\d|https?://[^\s#,\[\]{}\"'`]+")
"""What YAML takes as text, and people read, without quotes."""

_WORDS_OF_YAML = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_TOML_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TOML_FIELD = re.compile(r"[ \t]*(?P<key>[\w-]+|\"[^\"\\\r\n]*\"|'[^'\r\n]*')[ \t]*=[ \t]*")
_TOML_TABLE = re.compile(r"[ \t]*\[")


def set_fields(text: str, fields: Mapping[str, str]) -> str:
    """`text` with these fields in its front matter, which begins with them where there is none yet.

    Raises:
        InvalidInput: its front matter cannot be changed so.
    """
    if not fields:
        return text
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark) if mark else text
    lines = _LINE.findall(body)
    line_end = next((each[len(each.rstrip("\r\n")) :] for each in lines if each.endswith(("\n", "\r"))), "\n")
    count = count_front_matter_lines(split_lines(body))
    if not count:
        written = [f"{name}: {_yaml(value)}" for name, value in fields.items()]
        made = line_end.join(["---", *written, "---", "", ""]) + body
    else:
        inside, set_one = "".join(lines[1 : count - 1]), _set_toml if lines[0].startswith("+++") else _set_yaml
        for name, value in fields.items():
            inside = set_one(inside, name, value, line_end)
        made = lines[0] + inside + "".join(lines[count - 1 :])
    _check(body, made, fields)
    return mark + made


def _set_yaml(source: str, name: str, value: str, line_end: str) -> str:
    places = yaml_places(source)
    if plain_key(name) not in places:
        return source + ("" if source.endswith(("\n", "\r")) else line_end) + f"{name}: {_yaml(value)}{line_end}"
    start, end = places[plain_key(name)]
    old = source[start:end]
    before = "" if source[:start].endswith((" ", "\t")) else " "
    if source[:start].endswith(("\n", "\r")):  # a list below its name
        start -= len(source[:start]) - len(source[:start].rstrip("\r\n"))
    elif not source[:start].rstrip(" \t").endswith(":"):  # fields below their name, indented; or a tag or an anchor
        head = source[:start].rstrip()
        if not head.endswith(":"):
            raise InvalidInput(f"has front matter whose field {name} cannot be set")
        start, before = len(head), " "
    after = line_end if old.endswith(("\n", "\r")) else ""
    return source[:start] + before + _yaml(value) + after + source[end:]


def _yaml(value: str) -> str:
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS_OF_YAML:
        return value
    return json.dumps(value, ensure_ascii=False)


def _set_toml(source: str, name: str, value: str, line_end: str) -> str:
    written = value if _TOML_DATE.fullmatch(value) else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    lines = _LINE.findall(source)
    for number, line in enumerate(lines):
        if _TOML_TABLE.match(line):
            break
        found = _TOML_FIELD.match(line)
        if found and plain_key(found["key"].strip("\"'")) == plain_key(name):
            lines[number] = line[: found.end()] + written + _after_toml_value(line, found.end(), name)
            return "".join(lines)
    return f"{name} = {written}{line_end}{source}"


def _after_toml_value(line: str, start: int, name: str) -> str:
    """What stands behind the value that begins at `start`: spaces, a comment, the end of the line."""
    content = line.rstrip("\r\n")
    with suppress(tomllib.TOMLDecodeError):
        whole = tomllib.loads(content)
        for place in [match.start() for match in re.finditer("#", content) if match.start() > start]:
            with suppress(tomllib.TOMLDecodeError):
                if tomllib.loads(content[:place]) == whole:
                    return line[len(content[:place].rstrip()) :]
        return line[len(content.rstrip()) :]
    raise InvalidInput(f"has front matter whose field {name} is in several lines, and cannot be set")


def _check(before: str, after: str, fields: Mapping[str, str]) -> None:
    """Raises InvalidInput: the fields are not as asked, or others have changed."""
    old, new = (read_front_matter(split_lines(text)) for text in (before, after))
    asked = {plain_key(name): value for name, value in fields.items()}
    others = {key: value for key, value in old.fields.items() if key not in asked}
    if new.warnings != old.warnings and new.warnings:
        raise InvalidInput("has front matter that could not be read any more")
    if dict(new.fields) != others | asked:
        raise InvalidInput(f"has front matter in which {', '.join(fields)} cannot be set{_reason(old)}")


def _reason(old: FrontMatter) -> str:
    return f" ({old.warnings[0]})" if old.warnings else ""
