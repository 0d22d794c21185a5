"""A digest as a mail: its headers, its text, its page.

Headers are written here as they go over the wire: the library would take what people wrote for a header that is encoded
already (`=?utf-8?q?…?=`), and encode addresses that are to be read by programs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.errors import MessageError
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, formataddr
from urllib.parse import quote, urlsplit

from pipeline.config import Settings
from pipeline.errors import MailRefused
from pipeline.mail_addresses import NamedAddress, mail_address, named_address
from pipeline.subscriptions import mail_html, mail_text
from pipeline.subscriptions.messages import Message

_ENCODED_WORD = "=?"


class _WrittenHeader(str):
    """A header as it is sent, in ASCII."""

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str, value: str) -> _WrittenHeader:
        made = super().__new__(cls, value)
        made.name = name
        return made

    def fold(self, *, policy: Policy) -> str:
        """The line, or lines; the library asks for them."""
        return f"{self.name}: {self}{policy.linesep}"


def written(message: Message, settings: Settings, at: datetime) -> bytes:
    """The mail, as it is sent.

    Raises:
        MailRefused: there is something in it that no mail can have.
    """
    try:
        return mail(message, settings, at).as_bytes()
    except (ValueError, MessageError) as error:
        hint = "Its meetings wait. `jumpnotes subscribe remove` ends what cannot be told."
        raise MailRefused(f"the mail cannot be written ({error})", hint=hint, retryable=False) from error


def mail(message: Message, settings: Settings, at: datetime) -> EmailMessage:
    """The mail, whose Message-ID is the same whenever the message is sent.

    Args:
        settings: with `site_url` and `mail_from`.
        at: when it is sent.
    """
    site, archive = settings.site_url or "", settings.site_title or "jumpnotes"
    host = _host(site)
    sender = sender_of(settings)
    answers = named_address(settings.mail_reply_to or "") or sender
    headers = {
        "From": _address("From", sender),
        "To": message.receiver.address,
        "Reply-To": _address("Reply-To", answers) if answers != sender else "",
        "Subject": _text("Subject", mail_text.subject(message)),
        "Date": format_datetime(at.astimezone(UTC)),
        "Message-ID": f"<{message.id}@{host}>",
        "List-Id": f"<digest.{host}>",
        "List-Unsubscribe": f"<mailto:{quote(answers.address, safe='@')}?subject=unsubscribe>",
        "Auto-Submitted": "auto-generated",  # so that no absence note answers it (RFC 3834)
    }
    found = EmailMessage(policy=SMTP)
    for name, value in headers.items():
        if value:
            found[name] = _WrittenHeader(name, value)
    found.set_content(mail_text.plain_text(message, site, archive), cte="quoted-printable")
    found.add_alternative(mail_html.page(message, site, archive), subtype="html", cte="quoted-printable")
    return found


def sender_of(settings: Settings) -> NamedAddress:
    """Who digests are from."""
    found = named_address(settings.mail_from or "")
    assert found
    return found if found.name or not settings.site_title else NamedAddress(settings.site_title, found.address)


def _host(site: str) -> str:
    """The domain of a site, in ASCII; where it has none, this machine's."""
    found = mail_address(f"digest@{urlsplit(site).hostname or ''}") or ""
    return found.rpartition("@")[2] or "localhost"


def _address(header: str, address: NamedAddress) -> str:
    name = " ".join(address.name.split())
    if name.isascii() and _ENCODED_WORD not in name:
        return formataddr((name, address.address))
    return f"{_text(header, name)}\r\n <{address.address}>"


def _text(header: str, text: str) -> str:
    """A text in a header, encoded where it is not ASCII or only looks as if it were encoded."""
    text = " ".join(text.split())
    is_plain = text.isascii() and _ENCODED_WORD not in text
    return Header(text, "us-ascii" if is_plain else "utf-8", header_name=header).encode(linesep="\r\n")
