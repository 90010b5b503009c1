"""The store: database and blobs, opened once by each process that keeps something."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from service.errors import EngineError
from service.keys import kept_key
from service.settings import Settings
from service.store.blobs import Blobs, blobs_url
from service.store.database import Database, Session, database_url
from service.store.migrate import bring_up_to_date
from service.store.reserve import Reserve
from service.store.trail import Trail

LOG = logging.getLogger(__name__)
_PAUSE_SECONDS = 2.0


class Store:
    """What is kept.

    Attributes:
        database: rows.
        blobs: files.
        trail: who did what.
    """

    def __init__(self, *, database: Database, blobs: Blobs, trail: Trail) -> None:
        self.database = database
        self.blobs = blobs
        self.trail = trail
        self.read = database.read
        self.write = database.write
        self.written = database.written
        self.reserve = Reserve(database.file)
        self.reserve.fill()

    @contextmanager
    def write_with(self, files: Sequence[str]) -> Iterator[Session]:
        """A write for rows whose files are in the blob store already: file first, then row.

        The files go where the rows are surely not written, since something failed before the end
        was tried. Where the end itself fails they may be: then the files stay, and a sweep finds
        out.
        """
        inside = True
        try:
            with self.write() as session:
                yield session
                inside = False
        except BaseException:
            if inside:
                self.blobs.remove(files)
            raise

    def insist(self, work: Callable[[Session], object], stop: Callable[[], bool]) -> None:
        """As `written`, for what must be said even when the disk is full: until it is, or `stop`.

        First the reserve makes room; where that is not enough, somebody has to.
        """
        while not stop():
            try:
                self.written(work)
            except EngineError as error:
                LOG.error("the store cannot be written: %s", error.problems[0].code)
                self.reserve.give_up()
                time.sleep(_PAUSE_SECONDS)
            else:
                self.reserve.fill()
                return

    def close(self) -> None:
        """Ends every connection."""
        self.database.close()


def open_store(settings: Settings) -> Store:
    """The store that the settings name, its tables up to date.

    To be opened after a fork, not before: neither connections nor obstore's threads outlive one.

    Raises:
        EngineError: it cannot be opened, or is not ours; nothing is made over what is there.
    """
    blobs = Blobs(blobs_url(settings))
    database = Database(database_url(settings))
    try:
        bring_up_to_date(database, blobs.folder)
    except BaseException:
        database.close()
        raise
    trail = Trail(kept_key(settings.data / "audit.key"), settings.data / "audit.ends")
    return Store(database=database, blobs=blobs, trail=trail)
