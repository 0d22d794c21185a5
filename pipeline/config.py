"""Settings: read once from a settings file and the environment, then handed down."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from pipeline.language import names

SETTINGS_FILE_NAME = "jumpnotes.toml"
SETTINGS_FILE_VARIABLE = "JUMPNOTES_CONFIG"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. SETTINGS describes each field."""

    data_dir: Path
    database: str | None = field(default=None, repr=False)  # of PostgreSQL; None: a file in data_dir
    exchange: str | None = None  # a folder, or s3://BUCKET/FOLDER
    network: str = "shared"
    model: str | None = None
    model_dir: Path | None = None
    allow_hosts: frozenset[str] = frozenset()
    cookies: Path | None = None
    language: str | None = None  # as Snowball names it
    timeout: float = 30.0  # seconds
    download_mb: float = 20_000.0  # megabytes
    download_hours: float = 12.0
    download_rate: float = 1.0  # kilobytes a second
    keep_audio: bool = True
    keep_runs: float | None = None  # seconds; None: for ever
    keep_jobs: float | None = 90 * 86_400.0  # seconds; None: for ever
    meaning: bool = True
    site_title: str | None = None
    site_description: str | None = None
    site_links: Mapping[str, str] = field(default_factory=dict)  # name → URL
    site_url: str | None = None  # without a slash at its end
    site_language: str | None = None  # "en" or "de"
    site_frames: frozenset[str] = frozenset()  # origins, or "*" for any
    site_media_mb: float = 0.0  # megabytes; 0: none
    site_issues: str | None = None
    webhooks: frozenset[str] = frozenset()
    webhook_secret: str | None = field(default=None, repr=False)
    people_topics: bool = False
    smtp: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    mail_reply_to: str | None = None
    upload_mb: float = 4_000.0  # megabytes; 0: no uploads
    token: str | None = field(default=None, repr=False)
    private: bool = False
    read_only: bool = False
    proxies: tuple[str, ...] | None = None  # networks; None: this machine and private ones
    watch: tuple[str, ...] = ()  # paths that are absolute, and addresses
    watch_every: float | None = None  # seconds

    @property
    def database_file(self) -> Path:
        """Of SQLite, where `database` names no other."""
        return self.data_dir / "jumpnotes.db"

    @property
    def search_index(self) -> Path:
        return self.data_dir / "search"

    @property
    def media_dir(self) -> Path:
        return self.data_dir / "media"

    @property
    def checkpoint_dir(self) -> Path:
        return self.data_dir / "checkpoints"

    @property
    def draft_dir(self) -> Path:
        return self.data_dir / "drafts"

    @property
    def notes_dir(self) -> Path:
        """Of the notes that are written in the page, or uploaded."""
        return self.data_dir / "notes"

    @property
    def notes_versions_dir(self) -> Path:
        return self.data_dir / "notes-versions"

    @property
    def repository_dir(self) -> Path:
        return self.data_dir / "repositories"

    @property
    def vector_dir(self) -> Path:
        return self.data_dir / "vectors"

    @classmethod
    def load(
        cls, environ: Mapping[str, str] | None = None, *, file: Path | None = None, notes: Iterable[Path] = ()
    ) -> Settings:
        """What a settings file says, and over it what `environ` (default: the process's) says.

        Args:
            file: the settings file. Without it that of JUMPNOTES_CONFIG is read, or else the user's own and the one
                nearest to the current folder or, if there is none, to `notes`.

        Raises:
            ConfigError: a file cannot be read, or a value not be used.
        """
        from pipeline import settings_file

        env = os.environ if environ is None else environ
        named = env.get(SETTINGS_FILE_VARIABLE, "").strip()
        return cls._of(settings_file.values(file or (Path(named) if named else None), notes), env)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """What `environ` (default: the process's) says; no file is read. An empty variable counts as not set.

        Raises:
            ConfigError: a value cannot be used.
        """
        return cls._of({}, os.environ if environ is None else environ)

    @classmethod
    def _of(cls, in_files: Mapping[str, object], env: Mapping[str, str]) -> Settings:
        from pipeline import setting_values

        values = dict(in_files)
        for setting in SETTINGS:
            if value := env.get(setting.variable, "").strip():
                values[setting.field] = setting_values.from_variable(setting, value)
        if "data_dir" not in values:  # without a home, the folder would be one called ~
            default = Path(platformdirs.user_data_dir("jumpnotes", appauthor=False))
            values["data_dir"] = setting_values.absolute(default, Path())
        return cls(**values)  # type: ignore[arg-type] # setting_values knows the types


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of Settings: a key of a settings file, and a variable of the environment."""

    field: str
    meaning: str
    allowed: str
    """What may be given, as a hint to whoever gave something else."""
    default: str = "none"  # in words
    guarded: bool = True
    """Whether it reaches beyond the meetings: such a setting is not taken from a file that came with the notes."""
    secret: bool = False
    """Whether no error and no log may repeat the value."""

    @property
    def variable(self) -> str:
        return f"JUMPNOTES_{self.field.upper()}"


_FOLDER = "Give the path of a folder."

SETTINGS = (
    Setting(
        "data_dir",
        "Folder of the database, the fetched recordings and the checkpoints.",
        _FOLDER,
        default="user data folder",
    ),
    Setting(
        "database",
        "Address of a PostgreSQL database for the archive and its jobs: postgresql://USER:PASSWORD@HOST/NAME. It is "
        "never logged.",
        "Give an address that begins with postgresql:// and names a database.",
        default="a file in data_dir",
        secret=True,
    ),
    Setting(
        "exchange",
        "Where workers on several machines hand recordings to each other: a folder that all of them reach, or an "
        "S3-compatible store, such as s3://BUCKET/FOLDER.",
        "Give the path of a folder, or an address such as s3://BUCKET/FOLDER, without keys.",
    ),
    Setting(
        "network",
        "Name of the internet connection of this machine. Of all workers on one connection, one fetches at a time.",
        "Give a name of up to 100 characters.",
        default="shared",
    ),
    Setting(
        "model",
        "Speech model: a faster-whisper name or a folder of weights.",
        "Give the name of a model, such as small, or a folder of weights.",
        default="by the hardware",
    ),
    Setting("model_dir", "Folder that is searched for weights first.", _FOLDER),
    Setting(
        "allow_hosts",
        "Hosts besides YouTube that recordings may come from, separated by spaces. *.media.example: all under it.",
        "Name the hosts, or a domain with its subdomains, such as *.media.example.",
    ),
    Setting(
        "cookies",
        "A cookies.txt for YouTube. It is never logged and never served.",
        "Give the path of a cookies.txt.",
    ),
    Setting(
        "token",
        "Anyone who has it may correct links, add meetings and edit notes from anywhere; 20 characters or more. "
        "It is never logged and never shown.",
        "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe())'",
        secret=True,
    ),
    Setting(
        "private",
        "Whether readers, too, have to log in or to send a token: nobody else is shown pages, feeds or recordings.",
        "Give true or false.",
        default="false",
    ),
    Setting(
        "read_only",
        "Whether the server only shows what it has: nobody corrects links or adds meetings, and no jobs are done.",
        "Give true or false.",
        default="false",
    ),
    Setting(
        "proxies",
        "Addresses or networks of the proxies in front of the server, separated by spaces. What they say about where a "
        "request came from is believed; nobody else is.",
        "Give IP addresses or networks, such as 10.0.0.2 or 192.168.7.0/24, or none if there is no proxy.",
        default="this machine and private networks",
    ),
    Setting(
        "language",
        "Language in which a new database finds words in all forms: name or code.",
        f"Give one of {names.CHOICES}.",
        default=names.DEFAULT,
        guarded=False,
    ),
    Setting(
        "timeout",
        "Seconds without a byte after which a download is given up.",
        "Give a number of seconds above 0 and up to a day, such as 30.",
        default="30",
        guarded=False,
    ),
    Setting(
        "download_mb",
        "Up to how many megabytes a recording may have that is fetched, or what is new in a repository.",
        "Give a number of megabytes from 1 to 1000000.",
        default="20000",
    ),
    Setting(
        "download_hours",
        "Hours after which a download is given up; the next run goes on where it ended, if the host allows it.",
        "Give a number of hours above 0 and up to 720.",
        default="12",
    ),
    Setting(
        "download_rate",
        "Kilobytes a second below which a host counts as too slow, and a download is given up.",
        "Give a number of kilobytes a second from 0.1 to 10000.",
        default="1",
    ),
    Setting(
        "keep_audio",
        "Whether what was fetched from YouTube is kept once it is transcribed. Other recordings always are: the page "
        "plays their files.",
        "Give true or false.",
        default="true",
    ),
    Setting(
        "keep_runs",
        "How long the results of earlier runs are kept after newer ones have replaced them (notes, transcripts and "
        "links), such as 90d or 52w; forever: always. The newest of each always are.",
        "Give a number of days or weeks, such as 90d or 52w, or forever.",
        default="forever",
    ),
    Setting(
        "keep_jobs",
        "How long finished, failed and cancelled jobs are listed, such as 90d or 52w; forever: always.",
        "Give a number of days or weeks, such as 90d or 52w, or forever.",
        default="90d",
    ),
    Setting(
        "meaning",
        "Whether the sentence model is used, where it is installed: it finds paraphrases and notes in other languages.",
        "Give true or false.",
        default="true",
    ),
    Setting(
        "people_topics",
        "Whether names of people may be topics, too. Without it, a name that notes mention is none.",
        "Give true or false.",
        default="false",
        guarded=False,
    ),
    Setting(
        "site_title",
        "What the site is called, on every page: such as Garden club meetings.",
        "Give a name of up to 100 characters.",
        default="jumpnotes",
        guarded=False,
    ),
    Setting(
        "site_description",
        "What the site is, in a sentence, on its first page.",
        "Give a sentence of up to 300 characters.",
        guarded=False,
    ),
    Setting(
        "site_links",
        "Links on every page: a table of names and URLs. In the variable: name=URL, separated by semicolons.",
        'Give a table such as { "Our website" = "https://example.org" }.',
        guarded=False,
    ),
    Setting(
        "site_url",
        "Where the pages are served, such as https://meetings.example.org, for links in exports and in other programs.",
        "Give an address that begins with https:// or http://, without a path.",
        guarded=False,
    ),
    Setting(
        "site_language",
        "Language of the pages: en or de.",
        "Give en or de.",
        default="the reader's",
        guarded=False,
    ),
    Setting(
        "site_frames",
        "Sites that may show meetings in a frame, such as https://example.org, separated by spaces; *: any site.",
        "Give addresses that begin with https:// or http://, without a path, or *.",
        guarded=False,
    ),
    Setting(
        "site_media_mb",
        "Up to how many megabytes the file of a recording may have for `jumpnotes site` to publish it, too.",
        "Give a number of megabytes from 0, which publishes none, to 100000.",
        default="0",
        guarded=False,
    ),
    Setting(
        "site_issues",
        "Where readers of a site propose a correction: the address that opens a new issue, such as "
        "https://github.com/OWNER/REPOSITORY/issues/new.",
        "Give an address that begins with https:// or http://.",
        guarded=False,
    ),
    Setting(
        "webhooks",
        "Addresses that are told when a meeting is ready or could not be made, separated by spaces. Never inside this "
        "network.",
        "Give addresses that begin with https:// or http://, in ASCII, without user and password.",
    ),
    Setting(
        "webhook_secret",
        "What these requests are signed with, as Standard Webhooks has it; 20 characters or more.",
        "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe())'",
        secret=True,
    ),
    Setting(
        "smtp",
        "Mail server for digests: smtp://USER:PASSWORD@HOST:587, where the connection has to become encrypted, unless "
        "HOST is this machine, or smtps://USER:PASSWORD@HOST:465. It is never logged.",
        "Give an address such as smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST. In user and password, "
        "write % as %25, @ as %40, : as %3A and / as %2F.",
        secret=True,
    ),
    Setting(
        "mail_from",
        "Who digests are from, such as Garden club <meetings@example.org>.",
        "Give an e-mail address, with or without a name: Garden club <meetings@example.org>.",
    ),
    Setting(
        "mail_reply_to",
        "Where answers to digests go, and requests to get no more.",
        "Give an e-mail address, with or without a name: Garden club <meetings@example.org>.",
        default="mail_from",
    ),
    Setting(
        "upload_mb",
        "Up to how many megabytes a file may have that somebody uploads in the page.",
        "Give a number of megabytes from 0, which allows no uploads, to 1000000.",
        default="4000",
    ),
    Setting(
        "watch",
        "Places that are watched for new meetings: a list of folders, git repositories, channels and playlists. In the "
        "variable they are separated by spaces.",
        'Give a list such as ["notes/", "https://github.com/OWNER/REPOSITORY"].',
    ),
    Setting(
        "watch_every",
        "How often these are looked at, folders included, such as 30m, 6h, 1d or 2w.",
        "Give a number of minutes, hours, days or weeks, such as 30m, 6h, 1d or 2w.",
        default="1m for folders, 1d for others",
    ),
)
"""Every setting, as the reference lists it."""
