from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Settings
from pipeline.errors import ExchangeUnavailable
from pipeline.exchange_check import check_exchange


def test_a_folder_has_to_be_there_and_is_not_made(tmp_path: Path) -> None:
    """Where it is mounted, and is not now, a new one would hide that."""
    missing = tmp_path / "exchange"
    with pytest.raises(ExchangeUnavailable, match="there is no such folder"):
        check_exchange(Settings(data_dir=tmp_path, exchange=str(missing)))
    assert not missing.exists()
    missing.mkdir()
    check_exchange(Settings(data_dir=tmp_path, exchange=str(missing)))
    check_exchange(Settings(data_dir=tmp_path))
    assert list(missing.iterdir()) == []
