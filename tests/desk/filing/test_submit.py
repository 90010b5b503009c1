"""Submission of instances: looked through, made, locked, edition by edition, the same each time."""

import hashlib
import io
import shutil
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from service.core.people import COMMAND_LINE
from service.desk.filing.editions import send_back
from service.desk.filing.instance import Asked, request_of, write_filing
from service.desk.filing.register_list import list_register
from service.desk.filing.submit import submit
from service.desk.filing.verify import verify_bytes
from service.errors import ConflictError, InputError, NotFoundError
from service.store import submissions
from tests.filing_tools import desk_at

SAMPLES = Path(__file__).parents[3] / "samples"
BRANCH = """
bundle: branch
lang: zh
activity: activity.zh.yaml
to: {to}
date: {day}
parts:
  forms: {{roster: roster.csv, shared: shared.zh.yaml}}
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = desk_at(tmp_path_factory.mktemp("submit"))
    yield desk
    desk.close()


@pytest.fixture
def samples(tmp_path):
    """The samples, to be changed."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "samples"))


def branch(folder, to, day="2014-05-20", members=2):
    """An instance that is made fast: two members' forms."""
    for name in ("activity.zh.yaml", "shared.zh.yaml"):
        shutil.copy(SAMPLES / name, folder / name)
    rows = (SAMPLES / "roster.csv").read_text("utf-8").splitlines(keepends=True)
    (folder / "roster.csv").write_text("".join(rows[: members + 1]), "utf-8")
    (folder / "bundle.yaml").write_text(BRANCH.format(day=day, to=to), "utf-8")
    return folder / "bundle.yaml"


def filed(desk, file, **said):
    return submit(desk, request_of(desk, file, Asked(**said), profile="submission"))


def bytes_of(filing):
    return {one.name: hashlib.sha256(one.data).hexdigest() for one in filing.files}


def codes(caught):
    return sorted({one.code for one in caught.value.problems})


@pytest.mark.office
def test_the_sample_is_handed_over_whole(desk, samples, tmp_path):
    letter = samples / "zh/cover_letter.yaml"
    letter.write_text(letter.read_text("utf-8").replace("pages: 12", "pages: 99"), "utf-8")
    filing = filed(desk, samples / "bundle.zh.yaml")
    assert filing.pdfa
    assert (filing.edition, filing.again) == (1, False)
    assert [one.role for one in filing.files] == ["pdf", *["letter"] * 2, *["list"] * 4, "package"]
    assert len(filing.manifest.parts) == 10
    assert filing.sha256 == hashlib.sha256(filing.files[0].data).hexdigest()
    _contents_say_where_parts_begin(filing)
    _list_says_the_digest(filing)
    _letter_counts_what_is_there(filing)
    _register_holds_the_numbers(desk, filing)
    for one in filing.files:
        if one.role in {"pdf", "package"}:
            verdict = verify_bytes(desk, one.data, name=one.name, expect=filing.sha256)
            assert verdict.whole, verdict.lines("zh")
    written = write_filing(filing, tmp_path / "out")
    assert [one.read_bytes() for one in written] == [one.data for one in filing.files]
    with desk.store.read() as session:
        row = submissions.find(session, filing.id)
    assert (row.state, row.pages, row.pdf_sha256) == ("filed", filing.pages, filing.sha256)
    assert [desk.store.blobs.get(one["blob"]) for one in row.files] == [
        one.data for one in filing.files
    ]


def _contents_say_where_parts_begin(filing):
    reader = PdfReader(io.BytesIO(filing.files[0].data))
    labels = reader.page_labels
    for part in filing.manifest.parts:
        at = labels.index(str(part.first_page))
        assert part.title.replace(" ", "") in "".join(reader.pages[at].extract_text().split())
    assert filing.pages == len(reader.pages)


def _list_says_the_digest(filing):
    sheets = [one for one in filing.files if one.role == "list" and one.name.endswith(".pdf")]
    assert len(sheets) == 2
    for one in sheets:
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(one.data)).pages)
        assert filing.sha256 in text.replace(" ", "").replace("\n", "")
        assert "样例收入两份" in "".join(text.split())


def _letter_counts_what_is_there(filing):
    """Whatever its own answers say: 99 pages were typed there."""
    [pdf] = [one for one in filing.files if one.role == "letter" and one.name.endswith(".pdf")]
    reader = PdfReader(io.BytesIO(pdf.data))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert "99页" not in text
    for part in filing.manifest.parts:
        assert f"{part.pages}页" in text
    assert f"{sum(one.pages for one in filing.manifest.parts)}页" in text


def _register_holds_the_numbers(desk, filing):
    said = {one.number for one in (*filing.manifest.parts, *filing.manifest.sheets) if one.number}
    assert said == {f"赣八一馆党发〔2014〕{no}号" for no in (3, 11, 14)}
    assert said <= {one.number for one in list_register(desk)}


