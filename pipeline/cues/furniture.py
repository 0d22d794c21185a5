"""Lines of a transcript that nobody said: what the program that wrote it puts above, below and in between."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.cues.spoken_lines import plain, spelled_time

_FURNITURE = re.compile(
    r"(?:transcribed|transcript|transcription|exported|created|generated|powered)\s(?:by|with|from|using)\s.{0,60}"
    r"(?:\bhttps?://\S{1,200}|\.(?:ai|com|io)\b).{0,40}"
    r"|.{0,10}transcription ended after .{1,40}|.{0,10}meeting ended after .{1,40}"
    r"|this (?:editable )?transcript was (?:computer|automatically) generated.{0,200}"
    r"|.{1,60} (?:started|stopped) (?:the )?(?:transcription|recording)"
    r"|.{1,60} hat die (?:transkription|aufzeichnung) (?:gestartet|beendet)"
    r"|.{1,60} a (?:démarré|arrêté|commencé) (?:la transcription|l.enregistrement)"
    r"|.{1,60} (?:inició|detuvo|iniciou|interrompeu) (?:la transcripción|a transcrição|la grabación|a gravação)"
    r"|.{1,60}(?:が|さんが)(?:文字起こし|トランスクリプション|録音|レコーディング)を(?:開始|停止)しました"
    r"|(?:# ?)?tactiq\.io .{0,60}|sync to video time|search (?:in video|transcript)|show transcript"
    r"|[^\W\d_ ]{3,20}(?: \([^()]{1,30}\))? \(auto-generated\)"
    r"|[-=_*~]{3,200}|\[?end of (?:the )?(?:transcript|recording)\]?\.?",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r".{0,80}\b(?:transcript|transcription|transkript|transcripción|transcrição|trascrizione)\W{0,3}", re.I
)
_TITLE_UNSPACED = re.compile(r".{0,40}(?:文字起こし|トランスクリプト|转录|逐字稿|전사)\W{0,3}")
_MAX_CHARS = 320
_MAX_LINES_ABOVE = 40


def is_furniture(text: str) -> bool:
    """Whether a line, without marks, is of the program that wrote the transcript."""
    return len(text) <= _MAX_CHARS and _FURNITURE.fullmatch(text.strip()) is not None


def is_title(text: str) -> bool:
    """Whether a line says that a transcript follows."""
    return len(text) <= _MAX_CHARS and bool(_TITLE.fullmatch(text) or _TITLE_UNSPACED.fullmatch(text))


def line_above(lines: Sequence[str], number: int | None) -> str | None:
    """The last line with text above the line of that number, 1-based; None where there is none near."""
    first = max(0, (number or 1) - 1 - _MAX_LINES_ABOVE)
    above = (plain(line) for line in reversed(lines[first : (number or 1) - 1]))
    return next((text for text in above if text and not is_furniture(text) and spelled_time(text) is None), None)
