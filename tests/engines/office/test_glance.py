"""What is read off a PDF without a parse equals what pypdf finds, or is not said at all."""

import io

import pypdf
import pytest

from service.engines.fonts.used import embedded_fonts
from service.engines.office.converter import OfficePool
from service.engines.office.glance import Glance
from service.engines.office.outcome import count_pages
from service.engines.office.process import OfficeFailure
from service.settings import Settings
from tests.engines.office.fake_office import tiny_pdf
from tests.engines.office.office_tools import word


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    pool = OfficePool(Settings(data=tmp_path_factory.mktemp("glance"), converters=1))
    yield pool.convert(word(*["一段“仿宋”和 Latin 文字"] * 150), name="x.docx", urgent=False)
    pool.close()


def again(pdf):
    """The same file, written by pypdf: other spaces, another order."""
    out = io.BytesIO()
    pypdf.PdfWriter(clone_from=io.BytesIO(pdf)).write(out)
    return out.getvalue()


@pytest.mark.office
def test_pages_and_fonts_of_libreoffices_own(converted):
    seen = Glance(converted.pdf)
    assert seen.pages == converted.pages == len(pypdf.PdfReader(io.BytesIO(converted.pdf)).pages)
    assert seen.pages > 3
    assert seen.fonts == embedded_fonts(again(converted.pdf))
    assert "LiberationSerif" in seen.fonts
    assert converted.fonts == ()  # nobody asked


@pytest.mark.office
@pytest.mark.parametrize("cut", [40, 1200, 20000])
def test_of_a_file_that_was_cut_nothing_is_said(converted, cut):
    assert Glance(converted.pdf[:-cut]).pages is None
    assert Glance(converted.pdf[:-cut]).fonts is None


@pytest.mark.office
def test_places_that_are_wrong_say_nothing(converted):
    shifted = converted.pdf.replace(b"\n", b"\n ", 1)
    assert Glance(shifted).pages is None
    assert count_pages(shifted) == converted.pages  # pypdf finds its way


def test_another_writers_file_is_left_to_pypdf():
    assert Glance(tiny_pdf()).pages is None
    assert count_pages(tiny_pdf()) == 1
    with pytest.raises(OfficeFailure):
        count_pages(tiny_pdf()[:60])
