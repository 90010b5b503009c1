"""Batch: what came of it, handed out: single forms, the joined print, everything as zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

from service.core.naming import file_name
from service.core.tally import RowOutcome, Tally
from service.desk.batch.files import Ending, item_name
from service.desk.batch.kept import batch_view, found_batch, found_item, item_view
from service.desk.batch.views import BatchView, ItemView
from service.desk.tools import Desk
from service.errors import NotFoundError, Problem, problem
from service.store import batches as rows

_STARTED = (1980, 1, 1, 0, 0, 0)
_WORDS = {"zh": ("合并打印", "结果表"), "en": ("joined", "tally")}


def list_batches(desk: Desk, handler: str = "") -> list[BatchView]:
    """The batches of rosters that a user handles, the newest first, without their items."""
    with desk.store.read() as session:
        counts = rows.progress_of_all(session)
        return [
            batch_view(one, rows.Progress(counts=counts.get(one.id, {}), seconds=None))
            for one in rows.handled(session, handler)
        ]


def view_batch(desk: Desk, batch_id: str, *, items: bool = True) -> BatchView:
    """A batch; without `items` it costs two counts, whatever its size. Raises NotFoundError."""
    with desk.store.read() as session:
        batch = found_batch(session, batch_id)
        listed = rows.items(session, batch_id, raw=False) if items else ()
        return batch_view(batch, rows.progress(session, batch), listed)


def tally_of(desk: Desk, batch_id: str) -> Tally:
    """The tally; rows that are not made (yet) count as failed, and say so."""
    return _tally(view_batch(desk, batch_id))


def _tally(view: BatchView) -> Tally:
    return Tally.of(
        [
            RowOutcome(
                row=one.row,
                outcome="failed" if one.state == "queued" else one.state,
                name=one.name,
                department=one.department,
                filled=one.filled,
                file=f"{one.file}.docx" if one.state == "made" else "",
                pages=one.pages,
                reasons=one.reasons if one.state != "queued" else (_not_made(view),),
            )
            for one in view.items
        ]
    )


def open_item(desk: Desk, batch_id: str, item_id: str, ending: Ending) -> tuple[bytes, str]:
    """One form: its bytes and its file name. Raises NotFoundError where it is not made."""
    with desk.store.read() as session:
        batch = found_batch(session, batch_id)
        item = found_item(session, batch_id, item_id)
    if item.state != "made" or (ending == "pdf" and not item.has_pdf):
        raise NotFoundError(_not_there())
    data = desk.store.blobs.get(item_name(batch.id, item.id, ending))
    return data, f"{item.file}.{ending}"


def open_joined(desk: Desk, batch_id: str) -> tuple[Iterator[bytes], str]:
    """The joined print, piece by piece, and its file name. Raises NotFoundError."""
    with desk.store.read() as session:
        batch = found_batch(session, batch_id)
    if not batch.joined or not desk.store.blobs.has(batch.joined):
        raise NotFoundError(_not_there())
    name = file_name(batch.title, _WORDS[batch.lang][0], suffix=".pdf")
    return desk.store.blobs.pieces(batch.joined), name


def not_filled(desk: Desk, batch_id: str) -> list[ItemView]:
    """Blank forms that have not come back."""
    with desk.store.read() as session:
        batch = found_batch(session, batch_id)
        return [
            item_view(batch, one)
            for one in rows.items(session, batch_id, raw=False)
            if one.state == "made" and not one.filled and not one.returned
        ]


def zip_of(desk: Desk, batch_id: str) -> tuple[Iterator[bytes], str]:
    """All forms that are made and the tally, as a zip that is written while it is read."""
    view = view_batch(desk, batch_id)
    tally = _tally(view)
    name = file_name(view.title, suffix=".zip")
    return _zipped(_Sliding(), lambda archive: _members(desk, view, tally, archive)), name


def _members(desk: Desk, view: BatchView, tally: Tally, archive: zipfile.ZipFile) -> Iterator[None]:
    word = _WORDS[view.lang][1]
    sheet = desk.sheet_writer.tally(tally, title=view.title, lang=view.lang)
    _add(archive, f"00_{word}.xlsx", sheet)
    yield
    for one in view.items:
        endings: tuple[Ending, ...] = ("docx", "pdf") if one.has_pdf else ("docx",)
        for ending in endings if one.state == "made" else ():
            _add(
                archive,
                f"{one.file}.{ending}",
                desk.store.blobs.get(item_name(view.id, one.id, ending)),
            )
            yield


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Stored as it is: Word files and PDFs are compressed already."""
    info = zipfile.ZipInfo(name, _STARTED)  # a name beyond ASCII gets the UTF-8 flag
    info.external_attr = 0o644 << 16
    archive.writestr(info, data)


class _Sliding(io.RawIOBase):
    """What zipfile writes, handed on after each member.

    It can be wound back to the member under way, so that sizes stand in its head and not behind
    its content: Explorers of old Windows cannot read the latter.
    """

    def __init__(self) -> None:
        self._kept = io.BytesIO()
        self._gone = 0

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._gone + self._kept.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._kept.seek(offset - self._gone if whence == io.SEEK_SET else offset, whence)
        return self.tell()

    def write(self, data: object, /) -> int:
        return self._kept.write(data)  # type: ignore[arg-type]

    def take(self) -> bytes:
        """Everything since the last time."""
        taken = self._kept.getvalue()
        self._gone += len(taken)
        self._kept = io.BytesIO()
        return taken


def _zipped(out: _Sliding, write: Callable[[zipfile.ZipFile], Iterator[None]]) -> Iterator[bytes]:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for _ in write(archive):
            yield out.take()
    yield out.take()


def _not_made(view: BatchView) -> Problem:
    if not view.ended:
        zh, en = "还在生成。", "still to be made."
        return problem("not_yet", zh, en)
    zh = "批量停止时还没有生成；请点“重试”。"
    en = "it was not made yet when the batch stopped; retry the batch."
    return problem("not_made", zh, en)


def _not_there() -> Problem:
    zh = "这份文件还没有生成，或没有要求生成。"
    en = "this file is not made (yet), or was not asked for."
    return problem("no_result", zh, en)
