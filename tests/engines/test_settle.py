"""A converted file, settled: the same on any day, and as sound as before."""

import io
from datetime import date

import docx
import pytest
from pypdf import PdfReader

from service.engines.office.pool import OfficePool
from service.engines.pdf.settle import settled
from service.errors import EngineError
from service.settings import Settings

DAY = date(2014, 7, 21)


def docx_of(text):
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def test_what_is_no_pdf_is_named():
    with pytest.raises(EngineError) as caught:
        settled(b"no pdf", DAY, name="方案")
    assert caught.value.problems[0].code == "part_unreadable"
    assert caught.value.problems[0].file == "方案"


@pytest.mark.office
def test_two_fresh_processes_give_the_same_bytes(tmp_path):
    papers = [docx_of("实施方案 2014年2月28日"), docx_of("第二份 喆翀䶮")]
    made = []
    for number in (1, 2):
        pool = OfficePool(Settings(data=tmp_path / str(number), converters=1))
        try:
            made.append([pool.convert(one, name="x", urgent=False).pdf for one in papers])
        finally:
            pool.close()
    assert made[0] != made[1]
    first, second = ([settled(one, DAY, name="x") for one in each] for each in made)
    assert first == second
    for before, after in zip(made[0], first, strict=True):
        was, now = (PdfReader(io.BytesIO(one)) for one in (before, after))
        assert [one.extract_text() for one in now.pages] == [
            one.extract_text() for one in was.pages
        ]
        assert now.metadata["/CreationDate"] == "D:20140721000000Z"
        assert b"2014-07-21T00:00:00Z" in now.root_object["/Metadata"].get_data()
