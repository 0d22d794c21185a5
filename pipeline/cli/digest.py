"""`jumpnotes digest`: everybody is told what is new to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import EXIT_FAILED, format_option, open_archive, settings_options, site_of, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.config import Settings
    from pipeline.refresh import Archive
    from pipeline.subscriptions.digest import Delivery
    from pipeline.subscriptions.messages import Message


@click.command("digest")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--private", is_flag=True, help="Tell of a private archive, too, whoever is subscribed.")
@format_option
@settings_options
@click.pass_context
def digest_command(
    ctx: click.Context,
    dry_run: bool,  # noqa: FBT001 - click's
    private: bool,  # noqa: FBT001
    output_format: str,
) -> None:
    """Tell everybody who is subscribed what is new to them. For cron: each call sends what came up since the last.

    Each reader gets one mail with all that they follow, each webhook a signed request for each subscription. A meeting
    whose first run has not ended waits. Meetings with `publish: false` are never told. What could not be sent is sent
    by the next digest.
    """
    from pipeline.subscriptions import digest

    settings: Settings = ctx.obj
    digest.check(settings, private=private)
    archive = open_archive(settings)
    as_json = output_format == "json"
    if dry_run:
        _show_planned(digest.plan(archive), settings, as_json=as_json)
        _remark(archive)
        return
    deliveries: list[Delivery] = []

    def tell(delivery: Delivery) -> None:
        deliveries.append(delivery)
        if not as_json:
            _show(delivery)

    failed = digest.send(archive, settings, tell)
    if as_json:
        site = site_of(settings)
        click.echo(to_json([digest.outcome_json(each.message, site, each.failure) for each in deliveries]))
    elif not deliveries:
        click.echo("Nothing is new to anybody.", err=True)
    _remark(archive)
    if failed:
        ctx.exit(EXIT_FAILED)


def _remark(archive: Archive) -> None:
    from pipeline.file_names import printable
    from pipeline.subscriptions import digest

    for remark in digest.remarks(archive):
        click.echo(printable(remark), err=True)


def _show(delivery: Delivery) -> None:
    from pipeline.file_names import printable

    receiver, told = _receiver(delivery.message), _told(delivery.message)
    if delivery.failure:
        click.echo(printable(f"error: {receiver} was not told of {told}: {delivery.failure.message}"), err=True)
        click.echo(f"hint: {printable(delivery.failure.hint)}", err=True)
    else:
        click.echo(printable(f"{receiver} was told of {told}"))


def _show_planned(planned: Iterable[Message], settings: Settings, *, as_json: bool) -> None:
    from pipeline.file_names import printable
    from pipeline.subscriptions import digest, mail_text

    found, site = list(planned), site_of(settings)
    if as_json:
        click.echo(to_json([digest.outcome_json(each, site) for each in found]))
        return
    for message in found:
        text = mail_text.plain_text(message, site, settings.site_title or "jumpnotes")
        head = f"To: {_receiver(message)}\nSubject: {mail_text.subject(message)}\n\n{text}"
        click.echo("\n".join(map(printable, head.splitlines())) + "\n")
    if not found:
        click.echo("Nothing is new to anybody.", err=True)


def _receiver(message: Message) -> str:
    from pipeline.subscriptions.following import shown_address

    return shown_address(message.receiver.subscriptions[0])


def _told(message: Message) -> str:
    from pipeline.subscriptions import mail_text

    return f"{mail_text.listed([mail_text.heading(each) for each in message.news])} in " + mail_text.counted(
        len(message.slugs)
    )
