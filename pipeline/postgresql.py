"""PostgreSQL as the store uses it: one way to set up a connection, one translation of its errors. The only importer of
psycopg, which is an extra.

An address has a password in it: what is shown of one is `place_of` it, in errors and logs alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

from pipeline.errors import (
    Busy,
    ConfigError,
    DatabaseDamaged,
    DatabaseUnreachable,
    DiskFull,
    ReadOnly,
    SchemaMismatch,
    StoreError,
)

if TYPE_CHECKING:
    import psycopg
    from psycopg.abc import Buffer, Dumper

_SCHEMES = {"postgresql", "postgres"}
_CONNECT_SECONDS = 10
_LOOK_SECONDS = 12  # for all addresses that the name of a server has
_STATEMENT_SECONDS = 120  # what takes longer keeps others waiting, or is a question nobody waits for any more
_IDLE_SECONDS = 60  # within a transaction: whoever is so slow holds a lock of everybody's
_UNANSWERED_MILLISECONDS = 30_000  # of a network that is gone without a word
_KEEPALIVE = {"tcp_keepalives_idle": 15, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}  # as the server asks

MIN_VERSION = 13
"""Of PostgreSQL."""

_ABOUT = """
    SELECT current_setting('server_version_num')::integer, split_part(current_setting('server_version'), ' ', 1),
        pg_database_size(current_database()), current_setting('data_checksums')::boolean,
        current_setting('max_connections')::integer - (SELECT count(*) FROM pg_stat_activity WHERE backend_type =
        'client backend'), current_setting('transaction_read_only')::boolean, to_regclass('alembic_version') IS NOT NULL
