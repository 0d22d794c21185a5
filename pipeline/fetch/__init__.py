"""Recordings and published captions: from YouTube, from allowed hosts, from files.

ytdlp             the only importer of yt-dlp
sources           what was asked for, and which hosts may be asked for it
transfer_limits   what a host may cost us: bytes, time, memory, room on the disk
facts             what yt-dlp found out, as our records
failures          what yt-dlp says went wrong, as our errors
listing           the recordings of a channel, a playlist or a feed
files             recordings on the disk

A download is in a hidden folder until it is whole and readable.
"""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline import cues
from pipeline.config import Settings
from pipeline.errors import AudioUnreadable, DiskFull, FetchError, MediaForbidden, TooLarge, TranscriptError, Truncated
from pipeline.fetch import files, ytdlp
from pipeline.fetch.facts import choose_captions, covers_recording, day_from, recording_from
from pipeline.fetch.files import drop
from pipeline.fetch.sources import RemoteSource, parse_source
from pipeline.progress import Progress
from pipeline.records import Recording, Transcript, Validators
from pipeline.whole_files import is_for_want_of_room

__all__ = ["captions", "drop", "facts", "fetched", "published", "recording", "validators"]

# A download may be a little shorter than announced: by this share, and these seconds.
_MIN_COMPLETE_SHARE = 0.95
_MAX_MISSING_SECONDS = 2.0

_log = logging.getLogger(__name__)


def recording(
    source: str, *, into: Path, settings: Settings, progress: Progress | None = None, force: bool = False
) -> Recording:
    """The recording at `source`: a YouTube link or id, a URL on an allowed host, or a file, which is used where it is.

    A download goes into the folder `into`, named by the video's id, and is used again unless `force`. An interrupted
    one is resumed by the next call where the host allows it. `progress` is called with bytes.

    Raises:
        FetchError: one of its subclasses for each reason known.
        AudioUnreadable: there is no sound in it.
        ConfigError: the cookies or the folder cannot be used.
        DiskFull: no room for it in `into`, where a reserve stays free. What had arrived is deleted.
        Busy: another process has been downloading the same for minutes.
    """
    remote = parse_source(source)
    if isinstance(remote, Path):
        return files.local_recording(remote)
    with files.writable(into), files.locked(remote, into):
        fetched = None if force else files.find_fetched(remote, into)
        if fetched:
            return fetched
        try:
            return _download(remote, into, settings, progress, force=force)
        except MediaForbidden:
            if remote.video_id is None:
                raise
            # The media's address expires, or was made for a client that YouTube then refused: a new one often works.
            return _download(remote, into, settings, progress, force=True)


def fetched(source: str, *, settings: Settings) -> Recording | None:
    """The recording at `source`, if it was fetched before and is here; no host is asked.

    Raises:
        FetchError: no recording can be at such an address, or its host may not be asked.
    """
    remote = parse_source(source)
    return None if isinstance(remote, Path) else files.find_fetched(remote, settings.media_dir)


def facts(source: str, *, settings: Settings) -> Recording:
    """What is known of the recording at `source` without fetching its sound; of one that was fetched, without asking.

    Raises:
        FetchError: one of its subclasses for each reason known.
        ConfigError: the cookies cannot be used.
    """
    remote = parse_source(source)
    if isinstance(remote, Path):
        return files.local_recording(remote)
    if fetched := files.find_fetched(remote, settings.media_dir):
        return fetched
    with files.writable(settings.media_dir), ytdlp.open_session(remote, settings, settings.media_dir) as session:
        return recording_from(session.extract_info(), remote)


def published(source: str, *, settings: Settings) -> tuple[Recording, date | None]:
    """What the host says of the recording at `source`, and the day on which it was broadcast or came out, in UTC.

    Raises:
        FetchError: one of its subclasses for each reason known.
        ConfigError: the cookies cannot be used.
    """
    remote = parse_source(source)
    if isinstance(remote, Path):
        return files.local_recording(remote), None
    with files.writable(settings.media_dir), ytdlp.open_session(remote, settings, settings.media_dir) as session:
        info = session.extract_info()
        return recording_from(info, remote), day_from(info)


