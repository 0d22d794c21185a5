"""Write the command reference from the program itself: `make docs` keeps docs/reference.md true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from pipeline import cues
from pipeline.cli import main
from pipeline.config import SETTINGS
from pipeline.cues.json_transcripts.flavours import flavours


def page() -> str:
    """The whole reference as Markdown."""
    parts = ["# Reference", "Made by `make docs` from the program's own help.", "## Commands"]
    context = click.Context(main, info_name="jumpnotes")
    parts += [f"### {name}\n\n```text\n{text}\n```" for name, text in _helps(main, context)]
    settings = [(f"`{setting.variable}`", setting.meaning, setting.default) for setting in SETTINGS]
    parts += ["## Settings", SETTINGS_FILE, _table(("variable", "what it sets", "default"), settings)]
    parts += _transcript_files()
    parts.append(API.strip())
    return "\n\n".join(parts) + "\n"


def _transcript_files() -> Iterator[str]:
    """Every format of transcripts, with its example folded away."""
    yield "## Transcript files"
    yield TRANSCRIPTS
    formats = [
        (known.name, _endings(known), known.keeps or "nothing else", f"`{known.export_name}`" if known.write else "")
        for known in cues.FORMATS
    ]
    yield _table(("format", "usual endings", "keeps, besides text and times", "`export --format`"), formats)
    yield _folded("An example of each format", [(known.name, known.example) for known in cues.FORMATS])
    yield JSON_TRANSCRIPTS
    yield _table(("JSON of", "keeps, besides text and times"), [(each.programs, each.keeps) for each in flavours()])
    yield _folded("An example of each kind of JSON", [(each.programs, each.example) for each in flavours()])
    yield TEXT_TRANSCRIPTS


def _endings(known: cues.Format) -> str:
    return ", ".join(f"`{suffix}`" for suffix in known.suffixes)


def _folded(summary: str, examples: Iterable[tuple[str, str]]) -> str:
    shown = (f"**{name}**\n\n```text\n{example}\n```" for name, example in examples)
    return "\n\n".join((f"<details>\n<summary>{summary}</summary>", *shown, "</details>"))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    first, *others = (f"| {' | '.join(cells)} |" for cells in (head, *rows))
    return "\n".join((first, "|---" * len(head) + "|", *others))


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


SETTINGS_FILE = """\
In a settings file, `jumpnotes.toml` or the one that `JUMPNOTES_CONFIG` names, the names are in lower case and without
`JUMPNOTES_`. [Keep the settings in a file](how-to.md#-keep-the-settings-in-a-file) says where it is looked for."""

TRANSCRIPTS = """\
`align` and `run --transcript` read a transcript in any of these formats; a file's content decides which one it is, not
its name. Of a Word document the text is read. Text may be in any encoding; a guessed one is told.
`jumpnotes transcript FILE` shows what is understood of a file."""

JSON_TRANSCRIPTS = """\
JSON is read by what is in it: any list of things with a text and a time, in seconds, in milliseconds or as written on a
clock, wherever it stands. These are known to be read:"""

TEXT_TRANSCRIPTS = """\
In text with times a time may stand alone, in brackets, or before or after a name, at the beginning of a line or above
it, as Otter, Teams, Tactiq, Descript, Riverside, Google Meet, Rev, YouTube's transcript panel and consoles write it.
Text without any times is put on the recording's clock by the words that are heard there: [Use a transcript you
have](how-to.md#-use-a-transcript-you-have)."""

API = """
## What `align` and `run --format json` print

One object per meeting; `run` prints one on each line and adds `slug`, `series`, `updated_at`, `notes`, `state`
and, after a failure, `error` and `hint`. `export --format json` has `slug`, `series` and `updated_at`, too.

| field | meaning |
|---|---|
| `title`, `date`, `video` | as in the notes; `date` and `video` may be null |
| `duration` | length of the recording in seconds |
| `url` | the meeting's page; of a site whose `site_url` is not set, from its root: `/meetings/MEETING` |
| `blocks[].id` | the block's name in the page's address; it survives edits elsewhere in the notes |
| `blocks[].line`, `kind`, `text` | its line in the notes (1-based), what it is, its plain text |
| `blocks[].start`, `end` | seconds; null where nothing was found |
| `blocks[].confidence` | probability that the link is right, 0 to 1; null where nothing was found |
| `blocks[].link` | `sure`, `likely`, `within` (a span), `none`, `set` (by a person) or `not_discussed` |
| `blocks[].url` | the page at this block and its moment, or at the beginning of its span |
| `blocks[].certainty` | the same in older words: `not found` for `within` and `none`, `set by a person` for `set` |
| `blocks[].also` | where else it was clearly discussed: `[[start, end, confidence], …]`, empty for most blocks |
| `blocks[].within` | the span in which a block without a link was discussed: `start`, `end`, `confidence`; or null |
| `blocks[].basis` | how we know: `pinned` (a person), `hint` (a written time), `match` (words), `path`, `neighbours` |

With `--explain LINE` it is one object about one block: `placed`, `block`, `link` (as above), `confidence`, `matches`
(`written`, `heard`, `start`, `how`), `missing`, `chosen` and `rivals` (`start`, `share` of the block's own evidence,
`ordered` with its neighbours, `said`), `reasons` (`group`, `weight` in log-odds against the first rival), `signs`,
`order`, `order_share`, `before`, `after` and `opens`. A block that is not looked for has `why` instead.

From a confidence of 0.5 a block has a link; below 0.7 the link is only likely, and page and terminal show it with a
question mark. In the terminal's table *none* has a dash for a time, and *within* its span.

## What `evaluate --format json` prints

| field | meaning |
|---|---|
| `sets.<set>`, `mean` | `cases`, `items` and the figures of the table; null where there is nothing to count |
| `bias` | what to know about the figures of `--from-corrections`; otherwise null |
| `reliability[]` | a tenth of the confidence, `low` to `high`: `count`, mean `confidence`, share `right`, `gap` |
| `largest_gap` | the tenth furthest from the truth, among those with 50 answers or more; or null |
| `levels` | the same by certainty |
| `spans` | how many lines without a link are `told` the span of their section; the share `within` it |
| `worst[]` | `set`, `meeting`, `line`, `text`, `gold`, `start`, `confidence`, `evidence`; the surest first |
| `failures[]` | `set`, `meeting`, `error`, `hint` for each case that could not be read |

## Search from elsewhere

A browser can add the search by `/opensearch.xml`, which every page names. `/search.atom?q=…` is an Atom feed of a
query, linked from the page of a search. An entry is a meeting in which the query is found, with its moments, dated when
the meeting was added. There are at most 50, the newest first. All of the 50 newest meetings are looked through, and the
older ones that have the best hits.

`/feed.atom` has the 30 meetings that were added last, each with its topics as links to their moments, dated when it was
added; of meetings that were added on the same day, those that took place last come first.

`/decisions.atom` has what the notes mark as decided, newest meeting first, an entry each; `kind=action`, `state`,
`series`, `year`, `person`, `done=yes` or `no` and `q` narrow it down, as they do at `/decisions/`.

## The web API

`GET /api/v1/meetings`, `GET /api/v1/meetings/<slug>` and `GET /api/v1/search?q=…` answer with JSON.
`GET /api/v1/openapi.json` describes every endpoint, its answers and its errors in OpenAPI 3.1; the program itself
generates that description, with a sentence for every field and parameter.

The list of meetings has all of them, or those that are asked for: `q` (words in the title or the date), `series`,
`after` and `before` (a year, month or day), `updated_since` (a time with its zone, so that a program learns what has
changed) and `has` (`recording` or `transcript`). With a `limit` it comes in pages: `next` is the address of the next
one, or null.

Addresses of pages, `url`, are absolute, and open the block and the second they stand for. Every answer has an `ETag`
and a date. Where `site_url` is set, pages of other sites may read the API, transcripts (`.vtt`) and feeds
(`Access-Control-Allow-Origin: *`), and never write; without it they may not, since a server on your own machine is
reached by every page that you open. `/healthz`, `/readyz` and `/metrics` are for [whatever watches over the
server](how-to.md#-watch-over-a-server); `/robots.txt` and `/sitemap.xml` are for crawlers.

A search answers with `query`, `hits` (best first, at most `limit`, which is 50 by default and at most 100) and `next`:
the address of the hits after them, or null. At most 1,000 hits are returned in all.

| field of a hit | meaning; `jumpnotes search --format json` prints a list of the same |
|---|---|
| `slug`, `title`, `date`, `duration` | the meeting, and the length of its recording in seconds |
| `source` | `notes` or `transcript` |
| `start` | seconds; null for a block of the notes that has no moment |
| `block` | the block of the notes, null for a moment of the transcript |
| `section`, `speaker` | the heading it is under, and who spoke; null where not known |
| `heard` | what the transcript has where a word of the search was probably said; null where it was heard right |
| `missing` | informative words of the search that are not there; empty where all are |
| `url` | the meeting's page at this place |
| `text`, `matches` | the text, and which of its characters match: `[[first, end], …]`, half-open |

An error is a problem of RFC 9457, `application/problem+json` with a fitting status: `type` (an address that identifies
the error to programs and explains it; `about:blank` when the status says everything), `title`, `status`, `detail` (one
sentence) and `hint` (what to do, or empty).

`GET /api/v1/meetings/<slug>/corrections` answers with what people said about links: `corrections` (newest first, with
`id`, `block`, `text`, `verdict`, `start`, `author`, `at` and whether it is `current`), `current` (those that apply, by
block), `orphans` (those that apply to no block, as it was removed or the recording changed), `may_write` and the
`reason` why not.

`POST /api/v1/meetings/<slug>/corrections` adds one:

```json
{"block": "seed-swap-1a2b3c4d", "verdict": "time", "start": 83.2, "seen": null}
```

`verdict` is `time` (with a `start` in seconds), `not_discussed` or `automatic`; `seen` is the `id` of the block's
current correction, or null. The answer, 201, is `{"correction", "alignment"}`. The answer 409 says that somebody else
has corrected the block meanwhile, and has their `correction`. `POST …/corrections/<id>/undo` restores what applied
before. Programs send `Authorization: Bearer TOKEN` and may add an `author`; pages send the header `X-CSRF-Token`.

`PUT /api/v1/meetings/<slug>/speakers` with `{"speaker": "SPEAKER_00", "name": "Nora Feld"}` names a speaker: `speaker`
as the page shows them or the transcript calls them, `name` with up to 80 characters, or empty for what the transcript
calls them. It answers with `speakers`, each with their `seconds` and `turns`.

## Exit codes

0: everything worked. 1: something failed, the rest is done. 2: wrong usage. 75: another jumpnotes is at work on the
same, so try again later. 130: stopped by Ctrl+C; the next run goes on from there.
"""

if __name__ == "__main__":
    print(page(), end="")
