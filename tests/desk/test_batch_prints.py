"""PDFs of a batch: single ones that bear nobody else's characters, and a joined one for printing."""

import re
import zipfile

import docx
import pytest

from service.bootstrap import assemble
from service.desk.folder.batch import Wish
from service.desk.folder.record import RECORD
from service.errors import EngineError
from service.settings import Settings
from tests.desk.members import codes, counts, make, own_words, person
from tests.helpers_pdf import assert_pdf_text, read

pytestmark = pytest.mark.office
CANARIES = ["爨饕餮", "齉龘靐", "矗犇骉"]
JOINED = "对照检查表_合订.pdf"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var"), converters=2))
    yield desk
    desk.close()


def filled(desk, number):
    words = own_words(desk)
    words["direction"] = [f"努力方向：{CANARIES[number]}。"]
    return person(number, **words)


def characters(pdf: bytes) -> set[str]:
    """Every character that the PDF can tell: its text, and what its fonts map to Unicode."""
    found: set[str] = set()
    reader = read(pdf)
    for page in reader.pages:
        found |= set(page.extract_text())
        for font in (page["/Resources"].get("/Font") or {}).values():
            table = font.get_object().get("/ToUnicode")
            if table is not None:
                for code in re.findall(rb"<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]{4,})>", table.get_data()):
                    found |= set(bytes.fromhex(code.decode()).decode("utf-16-be", "ignore"))
    return found


def test_a_members_pdf_bears_no_other_members_characters(desk, tmp_path):
    people = [filled(desk, number) for number in range(3)]
    made = make(desk, tmp_path, *people, wish=Wish(pdf="each", processes=2))
    assert (counts(made), made.pdfs) == ((3, 0, 0, 0), 3)
    for number, row in enumerate(made.tally.rows):
        pdf = (tmp_path / row.file).with_suffix(".pdf").read_bytes()
        own = set(CANARIES[number])
        assert own <= characters(pdf)
        assert not characters(pdf) & (set("".join(CANARIES)) - own)
        assert row.pages == len(read(pdf).pages)
    names = [
        f"{place:02}_陈列部_{name}_对照检查表"
        for place, name in enumerate(["赵一", "钱一", "孙一"], 1)
    ]
    again = make(desk, tmp_path, *people, wish=Wish(pdf="each", processes=2, zipped=True))
    assert (again.pdfs, [row.pages for row in again.tally.rows]) == (
        0,
        [row.pages for row in made.tally.rows],
    )
    with zipfile.ZipFile(tmp_path / again.zip) as archive:
        inside = [f"{name}.{ending}" for name in names for ending in ("docx", "pdf")]
        assert archive.namelist() == [*inside, "tally.xlsx"]


def test_pdfs_follow_their_word_files(desk, tmp_path):
    wish = Wish(pdf="each", processes=2)
    make(desk, tmp_path, person(0), person(1), person(2), wish=wish)
    first = tmp_path / "01_陈列部_赵一_对照检查表"
    paper = docx.Document(f"{first}.docx")
    paper.paragraphs[0].insert_paragraph_before("手工补充的一段")
    paper.save(f"{first}.docx")
    (tmp_path / "03_陈列部_孙一_对照检查表.pdf").write_bytes(b"signed scan")
    made = make(desk, tmp_path, person(5), person(0), person(1, post="馆长"), person(2), wish=wish)
    assert (counts(made), made.pdfs) == ((2, 2, 0, 0), 3)
    assert_pdf_text(
        (tmp_path / "02_陈列部_赵一_对照检查表.pdf").read_bytes(), "手工补充的一段", "赵一"
    )
    assert_pdf_text((tmp_path / "03_陈列部_钱一_对照检查表.pdf").read_bytes(), "馆长", "钱一")
    assert codes(made, 5) == ["unchanged", "renamed", "pdf_left_alone"]
    assert (tmp_path / "04_陈列部_孙一_对照检查表.pdf").read_bytes() == b"signed scan"
    made = make(desk, tmp_path, person(5), person(0), person(1), person(2))
    assert {note.code for note in made.notes} == {"pdf_behind"}


