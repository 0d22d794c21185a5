from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cues.decoding import decode

MIN_RIGHT_SHARE = 0.95

SENTENCES = {
    "en cp1252": [
        "The seal was four hundred and twenty € with fitting.",
        "We don’t know who ordered the “new” pump.",
        "It’s the fence – not the gate – that fell.",
        "They said it’s fine… for now.",
        "The café opens at nine.",
        "He’s our naïve optimist, I’d say.",
        "What about the résumé of last year?",
    ],
    "fr cp1252": [
        "Bonjour à tous, bienvenue à la réunion.",
        "La pompe du jardin du bas est tombée en panne mardi.",
        "Ça coûte quatre cents euros, c’est trop cher.",
        "Où est-ce qu’on range les tréteaux ?",
        "Je suis d’accord avec Hélène.",
        "Peut-être qu’il faudrait réparer nous-mêmes.",
        "La clôture s’est effondrée à cause de la tempête.",
    ],
    "de cp1252": [
        "Guten Morgen zusammen, schön, dass ihr da seid.",
        "Das wäre für uns zu teuer, oder?",
        "Wir könnten am Samstag die Dichtung austauschen.",
        "Müssen wir dafür Geld ausgeben?",
        "Ich hätte noch eine Frage zur Straße.",
        "Wer hat die Schlüssel für den Geräteschuppen?",
        "Natürlich, das machen wir später.",
    ],
    "es cp1252": [
        "Buenos días a todos, ¿empezamos?",
        "La bomba del jardín se averió el martes.",
        "Mañana viene el fontanero.",
        "¿Cuánto cuesta la reparación?",
        "Creo que es más barato arreglarla nosotros.",
        "El año pasado fue peor.",
        "Según Íñigo, la valla también está rota.",
    ],
    "it cp1252": [
        "La pompa è guasta da martedì.",
        "Non so perché costi così tanto.",
        "Però possiamo ripararla noi.",
        "C’è anche il problema della recinzione.",
        "Sarà più facile lunedì.",
        "Chi porterà i tavoli?",
        "La riunione è finita.",
    ],
    "sv cp1252": [
        "God morgon allihop, välkomna.",
        "Pumpen i den nedre trädgården är trasig.",
        "Hur mycket kostar det att åtgärda?",
        "Vi kan göra det själva på lördag.",
        "Jag tror att det är för dyrt.",
        "Då går vi vidare.",
        "Är alla överens?",
    ],
    "pl cp1250": [
        "Dzień dobry wszystkim, zaczynamy.",
        "Pompa w dolnym ogrodzie się zepsuła.",
        "Ile to będzie kosztować?",
        "Możemy naprawić ją sami w sobotę.",
        "Myślę, że to za drogo.",
        "Proszę zamknąć furtkę.",
        "Płot też się przewrócił.",
    ],
    "cs cp1250": [
        "Dobrý den všem, začneme.",
        "Čerpadlo v dolní zahradě se porouchalo.",
        "Kolik to bude stát?",
        "Můžeme to opravit sami v sobotu.",
        "Myslím, že je to příliš drahé.",
        "Plot také spadl.",
        "Příští schůzka je ve středu.",
    ],
    "hu cp1250": [
        "Jó reggelt mindenkinek, kezdjük.",
        "A szivattyú elromlott kedden.",
        "Mennyibe fog ez kerülni?",
        "Szombaton megjavíthatjuk magunk is.",
        "Szerintem túl drága.",
        "A kerítés is leesett.",
        "Köszönöm a segítséget.",
    ],
    "ru cp1251": [
        "Доброе утро, начинаем собрание.",
        "Насос в нижнем саду сломался во вторник.",
        "Сколько это будет стоить?",
        "Мы можем починить его сами.",
        "Я думаю, это слишком дорого.",
        "Забор тоже упал.",
        "Следующая встреча в среду.",
    ],
    "uk cp1251": [
        "Доброго ранку, починаємо збори.",
        "Насос у нижньому саду зламався.",
        "Скільки це коштуватиме?",
        "Ми можемо полагодити його самі.",
        "Я думаю, що це задорого.",
        "Паркан теж упав.",
        "Наступна зустріч у середу.",
    ],
    "zh gbk": [
        "大家早上好，我们开始吧。",
        "下面花园的水泵坏了。",
        "修理要多少钱？",
        "我们可以星期六自己修。",
        "我觉得太贵了。",
        "篱笆也倒了。",
        "下次会议在星期三。",
    ],
    "zh-hant big5": [
        "大家早安，我們開始吧。",
        "下面花園的水泵壞了。",
        "修理要多少錢？",
        "我們可以星期六自己修。",
        "我覺得太貴了。",
        "籬笆也倒了。",
        "下次會議在星期三。",
    ],
    "ja cp932": [
        "おはようございます、始めましょう。",
        "下の庭のポンプが壊れました。",
        "修理にいくらかかりますか？",
        "土曜日に自分たちで直せます。",
        "高すぎると思います。",
        "フェンスも倒れました。",
        "次の会議は水曜日です。",
    ],
    "ko euc-kr": [
        "안녕하세요, 시작하겠습니다.",
        "아래 정원의 펌프가 고장 났어요.",
        "수리비가 얼마나 들까요?",
        "토요일에 우리가 고칠 수 있어요.",
        "너무 비싼 것 같아요.",
        "울타리도 쓰러졌습니다.",
        "다음 회의는 수요일입니다.",
    ],
    "el cp1253": [
        "Καλημέρα σε όλους, ξεκινάμε.",
        "Η αντλία στον κάτω κήπο χάλασε.",
        "Πόσο θα κοστίσει;",
        "Μπορούμε να την φτιάξουμε μόνοι μας.",
        "Νομίζω ότι είναι πολύ ακριβό.",
        "Έπεσε και ο φράχτης.",
        "Ευχαριστώ για τη βοήθεια.",
    ],
    "tr cp1254": [
        "Herkese günaydın, başlıyoruz.",
        "Aşağı bahçedeki pompa bozuldu.",
        "Cumartesi günü kendimiz tamir edebiliriz.",
        "Bence çok pahalı.",
        "Çit de yıkıldı.",
        "Yardımınız için teşekkürler.",
        "Masaları kim getirecek?",
    ],
}
SENTENCES["ru koi8-r"] = SENTENCES["ru cp1251"]
SENTENCES["zh gb18030"] = SENTENCES["zh gbk"]
SENTENCES["ja euc-jp"] = SENTENCES["ja cp932"]
ENGLISH = ["Okay.", "So, the next item.", "Can you hear me?", "Let me share my screen.", "Yes, that works."]


