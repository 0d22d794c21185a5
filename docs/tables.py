"""Write every table of figures into the page that shows it, from what the benchmarks found: `make docs`.

`docs/figures/NAME.json` is what one benchmark found, with the command that measures it again. A page has a table
between two comments, and the function of that name below makes it:

    <!-- figures: aligner -->
    <!-- end of figures -->

Means, ratios and percentages are computed here and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any

from pipeline.records import LINK_CONFIDENCE, SURE_CONFIDENCE, Certainty
from pipeline.transcribe.models import Hardware, default_model

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "figures"
BLOCK = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)

Row = Sequence[str]


def table(head: Row, rows: Iterable[Row], *, left: int = 1) -> str:
    """A Markdown table, the columns after the first `left` aligned to the right."""
    rule = ["---"] * left + ["---:"] * (len(head) - left)
    lines = ("".join(f"| {cell} " if cell else "| " for cell in cells) + "|" for cells in (head, rule, *rows))
    return "\n".join(lines)


@cache
def results(name: str) -> Any:
    return json.loads((RESULTS / f"{name}.json").read_text())


def _with_command(shown: str, *names: str) -> str:
    """The table, and how to measure it again."""
    commands = " and ".join(f"`{results(name)['command']}`" for name in names)
    return f"{shown}\n\nMeasured by {commands}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _change(before: float | None, after: float | None) -> str:
    shown = [f"{value:.3f}" for value in (before, after) if value is not None]
    return " → ".join(shown)


# -- the aligner -------------------------------------------------------------------------------------------------------

KINDS = {  # set: what its meetings are, and the licence of the data
    "ami": ("AMI, summaries", "CC BY 4.0"),
    "ami-topics": ("AMI, topic lists", "CC BY 4.0"),
    "human": ("Ethereum calls, agenda as held", "CC BY-SA 3.0"),
    "human-interp": ("the same, coarse clock", "CC BY-SA 3.0"),
    "icsi": ("ICSI, summaries", "CC BY 4.0"),
    "icsi-topics": ("ICSI, topic lists", "CC BY 4.0"),
    "notes-json": ("forkcast, full notes", "AGPL 3.0"),
    "optech": ("Bitcoin Optech, newsletter read aloud", "MIT"),
    "pubmeet-fr": ("public_meetings, French minutes", "MIT"),
    "qmsum": ("QMSum, mixed summaries", "MIT"),
    "tldr": ("Ethereum calls, by topic", "CC BY-SA 3.0"),
    "tldr-chrono": ("forkcast, in order", "AGPL 3.0"),
    "btc-sections": ("Bitcoin talks, titles of their passages", "MIT"),
}
SHARES = ("start30", "start10", "any30", "inside", "far", "auc", "foreign", "sure", "right")
SHARE_TITLES = ("30 s", "10 s", "any 30 s", "inside", "far", "AUC", "foreign", "linked", "right")


def headline() -> str:
    """The aligner in six percentages."""
    sets = results("aligner")["words"]["sets"]
    mean = _mean(sets)
    meetings = sum(one["cases"] for one in sets.values())
    rows = [
        ("links within 30 seconds of the true start", mean["start30"]),
        ("links inside the passage, give or take 15 seconds", mean["inside"]),
        ("links more than five minutes off", mean["far"]),
        ('lines that were discussed and have a link (the others say "not found")', mean["sure"]),
        ("of these links, inside the passage", mean["right"]),
        ("lines that nobody talked about and that have a link all the same", mean["foreign"]),
    ]
    return table((f"in {meetings} meetings", ""), [(what, _percent(share)) for what, share in rows])


def aligner() -> str:
    """Each kind of meeting, their mean, what holds for kinds never seen, and what it is to be compared with."""
    found = results("aligner")
    sets = found["words"]["sets"]
    rows = [(*KINDS[name], f"{one['items']:,}", *_shares(one)) for name, one in sets.items()]
    notes = f"**{sum(one['items'] for one in sets.values()):,}**"
    rows.append((f"**mean of the {len(sets)} kinds**", "", notes, *(f"**{share}**" for share in _shares(_mean(sets)))))
    rows.append(("… nothing of its kind was seen", "", "", *_shares(_mean(found["words"]["kinds"]))))
    if meaning := found.get("meaning"):
        rows.append(
            ("**with the sentence model**", "", "", *(f"**{share}**" for share in _shares(_mean(meaning["sets"]))))
        )
        rows.append(("… nothing of its kind was seen", "", "", *_shares(_mean(meaning["kinds"]))))
    for name, one in found["words"]["unseen"].items():
        rows.append((f"{KINDS[name][0]}, never fitted on", KINDS[name][1], f"{one['items']:,}", *_shares(one)))
        if meaning:
            rows.append(("… with the sentence model", "", "", *_shares(meaning["unseen"][name])))
    rows.append(("rapidfuzz `token_set_ratio`, best 30 s", "", "", *_shares(results("aligner_naive")["mean"])))
    return _with_command(table(("meetings", "licence", "notes", *SHARE_TITLES), rows, left=2), "aligner")


def reliability() -> str:
    """Whether the confidence keeps its promise, by tenths."""
    rows = [
        (
            f"{one['low']:.1f}–{one['high']:.1f}",
            f"{one['count']}",
            f"{one['confidence']:.3f}",
            f"{one['right']:.3f}",
            f"{one['right'] - one['confidence']:+.3f}",
        )
        for one in results("aligner")["words"]["reliability"]
        if one["count"]
    ]
    return table(("confidence", "answers", "mean", "inside", "gap"), rows)


def levels() -> str:
    """The same by the words that people see."""
    edges = (
        (Certainty.SURE, SURE_CONFIDENCE, 1.0),
        (Certainty.LIKELY, LINK_CONFIDENCE, SURE_CONFIDENCE),
        (Certainty.NOT_FOUND, 0.0, LINK_CONFIDENCE),
    )
    rows = []
    for certainty, low, high in edges:
        bins = [one for one in results("aligner")["words"]["reliability"] if one["count"] and low <= one["low"] < high]
        answers = sum(one["count"] for one in bins)
        right = sum(one["count"] * one["right"] for one in bins) / answers
        guess = "" if low else ", the best guess"
        rows.append((f"{certainty}{guess}", f"{low:.1f}–{high:.1f}", f"{answers:,}", _percent(right)))
    return table(("", "confidence", "answers", "inside"), rows)


LANGUAGES = {  # set: in which language its notes and its recordings are
    "german": "German",
    "polish": "Polish",
    "spanish": "Spanish",
    "chinese": "Chinese",
    "japanese": "Japanese",
    "thai": "Thai",
    "spanish-notes": "Spanish notes, English recording",
    "de-notes": "German notes, English recording",
    "fr-notes": "French notes, English recording",
}


def languages() -> str:
    """Languages that are not in the first table, and notes in another language than the recording."""
    found = results("languages")
    rows = []
    for name, title in LANGUAGES.items():
        plain = found["words"][name]
        rows.append((title, f"{plain['cases']}", f"{plain['items']}", *_shares(plain)))
        if with_model := found.get("meaning", {}).get(name):
            rows.append(("… with the sentence model", "", "", *_shares(with_model)))
    return _with_command(table(("", "meetings", "notes", *SHARE_TITLES), rows), "languages")


def _mean(sets: dict[str, Any]) -> dict[str, float]:
    """The plain mean of each share over the sets that have it, so that no large set decides."""
    found = {share: [one[share] for one in sets.values() if one.get(share) is not None] for share in SHARES}
    return {share: fmean(values) for share, values in found.items() if values}


def _shares(figures: dict[str, Any]) -> list[str]:
    return ["" if figures.get(share) is None else f"{figures[share]:.3f}" for share in SHARES]


def offsets() -> str:
    """How often the offset between two clocks is found."""
    rows = [
        (one["what"], *(_percent(one[share]) for share in ("found", "right3", "right10")))
        for one in results("anchors")["offsets"]
    ]
    return table(
        ("every block has a time, by a clock that is off", "found", "of these within 3 s", "within 10 s"), rows
    )


def external_evidence() -> str:
    """What written times, corrections and chapters change."""
    rows = []
    for one in results("anchors")["effects"]:
        before, after = one.get("without", {}), one["with"]
        shown = (_change(before.get(share), after.get(share)) for share in ("start30", "inside", "far", "sure"))
        rows.append((one["what"], *shown))
    return _with_command(table(("", "30 s", "inside", "far", "linked"), rows), "anchors")


def speed() -> str:
    """Time and memory of the aligner, beside the naive one."""
    rows = [
        (
            f"{60 * one['hours']:.0f} min" if one["hours"] < 1 else f"{one['hours']:g} h",
            f"{one['blocks']}",
            f"{one['seconds']:.2g} s",
            f"{one['peak_mb']:,} MB",
            f"{one['naive_seconds']:.2g} s",
            f"{one['seconds'] / one['naive_seconds']:.2g}",
        )
        for one in results("speed")["rows"]
    ]
    shown = table(("recording", "blocks", "time", "peak memory", "naive", "ratio"), rows)
    return _with_command(shown, "speed")


# -- speech ------------------------------------------------------------------------------------------------------------

NOT_MEASURED = "not measured"


def hardware() -> str:
    """The model that each machine gets, as the program chooses it."""
    gib = 2**30
    machines = (
        ("a GPU with 6 GiB or more", Hardware(4, 8 * gib, 6 * gib)),
        ("a smaller GPU", Hardware(4, 8 * gib, 4 * gib)),
        ("4 cores and 4 GiB, or more", Hardware(4, 4 * gib)),
        ("2 GiB or more", Hardware(2, 2 * gib)),
        ("less", Hardware(2, gib)),
    )
    rows = [(what, f"`{default_model(machine)}`", machine.compute_type) for what, machine in machines]
    return table(("this machine has", "model", "arithmetic"), rows, left=3)


def models() -> str:
    """What each model costs, and how well it hears. The page explains the marks: measured, voices, published."""
    rows = []
    for one in results("models")["rows"]:
        published = one.get("published", {})
        rows.append(
            (
                f"`{one['model']}`",
                one.get("download") or f"{published['download']} ³",
                f"{one['memory_gb']} GB ¹" if "memory_gb" in one else _published(published, "memory"),
                f"{one['minutes_per_hour']} ¹" if "minutes_per_hour" in one else NOT_MEASURED,
                *(
                    f"{100 * one[wrong]:.1f} % ²" if wrong in one else NOT_MEASURED
                    for wrong in ("words_wrong", "words_wrong_with_vocabulary")
                ),
            )
        )
    head = ("model", "download", "memory", "minutes per hour of speech", "words wrong", "with the notes' vocabulary")
    return _with_command(table(head, rows), "models")


def _published(figures: dict[str, str], name: str) -> str:
    return f"{figures[name]} ³" if name in figures else NOT_MEASURED


def jargon() -> str:
    """How many words that are not spelled as they sound each model hears."""
    found = results("models")
    rows = [
        (f"`{one['model']}`", f"{one['jargon']}", f"{one['jargon_with_vocabulary']}")
        for one in found["rows"]
        if "jargon" in one
    ]
    return table((f"heard, of {found['jargon_said']}", "without", "with the notes' vocabulary"), rows)


def hotword_forms() -> str:
    """Forms in which the vocabulary was given to the model."""
    found = results("hotword_forms")
    rows = [
        (one["form"], f"{100 * one['words_wrong']:.1f} %", f"{one['jargon']} of {found['jargon_said']}")
        for one in found["rows"]
    ]
    return table(("form", "words wrong", "jargon heard"), rows)


def misheard() -> str:
    """How much of the jargon that was said is found."""
    rows = []
    for one in results("misheard")["rows"]:
        cells = [one["what"], f"{one['said']}"]
        for side in ("with", "without"):
            figures = one[side]
            cells += [f"{100 * figures['exact']:.0f} → {_percent(figures['found'])}", _percent(figures["right"])]
        rows.append(cells)
    return _with_command(table(("", "terms said", "with hotwords", "right", "without", "right"), rows), "misheard")


# -- the search --------------------------------------------------------------------------------------------------------


def relevance() -> str:
    """How well each way to search finds the moment that a note is about."""
    found = results("relevance")["queries"]
    rows = []
    for way in next(iter(found.values())):
        shown = [" / ".join(f"{value:.3f}" for value in found[query][way]) for query in found]
        rows.append((f"**{way}**" if way == "this search" else way, *shown))
    return _with_command(table(("recall@5 / MRR", *found), rows), "relevance")


_WAYS = {"tantivy": "**this search**", "fts5": "the search before, on FTS5", "bm25": "BM25"}


def judged() -> str:
    """How good the first ten hits of each way to search are, by what was asked of what."""
    found = results("judged")
    ways = [found[way] for way in _WAYS]
    rows = [(f"all {found['questions']} questions", *(f"**{way['ndcg@10']:.3f}**" for way in ways))]
    for part, title in (("archives", "asked of {}"), ("kinds", "{}")):
        rows += [(title.format(name), *(f"{way[part][name]:.3f}" for way in ways)) for name in ways[0][part]]
    return _with_command(table(("nDCG@10", *_WAYS.values()), rows), "judged")


_SIDES = {"ours": "this search", "bare": "tantivy alone", "plain": "FTS5"}
_COSTS = {  # what: the figures of it
    "seconds to build: this index / tantivy alone / FTS5": ("seconds", "bare_seconds", "fts5_seconds"),
    "MB on disk: this index / tantivy alone / FTS5": ("mb", "bare_mb", "fts5_mb"),
    "MB of memory of a process that searches": ("memory_mb",),
    "seconds of `jumpnotes search`, from a cold start": ("cold_seconds",),
    "seconds until one more meeting can be searched": ("meeting_seconds",),
    "milliseconds of searches meanwhile, 95th percentile": ("searches_p95",),
}


def search_speed() -> str:
    """Milliseconds of each class of queries, in archives of different sizes, beside tantivy alone and FTS5."""
    rows: dict[tuple[str, str], list[str]] = {}
    for size in (sizes := results("search_speed")["sizes"]):
        for one in size["classes"]:
            for side in (side for side in _SIDES if side in one):
                rows.setdefault((one["query"], _SIDES[side]), []).append(_short(one[side], ", "))
    head = ("median, 95th percentile", "", *(f"{size['windows']:,} windows" for size in sizes))
    return table(head, ((*what, *cells) for what, cells in rows.items()), left=2)


def search_costs() -> str:
    """What a search index takes, to build and to use."""
    sizes = results("search_speed")["sizes"]
    taken = [size["builds"] | size["uses"] for size in sizes]
    rows = [(what, *(_short([one[name] for name in names], " / ") for one in taken)) for what, names in _COSTS.items()]
    return _with_command(table(("", *(f"{size['windows']:,} windows" for size in sizes)), rows), "search_speed")


def _short(values: Iterable[float], between: str) -> str:
    return between.join(f"{value:.0f}" if value >= 9.5 else f"{value:.2g}" for value in values)


# -- the clock of a transcript ----------------------------------------------------------------------------------------


def clock() -> str:
    """How often a transcript of another clock is put right by the sound, and what that costs."""
    found = results("clock")
    rows = [
        (
            kind,
            f"{one['cases']}",
            *(_percent(one[share]) for share in ("found", "refused", "wrong")),
            f"{one['cost']:.3%}",
        )
        for kind, one in found["kinds"].items()
    ]
    head = ("the transcript’s clock", "meetings", "put right", "left alone", "wrong", "cost")
    listening = f"Listening for speech costs {found['listening']:.2%} of the recording’s length beside it."
    return _with_command(f"{table(head, rows)}\n\n{listening}", "clock")


def faults() -> str:
    """What went wrong how often, and what came of it."""
    found = results("faults")["found"]
    commands = [each for each in found if "serve" not in each["scene"] and each["fault"] != "flips"]
    rows: list[Row] = []
    for fault in dict.fromkeys(each["fault"] for each in commands):
        tried = [each for each in commands if each["fault"] == fault]
        count, bad = (sum(each[key] for each in tried) for key in ("count", "bad"))
        rows.append((fault, f"{count} times to {len(tried)} commands", f"{count - bad} as undisturbed"))
    rows += [_served(each) for each in found if each not in commands]
    names = "; ".join(dict.fromkeys(each["scene"] for each in commands))
    days = sorted({each["day"] for each in found})
    counted = " to ".join(dict.fromkeys((days[0], days[-1])))
    shown = table(("fault", "how often, to what", "what came of it"), rows, left=3)
    return f"{_with_command(shown, 'faults')} Counted on {counted}. The commands: {names}."


def _served(found: Any) -> Row:
    """Of servers, and of readers of what is damaged."""
    count, problems = found["count"], f"; {found['bad']} problems" if found["bad"] else ""
    match found["fault"], found["scene"]:
        case "full disk", _:
            what = f"pages: {_answers(found['read'])}; writes: {_answers(found['written'])}"
            what += "" if problems else "; what was acknowledged is kept"
            return found["fault"], f"{count} times to `serve`, and to one that is started then", f"{what}{problems}"
        case "flips", what:
            told = "" if problems else "no traceback; "
            told += f"{_answers(found['answers'])}; {found['refused']} servers did not start, and said why; pages that "
            told += (
                f"showed something else: {found['other']} of which `doctor` tells, {found['silent']} of which nothing"
            )
            return f"bytes of {what} change", f"{count} times", f"{told}{problems}"
    beside = f", beside {found['beside']} other commands" if found["beside"] else ""
    return (
        found["fault"],
        f"{count} times to `serve`{beside}",
        f"{found['kept']} corrections acknowledged{problems or ', all there'}",
    )


def _answers(counts: Any) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(counts.items()))


# -- several machines --------------------------------------------------------------------------------------------------

_MEETINGS_A_DAY = 10_000
_HOURS_KEPT = 1_000_000
_WINDOWS_AN_HOUR = 770  # as `tests.bench.search_archive` has it
_BUSY = 0.7  # of the time that is there, so that a queue gets shorter again
_GPU_SHARE = 0.02  # of the length of a recording, for large-v3-turbo
_SOUND_MB = 22  # an hour, at 50 kb/s
_STEPS = 5  # of a run: read, fetch, link, hear, link


def throughput() -> str:
    """What two and three workers do, beside one."""
    found = results("throughput")
    one, *_ = found["many_seconds"]
    rows = [
        (f"{count}", f"{60 * found['meetings'] / seconds:.1f}", f"{one / seconds:.2f}")
        for count, seconds in enumerate(found["many_seconds"], start=1)
    ]
    shown = table(("workers of one core each", "meetings a minute", "times one worker"), rows)
    alone, two = found["long_recording_seconds"]
    claims = found["claims_per_second"]
    said = (
        f"Meetings of {found['meeting_seconds']} s, heard by `tiny.en`, on {found['cores']} cores, which "
        f"the database uses, too. One recording of {found['long_seconds'] // 60} minutes was done {alone / two:.2f} "
        f"times as fast by two workers as by one. Eight threads claimed and ended {claims['postgresql']:.0f} jobs a "
        f"second on PostgreSQL, {claims['sqlite']:.0f} in a file."
    )
    return _with_command(f"{shown}\n\n{said}", "throughput")


def freshness() -> str:
    """What a search costs with the look at what is new, on either database."""
    found = results("freshness")
    rows = []
    for name, title in (("sqlite", "a file"), ("postgresql", "PostgreSQL")):
        shown = ("{:.1f}, {:.1f}".format(*found[name][what]) for what in ("search", "look"))
        rows.append((title, *shown, f"{found[name]['statements']:g}", f"{found[name]['build_seconds']:.1f} s"))
    head = ("the archive is", "search: median, 95 %", "of it the look", "statements", "index made in")
    windows = f"Milliseconds by the clock, in an archive of {found['windows']:,} windows."
    return _with_command(f"{table(head, rows)}\n\n{windows}", "freshness")


def machines() -> str:
    """What three workers went through, and what came of it."""
    found = results("machines")
    killed = ", ".join(f"{count} times a {what}" for what, count in sorted(found["killed"].items()))
    states = ", ".join(f"{count} {state}" for state, count in sorted(found["states"].items()))
    rows = [
        ("meetings, of 20 s to 5 min of speech", f"{found['meetings']}"),
        ("`kill -9`", f"{sum(found['killed'].values())}: {killed}"),
        ("the database stopped", f"{found['stops']} times for {found['stop_seconds']:.0f} s"),
        ("a clock jumped", f"{found['jumps']} times"),
        ("jobs in the end", states),
        ("jobs retried by hand, as they had lost their process three times", f"{found['retried']}"),
        ("meetings with a row too many", f"{sum(found['doubled'].values())}"),
        ("meetings with another transcript or other links", f"{len(found['different'])}"),
        ("rows, files and processes left over", f"{sum(found['left'].values())}"),
    ]
    return _with_command(table(("", ""), rows, left=2), "machines")


def scale() -> str:
    """What many meetings a day, and an archive of many hours, take."""
    largest = results("search_speed")["sizes"][-1]
    hours_of_index = largest["windows"] / _WINDOWS_AN_HOUR
    base = next(one for one in results("models")["rows"] if one["model"] == "base")
    by_cpu = base["minutes_per_hour"] / 60
    found = results("throughput")
    index_mb = largest["builds"]["mb"] / hours_of_index
    seconds_of_index = largest["builds"]["seconds"] / hours_of_index

    def line(what: str, an_hour: float, unit: str, source: str, *, rest: str = "") -> Row:
        day, kept = an_hour * _MEETINGS_A_DAY, an_hour * _HOURS_KEPT
        return what, f"{_amount(an_hour)} {unit}", f"{_amount(day)} {unit}{rest}", f"{_amount(kept)} {unit}", source

    def at_once(hours: float) -> str:
        return f": {_amount(hours * _MEETINGS_A_DAY / 24 / _BUSY)} at once"

    measured, assumed = "*measured*: {}", "*assumed*: {}"
    speech = measured.format("[speech models](models.md), `base` on two cores")
    index = measured.format("[the search](measurements.md#how-fast-is-it), a million windows")
    rows = [
        line("hearing, machines of two cores", by_cpu, "h", speech, rest=at_once(by_cpu)),
        line("hearing, GPUs", _GPU_SHARE, "h", assumed.format("2 % of the length"), rest=at_once(_GPU_SHARE)),
        line("recordings", _SOUND_MB / 1e3, "GB", assumed.format("speech at 50 kb/s")),
        line("database", found["database_bytes_per_hour"] / 1e9, "GB", measured.format("with the times of words")),
        line("index, on each machine that serves pages", index_mb / 1e3, "GB", index),
        line("to make that index, on two cores", seconds_of_index / 3600, "h", index),
    ]
    head = ("", "an hour of speech", f"{_MEETINGS_A_DAY:,} hours a day", f"{_HOURS_KEPT:,} hours", "where from")
    steps = _STEPS * _MEETINGS_A_DAY / 86_400
    could = found["claims_per_second"]["postgresql"]
    queue = (
        f"The queue hands out {steps:.1f} steps a second then; when measured, it did {could:.0f}. A recording "
        f"goes over the network three times where one machine fetches and another hears: "
        f"{3 * _SOUND_MB * _MEETINGS_A_DAY * 8 / 86_400:.0f} Mbit/s on average."
    )
    times = _HOURS_KEPT / hours_of_index
    search = f"A search in {_HOURS_KEPT:,} hours was *not measured*: they are {times:,.0f} times what was."
    return f"{table(head, rows)}\n\n{queue} {search}"


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 9.5 else f"{value:.2g}"


TABLES: dict[str, Callable[[], str]] = {
    made.__name__: made
    for made in (
        headline,
        aligner,
        reliability,
        levels,
        languages,
        offsets,
        external_evidence,
        speed,
        hardware,
        models,
        jargon,
        hotword_forms,
        misheard,
        relevance,
        judged,
        search_speed,
        search_costs,
        clock,
        faults,
        throughput,
        freshness,
        machines,
        scale,
    )
}


def with_tables(page: str) -> str:
    """The text of a page, its tables written again."""
    return BLOCK.sub(lambda found: f"{found[1]}{TABLES[found[2]]()}\n{found[3]}", page)


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


if __name__ == "__main__":
    made = {path: with_tables(path.read_text()) for path in pages()}  # all of them, or none where a figure is missing
    for path, page in made.items():
        path.write_text(page)
