"""Which words of the notes are given to the speech model."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline import notes
from pipeline.language import jargon
from pipeline.records import Notes

SEED = Path(__file__).parents[3] / "seeds" / "000_d54e42ad7e88ce35.txt"


def written(text: str) -> Notes:
    return notes.parse(text, name="20210803_meeting_notes.md")


def words(text: str, *, others: Iterable[str] = ()) -> tuple[str, ...]:
    return jargon.hotwords(written(text), others=others)


def test_jargon_identifiers_and_names_are_hotwords() -> None:
    """What a model mishears is in, spelled as people write it."""
    given = words(
        "# Weekly\n\nAlessandro moved eBPF probes to getaddrinfo for dns_events, and sccache works with CMake.\n"
    )

    assert {"Alessandro", "eBPF", "getaddrinfo", "dns_events", "sccache", "CMake"} <= set(given)


def test_plain_english_is_no_hotword() -> None:
    """Room is short: words the model knows, bent or not, stay out."""
    given = words(
        "# Meeting\n\nDiscussing the regularly stopped releases, policies and rewritten announcements that vanished.\n"
    )

    assert given == ()


def test_addresses_hashes_and_numbers_are_no_hotwords() -> None:
    """Nobody says them as they are written."""
    given = words(
        "# Meeting\n\nSee https://example.org/osquery/pull/6190, www.example.org, commit 2f9c1d7ab, #6190 at 12:30.\n"
    )

    assert given == ()


def test_a_lower_case_name_keeps_its_case() -> None:
    """A capital at the start of a sentence or in a heading does not change how a name is written."""
    given = words("# Osquery news\n\nOsquery is out. We ship osquery.\n\nThen mozilla and Mozilla. Ask Mozilla.\n")

    assert "osquery" in given
    assert "Mozilla" in given
    assert not {"Osquery", "mozilla"} & set(given)


def test_slips_of_the_pen_are_no_hotwords() -> None:
    """A letter forgotten or doubled makes no jargon; `ccache` is none of these."""
    given = words("# Meeting\n\nThe continous platformm withouth osqury; osquery (osquery) and ccache are fine.\n")

    assert set(given) == {"osquery", "ccache"}


def test_what_other_notes_do_not_have_comes_first() -> None:
    """Between two of a kind, the one that is new in this folder is the more distinctive."""
    text = "# Meeting\n\nAbout thriftpy and kolidex.\n"

    assert words(text) == ("kolidex", "thriftpy")
    assert words(text, others=["kolidex again", "and Kolidex", "nothing"]) == ("thriftpy", "kolidex")


def test_the_template_and_code_are_no_hotwords() -> None:
    """Nobody said them."""
    source = "# Meeting\n\n## Zqdocs linkz\n\nsccache\n\n```\nrm_everything(now)\n```\n"
    parsed = notes.parse(source, name="20210803_meeting_notes.md", templates=frozenset({"zqdocs linkz"}))

    given = jargon.hotwords(parsed)

    assert "sccache" in given
    assert "rm_everything" not in given


def test_who_spoke_is_a_hotword() -> None:
    """The name before a remark is a name people say."""
    assert "Stefano" in words("# Meeting\n\n- (Stefano) I would say end of February\n")


def test_the_list_keeps_to_its_tokens() -> None:
    """However much jargon there is, the list takes no more tokens; after a word that is too long shorter ones fit."""
    long, short = "q" * 400, [f"kx{number}zq" for number in range(60)]

    given = words(f"# Meeting\n\nAbout {long} {long} {long}, {' and '.join(short)}.\n")

    assert long not in given
    assert 10 < len(given) < len(short)
    assert jargon.estimated_tokens(" " + ", ".join(given)) <= jargon.MAX_HOTWORD_TOKENS
    assert words(f"# Meeting\n\nAbout {long[:300]}.\n") == (long[:300],)


@pytest.mark.model
def test_the_budget_holds_for_the_real_tokenizer() -> None:
    """The estimate made without the model does not exceed 120 of its tokens, nor waste most of them."""
    from tokenizers import Tokenizer

    from pipeline.transcribe import find_weights

    tokenizer = Tokenizer.from_file(str(Path(find_weights("tiny.en", None)) / "tokenizer.json"))

    given = jargon.hotwords(notes.read(SEED))

    assert (
        60 <= len(tokenizer.encode(" " + ", ".join(given), add_special_tokens=False).ids) <= jargon.MAX_HOTWORD_TOKENS
    )
    assert {"osquery", "eBPF", "sccache", "farfella", "getaddrinfo"} <= set(given)


def test_the_vocabulary_is_made_without_the_model() -> None:
    """Reading notes stays quick: no heavy library is loaded."""
    code = (
        "import sys; from pathlib import Path; from pipeline import notes; from pipeline.language import jargon; "
        f"jargon.hotwords(notes.read(Path({str(SEED)!r}))); "
        "print({'numpy', 'av', 'faster_whisper', 'tokenizers', 'rapidfuzz'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


def test_text_without_spaces_has_only_its_foreign_words_as_hotwords() -> None:
    """A whole Chinese clause is no word, and would fill all the room there is."""
    assert set(words("# 周会\n\n- 企业客户单点登录：Okta已联调，用dns_events的列表\n- ログイン障害とKerberos\n")) == {
        "Okta",
        "dns_events",
        "Kerberos",
    }
