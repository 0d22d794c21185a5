"""Write the command reference from the program itself: `make docs` keeps docs/reference.md true."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pipeline.cli import main

SETTINGS = (
    ("JUMPNOTES_DATA_DIR", "Where the database, the fetched audio and the checkpoints are kept.", "user data folder"),
    ("JUMPNOTES_MODEL", "Speech model: a faster-whisper name or a folder of weights.", "by the hardware"),
    ("JUMPNOTES_MODEL_DIR", "A folder that is searched for weights first.", "none"),
    ("JUMPNOTES_ALLOW_HOSTS", "Hosts besides YouTube that recordings may come from, separated by spaces.", "none"),
    ("JUMPNOTES_COOKIES", "A cookies.txt for YouTube. It is never logged and never served.", "none"),
    ("JUMPNOTES_TOKEN", "Who knows it may correct links from anywhere. It is never logged and never shown.", "none"),
    ("JUMPNOTES_LANGUAGE", "Whose words a new database searches in all their forms: its name or code.", "english"),
    ("JUMPNOTES_TIMEOUT", "Seconds without a byte before a download is given up.", "30"),
)


def page() -> str:
    """The whole reference as Markdown."""
    parts = ["# Reference", "Made by `make docs` from the program's own help.", "## Commands"]
    context = click.Context(main, info_name="jumpnotes")
    parts += [f"### {name}\n\n```text\n{text}\n```" for name, text in _helps(main, context)]
    rows = "\n".join(f"| `{name}` | {meaning} | {default} |" for name, meaning, default in SETTINGS)
    parts.append(f"## Settings\n\n| variable | what it sets | default |\n|---|---|---|\n{rows}")
    parts.append(API.strip())
    return "\n\n".join(parts) + "\n"


def _helps(group: click.Group, above: click.Context) -> Iterator[tuple[str, str]]:
    """The full name and the help of every command in `group`, those of groups in it included."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None
        full = f"{above.info_name} {name}"
        context = click.Context(command, info_name=full, max_content_width=100)
        yield full, command.get_help(context).rstrip()
        if isinstance(command, click.Group):
            yield from _helps(command, context)


API = """
## What `align` and `run --format json` print

One object a meeting; `run` puts one on each line and adds `slug`, `notes`, `state` and, after a failure, `error`
and `hint`.

| field | meaning |
|---|---|
| `title`, `date`, `video` | as in the notes; `date` and `video` may be null |
| `duration` | length of the recording in seconds |
| `blocks[].id` | the block's name in the page's address; survives edits elsewhere in the notes |
| `blocks[].line`, `kind`, `text` | where it stands (1-based), what it is, its plain text |
| `blocks[].start`, `end` | seconds; null where nothing was found |
| `blocks[].confidence` | probability that the link is right, 0 to 1 |
| `blocks[].also` | where else it was clearly discussed: `[[start, end, confidence], …]`, empty for most blocks |
| `blocks[].basis` | how we know: `pinned` (a person), `hint` (a written time), `match` (words), `path`, `neighbours` |

With `--explain LINE` it is one object about one block: `placed`, `block`, `link` (as above), `confidence`, `matches`
(`written`, `heard`, `start`, `how`), `missing`, `chosen` and `rivals` (`start`, `share` of the block's own evidence,
`ordered` with its neighbours, `said`), `reasons` (`group`, `weight` in log-odds against the first rival), `signs`,
`order`, `order_share`, `before`, `after` and `opens`. A block that is not looked for has `why` instead.

A page shows a link from a confidence of 0.5, with a question mark below 0.7.

## What `evaluate --format json` prints

| field | meaning |
|---|---|
| `sets.<set>`, `mean` | `cases`, `items` and the figures of the table; null where there is nothing to count |
| `reliability[]` | a tenth of the confidence, `low` to `high`: `count`, mean `confidence`, share `right`, `gap` |
| `largest_gap` | the one of them furthest from the truth, among those with 50 answers or more; or null |
| `levels` | the same for `sure`, `likely` and `not found` |
| `worst[]` | `set`, `meeting`, `line`, `text`, `gold`, `start`, `confidence`, `evidence`; the surest first |
| `failures[]` | `set`, `meeting`, `error`, `hint` of what could not be read |

## Search from elsewhere

A browser can add the search by `/opensearch.xml`, which every page names. `/search.atom?q=…` is an Atom feed of a
query, named on the page of a search: an entry is a meeting it is found in, with its moments, dated when the meeting
came here. It has at most 50, the newest first; of the last 50 meetings that came, none is missed.

## The web API

`GET /api/v1/meetings`, `GET /api/v1/meetings/<slug>` and `GET /api/v1/search?q=…` answer with JSON.
`GET /api/v1/openapi.json` describes every endpoint, its answers and its errors in OpenAPI 3.1; the program itself makes
that description.

A search answers with `query`, `hits` (best first, at most `limit`, 50 unless you say otherwise and never more than 100)
and `next`: the address of the hits after them, or null. It goes on for at most 1,000 hits.

| field of a hit | meaning; `jumpnotes search --format json` prints a list of the same |
|---|---|
| `slug`, `title`, `date`, `duration` | the meeting, and the length of its recording in seconds |
| `source` | `notes` or `transcript` |
| `start` | seconds; null at a block of the notes that has no moment |
| `block` | the block of the notes, null for what was said |
| `section`, `speaker` | the heading it stands or was said under, and who spoke; null where not known |
| `heard` | what stands in the transcript where a word of the search was probably said; null where it was heard right |
| `missing` | words of the search that are not there, the telling ones; empty where all are |
| `text`, `matches` | what stands there, and which characters match: `[[first, end], …]`, half-open |

An error is a problem of RFC 9457, `application/problem+json` with a fitting status: `type` (what programs tell it
by, and where it is explained; `about:blank` when the status says all), `title`, `status`, `detail` (one sentence) and
`hint` (what to do, or empty).

`GET /api/v1/meetings/<slug>/corrections` answers with what people said about links: `corrections` (newest first, with
`id`, `block`, `text`, `verdict`, `start`, `author`, `at` and whether it is `current`), `current` (those that hold, by
block), `orphans` (those that hold nowhere), `may_write` and the `reason` why not.

`POST /api/v1/meetings/<slug>/corrections` adds one:

```json
{"block": "seed-swap-1a2b3c4d", "verdict": "time", "start": 83.2, "seen": null}
```

`verdict` is `time` (with a `start` in seconds), `not_discussed` or `automatic`; `seen` is the `id` of the block's
current correction, or null. The answer, 201, is `{"correction", "alignment"}`. 409 tells of somebody faster, with their
`correction`. `POST …/corrections/<id>/undo` adds what held before. Programs send `Authorization: Bearer TOKEN` and may
add an `author`; pages send the header `X-CSRF-Token`.

## Exit codes

0: all good. 1: something failed, the rest is done. 2: wrong usage.
"""

if __name__ == "__main__":
    print(page(), end="")