def validators(source: str, *, settings: Settings) -> Validators:
    """What the host now says about the version of the file at `source`. Nothing of YouTube's, whose videos stay as they
    are, and of files.

    Raises:
        FetchError: one of its subclasses for each reason known; also of a host that only sends files whole.
        ConfigError: the folder of recordings cannot be written.
    """
    remote = parse_source(source)
    if isinstance(remote, Path) or remote.video_id is not None:
        return Validators()
    with files.writable(settings.media_dir), ytdlp.open_session(remote, settings, settings.media_dir) as session:
        return session.validators()


def captions(source: str, *, settings: Settings) -> tuple[Recording, Transcript | None]:
    """What is known of the recording, and its published captions in the language spoken; None where there are none.

    None also for captions that YouTube withholds, that cannot be read, or that end long before the recording.

    Raises:
        FetchError: one of its subclasses for each reason known.
        ConfigError: the cookies cannot be used.
    """
    remote = parse_source(source)
    if isinstance(remote, Path):
        return files.local_recording(remote), None
    with files.writable(settings.media_dir), ytdlp.open_session(remote, settings, settings.media_dir) as session:
        info = session.extract_info()
        found = recording_from(info, remote)
        chosen = choose_captions(info)
        if chosen is None:
            return found, None
        language, url = chosen
        try:
            text = session.fetch_text(url)
        except TooLarge as error:
            _log.warning("published captions are ignored: %s", error)
            return found, None
    try:
        transcript = replace(cues.parse(text, source=remote.shown_url), language=language)
    except TranscriptError as error:
        _log.warning("published captions are ignored: %s", error)
        return found, None
    if not covers_recording(transcript, found):
        _log.warning("%s: published captions are ignored: they end long before the recording", remote.shown_url)
        return found, None
    return found, transcript


def _download(
    remote: RemoteSource, into: Path, settings: Settings, progress: Progress | None, *, force: bool = False
) -> Recording:
    unfinished = into / f".{remote.file_stem}"
    if force:
        shutil.rmtree(unfinished, ignore_errors=True)
    try:
        with ytdlp.open_session(remote, settings, into, unfinished, progress) as session:
            info = session.extract_info()
            media = session.download(info)
    except (DiskFull, TooLarge, OSError) as error:
        if isinstance(error, OSError) and not is_for_want_of_room(error):
            raise
        shutil.rmtree(unfinished, ignore_errors=True)  # others want to write, too
        files.remove_unfinished(into)
        raise
    try:
        found = replace(_verify(recording_from(info, remote), media), validators=_validators(remote, settings))
        return files.keep(found, media, into, remote.file_stem)
    finally:  # resuming what is not as it should be would only make it longer
        shutil.rmtree(unfinished, ignore_errors=True)


def _validators(remote: RemoteSource, settings: Settings) -> Validators | None:
    with suppress(FetchError, DiskFull):
        found = validators(remote.url, settings=settings)
        return found if found != Validators() else None
    return None


def _verify(announced: Recording, media: Path) -> Recording:
    """The recording, its duration read from `media` where the host did not announce it.

    Raises:
        AudioUnreadable: there is no sound in `media`.
        Truncated: it is shorter than announced.
    """
    try:
        duration = files.checked_duration(media)
    except AudioUnreadable as error:
        error.hint = error.fetched_hint
        raise
    expected = announced.duration or 0.0
    if duration and duration < _MIN_COMPLETE_SHARE * expected - _MAX_MISSING_SECONDS:
        raise Truncated(announced.source, f"{duration:.0f} of {expected:.0f} seconds arrived")
    return replace(announced, duration=announced.duration or duration)