def srt(random: Random, sentences: list[str], cues: int) -> str:
    """An SRT file with some English in it, as calls have."""
    texts = [random.choice(ENGLISH if number and random.random() < 0.3 else sentences) for number in range(cues)]
    return "\n".join(
        f"{number}\n00:{number // 60:02}:{number % 60:02},000 --> 00:{number // 60:02}:{number % 60:02},900\n{text}\n"
        for number, text in enumerate(texts)
    )


def saved_files() -> Iterator[tuple[str, int, str, bytes]]:
    """120 files: the language and encoding, the number of cues, the text and the bytes."""
    random = Random(3)
    for name, sentences in SENTENCES.items():
        for cues in (3, 5, 10, 20, 60, 300):
            text = srt(random, sentences, cues)
            yield name, cues, text, text.encode(name.split()[1])


def test_code_pages_are_found() -> None:
    """Of files with ten cues and more nearly all are read right, and of shorter ones most; a guess is told of."""
    wrong: list[tuple[str, int, str]] = []
    total = 0
    for name, cues, text, content in saved_files():
        total += 1
        found = decode(content)
        (warning,) = found.warnings
        assert "is not UTF-8; it was read as" in warning
        if found.text != text:
            wrong.append((name, cues, warning))
    long = [each for each in wrong if each[1] >= 10]
    print(f"of {total} files {len(wrong)} are wrong, {len(long)} of those with 10 cues and more: {wrong}")

    assert len(long) <= (1 - MIN_RIGHT_SHARE) * total * 4 / 6
    assert len(wrong) <= (1 - MIN_RIGHT_SHARE) * total


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("name", SENTENCES)
def test_unicode_is_certain(encoding: str, name: str) -> None:
    """UTF-8, UTF-16 and UTF-32 are read without a warning, with a byte order mark or without."""
    text = srt(Random(1), SENTENCES[name], 3)
    found = decode(text.encode(encoding))

    assert found.text == text
    assert found.warnings == ()


@pytest.mark.parametrize(
    "sign", ["£30", "½ price", "naïve", "© 2024", "20 °C", "“seal”", "don’t", "– no", "400 €", "José"]
)
def test_one_sign_in_english(sign: str) -> None:
    """A single sign that is not ASCII tells little; in English it is most likely Windows-1252."""
    text = srt(Random(2), ["We talk about the pump and the fence again."], 20) + sign
    assert decode(text.encode("cp1252")).text == text


@pytest.mark.parametrize("name", SENTENCES)
def test_one_long_line(name: str) -> None:
    """The bytes that are looked at are cut between characters where there are no lines, as in JSON."""
    text = '[{"start":0,"text":"' + '"},{"start":0,"text":"'.join(SENTENCES[name] * 15) + '"}]'
    assert decode(text.encode(name.split()[1])).text == text


def test_utf8_with_broken_bytes_stays_utf8() -> None:
    """A few broken bytes do not turn a file into another encoding; the warning names their line."""
    lines = srt(Random(4), SENTENCES["fr cp1252"], 10).encode().split(b"\n")
    lines[6] += b" \xe9t\xe9"
    found = decode(b"\n".join(lines))

    assert found.text.split("\n")[6].endswith(" \ufffdt\ufffd")
    assert found.text.count("\ufffd") == 2
    assert found.warnings == ("line 7 is not UTF-8 throughout; what cannot be read is shown as \ufffd",)


def test_utf8_that_is_cut_off_in_a_character() -> None:
    """A download that broke off within the only character that is not ASCII is still UTF-8."""
    found = decode(("a\n" * 9 + "“").encode()[:-1])
    assert found.text == "a\n" * 9 + "\ufffd"
    assert found.warnings[0].startswith("line 10 is not UTF-8")


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded(content: bytes) -> None:
    """There is a text in whatever is given: a wrong guess is wrong letters, never an error."""
    assert isinstance(decode(content).text, str)


@pytest.mark.parametrize(
    "content",
    [
        b"a\xe9" * 2_500_000,
        b"\xe9" * 5_000_000,
        (b"a" * 400 + b"\xe9") * 12_000,
        b"a" * 5_000_000 + b"\xe9 b",
        b"\0a" * 2_500_000,
    ],
    ids=["accents", "no boundary", "long lines", "one at the end", "utf-16"],
)
def test_large_files_are_sampled(content: bytes) -> None:
    """Five megabytes take no longer than reading them does, whatever is in them."""
    decode(b"\xe9")  # loads the detector
    start = time.process_time()
    decode(content)
    assert time.process_time() - start < 2.0
