"""The notes by how their moments are found, as one step hands them on to the next."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from jumpnotes_action.inputs import Inputs
from jumpnotes_action.runner import work_folder


class Way(StrEnum):
    """How the moments of a file are found."""

    TRANSCRIPT = "transcript"  # there is one: nothing is fetched, heard or stored
    CAPTIONS = "captions"  # the video is on YouTube, which may refuse
    RUN = "run"  # a recording beside the notes or on an allowed host, or a transcript in the notes
    NONE = "none"  # no recording


@dataclass(frozen=True, slots=True)
class NotesByWay:
    """The notes files of a checkout, as they are written in its folders."""

    files: Mapping[Way, Sequence[Path]] = field(default_factory=dict)
    has_to_hear: bool = False

    @property
    def all(self) -> list[Path]:
        return sorted(path for paths in self.files.values() for path in paths)

    def save(self) -> None:
        """Keep it for the next step."""
        _file().write_text(json.dumps({way.value: [str(path) for path in paths] for way, paths in self.files.items()}))

    @classmethod
    def saved(cls) -> NotesByWay:
        """What the step before has kept."""
        known = json.loads(_file().read_text())
        return cls({Way(way): [Path(name) for name in names] for way, names in known.items()})


def _file() -> Path:
    return work_folder() / "plan.json"


def models_folder(inputs: Inputs) -> Path:
    """Where speech models are kept."""
    return (inputs.data_dir or work_folder()) / "models"
