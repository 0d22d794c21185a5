"""What is asked by whatever keeps an eye on the server: whether it is there and ready, and how much waits."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, current_app, jsonify

from pipeline.errors import StoreError
from pipeline.jobs.presence import find_workers
from service.views.metrics import Measured, exposition
from service.web import auth
from service.web.readiness import readiness
from service.web.settings import settings
from service.web.store import archive_of, store

blueprint = Blueprint("monitoring", __name__)

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
def health() -> Response:
    """The process answers. Nothing is looked at: whoever is not healthy is started anew, which mends no database."""
    answer = Response("ok\n", mimetype="text/plain")
    answer.cache_control.no_store = True
    return answer


@blueprint.get("/readyz")
def ready() -> Response:
    """Whether requests can be answered: a 503 where not, and which part is the trouble."""
    found = readiness()
    answer = jsonify({"ready": found.is_ready, **asdict(found)})
    answer.status_code = 200 if found.is_ready else 503
    answer.cache_control.no_store = True
    return answer


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, read from the database each time: they are those of all machines that share it."""
    auth.mark_personal()
    auth.require_known()
    return Response(exposition(_measured()), content_type=_PROMETHEUS)


def _measured() -> Measured:
    try:
        workers = tuple(find_workers(store().jobs, settings().data_dir))
        lag = archive_of(current_app).lag()
        return Measured(store().is_shared, True, store().jobs.figures(), workers, store().count(), lag)
    except StoreError:
        return Measured(store().is_shared, is_reachable=False)
