"""Files that come back: Word files edited by hand and scans; on SQLite and on PostgreSQL."""

import io
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from docx import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from service.desk.documents.drafts import save_draft
from service.desk.documents.opinions import Said
from service.desk.documents.pictures import draw_version, open_page
from service.desk.documents.printed import print_reviews
from service.desk.documents.returned import take_scan, take_word
from service.desk.documents.reviews import give_opinion, view_reviews
from service.desk.documents.scan_sorting import owner_of, sort_scans
from service.desk.documents.scans import list_scans
from service.desk.documents.states import move_document
from service.desk.documents.versions import generate, open_version
from service.desk.documents.views import view_document
from service.errors import ConflictError, InputError, NotFoundError
from service.store import documents as rows
from tests.document_tools import (
    EXAM,
    NOTICE,
    actions,
    begin,
    change_profile,
    close_activity,
    codes,
    paper,
    somebody,
)

pytestmark = pytest.mark.office
BRANCH = "第一党支部"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)]
)
def modules_database_url(request):
    """What PostgreSQL does otherwise is in test_documents.py; here LibreOffice takes the time."""
    return "" if request.param == "sqlite" else request.getfixturevalue("cluster").database()


@pytest.fixture
def notice(desk, wan, activity):
    document = begin(desk, wan, activity)
    generate(desk, wan, document)
    return document


@pytest.fixture
def final(desk, wan, notice):
    move_document(desk, wan, notice, "final")
    return notice


def edited(docx, change=None):
    """A Word file that somebody has opened, changed and saved."""
    word = Word(io.BytesIO(docx))
    if change:
        change(word)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def generated(desk, document, no=1):
    return open_version(desk, document, no).data


def photo(width=1240, height=1754, orientation=None, kind="JPEG"):
    """A page as a telephone takes it: `orientation` 6 lies on its side until it is turned."""
    picture = Image.new("RGB", (width, height), "white")
    for x in range(width // 4):
        for y in range(40):
            picture.putpixel((x, y), (200, 0, 0))
    exif = picture.getexif()
    if orientation:
        exif[274] = orientation
    out = io.BytesIO()
    picture.save(out, kind, exif=exif) if kind == "JPEG" else picture.save(out, kind)
    return out.getvalue()


def state(desk, document):
    return paper(desk, document).row.state


def blobs(desk, document):
    return sorted(desk.store.blobs.names(f"documents/{document}/"))


def versions(desk, document):
    with desk.store.read() as session:
        return [(one.no, one.way, one.file_name) for one in rows.versions(session, document)]


def test_an_edited_file_is_kept_just_as_it_came_and_never_generated_over(desk, wan, notice):
    docx = edited(
        generated(desk, notice), lambda word: word.add_paragraph("另附一句手写时想到的话。")
    )
    came = take_word(desk, wan, notice, name="C:\\文件\\改好的通知.docx", data=docx)
    assert (came.no, came.notes, came.removed) == (2, (), ())
    handed = open_version(desk, notice, 2)
    assert (handed.data, handed.name, handed.suffix) == (docx, "改好的通知", ".docx")
    assert open_version(desk, notice, 2, "pdf").data.startswith(b"%PDF-")
    with pytest.raises(ConflictError) as caught:
        generate(desk, wan, notice)
    assert codes(caught) == ["hand_edited"]
    view = view_document(desk, notice)
    assert view.hand_edited == 2
    assert view.versions[0].paragraphs[0].after == ("另附一句手写时想到的话。",)
    assert actions(desk, notice)[0] == "word_returned"
    assert take_word(desk, wan, notice, name="再传一次.docx", data=docx).no == 2
    assert len(blobs(desk, notice)) == 3


def test_what_the_form_says_and_the_file_does_not_is_told(desk, wan, notice):
    def change(word):
        for paragraph in word.paragraphs:
            if "2014" in paragraph.text:
                for run in paragraph.runs:
                    run.text = run.text.replace("2014", "2041")

    came = take_word(
        desk, wan, notice, name="通知.docx", data=edited(generated(desk, notice), change)
    )
    assert {one.code for one in came.notes} == {"value_gone"}
    assert all("2014" not in one.text.zh for one in came.notes)  # names fields, quotes nothing


def mark_changes(word):
    """A tracked insertion, a tracked deletion, and a comment."""
    first, second = word.paragraphs[0], word.paragraphs[1]
    inserted, deleted = OxmlElement("w:ins"), OxmlElement("w:del")
    for number, mark in enumerate((inserted, deleted), 900):
        mark.set(qn("w:id"), str(number))
        mark.set(qn("w:author"), "甲")
        mark.set(qn("w:date"), "2014-03-05T09:00:00Z")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "补"
    run.append(text)
    inserted.append(run)
    first._p.append(inserted)
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "去掉的字"
    run.append(text)
    deleted.append(run)
    second._p.append(deleted)
    word.add_comment(
        word.paragraphs[2].runs or [word.add_paragraph().add_run("字")], text="请核实", author="甲"
    )
    word.sections[0].header.paragraphs[0].text = "某某公司专用稿纸"


def test_tracked_changes_comments_and_a_strange_head_are_told(desk, wan, notice):
    came = take_word(
        desk, wan, notice, name="通知.docx", data=edited(generated(desk, notice), mark_changes)
    )
    found = {one.code: one.text.zh for one in came.notes}
    assert {"tracked_changes", "comments_left", "other_head"} <= set(found)
    assert "2 段" in found["tracked_changes"]
    assert "1 条" in found["comments_left"]


def test_another_papers_file_is_taken_for_what_it_is(desk, wan, activity, notice):
    other = begin(desk, wan, activity, EXAM, person_name="邹黎", branch=BRANCH)
    generate(desk, wan, other)
    came = take_word(desk, wan, notice, name="错.docx", data=generated(desk, other))
    assert came.notes[0].code == "other_paper"
    assert any(one.code == "more_missing" for one in came.notes)


@pytest.fixture(scope="module")
def old_word(tmp_path_factory):
    """A .docx saved as .doc by LibreOffice itself."""

    def save(docx):
        folder = tmp_path_factory.mktemp("doc")
        (folder / "paper.docx").write_bytes(docx)
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
             "--convert-to", "doc:MS Word 97", "--outdir", str(folder), str(folder / "paper.docx")],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return (folder / "paper.doc").read_bytes()

    return save


