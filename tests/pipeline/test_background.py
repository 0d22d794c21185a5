"""A command in a process of its own has the archive of its caller, and nobody sees its address."""

from __future__ import annotations

from pathlib import Path

from pipeline import background

SECRET = "Geheimnis-7"


def test_the_address_of_a_database_is_handed_over_where_nobody_sees_it(tmp_path: Path) -> None:
    """Not among the arguments, which everybody on a machine may read."""
    url = f"postgresql://ana:{SECRET}@127.0.0.1:1/a"
    process = background.start(tmp_path, "list", database=url)
    arguments = process.args
    seen = Path(f"/proc/{process.pid}/environ").read_bytes()

    assert SECRET not in repr(arguments)
    assert url.encode() in seen
    assert process.wait() == 1
