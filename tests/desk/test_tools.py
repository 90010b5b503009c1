"""The desk's tools: what was absent and came later serves without a restart."""

from dataclasses import replace

from service.bootstrap import assemble
from service.desk.tools import Desk
from service.engines.office.converter import AbsentConverter
from service.errors import problem
from service.settings import Settings


def test_uploads_go_through_the_converter_that_came_later(tmp_path):
    desk = assemble(Settings(data=tmp_path))
    absent = AbsentConverter(problem("pdf_unavailable", "没有。", "None."))
    present = AbsentConverter(absent.reason)
    present.reason = None
    given = [absent, present]
    later = Desk(
        catalog=desk.catalog,
        samples=desk.samples,
        makers=replace(
            desk._makers, converter=lambda: given.pop(0), uploads=lambda converter: converter
        ),
    )
    assert later.uploads is absent
    assert later.uploads is present
    assert later.uploads is later.converter
