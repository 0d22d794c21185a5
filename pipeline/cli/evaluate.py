"""`jumpnotes evaluate`: links measured against known times."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline.cli.align import align_files
from pipeline.cli.options import FilePath, format_option, to_json


@click.command("evaluate")
@click.argument("folder", metavar="CASES", type=FilePath(exists=True, file_okay=False))
@click.option("--sets", metavar="A,B", help="Only these sets.  [default: all]")
@click.option("--worst", type=click.IntRange(0), default=10, show_default=True, help="How many wrong answers to show.")
@format_option
@click.pass_context
def evaluate_command(ctx: click.Context, folder: Path, sets: str | None, worst: int, output_format: str) -> None:
    """Measure the links of meetings whose true times are known.

    CASES contains <set>/<meeting>/ or <meeting>/ folders, or is a single meeting: a folder with notes.md,
    transcript.vtt (or .srt, .json) and gold.json, which lists lines of the notes and when each was discussed:

    \b
    {"items": [{"line": 12, "start": "12:34", "spans": [["12:34", "15:00"]]},
               {"line": 20, "start": 1507.5},
               {"line": 31, "start": null}]}      null: nobody mentioned it

    \b
    start30   share of gold times answered within 30 s
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
    from pipeline.cli.render import evaluation
    from pipeline.cli.render.progress import ConsoleReporter
    from pipeline.evaluate import find_cases

    cases = find_cases(folder)
    if sets:
        known, wanted = {case.group for case in cases}, sets.split(",")
        for name in wanted:
            if name not in known:
                raise click.BadParameter(
                    f"no set {name!r}; the sets are {', '.join(sorted(known))}", param_hint="--sets"
                )
        cases = [case for name in wanted for case in cases if case.group == name]
    with ConsoleReporter() as reporter:
        scored, failures = evaluation.measure(cases, align_files, reporter)
    if output_format == "json":
        click.echo(to_json(evaluation.document(scored, failures, worst)))
    elif scored:
        click.echo(evaluation.report(scored, worst))
    ctx.exit(1 if failures else 0)
