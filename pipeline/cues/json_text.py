"""What the JSON formats have in common: broken JSON is an error that names the line."""

from __future__ import annotations

import json
from typing import Any

from pipeline.errors import TranscriptError


def parse_object(text: str, *, source: str) -> dict[str, Any]:
    """The JSON object in `text`.

    Raises:
        TranscriptError: it is broken, nested too deeply, or no object.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise TranscriptError(source, f"is broken JSON ({error.msg})", line=error.lineno) from error
    except RecursionError as error:
        raise TranscriptError(source, "is JSON nested too deeply for a transcript") from error
    if not isinstance(data, dict):
        raise TranscriptError(source, "is JSON, but not an object")
    return data