def test_a_word_file_that_cannot_be_read_any_more_costs_only_its_own_pdf(desk, tmp_path):
    make(desk, tmp_path, person(0), person(1))
    (tmp_path / "01_陈列部_赵一_对照检查表.docx").write_bytes(b"no Word file")
    made = make(desk, tmp_path, person(0), person(1), wish=Wish(pdf="each", processes=2))
    assert (counts(made), made.pdfs) == ((0, 1, 1, 0), 1)
    made = make(desk, tmp_path, person(0), person(1), wish=Wish(pdf="joined", processes=2))
    assert (counts(made), len(read((tmp_path / made.joined).read_bytes()).outline)) == (
        (0, 1, 1, 0),
        1,
    )
    assert (tmp_path / "01_陈列部_赵一_对照检查表.docx").read_bytes() == b"no Word file"


def test_the_joined_print_is_in_order_with_bookmarks_and_odd_starts(desk, tmp_path):
    people = [person(0), filled(desk, 1), person(2, gender="?"), person(3)]
    wish = Wish(pdf="joined", odd_start=True, processes=2)
    made = make(desk, tmp_path, *people, wish=wish)
    assert (counts(made), made.joined) == ((3, 0, 1, 0), JOINED)
    file = tmp_path / JOINED
    reader = read(file.read_bytes())
    assert [mark.title for mark in reader.outline] == [
        "赵一（陈列部）",
        "钱一（陈列部）",
        "李一（陈列部）",
    ]
    starts = [reader.get_destination_page_number(mark) for mark in reader.outline]
    pages = [row.pages for row in made.tally.rows if row.pages]
    assert starts == [0, 2 * -(-pages[0] // 2), 2 * (-(-pages[0] // 2) + -(-pages[1] // 2))]
    assert len(reader.pages) == starts[2] + pages[2]
    assert pages == [3, 2, 3]
    for start, name in zip(starts, ("赵一", "钱一", "李一"), strict=True):
        assert_pdf_text(file.read_bytes(), name, page=start)
    assert set(CANARIES[1]) <= characters(file.read_bytes())
    assert "孙一" not in "".join(page.extract_text() for page in reader.pages)
    before = file.stat().st_mtime_ns
    again = make(desk, tmp_path, *people, wish=wish)
    assert (file.stat().st_mtime_ns, [row.pages for row in again.tally.rows]) == (
        before,
        [row.pages for row in made.tally.rows],
    )
    left = {one.name for one in tmp_path.iterdir() if one.suffix != ".docx"}
    assert left == {RECORD, JOINED, "tally.json", "tally.xlsx"}
    changed = make(desk, tmp_path, *people[1:])
    assert {note.code for note in changed.notes} == {"joined_behind"}


def test_what_was_changed_by_hand_is_printed_as_it_lies(desk, tmp_path):
    make(desk, tmp_path, *(person(number) for number in range(3)))
    file = tmp_path / "02_陈列部_钱一_对照检查表.docx"
    paper = docx.Document(file)
    paper.paragraphs[0].insert_paragraph_before("手工补充的一段")
    paper.save(file)
    made = make(
        desk,
        tmp_path,
        *(person(number) for number in range(3)),
        wish=Wish(pdf="joined", processes=2),
    )
    reader = read((tmp_path / made.joined).read_bytes())
    start = reader.get_destination_page_number(reader.outline[1])
    assert "手工补充的一段" in reader.pages[start].extract_text()
    assert [mark.title[:2] for mark in reader.outline] == ["赵一", "钱一", "孙一"]


def test_without_a_converter_pdf_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    desk = assemble(Settings(data=tmp_path / "var", soffice=tmp_path / "none"))
    with pytest.raises(EngineError):
        make(desk, tmp_path / "out", person(0), wish=Wish(pdf="each"))
    assert not (tmp_path / "out").exists()
    assert counts(make(desk, tmp_path / "out", person(0))) == (1, 0, 0, 0)
    desk.close()
