"""What there is to do, and what one part of it leaves for the next."""

from __future__ import annotations

from functools import cached_property

from pipeline.store.contributions import Contributions
from pipeline.store.fetched import FetchedTable
from pipeline.store.hearings import HearingTable
from pipeline.store.job_states import JobStates
from pipeline.store.jobs import JobTable


class WorkTables(Contributions):
    """The queue of jobs, and what several machines tell each other about recordings."""

    @cached_property
    def jobs(self) -> JobTable:
        """The queue of jobs."""
        return JobTable(self._read, self._transaction, self._sharing, self._job_states)

    @cached_property
    def hearings(self) -> HearingTable:
        """Recordings that are being heard, piece by piece, by several machines."""
        return HearingTable(self._read, self._sharing, self._job_states)

    @cached_property
    def fetched(self) -> FetchedTable:
        """Recordings that were fetched, where several machines share them."""
        return FetchedTable(self._read, self._transaction)

    @cached_property
    def _job_states(self) -> JobStates:
        return self._dialect.job_states(self.folder)
