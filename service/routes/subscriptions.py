"""Who is told of what by mail, as a page for those who may write."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import UnprocessableEntity
from werkzeug.wrappers import Response

from pipeline.records import SubscriptionKind
from pipeline.subscriptions.following import follow
from service.routes.jobs import for_writers
from service.views.subscriptions import subscription_rows
from service.web import auth
from service.web.caching import conditional
from service.web.language import N_
from service.web.settings import settings
from service.web.store import archive_of, store, writing
from service.web.topics import shown_topics

blueprint = Blueprint("subscriptions", __name__, url_prefix="/subscriptions")

_KINDS = frozenset(SubscriptionKind)


@blueprint.app_template_global("can_mail")
def can_mail() -> bool:
    """Whether there is a server for mails, and the sender of this request may have somebody told."""
    given = settings()
    return bool(given.smtp and given.mail_from) and auth.may_write().allowed


@blueprint.get("")
@for_writers
@conditional
def subscriptions() -> str:
    rows = subscription_rows(store().subscriptions.all(), shown_topics())
    return render_template("subscriptions.html", rows=rows, made=request.args.get("made", type=int))


@blueprint.post("")
def subscribe() -> Response:
    """From the form of a page: what is followed, and the address of whoever is to be told."""
    access = auth.require_write()
    kind, about, address = (request.form.get(name, "") for name in ("kind", "about", "address"))
    if kind not in _KINDS or "://" in address:
        raise UnprocessableEntity(N_("The form is not one of these pages."))
    with writing():
        made, _ = follow(archive_of(current_app), SubscriptionKind(kind), about, address, auth.author_of(access, None))
    return _to_list(made.id)


@blueprint.post("/<int:subscription>/end")
def unsubscribe(subscription: int) -> Response:
    """From the button of the list."""
    auth.require_write()
    with writing() as archive:
        archive.subscriptions.remove(subscription)
    return _to_list()


def _to_list(made: int | None = None) -> Response:
    response = redirect(url_for("subscriptions.subscriptions", made=made), 303)
    response.headers["Cache-Control"] = "no-store"
    return response
