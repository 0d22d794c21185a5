"""The inline markup of caption text: tags, entities, descriptions of sounds."""

from __future__ import annotations

import html
import re

VOICE_TAG = re.compile(r"<v(?:\.[^\s<>]*)?\s([^<>]*)>")  # no \s+: a run of spaces must not be tried in every way

# A tag begins with a letter, or is a time: "a < b" and "<3" are text.
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<>|</>|<\d+:[\d:.]+>|\{\\[^{}]*\}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_INVISIBLE = {ord(mark): None for mark in "\u200b\u200e\u200f\ufeff"}
_SOUND = re.compile(r"\[[^\[\]]*\]")


def plain_text(text: str) -> str:
    """What a viewer sees of `text`: no tags, no entities, single spaces."""
    return " ".join(_unescape(_TAG.sub("", text)).translate(_INVISIBLE).split())


def _unescape(text: str) -> str:
    """Replace the entities of captions, and only those: `&copy` in "C&copyright" is text."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def escape(text: str) -> str:
    """`text` so that `plain_text` gives it back."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("{\\", "&#123;\\")


def without_sounds(text: str) -> str:
    """`text` without `[Music]`, `[Applause]`, `[ __ ]`."""
    return _SOUND.sub(" ", text)
