"""A digest as people read it."""

from __future__ import annotations

import email.policy
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage

import pytest

from pipeline.config import Settings
from pipeline.errors import MailRefused
from pipeline.records import Hit, PassageSource, Subscription, SubscriptionChannel, SubscriptionKind
from pipeline.subscriptions import mail_text, mails
from pipeline.subscriptions.finding import DiscussedMeeting, News
from pipeline.subscriptions.messages import Message, Receiver

AT = datetime(2024, 3, 6, 7, 30, tzinfo=UTC)
SITE = "https://meetings.garden.example"
HIT = Hit(
    "call", "Call", date(2024, 3, 5), PassageSource.NOTES, 754.2, "b-1",
    (("The ", False), ("hose", True), (" <leaks> & ", False), ("x" * 400, False)), section="Wässern",
)  # fmt: skip
UNKNOWN = replace(HIT, start=None, section=None, snippet=(("حديقة الحي", False),))


def message(*names: str, hits: tuple[Hit, ...] = (HIT, UNKNOWN)) -> Message:
    made = [
        Subscription(number, SubscriptionKind.QUERY, name, SubscriptionChannel.MAIL, "ana@example.org", "Tomáš", AT)
        for number, name in enumerate(names, 1)
    ]
    meeting = DiscussedMeeting("call", "Garden club", date(2024, 3, 5), hits)
    receiver = Receiver(SubscriptionChannel.MAIL, "ana@example.org", tuple(made))
    return Message("digest-1", receiver, tuple(News(each, each.about, (meeting,)) for each in made))


def settings(**values: str) -> Settings:
    from pathlib import Path

    whole = {"site_url": SITE, "mail_from": "Gärten <club@garden.example>", "site_title": "Gärten"} | values
    return Settings(data_dir=Path(), **whole)  # type: ignore[arg-type]


def sent(made: Message, **values: str) -> tuple[bytes, EmailMessage]:
    data = mails.written(made, settings(**values), AT)
    found = message_from_bytes(data, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return data, found


def part(found: EmailMessage, kind: str) -> str:
    body = found.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_programs_know_what_kind_of_mail_it_is() -> None:
    """Names in any script; nothing but ASCII on the way, no line too long."""
    data, found = sent(message("hose"), mail_reply_to="Ana <ana@garden.example>")
    headers = {
        name: str(found[name]) for name in ("From", "To", "Reply-To", "Message-ID", "Date", "List-Id", "Subject")
    }

    assert headers == {
        "From": "Gärten <club@garden.example>",
        "To": "ana@example.org",
        "Reply-To": "Ana <ana@garden.example>",
        "Message-ID": "<digest-1@meetings.garden.example>",
        "Date": "Wed, 06 Mar 2024 07:30:00 +0000",
        "List-Id": "<digest.meetings.garden.example>",
        "Subject": "“hose”: 1 meeting",
    }
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe"] == "<mailto:ana@garden.example?subject=unsubscribe>"
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 120
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_same_message_has_the_same_name_whenever_it_is_sent() -> None:
    first = mails.mail(message("hose"), settings(), AT)
    again = mails.mail(message("hose"), settings(), datetime(2024, 3, 13, tzinfo=UTC))
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Date"] != again["Date"]


def test_the_text_has_every_moment_with_its_link() -> None:
    """Its time, its section, what stands there, not too long; where no time is known, that is said."""
    _, found = sent(message("hose", "water"))
    text = part(found, "plain")

    assert text.startswith(
        "What you follow in Gärten came up in 1 meeting.\n\n\n“hose”\n======\n\n  Garden club, 5 March 2024"
    )
    assert "  12:34, Wässern:\n  “The hose <leaks> &\n  xxx" in text
    assert f"  {SITE}/meetings/call?t=754#b-1\n" in text
    assert "  Time not known:\n  “حديقة الحي”\n" in text
    assert f"  {SITE}/meetings/call#b-1\n" in text
    assert "set up by: Tomáš" in " ".join(text.split())
    assert "x" * 301 not in text


def test_the_page_needs_nothing_and_shows_text_as_text() -> None:
    """No pictures, no scripts, nothing that tells who opened it."""
    _, found = sent(message("<script>alert(1)</script>"))
    page = part(found, "html")

    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;leaks&gt; &amp; " in page
    assert not re.search(r"<(?:img|link|iframe|object)|url\(|@import|src=", page)
    assert set(re.findall(r'href="([^"]*)"', page)) == {
        f"{SITE}/meetings/call",
        f"{SITE}/meetings/call?t=754#b-1",
        f"{SITE}/meetings/call#b-1",
    }
    assert '<blockquote dir="auto">حديقة الحي</blockquote>' in page


def test_a_subject_is_one_short_line() -> None:
    subject = mail_text.subject(message(*(f"something long {number}" for number in range(20))))
    assert len(subject) <= 120
    _, found = sent(message("a\r\nBcc: eve@example.org"))
    assert found["Bcc"] is None


ENCODED = ["=?utf-8?q?=ED=A0=80?=", "=?unicode_escape?q?=5Cud800?=", "=?utf-8?q?a=0D=0ABcc:_eve@example.org?="]


@pytest.mark.parametrize("given", ENCODED)
def test_what_looks_like_an_encoded_word_is_text(given: str) -> None:
    """In the subject and in names, by which it could begin another header, or be what no mail can have."""
    data, found = sent(message(f"leak OR {given}"), site_title=given, mail_from="club@garden.example")
    names = [line.partition(b":")[0] for line in data.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] != b" "]

    assert [str(name, "ascii") for name in names] == list(found.keys())
    assert set(found.keys()).isdisjoint({"Bcc", "Cc"})
    assert decoded(found["Subject"]) == f"“leak OR {given}”: 1 meeting"
    assert found["From"].addresses[0].addr_spec == "club@garden.example"
    assert given.encode() not in data.partition(b"\r\n\r\n")[0]


def decoded(header: object) -> str:
    return str(header).replace("\n", "")


def test_names_have_any_signs() -> None:
    for name in ("Ana, Ben & Co.", 'The "shed"', "Gärten, e. V."):
        _, found = sent(message("hose"), site_title=name, mail_from="club@garden.example")
        assert (found["From"].addresses[0].display_name, len(found["From"].addresses)) == (name, 1)


def test_what_programs_read_is_never_encoded() -> None:
    """However long the address and the domain are, in whatever script."""
    answers = "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".org"
    data, _ = sent(message("hose"), mail_reply_to=answers, site_url=f"https://bücher.{'c' * 60}.example")
    assert f"\r\nList-Unsubscribe: <mailto:{answers}?subject=unsubscribe>\r\n".encode() in data
    assert f"\r\nList-Id: <digest.xn--bcher-kva.{'c' * 60}.example>\r\n".encode() in data
    assert f"\r\nMessage-ID: <digest-1@xn--bcher-kva.{'c' * 60}.example>\r\n".encode() in data
    assert b"\r\nList-Id: <digest.localhost>\r\n" in sent(message("hose"), site_url="https://[::1]:8000")[0]


def test_a_mail_that_nobody_can_write_is_refused() -> None:
    with pytest.raises(MailRefused, match="cannot be written") as caught:
        sent(message("\ud800"))
    assert not caught.value.is_uncertain
