"""Which twins serve: judged by pages on the real LibreOffice, remembered, and never an error."""

import io
import zipfile

import pytest

from service.bootstrap import assemble
from service.desk import twins as desk_twins
from service.desk.printing import print_chunk
from service.engines.pages import page_digests
from service.engines.protocols import Converted
from service.engines.word.twin.shelf import TwinShelf
from service.errors import EngineError, problem
from service.settings import Settings
from tests.composites import COMPOSABLE, members, sample_members
from tests.engines.word.test_twin import FORM

pytestmark = pytest.mark.office
CONTEXTS = [{"v": "“A”乙", "w": "", "rows": ["甲", "乙"]}, {"v": "一\n二", "w": "是", "rows": []}]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    made = assemble(Settings(data=tmp_path_factory.mktemp("var"), converters=1))
    yield made
    made.close()


class Watched:
    """The honest converter, with what it was asked for; `change` is done to the ODT."""

    reason = None

    def __init__(self, honest, change=lambda odt: odt, world=""):
        self.honest, self.change, self.other = honest, change, world
        self.asked = []

    def convert(self, source, *, name, suffix=".docx", urgent=True, fonts=None):
        self.asked.append(suffix)
        return self.honest.convert(source, name=name, suffix=suffix, urgent=urgent, fonts=fonts)

    def twin(self, docx, *, name):
        self.asked.append("twin")
        return self.change(self.honest.twin(docx, name=name))

    def world(self):
        return self.honest.world() + self.other


@pytest.fixture
def shelf(desk, tmp_path):
    return TwinShelf(tmp_path, desk.templates)


def test_a_verdict_is_remembered_until_something_changes(desk, shelf, tmp_path):
    watched = Watched(desk.converter)
    asked = {"file": "form", "converter": watched}
    assert shelf.composer(FORM, **asked) is None  # nobody judged it yet
    compose = shelf.composer(FORM, **asked, probes=lambda: CONTEXTS)
    assert compose(CONTEXTS).suffix == ".odt"
    assert watched.asked == ["twin", ".docx", ".odt"]
    again = TwinShelf(tmp_path, desk.templates)
    assert again.composer(FORM, **asked)(CONTEXTS) == compose(CONTEXTS)
    assert watched.asked == ["twin", ".docx", ".odt"]
    elsewhere = Watched(desk.converter, world="other fonts")
    assert again.composer(FORM, file="form", converter=elsewhere) is None


def taller(odt):
    """One line of the table a little higher: what a filter that differs would do."""
    inside, parcel = zipfile.ZipFile(io.BytesIO(odt)), io.BytesIO()
    with zipfile.ZipFile(parcel, "w") as outside:
        for name in inside.namelist():
            data = inside.read(name)
            if name == "styles.xml":
                data = data.replace(b'fo:font-size="11pt"', b'fo:font-size="11.5pt"')
            outside.writestr(name, data)
    assert parcel.getvalue() != odt
    return parcel.getvalue()


def test_a_twin_with_other_pages_does_not_serve(desk, shelf, tmp_path):
    watched = Watched(desk.converter, taller)
    asked = {"file": "form", "converter": watched}
    assert shelf.composer(FORM, **asked, probes=lambda: CONTEXTS) is None
    assert [path.read_text()[:12] for path in tmp_path.glob("*.unlike")] == ["pages differ"]
    before = list(watched.asked)
    assert TwinShelf(tmp_path, desk.templates).composer(FORM, **asked, probes=list) is None
    assert watched.asked == before


def test_without_anything_to_judge_by_it_does_not_serve(desk, shelf):
    assert shelf.composer(FORM, file="f", converter=desk.converter, probes=list) is None


class Broken(Watched):
    """Ends at every twin."""

    def twin(self, docx, *, name):
        raise EngineError(problem("convert_crashed", "不行", "no", file=name))


def test_a_converter_that_fails_leaves_no_verdict(desk, shelf, tmp_path):
    broken = Broken(desk.converter)
    assert shelf.composer(FORM, file="f", converter=broken, probes=lambda: CONTEXTS) is None
    assert not list(tmp_path.glob("*.unlike"))
    honest = {"file": "f", "converter": desk.converter}
    assert shelf.composer(FORM, **honest, probes=lambda: CONTEXTS) is not None


@pytest.mark.parametrize("name", sorted(COMPOSABLE))
def test_every_composable_template_gets_a_verdict(desk, shelf, tmp_path, name):
    template = COMPOSABLE[name]()
    asked = {"file": name, "converter": desk.converter}
    served = shelf.composer(template, **asked, probes=members)
    kept = {path.suffix for path in tmp_path.iterdir()} - {".lock"}
    assert kept == {".unlike" if served is None else ".odt"}
    if name in {"plain", "table_last", "table_first"}:
        assert served is not None
    if name == "landscape":  # Word keeps a page for a section that came out empty, the twin none
        assert served is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_built_in_member_form_is_printed_through_its_twin(desk, monkeypatch, lang):
    monkeypatch.setattr(desk_twins, "LEAST", 4)
    template = desk.catalog.kind("self_examination").template(lang).read_bytes()
    contexts = sample_members(desk, "self_examination", lang)
    suffixes = []

    def convert(source, *, name, suffix=".docx", urgent=True, fonts=None) -> Converted:
        suffixes.append(suffix)
        return honest(source, name=name, suffix=suffix, urgent=urgent, fonts=fonts)

    honest = desk.converter.convert
    monkeypatch.setattr(desk.converter, "convert", convert)
    chunk = print_chunk(desk, template, contexts, file="form")
    assert suffixes == [".docx", ".odt", ".odt"]  # two to judge it, one to serve
    word = desk.templates.load(template, file="form").composite(contexts)
    made = honest(word.source, name="form", urgent=False)
    assert page_digests(chunk.pdf, dots=110) == page_digests(made.pdf, dots=110)
    assert b"<pdfaid:part>2</pdfaid:part>" in chunk.pdf
    assert len(chunk.pdf) <= 1.05 * len(made.pdf)
    assert sum(chunk.pages) == made.pages
    assert not chunk.failed


def test_what_the_twin_cannot_fill_goes_the_way_of_word(desk, monkeypatch):
    compose = desk_twins.composer(desk, FORM, 2, file="form")
    assert compose(CONTEXTS).suffix == ".docx"  # no kind has this template: nothing to judge by

    def failing(contexts):
        raise EngineError(problem("twin_failed", "不行", "no"))

    monkeypatch.setattr(desk.twins, "composer", lambda *_, **__: failing)
    compose = desk_twins.composer(desk, FORM, 2, file="form")
    assert compose(CONTEXTS).suffix == ".docx"
