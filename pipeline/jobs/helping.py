"""Hears pieces of a recording that another process cut, one after the other while there are any."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import ExitStack

import msgspec

from pipeline.config import Settings
from pipeline.errors import JumpnotesError, StoreError
from pipeline.jobs.child import CANNOT_HEAR
from pipeline.jobs.hearing import hearing_key, recogniser_of
from pipeline.jobs.orders import TranscribeOrder
from pipeline.jobs.reporting import Tell
from pipeline.jobs.sound_files import sound_of
from pipeline.machine import machine_name
from pipeline.records import Claim, JobReturned
from pipeline.refresh import Archive
from pipeline.run.inputs import file_errors
from pipeline.transcribe import Cut, PieceRecogniser

_log = logging.getLogger(__name__)


def perform(claim: Claim, archive: Archive, settings: Settings, tell: Tell) -> JobReturned:  # noqa: ARG001 - see hearing
    """Hear the piece of the claim, and then others of the same recording; the model and the sound stay loaded.

    Where that is not possible here, the piece is given back, and the process ends with CANNOT_HEAR.

    Raises:
        JumpnotesError: the piece cannot be heard; whoever cut it does that.
    """
    assert claim.piece
    key, _ = claim.piece
    document = archive.store.hearings.document(key)
    if document is None:
        return JobReturned()
    with ExitStack() as stack:
        try:
            order = msgspec.json.decode(document, type=TranscribeOrder)
            stack.enter_context(file_errors(settings.data_dir))
            recording = stack.enter_context(sound_of(order, archive, settings))
            recogniser: PieceRecogniser = stack.enter_context(recogniser_of(order, recording, settings))
            problem = None if hearing_key(order, recogniser) == key else "the speech model runs differently here"
        except StoreError:
            raise
        except (JumpnotesError, msgspec.MsgspecError) as error:
            problem = str(error)
        if problem is not None:
            _log.warning("pieces of job %d are left to other machines: %s", claim.job.id, problem)
            archive.store.jobs.report(claim, JobReturned())
            sys.exit(CANNOT_HEAR)
        _hear(claim, order, recogniser, archive, settings)
    return JobReturned()


def _hear(
    claim: Claim, order: TranscribeOrder, recogniser: PieceRecogniser, archive: Archive, settings: Settings
) -> None:
    machine = None if order.exchange else machine_name(settings.data_dir)
    held: Claim | None = claim
    while held is not None and held.piece:
        cut = archive.store.hearings.cut(*held.piece)
        if cut is None:
            return
        line = recogniser.hear(Cut.decode(cut))
        held = archive.store.hearings.pass_on(held, json.dumps(line), machine)
