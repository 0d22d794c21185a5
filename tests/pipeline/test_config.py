"""Settings come from the environment, and the secret among them stays one."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.config import SETTINGS, Settings
from pipeline.errors import ConfigError

TOKEN = "rain-barrel-and-trowel"


def test_the_token_is_read_and_never_shown(tmp_path: Path) -> None:
    """Neither the settings themselves nor `doctor` repeat it."""
    env = {"JUMPNOTES_TOKEN": f" {TOKEN}\n", "JUMPNOTES_DATA_DIR": str(tmp_path)}
    settings = Settings.from_env(env)
    output = CliRunner(env=env | {"HTTPS_PROXY": "http://127.0.0.1:9"}).invoke(main, ["-vv", "doctor"]).output

    assert settings.token == TOKEN
    assert TOKEN not in f"{settings} {settings!r}"
    assert "database" in output
    assert TOKEN not in output


@pytest.mark.parametrize(
    "token", ["secret", "password-password-1", "gartenschlüssel-und-7-türen", "rain-barrel\tand-a-trowel"]
)
def test_a_token_that_could_be_guessed_or_not_be_sent_is_refused(token: str) -> None:
    """The error does not repeat it, and says how to make a good one."""
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({"JUMPNOTES_TOKEN": token})

    assert token not in str(caught.value)
    assert "token_urlsafe" in caught.value.hint


def test_without_a_token_there_is_none() -> None:
    """An empty variable is as good as none, so that compose files may pass it on."""
    assert Settings.from_env({"JUMPNOTES_TOKEN": ""}).token is None


def test_each_setting_is_read_from_its_variable(tmp_path: Path) -> None:
    """The table has every field of Settings, and what is given for one ends up there, in its type."""
    given = {
        "JUMPNOTES_DATA_DIR": str(tmp_path),
        "JUMPNOTES_DATABASE": " postgresql://club:secret@db.example/archive ",
        "JUMPNOTES_EXCHANGE": "s3://club/exchange",
        "JUMPNOTES_NETWORK": " office ",
        "JUMPNOTES_SMTP": " smtps://club:a%40b@mail.example ",
        "JUMPNOTES_MAIL_FROM": "Garden club <club@garden.example>",
        "JUMPNOTES_MAIL_REPLY_TO": "ana@garden.example",
        "JUMPNOTES_MODEL": " tiny.en ",
        "JUMPNOTES_MODEL_DIR": "~/models",
        "JUMPNOTES_ALLOW_HOSTS": "Media.example, 127.0.0.1:8000",
        "JUMPNOTES_COOKIES": "cookies.txt",
        "JUMPNOTES_TOKEN": TOKEN,
        "JUMPNOTES_LANGUAGE": "de",
        "JUMPNOTES_PRIVATE": "true",
        "JUMPNOTES_PEOPLE_TOPICS": "true",
        "JUMPNOTES_READ_ONLY": "true",
        "JUMPNOTES_PROXIES": "10.0.0.2 192.168.7.9/24 fd00::/64",
        "JUMPNOTES_TIMEOUT": "2.5",
        "JUMPNOTES_DOWNLOAD_MB": "500",
        "JUMPNOTES_DOWNLOAD_HOURS": "0.5",
        "JUMPNOTES_DOWNLOAD_RATE": "16",
        "JUMPNOTES_KEEP_RUNS": "52w",
        "JUMPNOTES_KEEP_JOBS": "Forever",
        "JUMPNOTES_KEEP_AUDIO": "false",
        "JUMPNOTES_MEANING": "false",
        "JUMPNOTES_SITE_TITLE": " Garden club ",
        "JUMPNOTES_SITE_DESCRIPTION": "What was said in the shed.",
        "JUMPNOTES_SITE_LINKS": "Our site = https://garden.example/?a=b ;Chat=http://chat.example:8080/#now;",
        "JUMPNOTES_SITE_URL": "https://meetings.garden.example/",
        "JUMPNOTES_SITE_LANGUAGE": "de",
        "JUMPNOTES_SITE_FRAMES": "https://garden.example/ *",
        "JUMPNOTES_SITE_MEDIA_MB": "20.5",
        "JUMPNOTES_SITE_ISSUES": " https://code.example/club/notes/issues/new?labels=times ",
        "JUMPNOTES_WEBHOOKS": "https://hooks.example/new http://chat.example/in?room=1",
        "JUMPNOTES_WEBHOOK_SECRET": "whsec_dHJvd2VsIGFuZCByYWluIGJhcnJlbA==",
        "JUMPNOTES_UPLOAD_MB": "250",
        "JUMPNOTES_WATCH": "minutes 'the minutes' https://code.example/minutes.git git@code.example:club/notes#main",
        "JUMPNOTES_WATCH_EVERY": "6h",
    }

    assert {setting.variable for setting in SETTINGS} == set(given)
    assert {setting.field for setting in SETTINGS} == {known.name for known in fields(Settings)}
    assert Settings.from_env(given) == Settings(
        data_dir=tmp_path,
        database="postgresql://club:secret@db.example/archive",
        exchange="s3://club/exchange",
        network="office",
        model="tiny.en",
        model_dir=Path.home() / "models",
        allow_hosts=frozenset({"media.example", "127.0.0.1:8000"}),
        cookies=Path.cwd() / "cookies.txt",
        language="german",
        private=True,
        people_topics=True,
        read_only=True,
        proxies=("10.0.0.2/32", "192.168.7.0/24", "fd00::/64"),
        timeout=2.5,
        download_mb=500.0,
        download_hours=0.5,
        download_rate=16.0,
        keep_runs=52 * 7 * 86_400.0,
        keep_jobs=None,
        token=TOKEN,
        keep_audio=False,
        meaning=False,
        site_title="Garden club",
        site_description="What was said in the shed.",
        site_links={"Our site": "https://garden.example/?a=b", "Chat": "http://chat.example:8080/#now"},
        site_url="https://meetings.garden.example",
        site_language="de",
        site_frames=frozenset({"https://garden.example", "*"}),
        site_media_mb=20.5,
        site_issues="https://code.example/club/notes/issues/new?labels=times",
        webhooks=frozenset({"https://hooks.example/new", "http://chat.example/in?room=1"}),
        webhook_secret="whsec_dHJvd2VsIGFuZCByYWluIGJhcnJlbA==",
        smtp="smtps://club:a%40b@mail.example",
        mail_from="Garden club <club@garden.example>",
        mail_reply_to="ana@garden.example",
        upload_mb=250.0,
        watch=(
            str(Path.cwd() / "minutes"),
            str(Path.cwd() / "the minutes"),
            "https://code.example/minutes.git",
            "git@code.example:club/notes#main",
        ),
        watch_every=21_600.0,
    )


def test_what_is_not_set_has_its_default(tmp_path: Path) -> None:
    """Empty variables count as not set; the reference names the defaults that are used."""
    empty = {setting.variable: "" for setting in SETTINGS} | {"JUMPNOTES_DATA_DIR": str(tmp_path)}
    words = {setting.field: setting.default for setting in SETTINGS}

    assert Settings.from_env(empty) == Settings(data_dir=tmp_path)
    assert Settings.from_env({}).data_dir.is_absolute()
    assert Settings.from_env({"JUMPNOTES_TIMEOUT": words["timeout"]}).timeout == Settings(tmp_path).timeout
    for name in ("upload_mb", "download_mb", "download_hours", "download_rate", "keep_runs", "keep_jobs"):
        given = Settings.from_env({f"JUMPNOTES_{name.upper()}": words[name]})
        assert getattr(given, name) == getattr(Settings(tmp_path), name)


@pytest.mark.parametrize("kept", ["1", "5m", "-3d", "always", "900w", "90 days"])
def test_how_long_something_is_kept_is_a_duration_of_hours_at_least(kept: str) -> None:
    """A slip must not delete what somebody is still looking at."""
    with pytest.raises(ConfigError, match="JUMPNOTES_KEEP_RUNS is"):
        Settings.from_env({"JUMPNOTES_KEEP_RUNS": kept})


def test_proxies_are_addresses_or_networks() -> None:
    """`none` is none of them, and a name is refused: whoever answers for it could say anything."""
    assert Settings.from_env({"JUMPNOTES_PROXIES": "none"}).proxies == ()
    for given in ("proxy.example", "10.0.0.0/33", "10.0.0.1:80"):
        with pytest.raises(ConfigError, match="JUMPNOTES_PROXIES has"):
            Settings.from_env({"JUMPNOTES_PROXIES": given})


@pytest.mark.parametrize("host", ["*.media.example", "*.ccc.de", "*.a.co.uk", "*.a_b.media.example"])
def test_a_domain_may_be_allowed_with_all_under_it(host: str) -> None:
    """Some keep every recording on a host of its own."""
    assert Settings.from_env({"JUMPNOTES_ALLOW_HOSTS": host}).allow_hosts == {host}


@pytest.mark.parametrize(
    "host", ["*", "*.", "*.com", "*.co.uk", "*.com.au", "a.*.example", "**.a.example", "*.0.1", "*a.b.c"]
)
def test_a_pattern_that_allows_anybody_is_refused(host: str) -> None:
    """A star stands for the subdomains of one owner, never for the names anyone can register."""
    with pytest.raises(ConfigError, match="JUMPNOTES_ALLOW_HOSTS has") as caught:
        Settings.from_env({"JUMPNOTES_ALLOW_HOSTS": f"media.example {host}"})

    assert "*.media.example" in caught.value.hint


@pytest.mark.parametrize("timeout", ["-5", "0", "nan", "inf", "-inf", "1e9", "soon", "5 s"])
def test_a_timeout_that_is_no_time_is_refused(timeout: str) -> None:
    """The error repeats the value and says what to give."""
    with pytest.raises(ConfigError, match=f"JUMPNOTES_TIMEOUT is '{timeout}'") as caught:
        Settings.from_env({"JUMPNOTES_TIMEOUT": timeout})

    assert "number of seconds" in caught.value.hint


def test_a_language_nobody_has_a_stemmer_for_is_refused() -> None:
    """The error lists those there are."""
    with pytest.raises(ConfigError, match="JUMPNOTES_LANGUAGE is 'klingon'") as caught:
        Settings.from_env({"JUMPNOTES_LANGUAGE": "klingon"})

    assert "german" in caught.value.hint


NO_WEB_ADDRESSES = [
    "javascript:alert(1)",
    "data:text/html,x",
    "//garden.example",
    "/wiki",
    "garden.example",
    "https:garden.example",
    "https://",
    "https://:80",
    "https://garden.example:port",
    "https://garden.example:99999",
    "https://garden .example",
    "https://garden.example/\u202egnp",
    "https://gar<b>den.example",
    "https://[::1",
    "ftp://garden.example",
]


@pytest.mark.parametrize("url", NO_WEB_ADDRESSES)
def test_a_link_of_the_site_leads_to_a_website(url: str) -> None:
    """No script, no other page of ours, and nothing a browser cannot open; the error says which."""
    with pytest.raises(ConfigError, match="JUMPNOTES_SITE_LINKS leads to") as caught:
        Settings.from_env({"JUMPNOTES_SITE_LINKS": f"Good=https://garden.example; Bad={url}"})

    assert "table" in caught.value.hint


@pytest.mark.parametrize(
    "links", ["=https://a.example", f"{'a' * 101}=https://a.example", "a\u202eb=https://a.example"]
)
def test_a_link_of_the_site_has_a_name(links: str) -> None:
    """One that can be seen, and read as it is written."""
    with pytest.raises(ConfigError, match="JUMPNOTES_SITE_LINKS calls a link"):
        Settings.from_env({"JUMPNOTES_SITE_LINKS": links})


@pytest.mark.parametrize(
    "url",
    [
        *NO_WEB_ADDRESSES,
        "https://garden.example/meetings",
        "https://garden.example?",
        "https://garden.example#top",
        "https://ana@garden.example",
    ],
)
def test_the_address_of_the_site_is_its_scheme_and_host(url: str) -> None:
    """Paths are put after it."""
    with pytest.raises(ConfigError, match="JUMPNOTES_SITE_URL is") as caught:
        Settings.from_env({"JUMPNOTES_SITE_URL": url})

    assert "without a path" in caught.value.hint


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://[::1]:8443", "https://bücher.example", "https://a"])
def test_the_site_may_have_any_host(url: str) -> None:
    """A number, a port, a name with umlauts; a slash at the end is dropped."""
    assert Settings.from_env({"JUMPNOTES_SITE_URL": f"{url}/"}).site_url == url


@pytest.mark.parametrize(
    "sites",
    ["garden.example", "https://garden.example/club", "https://a;b", "https://*.example", "https://bücher.example"],
)
def test_a_site_that_may_frame_is_one_that_a_header_can_name(sites: str) -> None:
    """Nothing in it ends the list of those that may."""
    with pytest.raises(ConfigError, match="JUMPNOTES_SITE_FRAMES is"):
        Settings.from_env({"JUMPNOTES_SITE_FRAMES": f"https://club.example {sites}"})


@pytest.mark.parametrize("url", NO_WEB_ADDRESSES)
def test_suggestions_go_to_a_website(url: str) -> None:
    """The address is written into every page of a site, so it is no script."""
    with pytest.raises(ConfigError, match="JUMPNOTES_SITE_ISSUES is"):
        Settings.from_env({"JUMPNOTES_SITE_ISSUES": url})


@pytest.mark.parametrize(
    "url", [*NO_WEB_ADDRESSES, "https://a:b@hooks.example/s3cret", "https://hooks.example/s3cr\u00e9t"]
)
def test_a_webhook_that_cannot_be_asked_is_refused_and_not_repeated(url: str) -> None:
    """Its path is its secret."""
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({"JUMPNOTES_WEBHOOKS": f"https://hooks.example/s3cret {url}"})

    assert re.fullmatch(r"JUMPNOTES_WEBHOOKS: address \d of \d cannot be used", str(caught.value))


@pytest.mark.parametrize("size", ["-1", "nan", "inf", "100001", "all"])
def test_what_is_no_size_publishes_no_recording(size: str) -> None:
    """The error says what to give."""
    with pytest.raises(ConfigError, match="JUMPNOTES_SITE_MEDIA_MB is") as caught:
        Settings.from_env({"JUMPNOTES_SITE_MEDIA_MB": size})

    assert "megabytes" in caught.value.hint


@pytest.mark.parametrize("language", ["fr", "german", "de-AT", "DE"])
def test_the_pages_speak_no_other_language(language: str) -> None:
    """The error says which there are."""
    with pytest.raises(ConfigError, match="JUMPNOTES_SITE_LANGUAGE is") as caught:
        Settings.from_env({"JUMPNOTES_SITE_LANGUAGE": language})

    assert caught.value.hint == "Give en or de."


@pytest.mark.parametrize("variable", ["JUMPNOTES_SITE_TITLE", "JUMPNOTES_SITE_DESCRIPTION"])
@pytest.mark.parametrize("text", ["a" * 301, "two\nlines", "a\x1b[2Jb", "a\u202eb", "a\u200eb", "a\u2066b", "\udce9"])
def test_what_the_site_says_of_itself_is_a_line_that_can_be_read(variable: str, text: str) -> None:
    """Not too long, without control characters, and without marks that turn the direction of what follows."""
    with pytest.raises(ConfigError, match=f"{variable} is") as caught:
        Settings.from_env({variable: text})

    assert "characters" in caught.value.hint


@pytest.mark.parametrize(
    "title", ["Bücher & Bäume", "می\u200cخواهم", "\N{FAMILY}\u200d\N{SEEDLING}", "a\xa0b", "a" * 100]
)
def test_the_title_of_the_site_may_be_in_any_script(title: str) -> None:
    """With what their spelling needs."""
    assert Settings.from_env({"JUMPNOTES_SITE_TITLE": title}).site_title == title


@pytest.mark.parametrize(
    "given", ["gs://club/x", "file:///srv/x", "s3://KEY:SECRET@club/x", "s3://club/x::file:///etc"]
)
def test_an_exchange_is_a_folder_or_a_bucket_without_keys(given: str) -> None:
    """It is refused at once, and what is secret is not said again."""
    with pytest.raises(ConfigError) as refused:
        Settings.from_env({"JUMPNOTES_EXCHANGE": given})
    assert "SECRET" not in f"{refused.value} {refused.value.hint}"


def test_a_misspelt_option_of_a_database_is_told() -> None:
    """By the one that was meant, not by what was given."""
    with pytest.raises(ConfigError, match="did you mean sslmode") as refused:
        Settings.from_env({"JUMPNOTES_DATABASE": "postgresql://club:hidden@db/club?sslmod=full"})
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    "given",
    ["mail.example", "http://club:hidden@mail.example", "smtp://:hidden@mail.example", "smtp://club:hidden@", "smtp://",
     "smtp://club:hidden@mail.example:0", "smtp://club:hidden@mail.example:x", "smtp://club:hidden@mail.example/inbox",
     "smtp://club:hid%0Aden@mail.example"],
)  # fmt: skip
def test_a_mail_server_that_cannot_be_asked_is_refused_and_not_repeated(given: str) -> None:
    """Its address has a password in it."""
    with pytest.raises(ConfigError, match=r"^JUMPNOTES_SMTP cannot be used$") as refused:
        Settings.from_env({"JUMPNOTES_SMTP": given})
    assert "hidden" not in refused.value.hint
    assert "hidden" not in repr(Settings.from_env({"JUMPNOTES_SMTP": "smtp://club:hidden@mail.example"}))


@pytest.mark.parametrize("given", ["club", "a@b@c", "Ana <ana>", "Ana <ana@example.org>\nBcc: x@example.org"])
def test_mail_is_from_an_address(given: str) -> None:
    for variable in ("JUMPNOTES_MAIL_FROM", "JUMPNOTES_MAIL_REPLY_TO"):
        with pytest.raises(ConfigError, match=f"{variable} is"):
            Settings.from_env({variable: given})
