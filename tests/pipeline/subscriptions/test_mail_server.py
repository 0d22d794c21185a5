"""Mails are handed to a real server: encrypted or not at all, and what it says is told with what to do."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pipeline.errors import MailRefused
from pipeline.mail_addresses import server_address
from pipeline.subscriptions import mail_server
from pipeline.subscriptions.mail_server import MailServer
from tests.pipeline.dripping import dripping, no_name
from tests.pipeline.subscriptions.club import ANA, BEN, Inbox
from tests.pipeline.subscriptions.conftest import free_port

HOST = "mail.example"
FROM = "club@garden.example"
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
Trusted = Callable[[], ssl.SSLContext]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of mail.example, signed by itself: the file of the certificate, and that of its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]), dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*private))
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def tls(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Trusted:
    """A server's end of encrypted connections; mail.example is this machine, and its certificate trusted."""
    resolve = socket.getaddrinfo

    def resolved(host: str, *args: object, **options: object) -> object:
        return resolve("127.0.0.1" if host == HOST else host, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    def context() -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(*certificate)
        return made

    return context


class OneUser:
    """Lets one in."""

    def __call__(self, *arguments: object) -> AuthResult:
        data = arguments[-1]
        assert isinstance(data, LoginPassword)
        is_known = (data.login, data.password) == (b"club", b"trowel@shed")
        return AuthResult(success=is_known, handled=False)


@contextmanager
def serving(**options: Any) -> Iterator[Inbox]:
    inbox = Inbox(port=free_port())
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port, **options)
    controller.start()
    yield inbox
    controller.stop()


def mail(to: str = ANA) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = FROM, to, "Wässern"
    made.set_content("Ein Schlauch leckt.\n.\nEnde\n")
    return made.as_bytes(policy=SMTP)


def send(url: str, to: str = ANA) -> None:
    address = server_address(url)
    assert address
    with MailServer(address) as server:
        server.send(mail(to), FROM, to)


def refused(url: str, to: str = ANA) -> MailRefused:
    with pytest.raises(MailRefused) as caught:
        send(url, to)
    assert caught.value.hint.endswith((".", "SSL_CERT_FILE."))
    assert "trowel" not in f"{caught.value} {caught.value.hint}"
    return caught.value


def test_a_mail_arrives_as_it_was(inbox: Inbox) -> None:
    """On this machine without encryption; a line with a full stop does not end it."""
    send(f"smtp://127.0.0.1:{inbox.port}")
    (got,) = inbox.mails
    assert (got["Subject"], got.get_content().splitlines()) == ("Wässern", ["Ein Schlauch leckt.", ".", "Ende"])
    assert inbox.senders == [FROM]


def test_elsewhere_it_is_encrypted_or_stays_here(tls: Trusted) -> None:
    """The password, too: a server without encryption is told nothing."""
    options = {"authenticator": OneUser(), "auth_required": True}
    with serving(tls_context=tls(), require_starttls=True, **options) as inbox:
        send(f"smtp://club:trowel%40shed@{HOST}:{inbox.port}")
        assert len(inbox.mails) == 1
    with serving(auth_require_tls=False, **options) as inbox:
        error = refused(f"smtp://club:trowel%40shed@{HOST}:{inbox.port}")
        assert inbox.mails == []
    assert "no encrypted connection (STARTTLS)" in str(error)
    assert not error.retryable


def test_encrypted_from_the_first_byte(tls: Trusted) -> None:
    with serving(ssl_context=tls()) as inbox:
        send(f"smtps://{HOST}:{inbox.port}")
        assert len(inbox.mails) == 1


def test_whom_nobody_vouches_for_is_told_nothing(tls: Trusted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with serving(tls_context=tls()) as inbox:
        error = refused(f"smtp://{HOST}:{inbox.port}")
        assert inbox.mails == []
    assert "certificate is not trusted" in str(error)
    assert "SSL_CERT_FILE" in error.hint


def test_the_wrong_port_is_told(inbox: Inbox) -> None:
    error = refused(f"smtps://127.0.0.1:{inbox.port}")
    assert "smtps:// is for 465" in error.hint


def test_who_is_not_let_in_is_told_what_to_check(inbox: Inbox) -> None:
    """A wrong password; and a password where none is asked for."""
    with serving(authenticator=OneUser(), auth_require_tls=False, auth_required=True) as guarded:
        error = refused(f"smtp://club:trowel-x@127.0.0.1:{guarded.port}")
        assert "does not let club in (535" in str(error)
        assert "password for apps" in error.hint
        needed = refused(f"smtp://127.0.0.1:{guarded.port}")
        assert "530" in str(needed)
    error = refused(f"smtp://club:trowel@127.0.0.1:{inbox.port}")
    assert "asks for no password" in str(error)


@pytest.mark.parametrize(
    ("answer", "later"), [("450 4.2.0 greylisted", True), ("550 5.1.1 no such user", False), ("452 full", True)]
)
def test_a_recipient_that_is_refused_harms_no_other(inbox: Inbox, answer: str, later: bool) -> None:
    """Greylisting passes."""
    inbox.refused[ANA] = answer
    address = server_address(f"smtp://127.0.0.1:{inbox.port}")
    assert address
    with MailServer(address) as server:
        with pytest.raises(MailRefused) as caught:
            server.send(mail(), FROM, ANA)
        server.send(mail(BEN), FROM, BEN)

    assert [got["To"] for got in inbox.mails] == [BEN]
    assert (caught.value.retryable, caught.value.is_uncertain) == (later, False)
    assert answer in str(caught.value)
    assert ("next digest" if later else "jumpnotes subscribe remove") in caught.value.hint


@pytest.mark.parametrize("answer", ["451 try later", "554 spam"])
def test_a_mail_that_is_refused_was_not_taken(inbox: Inbox, answer: str) -> None:
    inbox.answer = answer
    error = refused(f"smtp://127.0.0.1:{inbox.port}")
    assert answer in str(error)
    assert not error.is_uncertain


def test_who_hangs_up_on_a_mail_may_have_it(inbox: Inbox) -> None:
    inbox.hangs_up = True
    assert refused(f"smtp://127.0.0.1:{inbox.port}").is_uncertain


def test_a_server_that_is_not_there_is_asked_once() -> None:
    """However many mails there are; and that is no reason to think that one arrived."""
    address = server_address(f"smtp://127.0.0.1:{free_port()}")
    assert address
    with MailServer(address) as server:
        errors = []
        for _ in range(2):
            with pytest.raises(MailRefused, match="cannot be reached") as caught:
                server.send(mail(), FROM, ANA)
            errors.append(caught.value)
    assert errors[0] is errors[1]
    assert not errors[0].is_uncertain
    assert "no such host" in str(refused("smtp://nowhere.example"))


@pytest.mark.parametrize(
    ("limit", "greeting"), [("CONNECT", b"2"), ("EXCHANGE", b"220 hello\r\n250 OK\r\n250 OK\r\n2")]
)
def test_who_never_comes_to_an_end_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, limit: str, greeting: bytes
) -> None:
    """With its greeting, or after it was told something."""
    monkeypatch.setattr(mail_server, f"_MAX_{limit}_SECONDS", 0.3)
    with dripping(greeting, b"2") as port:
        before = time.monotonic()
        refused(f"smtp://127.0.0.1:{port}")
    assert time.monotonic() - before < 5


def test_what_no_server_is_called_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", no_name)
    assert "cannot be reached" in str(refused("smtp://mail..example"))
