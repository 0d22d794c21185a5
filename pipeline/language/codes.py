"""Languages as speech recognition names them, and their codes (BCP 47)."""

from __future__ import annotations

import re

UNDETERMINED = "und"

# English names, and the longer codes of ISO 639, each before the code that is used here.
_NAMES = """
    afrikaans af albanian sq amharic am arabic ar armenian hy assamese as azerbaijani az bashkir ba basque eu belarusian
    be bengali bn bosnian bs breton br bulgarian bg burmese my cantonese yue castilian es catalan ca chinese zh croatian
    hr czech cs danish da dutch nl english en estonian et faroese fo farsi fa filipino tl finnish fi flemish nl french
    fr galician gl georgian ka german de greek el gujarati gu haitian ht hausa ha hawaiian haw hebrew he hindi hi
    hungarian hu icelandic is indonesian id italian it japanese ja javanese jv kannada kn kazakh kk khmer km korean ko
    lao lo latin la latvian lv lingala ln lithuanian lt luxembourgish lb macedonian mk malagasy mg malay ms malayalam ml
    maltese mt mandarin zh maori mi marathi mr moldovan ro mongolian mn myanmar my nepali ne norwegian no nynorsk nn
    occitan oc panjabi pa pashto ps persian fa polish pl portuguese pt punjabi pa romanian ro russian ru sanskrit sa
    serbian sr shona sn sindhi sd sinhala si sinhalese si slovak sk slovenian sl somali so spanish es sundanese su
    swahili sw swedish sv tagalog tl tajik tg tamil ta tatar tt telugu te thai th tibetan bo turkish tr turkmen tk
    ukrainian uk urdu ur uzbek uz valencian ca vietnamese vi welsh cy yiddish yi yoruba yo
    ara ar ces cs dan da deu de ger de ell el eng en fin fi fra fr fre fr heb he hin hi hun hu ind id ita it jpn ja
    kor ko nld nl dut nl nor no pol pl por pt ron ro rus ru spa es swe sv tha th tur tr ukr uk vie vi zho zh chi zh
    cmn zh
"""
_WORDS = _NAMES.split()
_CODES = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_CODE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)


def language_code(given: str) -> str:
    """The code of a language that is given by its English name or its code; "und" for anything else.

    >>> language_code("English"), language_code("en_us"), language_code("auto-detected")
    ('en', 'en-us', 'und')
    """
    name = given.strip()
    if found := _CODES.get(name.lower()):
        return found
    return name.replace("_", "-") if _CODE.fullmatch(name) else UNDETERMINED
