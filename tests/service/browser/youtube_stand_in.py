"""A stand-in for YouTube's player, which nothing here may reach."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Route


def stand_in(context: BrowserContext, player: str) -> list[str]:
    """Let the page have `player` for YouTube's; what it sends there, and each load, in their order."""
    told: list[str] = []

    def play(route: Route) -> None:
        told.append("load")
        route.fulfill(body=player, content_type="text/html")

    context.expose_binding("told", lambda source, name, args: told.append(f"{name}{args}"))
    context.route("https://www.youtube-nocookie.com/**", play)
    return told
