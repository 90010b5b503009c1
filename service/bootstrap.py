"""The only place that names concrete engines; it hands them to the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from service.catalog import Catalog
from service.desk.tools import Desk, Line, Makers
from service.engines import protocols
from service.errors import EngineError, Problem
from service.settings import Settings

if TYPE_CHECKING:
    from service.core.filing.manifest import MadeWith
    from service.store.keep import Store


def assemble(
    settings: Settings, *, converter: Callable[[], protocols.Converter] | None = None
) -> Desk:
    """A desk with the real engines; each engine starts when it is first used."""
    folders = [settings.own_templates, settings.builtin_templates]
    makers = Makers(
        templates=lambda: _templates(settings),
        converter=converter or (lambda: _converter(settings)),
        alone=lambda strict: _alone(settings, strict=strict),
        made_with=lambda families: _made_with(settings, families),
        joiner=_joiner,
        uploads=lambda converter: _uploads(settings, converter),
        pages=_pages,
        measurer=_measurer,
        builder=_builder,
        coverage=lambda: _coverage(settings),
        sheets=lambda: _sheets(settings),
        sheet_writer=_sheet_writer,
        passwords=_passwords,
        bags=_bags,
        seals=_seals,
        pdf_checker=_pdf_checker,
        archivist=lambda: _archivist(settings),
        contents=_contents,
        text_of=_text_of,
        leftovers_of=_leftovers_of,
        doctor=lambda: _doctor(settings),
        twins=lambda templates: _twins(settings, templates),
        store=lambda: _store(settings),
        line=_line,
    )
    return Desk(catalog=Catalog(folders), samples=settings.samples, makers=makers)


def run_converter(settings: Settings) -> None:
    """Runs the converter on its socket until it is told to end."""
    from service.engines.office.server import serve

    serve(settings)


# Imports stand inside: `gongwen kinds` must not wait for pypdf, pdfium and python-docx.
def _templates(settings: Settings) -> protocols.TemplateLoader:
    from service.engines.word.templates import WordTemplates

    return WordTemplates(settings.data / "proved")


def _twins(settings: Settings, templates: protocols.TemplateLoader) -> protocols.Twins:
    from service.engines.word.twin.shelf import TwinShelf

    return TwinShelf(settings.data / "twins", templates)


def _converter(settings: Settings) -> protocols.Converter:
    from service.engines.office.converter import connect_or_start

    return connect_or_start(settings)


def _alone(settings: Settings, *, strict: bool) -> protocols.Converter:
    from service.engines.office.converter import start_alone

    return start_alone(settings, strict=strict)


def _made_with(settings: Settings, families: Iterable[str]) -> MadeWith:
    from service.engines.office.made_with import made_with

    return made_with(settings, families)


def _joiner() -> protocols.PdfJoiner:
    from service.engines.pdf.joiner import PypdfJoiner

    return PypdfJoiner()


def _uploads(settings: Settings, converter: protocols.Converter) -> protocols.UploadReader:
    from service.engines.upload.reader import Uploads

    return Uploads(converter, settings)


def _pages() -> protocols.PagePictures:
    from service.engines.pages import PdfiumPages

    return PdfiumPages()


def _measurer() -> protocols.Measurer:
    from service.engines.measure import PdfiumMeasurer

    return PdfiumMeasurer()


def _builder() -> protocols.TemplateBuilder:
    from service.engines.builder.word import WordBuilder

    return WordBuilder()


def _coverage(settings: Settings) -> protocols.Coverage:
    from service.engines.fonts.coverage import FontCoverage

    return FontCoverage(settings)


def _sheets(settings: Settings) -> protocols.SheetReader:
    from service.engines.sheets.reader import Sheets

    return Sheets(settings)


def _sheet_writer() -> protocols.SheetWriter:
    from service.engines.sheets.writer import SheetsWriter

    return SheetsWriter()


def _pdf_checker() -> protocols.PdfChecker:
    from service.engines.pdf.check import PdfaChecker

    return PdfaChecker()


def _archivist(settings: Settings) -> protocols.PdfArchivist:
    from service.engines.pdf.archive import Archivist

    return Archivist(settings)


def _passwords() -> protocols.Passwords:
    from service.engines.passwords import Argon2Passwords

    return Argon2Passwords()


def _bags() -> protocols.Bags:
    from service.engines.bag import BagItBags

    return BagItBags()


def _seals() -> protocols.PdfSeals:
    from service.engines.pdf.seal import Seals

    return Seals()


def _contents() -> protocols.PdfContentsReader:
    from service.engines.pdf.contents import Contents

    return Contents()


def _text_of(docx: bytes) -> str:
    from service.engines.word.templates import text_of

    return text_of(docx)


def _leftovers_of(docx: bytes) -> protocols.Leftovers:
    from service.engines.word.leftovers import leftovers_of

    return leftovers_of(docx)


def _doctor(settings: Settings) -> list[protocols.DoctorLine]:
    from service.desk.store_doctor import store_lines
    from service.engines.doctor import examine
    from service.store import health

    return [*examine(settings), *store_lines(lambda: health.examine(settings))]


def _store(settings: Settings) -> Store:
    from service.store.keep import open_store

    return open_store(settings)


def _line(store: Store) -> Line:
    from service.jobs.line import DurableLine

    return DurableLine(store)


def run_worker(settings: Settings) -> int:
    """Takes work from the line until it is told to end; the exit code."""
    from service.engines.office.server import SocketConverter
    from service.jobs.worker import Worker

    # One converter for all workers of a data folder: none starts LibreOffice of its own.
    desk = assemble(settings, converter=lambda: SocketConverter(settings.socket))
    try:
        return Worker(desk).run()
    finally:
        desk.close()


def first_administrator(settings: Settings) -> str | None:
    """The secret of the link that makes the first administrator; None where there is one."""
    from service.desk.people.passwords import first_link

    desk = assemble(settings)
    try:
        return first_link(desk)
    finally:
        desk.close()


def has_store(settings: Settings) -> bool:
    """True where something is kept already; nothing is made by asking."""
    if not settings.database_url and not settings.data.is_dir():
        return False
    from service.store.database import Database, database_url

    try:
        database = Database(database_url(settings))
    except EngineError:
        return False
    database.close()
    return database.file is None or database.file.is_file()


def prepare_store(settings: Settings) -> None:
    """Opens the store once, its tables and the line's brought up to date, before others need it."""
    desk = assemble(settings)
    try:
        desk.line  # noqa: B018
    finally:
        desk.close()


def converter_serves(settings: Settings) -> bool:
    """True where a converter answers on the data folder's socket."""
    from service.engines.office.server import SocketConverter

    return SocketConverter(settings.socket).alive()


def why_no_converter(settings: Settings) -> Problem | None:
    """What is missing on this machine for making PDFs."""
    from service.engines.office.converter import why_no_pdf

    return why_no_pdf(settings)
