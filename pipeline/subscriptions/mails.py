"""A digest as a mail: its headers, its text, its page."""

from __future__ import annotations

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote, urlsplit

from pipeline.config import Settings
from pipeline.mail_addresses import NamedAddress, named_address
from pipeline.subscriptions import mail_html, mail_text
from pipeline.subscriptions.messages import Message


def mail(message: Message, settings: Settings, at: datetime) -> EmailMessage:
    """The mail, whose Message-ID is the same whenever the message is sent.

    Args:
        settings: with `site_url` and `mail_from`.
        at: when it is sent.
    """
    site, archive = settings.site_url or "", settings.site_title or "jumpnotes"
    host = urlsplit(site).hostname or "localhost"
    sender = sender_of(settings)
    answers = named_address(settings.mail_reply_to or "") or sender
    found = EmailMessage(policy=SMTP)
    found["From"] = _header(sender)
    found["To"] = _header(NamedAddress("", message.receiver.address))
    if answers != sender:
        found["Reply-To"] = _header(answers)
    found["Subject"] = " ".join(mail_text.subject(message).split())
    found["Date"] = format_datetime(at.astimezone(UTC))
    found["Message-ID"] = f"<{message.id}@{host}>"
    found["List-Id"] = f"<digest.{host}>"
    found["List-Unsubscribe"] = f"<mailto:{quote(answers.address, safe='@')}?subject=unsubscribe>"
    found["Auto-Submitted"] = "auto-generated"  # so that no absence note answers it (RFC 3834)
    found.set_content(mail_text.plain_text(message, site, archive), cte="quoted-printable")
    found.add_alternative(mail_html.page(message, site, archive), subtype="html", cte="quoted-printable")
    return found


def sender_of(settings: Settings) -> NamedAddress:
    """Who digests are from."""
    found = named_address(settings.mail_from or "")
    assert found
    return found if found.name or not settings.site_title else NamedAddress(settings.site_title, found.address)


def _header(address: NamedAddress) -> Address:
    return Address(display_name=address.name, addr_spec=address.address)
