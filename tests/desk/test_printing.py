"""Forms to PDF by composites: bad ones are found and named; all to one file with bookmarks."""

import gc
import io
import subprocess
import sys
import textwrap
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from service.bootstrap import assemble
from service.desk.printing import Chunk, chunk_sizes, join_print, print_chunk
from service.desk.tools import Desk
from service.errors import EngineError, problem
from service.settings import Settings
from tests.composites import COMPOSABLE, members
from tests.helpers_pdf import Paper, assert_pdf_text, assert_sound, make_pdf, outline_pages, words
from tests.helpers_word import members_of

PLAIN = COMPOSABLE["plain"]()
BAD = "2之0："
"""Words of the third member only."""
PAGES = (1, 3, 1, 2, 1)
"""Of each member's form."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


class Saboteur:
    """A converter that fails in a way of its own where one document is among others or alone."""

    reason = None

    def __init__(self, honest, *, code="convert_crashed", bad=BAD):
        self.honest, self.code, self.bad = honest, code, bad
        self.sizes = []

    def convert(self, source, *, name, suffix=".docx", urgent=True, fonts=None):
        body = members_of(source)["word/document.xml"].decode()
        self.sizes.append(max(1, body.count('w:name="GongwenItem')))
        if self.bad in body:
            raise EngineError(problem(self.code, "不行", "no", file=name))
        return self.honest.convert(source, name=name, suffix=suffix, urgent=urgent)

    def close(self):
        pass


def sabotaged(desk, saboteur):
    return Desk(
        catalog=desk.catalog,
        samples=desk.samples,
        makers=replace(desk._makers, converter=lambda: saboteur),
    )


def people(count=5):
    """Contexts of which every one has a line that is its own."""
    found = members(count)
    for number, one in enumerate(found):
        one["lines"] = [*one["lines"], f"{number}之0：末"]
    return found


def texts_of(chunk):
    """The text of each form, by its pages."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(chunk.pdf)).pages]
    found, at = [], 0
    for count in chunk.pages:
        found.append("".join("".join(pages[at : at + count]).split()))
        at += count
    assert at == len(pages)
    return found


@pytest.mark.parametrize(
    ("count", "pages_each", "processes", "sizes"),
    [
        (0, 1, 2, []),
        (1, 1, 2, [1]),
        (3, 1, 2, [1, 2]),
        (200, 2, 2, [100, 100]),
        (250, 1, 2, [62, 63, 62, 63]),
        (500, 2, 2, [100] * 5),
        (10_000, 2, 2, [100] * 100),
        (150, 6, 1, [75, 75]),
        (10, 1000, 4, [1] * 10),
        (10, 200, 2, [2, 3, 2, 3]),
        (13, 200, 2, [2, 3, 2, 3, 3]),
    ],
)
def test_chunks_keep_every_process_busy_and_none_is_too_large(count, pages_each, processes, sizes):
    ranges = chunk_sizes(count, pages_each=pages_each, processes=processes)
    assert [len(one) for one in ranges] == sizes
    assert [number for one in ranges for number in one] == list(range(count))
    assert all(len(one) <= 100 for one in ranges)
    assert all(len(one) * pages_each <= 600 or len(one) == 1 for one in ranges)


@pytest.mark.office
def test_every_form_is_there_in_its_place_and_tells_its_pages(desk):
    saboteur = Saboteur(desk.converter, bad="nothing")
    chunk = print_chunk(sabotaged(desk, saboteur), PLAIN, people(), file="form")
    assert saboteur.sizes == [5], "one composite of all"
    assert chunk.pages == PAGES
    assert not chunk.failed
    for number, text in enumerate(texts_of(chunk)):
        assert f"{number}之0：末" in text
        assert not [other for other in range(5) if other != number and f"{other}之0：末" in text]


@pytest.mark.office
@pytest.mark.parametrize("code", ["convert_crashed", "convert_timeout", "convert_empty"])
def test_a_bad_form_is_found_by_halving_and_named(desk, code):
    saboteur = Saboteur(desk.converter, code=code)
    chunk = print_chunk(sabotaged(desk, saboteur), PLAIN, people(), file="form")
    assert chunk.pages == (1, 3, 0, 2, 1)
    assert {number: why.code for number, why in chunk.failed.items()} == {2: code}
    assert saboteur.sizes == [5, 3, 2, 1, 2]
    assert [f"{number}之0：末" in text for number, text in enumerate(texts_of(chunk))] == [
        True, True, False, True, True,
    ]  # fmt: skip


