"""What changed, in Markdown, for a pull request and the page of a job.

What notes and files are called is written by anybody, and GitHub acts on text: `fixes #1` closes an issue, `@team`
calls people, an image is fetched. So all of it stands in code, with the words that mean something broken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jumpnotes_action.changes import ChangedFile, ChangedLine

TITLE = "Link meeting notes to their recordings"
MAX_BODY_CHARS = 60_000
"""GitHub takes 65,536 of a pull request."""

_MAX_TEXT_CHARS = 120
_MAX_NAMES = 5
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+")
_MEANS_SOMETHING = re.compile(r"[@#]|(?<=\bGH)-|(?<=:)//", re.IGNORECASE)
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d+)?/[A-Za-z0-9._~/?&=%+,;:#-]*")
_PLAIN_TIME = re.compile(r"[\d:]{3,10}")


def code(text: str) -> str:
    r"""A text of other people as code, on one line: it mentions nobody, closes nothing, and nothing in it is Markdown.

    >>> code("a `b`\nfixes #1").replace("\u200b", "|")
    '`` a `b` fixes #|1 ``'
    """
    shown = _UNSEEN.sub(" ", text).strip()
    if len(shown) > _MAX_TEXT_CHARS:
        shown = f"{shown[:_MAX_TEXT_CHARS].rstrip()}…"
    shown = _MEANS_SOMETHING.sub(lambda found: f"{found[0]}\u200b", shown) or " "
    marks = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    room = " " if len(marks) > 1 else ""
    return f"{marks}{room}{shown}{room}{marks}"


def totals(files: Sequence[ChangedFile]) -> str:
    """How much changed, in words of our own.

    >>> totals([ChangedFile("a.md", (ChangedLine(1, "0:10", "https://youtu.be/x?t=10", "Plan"),))])
    '1 link in 1 file'
    """
    written = sum(len(each.lines) for each in files)
    links, names = "link" if written == 1 else "links", "file" if len(files) == 1 else "files"
    return f"{written} {links} in {len(files)} {names}"


def pull_request_body(files: Sequence[ChangedFile], others: Sequence[str] = ()) -> str:
    """What the pull request says; `others` are the files in which links are remembered."""
    head = (
        f"{totals(files)}. Merge what is right. To correct a link, change its time in the notes, also later; "
        "one that you delete does not come back."
    )
    if others:
        head += f" What was written and corrected is remembered in {', '.join(map(code, others[:_MAX_NAMES]))}"
        head += f" and {len(others) - _MAX_NAMES} more." if len(others) > _MAX_NAMES else "."
    return _with_files(head, files, MAX_BODY_CHARS)


def job_summary(files: Sequence[ChangedFile]) -> str:
    """What the page of the job says."""
    return _with_files(f"### jumpnotes: {totals(files)}", files, MAX_BODY_CHARS * 10)


def check_summary(result: str, findings: Sequence[tuple[str, int, str]]) -> str:
    """What the page of the job says of a check; findings are path, line and problem."""
    lines = [f"- {code(path)} line {line}: {code(problem)}" for path, line, problem in findings]
    return "\n".join([f"### jumpnotes: {result}", "", *_within(lines, MAX_BODY_CHARS * 10)]).rstrip()


def _with_files(head: str, files: Sequence[ChangedFile], room: int) -> str:
    lines = []
    for file in files:
        lines += ["", f"**{code(file.path)}**", "", *map(_item, file.lines)]
        if file.gone:
            lines.append(f"- {file.gone} replaced or taken out")
    return "\n".join([head, *_within(lines, room)])


def _item(changed: ChangedLine) -> str:
    time = changed.time if _PLAIN_TIME.fullmatch(changed.time) else code(changed.time)
    linked = f"[{time}]({changed.url})" if _PLAIN_URL.fullmatch(changed.url) else time
    return f"- line {changed.line}, {linked}: {code(changed.text)}"


def _within(lines: Sequence[str], room: int) -> list[str]:
    kept: list[str] = []
    for number, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return [*kept, "", f"… and {len(lines) - number} more lines"]
        kept.append(line)
    return kept