def test_old_word_and_wps_files_are_taken(desk, wan, notice, old_word):
    doc = old_word(generated(desk, notice))
    for number, name in enumerate(("通知.doc", "通知.wps"), 2):
        data = doc + b"\0" * number  # two different files
        came = take_word(desk, wan, notice, name=name, data=data)
        assert came.no == number
        assert [one.code for one in came.notes] == ["old_word"], came.notes
        handed = open_version(desk, notice, number)
        assert (handed.data, handed.suffix) == (data, name[-4:])
        assert open_version(desk, notice, number, "pdf").data.startswith(b"%PDF-")


def test_what_is_no_word_file_is_refused(desk, wan, notice):
    for data in (b"%PDF-1.4 x", photo(), b"hello", b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99):
        with pytest.raises(InputError):
            take_word(desk, wan, notice, name="通知.docx", data=data)
    assert versions(desk, notice)[-1][0] == 1
    assert len(blobs(desk, notice)) == 1


def test_a_settled_text_is_not_changed_by_a_file(desk, wan, final, activity):
    docx = generated(desk, final)
    with pytest.raises(ConflictError) as caught:
        take_word(desk, wan, final, name="通知.docx", data=docx)
    assert codes(caught) == ["not_a_draft"]
    move_document(desk, wan, final, "draft")
    close_activity(desk, activity)
    with pytest.raises(ConflictError) as caught:
        take_word(desk, wan, final, name="通知.docx", data=docx)
    assert codes(caught) == ["activity_closed"]
    with pytest.raises(NotFoundError):
        take_word(desk, wan, "0" * 32, name="通知.docx", data=docx)


def test_a_scan_that_lay_on_its_side_is_kept_as_it_came_and_shown_upright(desk, wan, final):
    data = photo(1754, 1240, orientation=6)
    came = take_scan(desk, wan, final, name="盖章件.jpeg", data=data)
    assert (came.no, state(desk, final)) == (2, "scanned")
    handed = open_version(desk, final, 2)
    assert (handed.data, handed.suffix) == (data, ".jpeg")
    [page] = draw_version(desk, final, 2)
    width, height = Image.open(io.BytesIO(page)).size
    assert height > width
    assert open_page(desk, final, 2, 1) == page
    with pytest.raises(NotFoundError):
        open_page(desk, final, 2, 2)
    assert actions(desk, final)[0] == "document_scanned"