@pytest.mark.office
def test_words_that_cannot_be_filled_cost_one_form_only(desk):
    contexts = people()
    contexts[4]["name"] = "a\x01"
    chunk = print_chunk(desk, PLAIN, contexts, file="form")
    assert chunk.pages == (1, 3, 1, 2, 0)
    assert [why.code for why in chunk.failed.values()] == ["bad_character"]
    assert "\x01" not in chunk.failed[4].say("en")


@pytest.mark.parametrize("code", ["pdf_unavailable", "storage_full"])
def test_what_is_no_forms_fault_is_raised_at_once(desk, code):
    saboteur = Saboteur(None, code=code, bad="")
    with pytest.raises(EngineError) as absent:
        print_chunk(sabotaged(desk, saboteur), PLAIN, people(), file="form")
    assert [one.code for one in absent.value.problems] == [code]
    assert saboteur.sizes == [5]


def test_a_chunk_in_which_nothing_succeeds_has_no_pages(desk):
    chunk = print_chunk(sabotaged(desk, Saboteur(None, bad="")), PLAIN, people(3), file="form")
    assert (chunk.pdf, chunk.pages, set(chunk.failed)) == (b"", (0, 0, 0), {0, 1, 2})


@pytest.mark.office
def test_a_template_that_is_not_composable_is_served_one_by_one(desk):
    from tests.engines.word.test_composite import with_field

    saboteur = Saboteur(desk.converter)
    chunk = print_chunk(sabotaged(desk, saboteur), with_field("NUMPAGES"), people(), file="form")
    assert saboteur.sizes == [1] * 5
    assert chunk.pages == (1, 3, 0, 2, 1)
    assert set(chunk.failed) == {2}


class Confused(Saboteur):
    """Hands out a PDF whose marks are not where they should be."""

    def __init__(self, honest, wrong):
        super().__init__(honest)
        self.wrong = wrong

    def convert(self, source, *, name, suffix=".docx", urgent=True, fonts=None):
        done = super().convert(source, name=name, suffix=suffix, urgent=urgent)
        return self.wrong(done) if self.sizes[-1] > 1 else done


@pytest.mark.office
@pytest.mark.parametrize(
    "wrong",
    [
        lambda done: replace(done, pdf=done.pdf.replace(b"/GongwenItem1", b"/GongwenItemX")),
        lambda done: replace(done, pdf=done.pdf.replace(b"/GongwenItem0", b"/GongwenItem3")),
        lambda done: replace(done, pages=1),
        lambda done: replace(done, pdf=done.pdf.replace(b"/GongwenEnd2", b"/GongwenEnd0")),
    ],
    ids=["missing", "not first", "fewer pages", "ends on the next one's page"],
)
def test_marks_that_cannot_be_right_are_not_believed(desk, wrong):
    contexts = [one for number, one in enumerate(people()) if number != 2]
    confused = Confused(desk.converter, wrong)
    chunk = print_chunk(sabotaged(desk, confused), PLAIN, contexts, file="form")
    assert confused.sizes == [4, 1, 1, 1, 1]
    assert chunk.pages == (1, 3, 2, 1)
    assert not chunk.failed


@pytest.fixture(scope="module")
def chunks(desk):
    """Two chunks; the middle form of the first could not be made."""
    saboteur = sabotaged(desk, Saboteur(desk.converter))
    return [print_chunk(saboteur, PLAIN, some, file="form") for some in (people(), people(2))]


TITLES = [f"{number} 欧阳喆·𠮷" for number in range(7)]


