"""Where the blocks of notes stand, in words: what a correction that is only suggested says of its block."""

from __future__ import annotations

import json

from markupsafe import Markup

from pipeline.corrections.locate import locators
from pipeline.records import Notes


def places_json(notes: Notes) -> Markup:
    """By the id of each block its text, the heading above it, and which of equal ones it is, as JSON for a script."""
    found = {block_id: [at.text, at.under, at.nth] for block_id, at in locators(notes).items()}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return Markup(text)  # noqa: S704 - JSON without a tag
