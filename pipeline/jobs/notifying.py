"""A job that tells another program what happened: a signed request to an address that a setting names."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from pipeline import page_addresses, webhooks
from pipeline.config import Settings
from pipeline.errors import MeetingDamaged, MeetingNotFound, WebhookRefused
from pipeline.jobs.queue import Queue
from pipeline.records import Claim, Job, JobDone, JobKind, JobRequest, JobState
from pipeline.refresh import Archive
from pipeline.store import Store

MEETING_READY = "meeting.ready"
JOB_FAILED = "job.failed"


def announce(job: Job, store: Store, settings: Settings) -> None:
    """Put what tells the programs that want to be told how a job ended, once; nothing where it has not."""
    if not settings.webhooks or job.state not in {JobState.DONE, JobState.FAILED} or job.finished_at is None:
        return
    event = json.dumps(_event(job, store, settings), ensure_ascii=False)
    for url in sorted(settings.webhooks):
        key = f"notify {job.id} {job.finished_at.isoformat()} {url}"
        if store.jobs.keyed(key) is None:
            put(store.jobs, url, event, title=job.title, key=key)


def put(queue: Queue, url: str, event: str, *, title: str, key: str) -> None:
    """Put one notification of what has this title; `event` is its body."""
    whole_title = f"Notify {urlsplit(url).hostname}: {title}"
    queue.put(JobKind.NOTIFY, whole_title, JobRequest(url=url, event=event), "jumpnotes", key=key)


def _event(job: Job, store: Store, settings: Settings) -> dict[str, object]:
    data: dict[str, object] = {"job": job.id, "title": job.title}
    if job.failure:
        data |= {"reason": job.failure.reason, "message": job.failure.message, "hint": job.failure.hint}
    else:
        site = settings.site_url or ""
        data["meetings"] = [
            {"slug": slug, "title": _title(store, slug), "url": page_addresses.meeting_page(slug, site)}
            for slug in job.slugs
        ]
    assert job.finished_at is not None
    kind = JOB_FAILED if job.failure else MEETING_READY
    return {"type": kind, "timestamp": job.finished_at.isoformat(timespec="seconds"), "data": data}


def _title(store: Store, slug: str) -> str:
    with suppress(MeetingNotFound, MeetingDamaged):
        return store.notes(slug).title
    return slug


def perform(claim: Claim, archive: Archive, settings: Settings, tell: Callable[..., None]) -> JobDone:  # noqa: ARG001
    """Send it.

    Raises:
        WebhookRefused: it was not taken; where that may pass, it is tried again.
    """
    url, event = claim.job.request.url or "", (claim.job.request.event or "").encode()
    if url not in settings.webhooks:
        raise WebhookRefused(
            webhooks.shown(url), "is not among the addresses of JUMPNOTES_WEBHOOKS any more", retryable=False
        )
    webhooks.send(url, settings.webhook_secret or "", f"msg_{claim.job.id}", event)
    return JobDone()
