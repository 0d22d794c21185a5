"""`jumpnotes subscribe`: who is told of what comes up in meetings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipeline.cli.options import format_option, open_archive, settings_options, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.records import Subscription
    from pipeline.refresh import Archive

_AUTHOR = "command line"
_MIN_PERCENT = 50.0  # of its letters that a name has in common with one that is near to it
_MAX_NEAREST = 3


@click.group("subscribe")
@settings_options
def subscribe_group() -> None:
    """Have people and programs told when a topic, a query or a decision comes up in a meeting.

    `jumpnotes digest`, which cron runs, sends what is new: one mail to each reader with all that they follow, and a
    signed request to each webhook. Meetings with `publish: false` are never told.
    """


@subscribe_group.command("add")
@click.argument("address", metavar="ADDRESS|URL")
@click.option("--topic", metavar="TOPIC", help="Follow a topic, such as issue/osquery/osquery/6280 or term/ebpf.")
@click.option("--query", metavar="QUERY", help="Follow what a search finds.")
@click.option("--decisions", is_flag=True, help="Follow everything that notes mark as a decision.")
@click.option("--from-start", is_flag=True, help="Tell of the meetings that there are already, too.")
@settings_options
@click.pass_context
def add_command(
    ctx: click.Context,
    address: str,
    topic: str | None,
    query: str | None,
    decisions: bool,  # noqa: FBT001 - click's
    from_start: bool,  # noqa: FBT001
) -> None:
    """Have the e-mail ADDRESS, or the webhook at URL, told of what comes up from now on.

    \b
    jumpnotes subscribe add ana@example.org --topic issue/osquery/osquery/6280
    jumpnotes subscribe add https://hooks.example.org/in --query "release notes"
    """
    from pipeline.records import SubscriptionKind
    from pipeline.subscriptions.following import follow, shown_address

    wanted = [
        (kind, about)
        for kind, about in (
            (SubscriptionKind.TOPIC, topic),
            (SubscriptionKind.QUERY, query),
            (SubscriptionKind.DECISIONS, "" if decisions else None),
        )
        if about is not None
    ]
    if len(wanted) != 1:
        raise click.UsageError("Give one of --topic, --query and --decisions.")
    archive = open_archive(ctx.obj)
    made, is_new = follow(archive, *wanted[0], address, _AUTHOR, from_start=from_start)
    remark = _unknown(archive, made)
    archive.close()
    told = shown_address(made)
    click.echo(f"{made.id}: {told} is told of {followed(made)}" + ("." if is_new else ", as before."))
    if remark:
        click.echo(remark, err=True)
    if is_new:
        click.echo("`jumpnotes digest` tells, whenever it is run: let cron do that.", err=True)


def _unknown(archive: Archive, made: Subscription) -> str | None:
    """That no notes name a topic, and which names are like it."""
    from pipeline.file_names import printable
    from pipeline.language.similarity import similar_pairs
    from pipeline.subscriptions.digest import nameless
    from pipeline.subscriptions.finding import NewsFinder

    finder = NewsFinder.of(archive)
    remark = nameless(finder, made)
    if remark is None:
        return None
    asked = made.about.partition("/")[2].casefold()
    topics = list(finder.topics.topics.values())
    pairs = similar_pairs([asked], [each.name.casefold() for each in topics], _MIN_PERCENT)
    nearest = sorted(pairs, key=lambda pair: (-pair[2], topics[pair[1]].id))[:_MAX_NEAREST]
    names = ", ".join(printable(topics[at].id) for _, at, _ in nearest)
    return f"{remark} Nearest: {names}." if names else remark


@subscribe_group.command("list")
@format_option
@settings_options
@click.pass_context
def list_command(ctx: click.Context, output_format: str) -> None:
    """List who is told of what, and why the last message was not taken, if it was not."""
    from pipeline.cli.render.table import table
    from pipeline.export.subscriptions import subscription_json
    from pipeline.file_names import printable
    from pipeline.subscriptions.following import shown_address

    archive = open_archive(ctx.obj)
    found = archive.store.subscriptions.all()
    remarks = _remarks(archive, found)
    archive.close()
    if output_format == "json":
        click.echo(to_json([subscription_json(each) for each in found]))
    elif found:
        rows = [
            (str(each.id), printable(shown_address(each)), printable(followed(each)), f"{each.created_at:%Y-%m-%d}")
            for each in found
        ]
        click.echo(table(("number", "who is told", "of what", "since (UTC)"), rows))
        for remark in remarks:
            click.echo(printable(remark), err=True)
        for each in found:
            if each.failure:
                click.echo(f"{each.id}: {printable(each.failure.message)}\n  {printable(each.failure.hint)}", err=True)
    else:
        click.echo("There are none. To make one: jumpnotes subscribe add ADDRESS --topic TOPIC", err=True)


def _remarks(archive: Archive, found: Sequence[Subscription]) -> list[str]:
    from pipeline.subscriptions.digest import nameless
    from pipeline.subscriptions.finding import NewsFinder

    finder = NewsFinder.of(archive)
    return [f"{each.id}: {remark}" for each in found if (remark := nameless(finder, each))]


@subscribe_group.command("remove")
@click.argument("numbers", metavar="NUMBER…", type=int, nargs=-1, required=True)
@settings_options
@click.pass_context
def remove_command(ctx: click.Context, numbers: tuple[int, ...]) -> None:
    """End the subscriptions with these numbers, as `jumpnotes subscribe list` shows them."""
    from pipeline.subscriptions.following import shown_address

    archive = open_archive(ctx.obj, refreshed=False, searched=False)
    for number in numbers:
        gone = archive.store.subscriptions.subscription(number)
        archive.store.subscriptions.remove(number)
        click.echo(f"{shown_address(gone)} is told of {followed(gone)} no more.", err=True)
    archive.close()


def followed(subscription: Subscription) -> str:
    """What a subscription follows, as the command line calls it."""
    from pipeline.records import SubscriptionKind

    match subscription.kind:
        case SubscriptionKind.TOPIC:
            return subscription.about
        case SubscriptionKind.QUERY:
            return f"“{subscription.about}”"
        case SubscriptionKind.DECISIONS:
            return "decisions"