@pytest.mark.office
@pytest.mark.parametrize(
    ("odd", "starts", "blanks"),
    [
        (False, [0, 1, None, 4, 6, 7, 8], []),
        (True, [0, 2, None, 6, 8, 10, 12], [1, 5, 9, 11]),
    ],
)
def test_joined_prints(desk, chunks, tmp_path, odd, starts, blanks):
    target = tmp_path / "打印.pdf"
    made = join_print(desk, iter(chunks), TITLES, target, odd_start=odd, title="合订", lang="zh")
    assert list(made.starts) == starts
    pdf = target.read_bytes()
    reader = PdfReader(io.BytesIO(pdf))
    assert made.pages == len(reader.pages) == 11 + len(blanks)
    assert outline_pages(pdf) == [
        (1, title, start) for title, start in zip(TITLES, starts, strict=True) if start is not None
    ]
    assert reader.page_labels == [str(side + 1) for side in range(made.pages)]
    for side in blanks:
        page = reader.pages[side]
        assert page.get_contents() is None
        assert not page.get("/Annots")
    for form, start in enumerate(starts):
        if start is not None:
            assert_pdf_text(pdf, f"{form % 5}之0", page=start)
    assert made.pdfa
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert len(reader.trailer["/Root"]["/OutputIntents"]) == 1
    assert reader.metadata.title == "合订"
    assert_sound(pdf, tmp_path)


@pytest.mark.office
def test_same_chunks_same_bytes(desk, chunks, tmp_path):
    files = [tmp_path / name for name in ("a.pdf", "b.pdf")]
    for file in files:
        join_print(desk, chunks, TITLES, file, odd_start=True, title="合订", lang="zh")
    assert files[0].read_bytes() == files[1].read_bytes()


def fake_chunk(number, forms=3):
    papers = [Paper(drawing=words(f"form {number}-{form}")) for form in range(forms)]
    return Chunk(pdf=make_pdf(*papers), pages=(1,) * forms)


@pytest.fixture
def in_memory(monkeypatch):
    """How many PDF files that were opened or begun since are in memory."""
    known = weakref.WeakSet()

    def counted(kind):
        begin = kind.__init__

        def init(self, *given, **named):
            known.add(self)
            begin(self, *given, **named)

        monkeypatch.setattr(kind, "__init__", init)

    counted(PdfReader)
    counted(PdfWriter)

    def count():
        gc.collect()
        return len(known)

    return count


def test_chunks_are_taken_one_after_another_and_none_is_kept(desk, tmp_path, in_memory):
    target = tmp_path / "joined.pdf"
    alive = []

    def read():
        kept = PdfWriter()
        assert in_memory() == 1, "it is counted"
        del kept
        for number in range(4):
            alive.append(in_memory())
            yield fake_chunk(number)

    titles = [str(number) for number in range(12)]
    join_print(desk, read(), titles, target, odd_start=False, title="x", lang="en")
    assert alive == [0, 0, 0, 0], "none is kept, not even the one that was written last"
    assert outline_pages(target.read_bytes()) == [(1, str(n), n) for n in range(12)]


def test_a_print_that_fails_leaves_no_file(desk, tmp_path):
    target = tmp_path / "joined.pdf"

    def broken():
        yield fake_chunk(0)
        yield Chunk(pdf=b"%PDF-1.4 rubbish", pages=(1,))

    with pytest.raises(EngineError):
        join_print(desk, broken(), list("abcd"), target, odd_start=False, title="x", lang="en")
    with pytest.raises(EngineError) as nothing:
        join_print(desk, [], [], target, odd_start=False, title="x", lang="en")
    assert [one.code for one in nothing.value.problems] == ["nothing_to_join"]
    assert not target.exists()


@pytest.mark.office
@pytest.mark.long
def test_ten_thousand_forms_are_joined_in_little_memory(desk, tmp_path):
    contexts = [one for number in range(100) for one in people(1)]
    chunk = print_chunk(desk, PLAIN, contexts, file="form")
    (tmp_path / "chunk.pdf").write_bytes(chunk.pdf)
    code = textwrap.dedent(f"""
        import resource
        from pathlib import Path
        from service.bootstrap import assemble
        from service.desk.printing import Chunk, join_print
        from service.settings import Settings
        folder = Path({str(tmp_path)!r})
        read = lambda: Chunk(pdf=(folder / "chunk.pdf").read_bytes(), pages={chunk.pages!r})
        made = join_print(
            assemble(Settings(data=folder)), (read() for _ in range(100)), [str(n) for n in range(10_000)],
            folder / "joined.pdf", odd_start=True, title="x", lang="en",
        )
        assert made.starts[-1] == 2 * 9_999
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
    """)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert int(done.stdout) < 400, "megabytes"
    assert_sound((tmp_path / "joined.pdf").read_bytes(), tmp_path)