"""

_MAX_SAID_CHARS = 200
_RESTORE = "Restore a backup of the server, or: jumpnotes restore FILE --replace."
_ANOTHER_VERSION = {"42703", "42P01"}  # a column or table that is not there
_UNREACHABLE = {"57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006", "57P05", "25P03"}
_BUSY = {"55P03", "57014", "40001", "40P01", "53300"}
_NO_SLOT = re.compile(r"too many (clients|connections)|connection slots")
_NOT_LET_IN = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry|does not exist|not permitted"
)
_FULL = {"53100", "53200", "53000"}


def is_installed() -> bool:
    """Whether jumpnotes can use a PostgreSQL database here."""
    return find_spec("psycopg") is not None and find_spec("procrastinate") is not None


def check_installed() -> None:
    """Raises ConfigError: psycopg or Procrastinate is not installed."""
    if not is_installed():
        raise ConfigError(
            "a PostgreSQL database needs psycopg and Procrastinate, which are not installed",
            hint="pip install 'jumpnotes[postgresql]'",
        )


def problem_of(url: str) -> str | None:
    """What is wrong with the address of a database, in words that do not repeat it; None: nothing that can be seen."""
    if not url.isprintable() or " " in url:
        return "has characters that no address has"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "is no address"
    if parts.scheme not in _SCHEMES:
        return "is no address of a PostgreSQL database"
    if not parts.path.strip("/"):
        return "names no database"
    return _problem_of_options(url)


def _problem_of_options(url: str) -> str | None:
    """What libpq says of it, where that is installed: a misspelt option is named as it may have been meant, as what was
    given may be part of a password.
    """
    with suppress(ImportError):  # of psycopg, or its libpq
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
        from psycopg.pq import Conninfo

        try:
            conninfo_to_dict(url)
        except psycopg.ProgrammingError:
            known = [option.keyword.decode() for option in Conninfo.get_defaults()]
            given = [name for name, _ in parse_qsl(urlsplit(url).query) if name not in known]
            close = [meant for name in given for meant in get_close_matches(name, known, n=1)]
            meant = f": did you mean {close[0]}?" if close else ""
            return f"has an option that PostgreSQL does not know{meant}" if given else "is no address"
    return None


def place_of(url: str) -> str:
    """An address as it may be shown: without user, password and options."""
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query).get("host", ["localhost"])[0]
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"postgresql://{host}{port}/{unquote(parts.path).strip('/')}"


def connect(url: str, timeout_seconds: float) -> psycopg.Connection[Any]:
    """A connection whose transactions do not wait for ever: not for others, not for the server, not for the network.

    Args:
        timeout_seconds: how long a write waits for another writer.

    Raises:
        ConfigError: psycopg or Procrastinate is not installed.
        psycopg.Error: the server cannot be reached, or refuses.
    """
    check_installed()
    import psycopg

    connection = psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=_CONNECT_SECONDS,
        application_name="jumpnotes",
        client_encoding="utf8",
        tcp_user_timeout=_UNANSWERED_MILLISECONDS,
    )
    limits = {
        "lock_timeout": f"{max(round(timeout_seconds * 1000), 1)}",
        "statement_timeout": f"{_STATEMENT_SECONDS * 1000}",
        "idle_in_transaction_session_timeout": f"{_IDLE_SECONDS * 1000}",
        "timezone": "'UTC'",
        **{name: str(seconds) for name, seconds in _KEEPALIVE.items()},
    }
    connection.adapters.register_dumper(str, _text_dumper())
    connection.execute("; ".join(f"SET {name} = {value}" for name, value in limits.items()).encode())
    connection.autocommit = False
    return connection


def ask(url: str, query: str) -> tuple[Any, ...] | None:
    """The first row that a query finds.

    Raises:
        ConfigError: psycopg or Procrastinate is not installed.
        StoreError: the server cannot be reached, or refuses; it has no such tables.
    """
    check_installed()
    with _told(url):
        connection = connect(url, _CONNECT_SECONDS)
        try:
            return connection.execute(query.encode()).fetchone()
        finally:
            connection.close()


@contextmanager
def _told(url: str) -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        if ours := as_store_error(place_of(url), error):
            raise ours from None  # what it was made of may have the address in it
        raise


@dataclass(frozen=True, slots=True)
class ServerState:
    """What a server says of itself and of a database. `revision` None: there are no tables of ours yet."""

    version: str
    is_old: bool  # older than what jumpnotes is tested with
    database_bytes: int
    has_checksums: bool  # so that it finds what its disk damaged
    connections_left: int
    is_read_only: bool
    revision: str | None


def look(url: str) -> ServerState:
    """Ask a server about itself, and do not wait for it for long, wherever it stops answering. Nothing is changed.

    Raises:
        ConfigError: psycopg or Procrastinate is not installed.
        StoreError: the server cannot be reached, or refuses.
    """
    answer = SimpleQueue[ServerState | Exception]()

    def wait() -> None:
        try:
            answer.put(_look(url))
        except Exception as error:  # noqa: BLE001 - raised below, whatever it is
            answer.put(error)

    Thread(target=wait, name="look", daemon=True).start()
    try:
        found = answer.get(timeout=_LOOK_SECONDS)
    except Empty:
        raise DatabaseUnreachable(place_of(url), f"no answer within {_LOOK_SECONDS} seconds") from None
    if isinstance(found, Exception):
        raise found
    return found


def _look(url: str) -> ServerState:
    found = ask(url, _ABOUT)
    assert found is not None
    number, version, size, checksums, left, read_only, has_tables = found
    found = ask(url, "SELECT version_num FROM alembic_version") if has_tables else None
    return ServerState(
        version, number < MIN_VERSION * 10_000, size, checksums, left, read_only, str(found[0]) if found else None
    )


@cache
def _text_dumper() -> type[Dumper]:
    """Text as PostgreSQL can store it: without the character 0, which it does not know and nobody writes on purpose."""
    from psycopg.types.string import StrDumperUnknown

    class TextDumper(StrDumperUnknown):
        def dump(self, obj: str) -> Buffer | None:
            return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))

    return TextDumper


def as_store_error(place: str, error: BaseException | None) -> StoreError | None:
    """The StoreError for an error of PostgreSQL, None where the user can do nothing about it: a bug."""
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    code = error.sqlstate or ""
    if code in _BUSY:
        return Busy(place, _words(error))
    if code in _FULL:
        return DiskFull(place, f"the database server has no room left ({_words(error)})")
    if code == "25006":
        return ReadOnly(place, hint="Connect to the server that may be written, not to a copy of it that follows.")
    if code == "42501":
        return ReadOnly(place, "may not be written by this user", hint="Let the user own the database, or grant it.")
    if code in {"XX001", "XX002"}:
        return DatabaseDamaged(place, _words(error), hint=_RESTORE)
    if code == "54000":  # an address of thousands of characters, in an index
        return StoreError(f"{place}: something is too long to be stored", hint="Use a shorter address, path or key.")
    if code in _ANOTHER_VERSION:
        return SchemaMismatch(place, None)
    if not code and (refusal := _refusal(place, _words(error))):
        return refusal
    if code in _UNREACHABLE or (not code and isinstance(error, psycopg.OperationalError)):
        return DatabaseUnreachable(place, _words(error))
    return None


def _refusal(place: str, words: str) -> StoreError | None:
    """The StoreError for a connection that the server refuses: of such, libpq has words alone, and no code."""
    if _NO_SLOT.search(words):
        return Busy(place, words)
    if _NOT_LET_IN.search(words):
        return StoreError(f"{place}: {words}", hint="Check JUMPNOTES_DATABASE: the user, password and name.")
    return None


def _words(error: psycopg.Error) -> str:
    """What it says, in one line: of several attempts the last, and without the address."""
    lines = [line.strip() for line in str(error.diag.message_primary or error).splitlines() if line.strip()]
    said = lines[0].rpartition("failed: ")[2].removeprefix("FATAL:").strip() if lines else type(error).__name__
    return said[:_MAX_SAID_CHARS]
