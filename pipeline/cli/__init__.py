"""The command `jumpnotes`. stdout is the result and nothing else; progress, warnings and errors go to stderr.

Exit 0: all good. 1: something failed, the rest is done. 2: wrong usage.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.corrections import corrections
from pipeline.cli.options import Failed, as_json, data_dir, open_store
from pipeline.cli.reindex import reindex
from pipeline.config import Settings
from pipeline.errors import JumpnotesError, MeetingNotFound

if TYPE_CHECKING:
    from pipeline.records import MeetingAlignment, Notes, Transcript

_EXTRA = {
    "flask": "web",
    "waitress": "web",
    "av": "pipeline",
    "faster_whisper": "pipeline",
    "filelock": "pipeline",
    "numpy": "pipeline",
    "rapidfuzz": "pipeline",
    "yt_dlp": "pipeline",
}
"""Which extra of the distribution brings a module."""


class Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except JumpnotesError as error:
            if ctx.params.get("verbose", 0) > 1:
                raise
            raise Failed(str(error), error.hint) from error
        except ModuleNotFoundError as error:
            extra = _EXTRA.get((error.name or "").partition(".")[0])
            if extra is None:
                raise
            raise Failed(f"this command needs {error.name}", f"pip install 'jumpnotes[{extra}]'") from error

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order people need them


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="jumpnotes")
@click.option("-v", "--verbose", count=True, help="Log to stderr; twice: tracebacks too.")
@data_dir
@click.pass_context
def main(ctx: click.Context, verbose: int) -> None:
    """Meeting notes in, jump-links out: every heading, bullet and paragraph opens the recording where it was
    discussed.
    """
    level = logging.WARNING if verbose == 0 else logging.INFO if verbose == 1 else logging.DEBUG
    logging.basicConfig(level=level, format="%(message)s")
    if ctx.obj is None:
        ctx.obj = Settings.from_env()


def _file(option: str, value: str) -> str:
    """The absolute path of a file the user named, so that a later run finds it from any folder."""
    if not Path(value).is_file():
        raise click.BadParameter(f"{value}: no such file", param_hint=option)
    return str(Path(value).resolve())


@main.command()
@click.argument("paths", metavar="NOTES…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--media", metavar="FILE|URL", help="Use this recording instead of the link in the notes.")
@click.option(
    "--transcript", metavar="FILE|captions", help="Use a VTT, SRT, json3 or JSON file, or the video's captions."
)
@click.option("--model", help="Speech model: a faster-whisper name or a folder.  [default: by the hardware]")
@click.option(
    "--force", type=click.Choice(["fetch", "transcribe", "align"]), help="Redo this stage and those after it."
)
@as_json
@data_dir
@click.pass_context
def run(
    ctx: click.Context,
    paths: tuple[Path, ...],
    media: str | None,
    transcript: str | None,
    model: str | None,
    force: str | None,
    form: str,
) -> None:
    """Link notes to their recordings. NOTES are Markdown files, or folders of them.

    What is already done is skipped, and a run that was cut off goes on where it stopped.

    \b
    jumpnotes run notes/
    jumpnotes run 2020-01-21.md --media meeting.m4a
    jumpnotes run 2020-01-21.md --transcript captions
    """
    from pipeline.cli import render
    from pipeline.notes.files import find_notes
    from pipeline.run.runner import CAPTIONS, Options, Runner, Stage, State

    if media and "://" not in media:
        media = _file("--media", media)
    if transcript and transcript != CAPTIONS:
        transcript = _file("--transcript", transcript)
    if model and Path(model).is_dir():
        model = str(Path(model).resolve())
    files = list(find_notes(paths))
    if len(files) > 1 and (media or transcript not in (None, CAPTIONS)):
        raise click.UsageError("--media and --transcript FILE belong to one notes file, not to several.")
    options = Options(media, transcript, model, Stage(force) if force else None)
    store = open_store(ctx.obj)
    outcomes = []
    with render.Progress() as progress:
        for outcome in Runner(store, ctx.obj, options, progress).run(files):
            outcomes.append(outcome)
            if form == "json":
                click.echo(render.as_json(render.outcome(outcome, store)))
    if form == "text":
        click.echo(render.summary(outcomes))
    ctx.exit(1 if any(outcome.state is State.FAILED for outcome in outcomes) else 0)


@main.command()
@click.argument("notes", type=click.Path(path_type=Path))
@click.argument("transcript", type=click.Path(path_type=Path))
@click.option("--explain", "line", metavar="LINE", type=click.IntRange(1), help="Say why the block on LINE is there.")
@as_json
def align(notes: Path, transcript: Path, line: int | None, form: str) -> None:
    """Say where each block of NOTES was discussed in TRANSCRIPT. Needs no database.

    TRANSCRIPT is a WebVTT, SRT, YouTube json3 or jumpnotes JSON file.
    """
    from pipeline import export
    from pipeline.cli import render

    if line is not None:
        _explain(notes, transcript, line, form)
        return
    document, heard, aligned = _aligned(notes, transcript)
    alignments = {alignment.block_id: alignment for alignment in aligned.alignments}
    if form == "json":
        click.echo(render.as_json(export.aligned(document, alignments, heard.duration) | {"offset": aligned.offset}))
        return
    click.echo(render.links(document, alignments))
    if told := render.times(document, aligned):
        click.echo(told, err=True)


def _aligned(notes: Path, transcript: Path) -> tuple[Notes, Transcript, MeetingAlignment]:
    """Read the two files, and place the blocks of one in the other."""
    from pipeline import align as aligner

    document, heard = _read(notes, transcript)
    return document, heard, aligner.align(document, heard)


def _explain(notes: Path, transcript: Path, line: int, form: str) -> None:
    """Say why the block on this line was placed where it was."""
    from pipeline.align.explain import explain as find_reasons
    from pipeline.cli import render
    from pipeline.cli.render import explain

    document, heard = _read(notes, transcript)
    if (block := explain.block_at(document, line)) is None:
        raise click.BadParameter(
            f"no block of the notes stands on line {line}; {explain.nearest(document, line)}",
            param_hint="--explain",
        )
    found = find_reasons(document, heard, block)
    click.echo(render.as_json(explain.document(found)) if form == "json" else explain.text(found))


def _read(notes: Path, transcript: Path) -> tuple[Notes, Transcript]:
    from pipeline import cues
    from pipeline import notes as reader
    from pipeline.notes.files import siblings_of

    templates = reader.folder_templates(siblings_of(notes).values())
    return reader.read(notes, templates=templates), cues.read(transcript)


@main.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--meeting", "slug", help="Look in this meeting only.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True)
@click.option("--whole", is_flag=True, help="Only moments that have all of the words, as they were heard.")
@as_json
@data_dir
@click.pass_context
def search(ctx: click.Context, query: tuple[str, ...], slug: str | None, limit: int, form: str, *, whole: bool) -> None:
    """Find words, or a "quoted phrase", in everything said and written.

    `sched*` finds what begins so, `-word` leaves out (put `--` before the query), `OR` lets either word do;
    `meeting:NAME`, `before:2025`, `after:2024-03`, `in:notes` and `in:transcript` narrow down.
    """
    from pipeline import export
    from pipeline.cli import render
    from pipeline.cli.render import search
    from pipeline.search import search as find

    store, text = open_store(ctx.obj), " ".join(query).encode(errors="replace").decode()
    if slug is not None and slug not in store.paths():
        raise MeetingNotFound(slug)
    hits = find(store, text, slug=slug, limit=limit + 1, whole=whole)
    if form == "json":
        click.echo(render.as_json([export.hit(hit) for hit in hits[:limit]]))
    elif hits:
        click.echo(search.report(hits[:limit], search.terminal()))
        if len(hits) > limit:
            click.echo(f"There is more: --limit {2 * limit}", err=True)
    else:
        click.echo("Nothing found.", err=True)
    if form != "json" and all(hit.missing for hit in hits):
        from pipeline.search.spelling import suggestion

        if better := suggestion(store, text, slug=slug):
            click.echo(f"Did you mean: {better}", err=True)


@main.command("export")
@click.argument("slug", metavar="MEETING")
@click.option("--format", "form", type=click.Choice(["vtt", "srt", "json"]), default="vtt", show_default=True)
@click.option("-o", "--output", "target", type=click.Path(dir_okay=False, path_type=Path), help="A file, not stdout.")
@data_dir
@click.pass_context
def export_(ctx: click.Context, slug: str, form: str, target: Path | None) -> None:
    """Write a meeting's transcript (vtt, srt) or its links (json). MEETING is its name in the page's address."""
    from pipeline import cues, export
    from pipeline.cli import render

    meeting = open_store(ctx.obj).meeting(slug)
    if form == "json":
        text = render.as_json(export.meeting(meeting)) + "\n"
    elif meeting.transcript is None:
        raise Failed(f"{slug} has no transcript", "Run it with a recording first: jumpnotes run NOTES.")
    else:
        text = cues.to_vtt(meeting.transcript) if form == "vtt" else cues.to_srt(meeting.transcript)
    try:
        with click.open_file(str(target or "-"), "w", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise Failed(f"{target}: {error.strerror}", "Choose another file with --output.") from error


main.add_command(corrections)
main.add_command(reindex)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@data_dir
@click.pass_context
def serve(ctx: click.Context, host: str, port: int) -> None:
    """Serve the pages."""
    from service import wsgi

    wsgi.serve(ctx.obj, host, port, ready=lambda url: click.echo(f"{url}  (Ctrl+C stops)", err=True))


@main.command()
@click.argument("folder", metavar="CASES", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sets", metavar="A,B", help="Only these sets.  [default: all]")
@click.option("--worst", type=click.IntRange(0), default=10, show_default=True, help="How many misses to show.")
@as_json
@click.pass_context
def evaluate(ctx: click.Context, folder: Path, sets: str | None, worst: int, form: str) -> None:
    """Measure the links on meetings whose true times are known.

    CASES holds <set>/<meeting>/ or <meeting>/, or is one meeting: notes.md, transcript.vtt (or .srt, .json) and
    gold.json, which lists lines of the notes and when each was discussed:

    \b
    {"items": [{"line": 12, "start": "12:34", "spans": [["12:34", "15:00"]]},
               {"line": 20, "start": 1507.5},
               {"line": 31, "start": null}]}      null: nobody mentioned it

    \b
    start30   share of gold times that were answered within 30 s
    inside    share answered inside a span, give or take 15 s (no span: within 60 s)
    median    median distance to the gold time, in seconds, where there is an answer
    placed    share with an answer, however unsure
    far       share answered more than 5 minutes off and not inside
    auc       how well confidence tells inside from all else (0.5: by chance)
    foreign   share of what nobody mentioned that is linked all the same
    sure      share that is linked: a confidence of at least 0.5
    right     share of those that is inside

    The tables below it take all answers: by tenths of the confidence, and by
    what a page does with them (sure: a link, likely: a link with a question
    mark, not found: no link). Then the wrong answers, the surest first.
    """
    from pipeline.cli import render
    from pipeline.cli.render import evaluation
    from pipeline.evaluate import find_cases

    cases = find_cases(folder)
    if sets:
        known, wanted = {case.group for case in cases}, sets.split(",")
        for name in wanted:
            if name not in known:
                raise click.BadParameter(f"no set {name!r}; there is {', '.join(sorted(known))}", param_hint="--sets")
        cases = [case for name in wanted for case in cases if case.group == name]
    with render.Progress() as progress:
        judged, faults = evaluation.measure(cases, _aligned, progress)
    if form == "json":
        click.echo(render.as_json(evaluation.document(judged, faults, worst)))
    elif judged:
        click.echo(evaluation.report(judged, worst))
    ctx.exit(1 if faults else 0)


@main.command()
@data_dir
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Check what jumpnotes needs, and say how to get what is missing."""
    from pipeline.cli.doctor import checks

    found = list(checks(ctx.obj))
    for check in found:
        click.echo(f"{'ok  ' if check.good else 'BAD '} {check.name}: {check.found}")
        if not check.good:
            click.echo(f"     hint: {check.hint}")
    ctx.exit(0 if all(check.good for check in found) else 1)


@main.command()
@click.option("--serve/--no-serve", "serving", default=True, help="Open the pages when done, or stop at the table.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@data_dir
@click.pass_context
def demo(ctx: click.Context, serving: bool, port: int) -> None:  # noqa: FBT001 - click passes by name
    """Run a real meeting's notes on a re-enacted recording, print the links, serve the page."""
    from pipeline.cli import demo as seeds
    from pipeline.cli import render

    store = open_store(ctx.obj)
    with render.Progress() as progress:
        meeting = seeds.prepare(store, ctx.obj, progress)
    click.echo(render.links(meeting.notes, meeting.alignments))
    if serving:
        from service import wsgi

        page = f"meetings/{meeting.notes.slug}"
        wsgi.serve(
            ctx.obj,
            "127.0.0.1",
            port,
            ready=lambda url: click.echo(f"\nOpen {url}{page} and click eBPF.  (Ctrl+C stops)"),
        )
