"""`jumpnotes evaluate`: links measured against known times."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.align import align_files
from pipeline.cli.options import (
    CommandError,
    FilePath,
    format_option,
    no_meaning_option,
    open_archive,
    settings_options,
    to_json,
)

if TYPE_CHECKING:
    from pipeline.cli.render.evaluation import Failures
    from pipeline.cli.render.progress import ConsoleReporter
    from pipeline.evaluate import Case, GoldMeeting, ScoredItem
    from pipeline.meaning import Meaning
    from pipeline.store import Store

CORRECTIONS = "corrections"
"""The set that is measured by them."""


@click.command("evaluate")
@click.argument("folder", metavar="[CASES]", required=False, type=FilePath(exists=True, file_okay=False))
@click.option("--from-corrections", is_flag=True, help="Measure the meetings you have, by what people corrected.")
@click.option("--sets", metavar="A,B", help="Only these sets of CASES.  [default: all]")
@click.option("--worst", type=click.IntRange(0), default=10, show_default=True, help="How many wrong answers to show.")
@no_meaning_option
@format_option
@settings_options
@click.pass_context
def evaluate_command(
    ctx: click.Context,
    folder: Path | None,
    from_corrections: bool,  # noqa: FBT001 - click's
    sets: str | None,
    worst: int,
    no_meaning: bool,  # noqa: FBT001
    output_format: str,
) -> None:
    """Measure the links of meetings whose true times are known.

    CASES contains <set>/<meeting>/ or <meeting>/ folders, or is a single meeting: a folder with notes.md,
    transcript.vtt (or .srt, .json) and gold.json, which lists lines of the notes and when each was discussed:

    \b
    {"items": [{"line": 12, "start": "12:34", "spans": [["12:34", "15:00"]]},
               {"line": 20, "start": 1507.5},
               {"line": 31, "start": null}]}      null: nobody mentioned it

    Instead of CASES, --from-corrections takes the meetings of the data folder, and as true what people corrected: each
    meeting is aligned anew as if nobody had.

    \b
    start30   share of gold times answered within 30 s
    start10   share answered within 10 s: whoever listens need not look for it
    any30     share answered within 30 s of where any span begins
    inside    share answered inside a span, plus or minus 15 s (without spans: within 60 s)
    median    median distance to the gold time in seconds, where there is an answer
    placed    share with an answer, however uncertain
    far       share answered more than 5 minutes off and not inside
    auc       how well the confidence separates inside from all others (0.5: chance)
    foreign   share of the lines nobody mentioned that are linked anyway
    sure      share that is linked: a confidence of at least 0.5
    right     share of those that are inside

    The next tables cover all answers: by tenths of the confidence, and by what a
    page shows (sure or likely: a link, below 0.5: no link). Then come the wrong
    answers, the most confident first.
    """
    from pipeline import meaning
    from pipeline.cli.render import evaluation
    from pipeline.cli.render.progress import ConsoleReporter

    if from_corrections and (folder or sets):
        raise click.UsageError("--from-corrections measures the data folder: give neither CASES nor --sets with it.")
    model = None if no_meaning else meaning.load()
    with ConsoleReporter() as reporter:
        if folder:
            scored, failures = _measure_cases(folder, sets, model, reporter)
        elif from_corrections:
            scored, failures = _measure_archive(open_archive(ctx.obj, searched=False).store, model, reporter)
        else:
            raise click.UsageError("Give CASES, a folder of meetings with gold times, or --from-corrections.")
    bias = evaluation.CORRECTIONS_BIAS if from_corrections else None
    if output_format == "json":
        click.echo(to_json(evaluation.document(scored, failures, worst, bias=bias)))
    elif scored:
        click.echo(evaluation.report(scored, worst, bias=bias))
    ctx.exit(1 if failures else 0)


def _measure_cases(
    folder: Path, sets: str | None, model: Meaning | None, reporter: ConsoleReporter
) -> tuple[list[ScoredItem], Failures]:
    """Align and score the cases in a folder, those of some sets or all."""
    from pipeline import evaluate
    from pipeline.cli.render import evaluation

    cases = evaluate.find_cases(folder)
    if sets:
        known, wanted = {case.group for case in cases}, sets.split(",")
        for name in wanted:
            if name not in known:
                raise click.BadParameter(
                    f"no set {name!r}; the sets are {', '.join(sorted(known))}", param_hint="--sets"
                )
        cases = [case for name in wanted for case in cases if case.group == name]

    def score(case: Case) -> list[ScoredItem]:
        gold = evaluate.read_gold(case.gold)
        notes, _, aligned = align_files(case.notes, case.transcript, model)
        items = evaluate.score_items(case, gold, notes, aligned.alignments, aligned.within)
        for item in items:
            if item.block is None:
                reporter.say(f"{case.gold}: no block of the notes starts on line {item.gold.line}: not placed")
        return items

    return evaluation.measure(cases, score, reporter)


def _measure_archive(
    store: Store, model: Meaning | None, reporter: ConsoleReporter
) -> tuple[list[ScoredItem], Failures]:
    """Align and score the meetings that people corrected.

    Raises:
        CommandError: there are no corrections that count.
    """
    from pipeline.cli.render import evaluation
    from pipeline.evaluate import GoldMeeting, score_items
    from pipeline.evaluate.corrected import align_uncorrected, corrected_gold
    from pipeline.file_names import path_of
    from pipeline.run.inputs import notes_digest

    paths = store.notes_paths()

    def score(corrected: GoldMeeting) -> list[ScoredItem]:
        meeting, key = store.meeting(corrected.name), store.run_key(corrected.name)
        gold = corrected_gold(meeting)
        if meeting.orphans:
            reporter.say(f"{corrected.name}: {evaluation.left_out(len(meeting.orphans))}")
        if not gold:
            return []
        notes_now = notes_digest(path_of(paths[corrected.name]))
        if notes_now and key and notes_now != key.notes:
            reporter.say(f"{corrected.name}: the notes have changed since their last run, so those of that run count")
        found = align_uncorrected(meeting, model)
        return score_items(corrected, gold, meeting.notes, found.alignments, found.within)

    meetings = [GoldMeeting(CORRECTIONS, slug) for slug in store.corrected_slugs()]
    scored, failures = evaluation.measure(meetings, score, reporter)
    if not scored and not failures:
        hint = "Correct some links on the pages of your meetings first: choose “Edit links” there."
        raise CommandError("there are no corrections to measure by", hint)
    return scored, failures