def test_a_pdf_with_a_script_is_kept_and_shown_without_it(desk, wan, final):
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('x')")}
    action = DictionaryObject({NameObject(key): one for key, one in script.items()})
    writer.root_object[NameObject("/OpenAction")] = action
    out = io.BytesIO()
    writer.write(out)
    came = take_scan(desk, wan, final, name="扫描.pdf", data=out.getvalue())
    assert [one.zh for one in came.removed] == ["脚本（JavaScript）"]
    assert open_version(desk, final, 2).data == out.getvalue()
    assert b"app.alert" not in open_version(desk, final, 2, "pdf").data
    again = take_scan(desk, wan, final, name="更清楚的.png", data=photo(kind="PNG"))
    assert (again.no, state(desk, final)) == (3, "scanned")


def test_no_scan_before_the_text_is_final(desk, wan, notice):
    with pytest.raises(ConflictError) as caught:
        take_scan(desk, wan, notice, name="扫描.jpg", data=photo())
    assert codes(caught) == ["not_final"]
    move_document(desk, wan, notice, "final")
    with pytest.raises(InputError) as caught:
        take_scan(desk, wan, notice, name="扫描.jpg", data=generated(desk, notice))
    assert codes(caught) == ["no_scan"]
    assert state(desk, notice) == "final"


