"""Languages by their codes and English names, as files, speech recognition and people write them.

ISO 639-1 (`de`), 639-2/T (`deu`), 639-2/B (`ger`), BCP 47 (`de-AT`), and names as in "German".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Code of two letters, that or those of three, name. Those that speech models know.
_LANGUAGES = """
af afr Afrikaans|am amh Amharic|ar ara Arabic|as asm Assamese|az aze Azerbaijani|ba bak Bashkir|be bel Belarusian
bg bul Bulgarian|bn ben Bengali|bo bod,tib Tibetan|br bre Breton|bs bos Bosnian|ca cat Catalan|cs ces,cze Czech
cy cym,wel Welsh|da dan Danish|de deu,ger German|el ell,gre Greek|en eng English|eo epo Esperanto|es spa Spanish
et est Estonian|eu eus,baq Basque|fa fas,per Persian|fi fin Finnish|fo fao Faroese|fr fra,fre French|ga gle Irish
gl glg Galician|gu guj Gujarati|ha hau Hausa|he heb Hebrew|hi hin Hindi|hr hrv Croatian|ht hat Haitian Creole
hu hun Hungarian|hy hye,arm Armenian|id ind Indonesian|is isl,ice Icelandic|it ita Italian|ja jpn Japanese
jv jav Javanese|ka kat,geo Georgian|kk kaz Kazakh|km khm Khmer|kn kan Kannada|ko kor Korean|la lat Latin
lb ltz Luxembourgish|ln lin Lingala|lo lao Lao|lt lit Lithuanian|lv lav Latvian|mg mlg Malagasy|mi mri,mao Maori
mk mkd,mac Macedonian|ml mal Malayalam|mn mon Mongolian|mr mar Marathi|ms msa,may Malay|mt mlt Maltese
my mya,bur Burmese|ne nep Nepali|nl nld,dut Dutch|nb nob Norwegian Bokmål|nn nno Norwegian Nynorsk|no nor Norwegian
oc oci Occitan|pa pan Punjabi|pl pol Polish|ps pus Pashto|pt por Portuguese|ro ron,rum Romanian|ru rus Russian
sa san Sanskrit|sd snd Sindhi|si sin Sinhala|sk slk,slo Slovak|sl slv Slovenian|sn sna Shona|so som Somali
sq sqi,alb Albanian|sr srp Serbian|st sot Sesotho|su sun Sundanese|sv swe Swedish|sw swa Swahili|ta tam Tamil
te tel Telugu|tg tgk Tajik|th tha Thai|tk tuk Turkmen|tl tgl Tagalog|tr tur Turkish|tt tat Tatar|uk ukr Ukrainian
ur urd Urdu|uz uzb Uzbek|vi vie Vietnamese|yi yid Yiddish|yo yor Yoruba|zh zho,chi Chinese
"""
# Other names and codes of these, each before the code.
_ALIASES = """
    castilian es cmn zh dut nl farsi fa filipino tl flemish nl haitian ht mandarin zh moldovan ro myanmar my
    nynorsk nn panjabi pa sinhalese si valencian ca
"""
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}", re.ASCII)
_UNKNOWN = frozenset(("und", "mis", "mul", "zxx"))  # undetermined, uncoded, several, none (ISO 639-2)


@dataclass(frozen=True, slots=True)
class _CodedLanguage:
    code: str
    name: str


def _all() -> dict[str, _CodedLanguage]:
    found: dict[str, _CodedLanguage] = {}
    for entry in _LANGUAGES.strip().replace("\n", "|").split("|"):
        code, longer, name = entry.split(" ", 2)
        found |= dict.fromkeys((code, *longer.split(","), name.lower()), _CodedLanguage(code, name))
    words = _ALIASES.split()
    return {alias: found[code] for alias, code in zip(words[::2], words[1::2], strict=True)} | found


_BY_ANY = _all()


def language_code(given: str | None) -> str | None:
    """The shortest code of a language given by any of its codes, with a region or not, or by its English name.

    A language that is not in the table keeps the code it has. None: the language is not known.

    >>> [language_code(given) for given in ("ger", "de-AT", "German", "gsw", "und")]
    ['de', 'de', 'de', 'gsw', None]
    """
    plain = (given or "").strip().lower()
    primary = plain.replace("_", "-").split("-")[0]
    known = _BY_ANY.get(plain) or _BY_ANY.get(primary)
    return known.code if known else primary if primary and primary not in _UNKNOWN else None


def language_name(given: str | None) -> str | None:
    """Its English name; its code where that is all there is.

    >>> language_name("deu"), language_name("gsw"), language_name(None)
    ('German', 'gsw', None)
    """
    code = language_code(given)
    known = _BY_ANY.get(code or "")
    return known.name if known else code


def language_tag(given: str) -> str:
    """The BCP 47 tag of a language that is given by its English name or a code; "und" for anything else.

    >>> [language_tag(given) for given in ("English", "deu", "en_us", "auto-detected")]
    ['en', 'de', 'en-us', 'und']
    """
    name = given.strip()
    if found := _BY_ANY.get(name.lower()):
        return found.code
    return name.replace("_", "-") if _TAG.fullmatch(name) else "und"