@pytest.mark.office
def test_the_same_again_elsewhere_and_after_a_crash(desk, tmp_path, monkeypatch):
    """One failed conversion starts the whole sequence over: no other bytes come of it."""
    file = branch(tmp_path, "第一党支部书记")
    first = filed(desk, file)
    again = filed(desk, file)
    assert again.again
    assert again.id == first.id
    other = desk_at(tmp_path / "other")
    alone, failures = other._makers.alone, []

    class Failing:
        reason = None

        def __init__(self, strict):
            self.real, self.calls = alone(strict), 0

        def convert(self, *given, **named):
            self.calls += 1
            if self.calls == 2 and not failures:
                failures.append(self.calls)
                self.real._pool._slots[0].interrupt()  # kill -9 of LibreOffice
            return self.real.convert(*given, **named)

        def close(self):
            self.real.close()

    monkeypatch.setattr(
        other, "_makers", type(other._makers)(**{**vars(other._makers), "alone": Failing})
    )
    try:
        elsewhere = filed(other, file)
    finally:
        other.close()
    assert failures == [2]
    assert bytes_of(elsewhere) == bytes_of(first)


@pytest.mark.office
@pytest.mark.long  # tests/cli/test_file.py goes the same way
def test_what_changed_has_to_come_back_first(desk, tmp_path):
    file = branch(tmp_path, "第二党支部书记")
    first = filed(desk, file)
    branch(tmp_path, "第二党支部书记", day="2014-05-21")
    with pytest.raises(ConflictError) as caught:
        filed(desk, file)
    assert codes(caught) == ["filed_already"]
    second = filed(desk, file, sent_back="第二页姓名写错")
    assert (second.edition, second.manifest.replaces) == (2, first.sha256)
    assert "第2版" in zipfile.ZipFile(io.BytesIO(second.files[-1].data)).namelist()[0]
    with desk.store.read() as session:
        before = submissions.find(session, first.id)
    assert (before.state, before.reason) == ("sent_back", "第二页姓名写错")
    assert desk.store.blobs.get(before.files[0]["blob"]) == first.files[0].data
    with pytest.raises(ConflictError):
        send_back(desk, COMMAND_LINE, first.id, "再退一次", second.manifest.date)
    send_back(desk, COMMAND_LINE, second.id, "又退回", second.manifest.date)
    assert filed(desk, file).edition == 3


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501, "a\x07b"])
def test_a_reason_is_owed(desk, reason):
    with pytest.raises(InputError) as caught:
        send_back(desk, COMMAND_LINE, "0" * 32, reason, None)
    assert codes(caught) == ["no_reason"]


def test_nothing_comes_back_that_was_never_filed(desk, tmp_path):
    with pytest.raises(NotFoundError):
        send_back(desk, COMMAND_LINE, "0" * 32, "退回", None)
    with pytest.raises(InputError) as caught:
        filed(desk, branch(tmp_path, "第三党支部书记"), sent_back="退回")
    assert codes(caught) == ["never_filed"]


CHANGES = [
    ("notice: {answers", "notice: {final: false, answers", "part_not_final"),
    ("reviews: [{by: 欧阳喆, result: agree, date: 2014-06-25}]", "reviews: []", "not_reviewed"),
    ("result: agree, date: 2014-07-10", "result: revise, date: 2014-07-10", "review_open"),
    ("date: 2014年7月21日", "date: 2014年7月1日", "dated_later"),
    ("one_each:", "one_eech:", "unknown_exception"),
]


@pytest.mark.parametrize(("old", "new", "code"), CHANGES, ids=[one[2] for one in CHANGES])
def test_what_would_be_sent_back_stops_it(desk, samples, old, new, code):
    file = samples / "bundle.zh.yaml"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InputError) as caught:
        filed(desk, file)
    found = [one for one in caught.value.problems if one.code == code]
    assert found
    assert all(one.text.zh != one.text.en for one in found)


def test_everything_is_told_at_once(desk, samples):
    file = samples / "bundle.zh.yaml"
    text = file.read_text("utf-8")
    for old, new, _ in CHANGES:
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        filed(desk, file)
    assert {one[2] for one in CHANGES} <= set(codes(caught))


def test_a_wrong_letter_is_told_with_all_the_rest_before_any_work(desk, samples):
    letter = samples / "zh/cover_letter.yaml"
    letter.write_text(letter.read_text("utf-8") + "no_such_field: 1\nissue_date: 二月\n", "utf-8")
    letter.write_text(letter.read_text("utf-8").replace("issue_date: 2014-07-21\n", ""), "utf-8")
    file = samples / "bundle.zh.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("notice: {answers", "notice: {final: false, answers"), "utf-8")
    with pytest.raises(InputError) as caught:
        filed(desk, file)
    assert "part_not_final" in codes(caught)
    told = {one.path for one in caught.value.problems if one.file == "报送函"}
    assert {"issue_date", "no_such_field"} <= told


def test_a_reason_longer_than_its_column_is_refused(desk, samples):
    file = samples / "bundle.zh.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("one_each: ", "one_each: " + "长" * 200), "utf-8")
    with pytest.raises(InputError) as caught:
        filed(desk, file)
    assert [one.path for one in caught.value.problems] == ["exceptions.one_each"]
    assert "200" in caught.value.problems[0].text.zh


def test_a_paper_with_a_letterhead_needs_its_number(desk, samples):
    answers = samples / "zh/implementation_plan.yaml"
    text = answers.read_text("utf-8")
    answers.write_text(text.replace("doc_number: 赣八一馆党发〔2014〕3号\n", ""), "utf-8")
    with pytest.raises(InputError) as caught:
        filed(desk, samples / "bundle.zh.yaml")
    assert [one.path for one in caught.value.problems] == ["doc_number"]
