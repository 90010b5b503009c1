"""The only place that names concrete engines; it hands them to the desk."""

from __future__ import annotations

from service.catalog import Catalog
from service.desk.tools import Desk, Makers
from service.engines import protocols
from service.settings import Settings


def assemble(settings: Settings) -> Desk:
    """A desk with the real engines; each engine starts when it is first used."""
    folders = [folder for folder in (settings.templates, settings.builtin_templates) if folder]
    makers = Makers(
        templates=lambda: _templates(settings),
        converter=lambda: _converter(settings),
        joiner=_joiner,
        uploads=lambda converter: _uploads(settings, converter),
        pages=_pages,
        measurer=_measurer,
        builder=_builder,
        coverage=lambda: _coverage(settings),
        text_of=_text_of,
        doctor=lambda: _doctor(settings),
    )
    return Desk(catalog=Catalog(folders), samples=settings.samples, makers=makers)


def run_converter(settings: Settings) -> None:
    """Runs the converter on its socket until it is told to end."""
    from service.engines.office_server import serve

    serve(settings)


# Imports stand inside: `gongwen kinds` must not wait for pypdf, pdfium and python-docx.
def _templates(settings: Settings) -> protocols.TemplateLoader:
    from service.engines.word import WordTemplates

    return WordTemplates(settings.data / "proved")


def _converter(settings: Settings) -> protocols.Converter:
    from service.engines.office import connect_or_start

    return connect_or_start(settings)


def _joiner() -> protocols.PdfJoiner:
    from service.engines.pdf import PypdfJoiner

    return PypdfJoiner()


def _uploads(settings: Settings, converter: protocols.Converter) -> protocols.UploadReader:
    from service.engines.upload import Uploads

    return Uploads(converter, settings)


def _pages() -> protocols.PagePictures:
    from service.engines.pages import PdfiumPages

    return PdfiumPages()


def _measurer() -> protocols.Measurer:
    from service.engines.measure import PdfiumMeasurer

    return PdfiumMeasurer()


def _builder() -> protocols.TemplateBuilder:
    from service.engines.builder import WordBuilder

    return WordBuilder()


def _coverage(settings: Settings) -> protocols.Coverage:
    from service.engines.fonts_coverage import FontCoverage

    return FontCoverage(settings)


def _text_of(docx: bytes) -> str:
    from service.engines.word import text_of

    return text_of(docx)


def _doctor(settings: Settings) -> list[protocols.DoctorLine]:
    from service.engines.doctor import examine

    return examine(settings)