def test_what_fails_late_leaves_neither_row_nor_file(desk, wan, final, monkeypatch):
    before = blobs(desk, final)
    monkeypatch.setattr(desk.store.trail, "note", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_scan(desk, wan, final, name="扫描.jpg", data=photo())
    assert (blobs(desk, final), versions(desk, final)[-1][0]) == (before, 1)
    assert state(desk, final) == "final"


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.batch_tools import desk_at
from tests.document_tools import somebody
from service.desk.documents.returned import take_scan
from service.store import documents as rows

with desk_at(Path(sys.argv[1]), database_url=sys.argv[2]) as desk:
    rows.add = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    take_scan(desk, somebody(desk), sys.argv[3], name="x.jpg", data=open(sys.argv[4], "rb").read())
"""


def test_a_killed_upload_leaves_no_row(desk, wan, final, tmp_path, request, modules_database_url):
    data = tmp_path / "x.jpg"
    data.write_bytes(photo())
    folder = desk.store.trail._anchor.parent
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), modules_database_url or "", final, str(data)],
        check=False, cwd=Path.cwd(), capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (versions(desk, final)[-1][0], state(desk, final)) == (1, "final")
    left = [one for one in blobs(desk, final) if ".came" in one]
    assert len(left) == 1  # a file that nobody names
    assert take_scan(desk, wan, final, name="x.jpg", data=photo()).no == 2


def test_reviews_are_printed_on_a_final_paper(desk, wan, activity):
    exam = begin(desk, wan, activity, EXAM, person_name="邹黎", branch=BRANCH)
    row = paper(desk, exam).row
    answers = {k: v for k, v in row.answers.items() if not k.startswith("review")}
    save_draft(desk, wan, exam, row.revision, answers)
    generate(desk, wan, exam)
    move_document(desk, wan, exam, "in_review")
    with pytest.raises(ConflictError):
        print_reviews(desk, wan, exam)
    said = Said(version=1, result="agree", opinion="写得实在，同意。", step="branch_secretary",
                by="邹书记", on="2026-11-01")  # fmt: skip
    give_opinion(desk, wan, exam, said, date(2026, 11, 28))
    assert view_reviews(desk, wan, exam).printable
    assert print_reviews(desk, wan, exam) == 2
    assert "写得实在，同意。" in desk.text_of(generated(desk, exam, 2))
    assert (state(desk, exam), view_document(desk, exam).line.stale) == ("final", False)
    with pytest.raises(ConflictError) as caught:
        print_reviews(desk, wan, exam)
    assert codes(caught) == ["no_reviews_to_print"]


def exams(desk, wan, activity, *names):
    found = []
    for name in names:
        document = begin(desk, wan, activity, EXAM, person_name=name, branch=BRANCH)
        row = paper(desk, document).row
        answers = {**row.answers, "person_name": name, "branch": BRANCH}
        save_draft(desk, wan, document, row.revision, answers)
        generate(desk, wan, document)
        move_document(desk, wan, document, "final")
        found.append(document)
    return found


def test_scans_are_listed_and_sorted_by_their_names(desk, wan, activity, final):
    li, lily = exams(desk, wan, activity, "邹黎", "邹黎明")
    begin(desk, wan, activity)
    board = list_scans(desk, wan, activity)
    assert {one.id: one.needs for one in board.expected} == {
        final: "seal", li: "signature", lily: "signature"
    }  # fmt: skip
    assert (board.back, board.later) == ((), 1)
    files = [
        ("邹黎明 签字.jpg", photo()),
        ("邹 黎-对照检查表(1).png", photo(kind="PNG")),
        ("IMG_2031.jpg", photo(1000, 1400)),
        ("党委动员大会通知扫描.docx", generated(desk, final)),
    ]
    found = sort_scans(desk, wan, activity, files)
    assert [(name, one.id) for name, one, _ in found.taken] == [
        ("邹黎明 签字.jpg", lily), ("邹 黎-对照检查表(1).png", li)
    ]  # fmt: skip
    assert [one[0] for one in found.unmatched] == ["IMG_2031.jpg"]
    assert [(name, why[0].code) for name, why in found.refused] == [
        ("党委动员大会通知扫描.docx", "no_scan")
    ]
    board = list_scans(desk, wan, activity)
    assert {one.id for one in board.back} == {li, lily}
    assert {one.state for one in board.back} == {"scanned"}
    assert [one.id for one in board.expected] == [final]


def test_a_file_goes_to_nobody_whose_it_may_not_be(desk, wan, activity, final):
    [li] = exams(desk, wan, activity, "邹黎")
    lines = list_scans(desk, wan, activity).expected
    titles = [desk.catalog.kind(one).form.title.zh for one in desk.catalog.kinds()]
    notice = desk.catalog.kind(NOTICE).form.title.zh

    def owner(name):
        found = owner_of(lines, name, titles)
        return getattr(found, "id", None) or found.code

    assert owner("邹黎.pdf") == li
    assert owner(f"邹黎 {notice}.pdf") != li
    assert owner(f"{notice}盖章.pdf") == final
    assert owner("scan0001.pdf") == "scan_unknown"
    both = [*lines, *[one for one in lines if one.id == li]]
    assert owner_of(both, "邹黎.pdf").code == "scan_unclear"


def test_other_clerks_scans_and_a_second_file_of_one_paper(desk, wan, activity, final):
    [li] = exams(desk, wan, activity, "邹黎")
    other = somebody(desk, "other")
    assert [one.id for one in list_scans(desk, other, activity).expected] == [final]
    found = sort_scans(desk, other, activity, [("邹黎.jpg", photo())])
    assert found.unmatched[0][2].code == "scan_unknown"
    found = sort_scans(
        desk, wan, activity, [("邹黎.jpg", photo()), ("邹黎2.jpg", photo(1300, 1800))]
    )
    assert found.unmatched[0][2].code == "scan_twice"
    assert len(versions(desk, li)) == 2
    close_activity(desk, activity)
    found = sort_scans(desk, wan, activity, [("邹黎.jpg", photo(1200, 1700))])
    assert found.refused[0][1][0].code == "activity_closed"


def test_a_text_that_changed_under_the_agreement_is_not_printed_again(desk, wan, activity):
    [exam] = exams(desk, wan, activity, "邹黎")
    move_document(desk, wan, exam, "draft")
    row = paper(desk, exam).row
    answers = {k: v for k, v in row.answers.items() if not k.startswith("review")}
    save_draft(desk, wan, exam, row.revision, answers)
    no = generate(desk, wan, exam)
    move_document(desk, wan, exam, "in_review")
    said = Said(version=no, result="agree", step="branch_secretary", by="甲", on="2026-11-01")
    give_opinion(desk, wan, exam, said, date(2026, 11, 28))
    change_profile(
        desk, activity, issue_categories=["形式主义", "官僚主义", "享乐主义", "奢靡之风", "别的"]
    )
    with pytest.raises(ConflictError) as caught:
        print_reviews(desk, wan, exam)
    assert codes(caught) == ["text_would_change"]
