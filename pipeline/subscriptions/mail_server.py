"""Mails, handed to a server by SMTP: encrypted, unless it is this machine."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from pipeline.errors import MailRefused
from pipeline.exchange_limit import at_most
from pipeline.mail_addresses import ServerAddress

_TIMEOUT_SECONDS = 30.0
_MAX_CONNECT_SECONDS = 60.0
_MAX_EXCHANGE_SECONDS = 180.0
_CHECK = "Check JUMPNOTES_SMTP and that the server answers."
_LATER = "The next digest tries again."
_MAX_REPLY_CHARS = 300


class _Client(smtplib.SMTP):
    """Does not wait without end for the server to introduce itself."""

    def connect(self, *arguments: Any, **options: Any) -> tuple[int, bytes]:
        with at_most(_MAX_CONNECT_SECONDS, _socket_of(self)):
            return super().connect(*arguments, **options)


class _EncryptedClient(_Client, smtplib.SMTP_SSL):
    pass


class MailServer:
    """A server to which mails are handed one after the other, over one connection.

    If there is none to be had, that is said of every mail, and it is tried once.
    """

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._client: smtplib.SMTP | None = None
        self._unusable: MailRefused | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._client:
            client = self._client
            with suppress(smtplib.SMTPException, OSError), at_most(_MAX_CONNECT_SECONDS, _socket_of(client)):
                client.quit()
            self._leave()

    def send(self, mail: bytes, sender: str, recipient: str) -> None:
        """Hand over a mail.

        Raises:
            MailRefused: it was not taken, or nobody knows.
        """
        client = self._connected()
        with at_most(_MAX_EXCHANGE_SECONDS, _socket_of(client)):
            self._hand_over(client, mail, sender, recipient)

    def _hand_over(self, client: smtplib.SMTP, mail: bytes, sender: str, recipient: str) -> None:
        is_handed_over = False
        try:
            client.ehlo_or_helo_if_needed()
            _expect(client.mail(sender), "the sender", sender, "Check JUMPNOTES_MAIL_FROM: the server has to know it.")
            _expect(client.rcpt(recipient), "mail for", recipient, _of_recipient(recipient))
            is_handed_over = True
            code, reply = client.data(mail)
            is_handed_over = False
            _expect((code, reply), "this mail to", recipient, _LATER)
        except smtplib.SMTPDataError as error:  # it did not even want to see it
            self._start_over()
            raise _refused(error.smtp_code, error.smtp_error, "this mail to", recipient, _LATER) from error
        except MailRefused:
            self._start_over()
            raise
        except (smtplib.SMTPException, OSError) as error:
            self._leave()
            problem = f"{self._address.host}: the connection was lost ({_told(error)})"
            raise MailRefused(problem, hint=_LATER, is_uncertain=is_handed_over) from error

    def _connected(self) -> smtplib.SMTP:
        if self._unusable:
            raise self._unusable
        if self._client is None:
            try:
                self._client = _connect(self._address)
            except MailRefused as error:
                self._unusable = error
                raise
        return self._client

    def _start_over(self) -> None:
        """The server forgets the mail that it did not take; the next one is another."""
        assert self._client
        try:
            self._client.rset()
        except (smtplib.SMTPException, OSError):
            self._leave()

    def _leave(self) -> None:
        if self._client:
            self._client.close()
        self._client = None


def _socket_of(client: smtplib.SMTP) -> Callable[[], socket.socket | None]:
    return lambda: client.sock


def _connect(address: ServerAddress) -> smtplib.SMTP:
    client: smtplib.SMTP | None = None
    try:
        if address.is_implicit:
            context = ssl.create_default_context()
            client = _EncryptedClient(address.host, address.port, timeout=_TIMEOUT_SECONDS, context=context)
        else:
            client = _Client(address.host, address.port, timeout=_TIMEOUT_SECONDS)
        with at_most(_MAX_CONNECT_SECONDS, _socket_of(client)):
            _introduce(client, address)
    except (smtplib.SMTPException, OSError, UnicodeError, MailRefused) as error:
        if client:
            client.close()
        raise error if isinstance(error, MailRefused) else _unusable(address, error) from error
    return client


def _introduce(client: smtplib.SMTP, address: ServerAddress) -> None:
    client.ehlo_or_helo_if_needed()
    if not address.is_implicit and not address.is_here:
        _encrypt(client, address)
    if address.user:
        client.login(address.user, address.password)


def _encrypt(client: smtplib.SMTP, address: ServerAddress) -> None:
    if not client.has_extn("starttls"):
        raise MailRefused(
            f"{address.host}:{address.port} offers no encrypted connection (STARTTLS)",
            hint="Nothing was sent, nor the password. Is it the right port? 587 has it; for 465 write smtps://.",
            retryable=False,
        )
    client.starttls(context=ssl.create_default_context())
    client.ehlo_or_helo_if_needed()


def _unusable(address: ServerAddress, error: Exception) -> MailRefused:
    place = f"{address.host}:{address.port}"
    match error:
        case ssl.SSLCertVerificationError():
            hint = "Nothing was sent. If the certificate is your own, name its authority's file in SSL_CERT_FILE."
            return MailRefused(f"{place}: its certificate is not trusted ({error.verify_message})", hint=hint)
        case ssl.SSLError():
            hint = "Is it the right port? smtps:// is for 465, and smtp:// for 587."
            return MailRefused(f"{place}: no encrypted connection ({error.reason})", hint=hint)
        case smtplib.SMTPAuthenticationError():
            later = 400 <= error.smtp_code < 500
            hint = (
                "Check user and password in JUMPNOTES_SMTP: @ is written %40. Many providers want a password for apps."
            )
            problem = f"{place} does not let {address.user} in ({_reply(error.smtp_code, error.smtp_error)})"
            return MailRefused(problem, hint=_LATER if later else hint, retryable=later)
        case smtplib.SMTPNotSupportedError():
            hint = "Leave user and password out of JUMPNOTES_SMTP, or use a port that asks for them."
            return MailRefused(f"{place} asks for no password", hint=hint, retryable=False)
        case socket.gaierror():
            return MailRefused(f"{place}: there is no such host", hint=_CHECK)
    return MailRefused(f"{place} cannot be reached ({_told(error)})", hint=_CHECK)


def _of_recipient(recipient: str) -> str:
    return f"Check {recipient}. `jumpnotes subscribe remove` ends a subscription."


def _expect(answer: tuple[int, bytes], what: str, address: str, hint: str) -> None:
    if not 200 <= answer[0] < 300:
        raise _refused(*answer, what, address, hint)


def _refused(code: int, reply: bytes | str, what: str, address: str, hint: str) -> MailRefused:
    later = 400 <= code < 500  # busy, full, or it wants to see that we come back
    problem = f"the mail server does not take {what} {address}{' now' if later else ''} ({_reply(code, reply)})"
    return MailRefused(problem, hint=_LATER if later else hint, retryable=later)


def _reply(code: int, reply: bytes | str) -> str:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    return " ".join(f"{code} {text}".split())[:_MAX_REPLY_CHARS]


def _told(error: Exception) -> str:
    return (str(error.strerror) if isinstance(error, OSError) and error.strerror else str(error)) or type(
        error
    ).__name__
