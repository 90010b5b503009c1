"""Batches that are kept: made chunk by chunk, counted, cancelled, retried, mended, handed out."""

import io
import subprocess
import threading
import zipfile
from datetime import timedelta

import pypdf
import pytest

from service.desk.batch.batches import (
    cancel_batch,
    list_batches,
    match_returned,
    mend_item,
    not_filled,
    open_item,
    open_joined,
    open_returned,
    retry_batch,
    start_batch,
    tally_of,
    view_batch,
    zip_of,
)
from service.desk.batch.views import BatchView
from service.desk.batch.work import do_chunk, do_join
from service.desk.roster.rosters import mend_row, view_roster
from service.engines.protocols import Converted
from service.errors import ConflictError, EngineError, InputError, NotFoundError, problem
from service.store import batches as rows
from service.store import faults
from service.store.models import Item
from tests.batch_tools import HEAD, begin, desk_at, files_of, keep_roster, person

# Row 5 has no such day, row 7 repeats row 6.
CHANGE = {3: {"出生年月": "1975-13"}, 5: dict(zip(HEAD, person(4), strict=True))}
COUNTS = {"made": 6, "failed": 1, "duplicate": 1}


@pytest.fixture(scope="module")
def desk(tmp_path_factory, modules_database_url):
    data = tmp_path_factory.mktemp("batches")
    with desk_at(data, database_url=modules_database_url) as desk:
        yield desk


def work_off(desk, batch, *, stop=lambda: False):
    """What a worker does, in this process: the chunks that have something left, in order."""
    with desk.store.read() as session:
        round_ = rows.find(session, batch).round
        numbers = rows.chunks_left(session, batch)
    for number in numbers:
        do_chunk(desk, batch, round_, number, stop=stop)
    do_join(desk, batch, round_, stop=stop)
    return view_batch(desk, batch)


def sabotage(desk, monkeypatch, *, rows_, why):
    """The template fails for some rows of the roster."""
    template = desk.templates.load
    bad = {person(row - 2)[1] for row in rows_}

    class Template:
        def __init__(self, real):
            self.version, self.real = real.version, real

        def fill(self, context):
            if context["person_name"] in bad:
                raise why
            return self.real.fill(context)

    monkeypatch.setattr(
        desk.templates, "load", lambda docx, *, file: Template(template(docx, file=file))
    )


def test_every_row_is_counted_once_and_every_form_is_there(desk):
    batch = begin(desk, 8, change=CHANGE)
    before = view_batch(desk, batch)
    assert (before.state, before.done, before.total) == ("queued", 1, 7)
    view = work_off(desk, batch)
    assert (view.state, view.done, view.total) == ("done", 7, 7)
    assert view.counts == COUNTS
    assert view.finished_at is not None
    made = [one for one in view.items if one.state == "made"]
    assert files_of(desk, batch) == sorted(f"batches/{batch}/items/{one.id}.docx" for one in made)
    for one in made:
        docx, name = open_item(desk, batch, one.id, "docx")
        assert name == f"{one.file}.docx"
        assert person(one.row - 2)[1] in desk.text_of(docx)
    assert [one.file for one in view.items[:2]] == [
        f"0{n + 1}_{person(n)[4]}_{person(n)[1]}_对照检查表" for n in range(2)
    ]


def test_the_tally_adds_up_at_every_moment(desk):
    batch = begin(desk, 8, change=CHANGE)
    tally = tally_of(desk, batch).to_json()
    assert tally["tally"] == {
        "read": 8,
        "made": 0,
        "skipped": 0,
        "failed": 7,
        "duplicate": 1,
        "blank": 0,
    }
    assert {row["reasons"][0]["code"] for row in tally["rows"] if row["outcome"] == "failed"} == {
        "not_yet", "bad_month",
    }  # fmt: skip
    work_off(desk, batch)
    tally = tally_of(desk, batch).to_json()
    assert tally["tally"] == {
        "read": 8,
        "made": 6,
        "skipped": 0,
        "failed": 1,
        "duplicate": 1,
        "blank": 6,
    }
    assert [row["row"] for row in tally["rows"]] == list(range(2, 10))


def test_work_that_is_done_twice_makes_nothing_twice(desk):
    batch = begin(desk, 5)
    work_off(desk, batch)
    with desk.store.read() as session:
        before = [(one.id, one.attempts) for one in rows.items(session, batch)]
    do_chunk(desk, batch, 1, 0, stop=lambda: False)
    with desk.store.read() as session:
        assert [(one.id, one.attempts) for one in rows.items(session, batch)] == before


def test_the_progress_costs_no_items(desk):
    batch = begin(desk, 5)
    view = view_batch(desk, batch, items=False)
    assert (view.items, view.total) == ((), 5)
    first = list_batches(desk)[0]
    assert (first.id, first.total) == (batch, 5)


def test_terms_are_frozen_when_it_starts(desk):
    roster = keep_roster(desk, 3)
    batch = start_batch(desk, roster, pdf="none", odd_start=False)
    mend_row(desk, roster, 2, {"person_name": "后来改的名"})
    view = work_off(desk, batch)
    assert view.items[0].name == person(0)[1]
    assert view_roster(desk, roster).rows[0].name == "后来改的名"
    assert view_roster(desk, roster).batches == (batch,)


def test_a_batch_of_nothing_is_refused(desk):
    roster = keep_roster(desk, 1, change={0: {"出生年月": "?"}})
    with pytest.raises(InputError) as error:
        start_batch(desk, roster, pdf="none", odd_start=False)
    assert error.value.problems[0].code == "nothing_to_make"
    assert view_roster(desk, roster).batches == ()


def test_cancelled_between_forms_and_gone_on_with_later(desk, monkeypatch):
    monkeypatch.setattr("service.desk.batch.chunk._GROUP", 1)
    batch = begin(desk, 6)
    calls = []

    def cancels():
        calls.append(1)
        if len(calls) == 3:
            cancel_batch(desk, batch)
        return False

    view = work_off(desk, batch, stop=cancels)
    assert view.state == "cancelled"
    assert view.counts == {"made": 2, "queued": 4}
    assert tally_of(desk, batch).to_json()["tally"]["failed"] == 4
    with pytest.raises(ConflictError):
        cancel_batch(desk, batch)
    files = files_of(desk, batch)
    retry_batch(desk, batch)
    view = work_off(desk, batch)
    assert (view.state, view.counts) == ("done", {"made": 6})
    assert set(files) < set(files_of(desk, batch))


def test_a_worker_that_is_to_end_hands_its_chunk_on(desk, monkeypatch):
    monkeypatch.setattr("service.desk.batch.chunk._GROUP", 1)
    batch = begin(desk, 8)
    calls = []

    def stop():
        calls.append(1)
        return len(calls) == 3

    assert do_chunk(desk, batch, 1, 0, stop=stop) is True
    assert view_batch(desk, batch).state == "running"
    assert view_batch(desk, batch).counts["made"] == 2
    assert work_off(desk, batch).counts == {"made": 8}


def test_one_bad_form_leaves_the_others_unhurt_and_retry_takes_it_alone(desk, monkeypatch):
    batch = begin(desk, 6)
    with monkeypatch.context() as bad:
        sabotage(desk, bad, rows_={4}, why=InputError(problem("lost_value", "丢了", "lost")))
        view = work_off(desk, batch)
    assert (view.state, view.counts) == ("done", {"made": 5, "failed": 1})
    [failed] = [one for one in view.items if one.state == "failed"]
    assert failed.row == 4
    assert failed.reasons[0].code == "lost_value"
    kept = {name: desk.store.blobs.get(name) for name in files_of(desk, batch)}
    with desk.store.read() as session:
        before = {one.id: one.attempts for one in rows.items(session, batch)}
    retry_batch(desk, batch)
    view = work_off(desk, batch)
    assert (view.state, view.counts) == ("done", {"made": 6})
    with desk.store.read() as session:
        after = {one.id: one.attempts for one in rows.items(session, batch)}
    assert {one for one in after if after[one] != before[one]} <= {failed.id}
    assert all(desk.store.blobs.get(name) == data for name, data in kept.items())


def test_a_failed_row_is_mended_and_made(desk):
    batch = begin(desk, 8, change=CHANGE)
    work_off(desk, batch)
    [failed] = [one for one in view_batch(desk, batch).items if one.state == "failed"]
    with pytest.raises(ConflictError) as error:
        retry_batch(desk, batch)  # nothing has changed: it would fail again
    assert error.value.problems[0].code == "nothing_to_retry"
    mend_item(desk, batch, failed.id, {"birth_month": "1975年12月"})
    retry_batch(desk, batch)
    view = work_off(desk, batch)
    assert view.counts == {"made": 7, "duplicate": 1}
    docx, _ = open_item(desk, batch, failed.id, "docx")
    assert "1975" in desk.text_of(docx)


def test_what_cannot_be_mended_is_told(desk):
    batch = begin(desk, 8, change=CHANGE)
    [failed] = [one for one in view_batch(desk, batch).items if one.state == "failed"]
    with pytest.raises(ConflictError):
        mend_item(desk, batch, failed.id, {"post": "x"})  # still under way
    with pytest.raises(ConflictError):
        retry_batch(desk, batch)
    work_off(desk, batch)
    made = next(one for one in view_batch(desk, batch).items if one.state == "made")
    with pytest.raises(ConflictError):
        mend_item(desk, batch, made.id, {"post": "x"})
    with pytest.raises(InputError):
        mend_item(desk, batch, failed.id, {"nonsense": "x"})
    with pytest.raises(NotFoundError):
        mend_item(desk, batch, "0" * 32, {"post": "x"})


def test_a_form_that_ends_the_worker_again_and_again_is_given_up(desk):
    batch = begin(desk, 3)
    with desk.store.write() as session:
        item = session.query(Item).filter_by(batch_id=batch, row=3).one()
        item.attempts = 5
    view = work_off(desk, batch)
    assert view.counts == {"made": 2, "failed": 1}
    assert view.items[1].reasons[0].code == "gave_up"
    retry_batch(desk, batch)
    assert work_off(desk, batch).counts == {"made": 3}


def test_a_damaged_template_makes_no_wrong_paper(desk):
    batch = begin(desk, 3)
    with desk.store.read() as session:
        name = f"templates/{rows.find(session, batch).template}.docx"
    good = desk.store.blobs.get(name)
    desk.store.blobs.put(name, good[:-1] + b"?")
    try:
        view = work_off(desk, batch)
        assert (view.state, view.counts) == ("failed", {"queued": 3})
        assert view.reasons[0].code == "template_corrupt"
        assert files_of(desk, batch) == []
    finally:
        desk.store.blobs.put(name, good)
    retry_batch(desk, batch)
    assert work_off(desk, batch).state == "done"


def test_everything_as_a_zip_that_old_windows_reads(desk, tmp_path):
    batch = begin(desk, 8, change=CHANGE)
    work_off(desk, batch)
    pieces, name = zip_of(desk, batch)
    whole = tmp_path / "whole.zip"
    whole.write_bytes(b"".join(pieces))
    assert name == "对照检查表（普通党员）.zip"
    with zipfile.ZipFile(whole) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        made = [one for one in view_batch(desk, batch).items if one.state == "made"]
        assert names == ["00_结果表.xlsx", *(f"{one.file}.docx" for one in made)]
        for info in archive.infolist():
            assert info.flag_bits & 0x800, "the UTF-8 flag"
            assert not info.flag_bits & 0x8, "sizes stand in the head"
        assert archive.read(names[1]) == open_item(desk, batch, made[0].id, "docx")[0]
        assert zipfile.is_zipfile(io.BytesIO(archive.read(names[0])))
    done = subprocess.run(["unzip", "-t", whole], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_comes_back_is_matched_by_name_and_department(desk):
    batch = begin(desk, 6, change={5: {"姓名": person(0)[1]}})  # two of one name, other departments
    view = work_off(desk, batch)
    first, twin = view.items[0], view.items[5]
    assert len(not_filled(desk, batch)) == 6
    docx, _ = open_item(desk, batch, view.items[2].id, "docx")
    returned = match_returned(
        desk, batch,
        [
            (f"{first.department}{first.name}签字.pdf", b"%PDF-1 scan"),
            (f"{twin.name}.jpg", b"scan"),
            ("扫描0001.docx", docx),
            (f"{view.items[1].file} (1).docx", b"not a Word file, but the name is ours"),
            ("会议通知.pdf", b"%PDF-1"),
            (f"再交一次{view.items[1].name}.docx", b"x"),
        ],
    )  # fmt: skip
    assert {name: one.row for name, one in returned.matched.items()} == {
        f"{first.department}{first.name}签字.pdf": 2, "扫描0001.docx": 4, f"{view.items[1].file} (1).docx": 3,
    }  # fmt: skip
    assert {name: one.code for name, one in returned.unmatched.items()} == {
        f"{twin.name}.jpg": "returned_unclear", "会议通知.pdf": "returned_unknown",
        f"再交一次{view.items[1].name}.docx": "returned_twice",
    }  # fmt: skip
    assert {one.row for one in not_filled(desk, batch)} == {5, 6, 7}
    assert open_returned(desk, batch, first.id) == (
        b"%PDF-1 scan", f"{first.department}{first.name}签字.pdf",
    )  # fmt: skip


def test_batches_take_turns_chunk_by_chunk(desk, monkeypatch):
    """A small batch is not behind a large one, and cannot push it back for ever."""
    monkeypatch.setattr("service.desk.batch.batches._FORMS", {"none": 2, "each": 2})
    for one in list_batches(desk):
        if not one.ended:
            cancel_batch(desk, one.id)
    large, small = begin(desk, 20), begin(desk, 1)

    def turns(batch):
        with desk.store.read() as session:
            kept = rows.find(session, batch)
            return [kept.turn + number for number in rows.chunks_left(session, batch)]

    assert turns(small)[0] == turns(large)[0]
    do_chunk(desk, large, 1, 0, stop=lambda: False)
    do_chunk(desk, large, 1, 1, stop=lambda: False)
    do_chunk(desk, small, 1, 0, stop=lambda: False)
    late = begin(desk, 4)
    assert turns(late) == turns(large)[:2]


def test_what_is_not_there_is_not_found(desk):
    batch = begin(desk, 2)
    item = view_batch(desk, batch).items[0]
    for call in (
        lambda: view_batch(desk, "0" * 32),
        lambda: cancel_batch(desk, "nonsense"),
        lambda: retry_batch(desk, "../.."),
        lambda: tally_of(desk, "0" * 32),
        lambda: zip_of(desk, "0" * 32),
        lambda: open_item(desk, batch, item.id, "docx"),
        lambda: open_item(desk, batch, "0" * 32, "docx"),
        lambda: open_joined(desk, batch),
        lambda: open_returned(desk, batch, item.id),
        lambda: not_filled(desk, "0" * 32),
        lambda: match_returned(desk, "0" * 32, []),
        lambda: start_batch(desk, "0" * 32, pdf="none", odd_start=False),
    ):
        with pytest.raises(NotFoundError):
            call()
    assert isinstance(view_batch(desk, batch), BatchView)


class Saboteur:
    """A converter that fails for some people and makes a page for the others."""

    reason = None

    def __init__(self, desk, bad=(), code="convert_crashed"):
        self.desk, self.bad, self.code, self.calls = desk, bad, code, 0

    def convert(self, source, *, name, suffix=".docx", urgent=True):
        self.calls += 1
        text = self.desk.text_of(source)
        if self.code and any(one in text for one in self.bad):
            raise EngineError(problem(self.code, "转换失败", "failed", file=name))
        page = io.BytesIO()
        writer = pypdf.PdfWriter()
        writer.add_blank_page(595, 842)
        writer.write(page)
        return Converted(pdf=page.getvalue(), pages=1)

    def close(self):
        pass


@pytest.fixture
def saboteur(desk, monkeypatch):
    converter = Saboteur(desk)
    monkeypatch.setattr(desk, "_converter", converter)
    return converter


@pytest.mark.parametrize("code", ["convert_crashed", "convert_timeout", "convert_empty"])
def test_a_form_that_cannot_be_converted_fails_alone(desk, saboteur, code):
    batch = begin(desk, 4, pdf="each")
    saboteur.bad, saboteur.code = [person(1)[1]], code
    view = work_off(desk, batch)
    assert (view.state, view.counts) == ("done", {"made": 3, "failed": 1})
    assert view.items[1].reasons[-1].code == code
    assert len(files_of(desk, batch, "pdf")) == len(files_of(desk, batch)) == 3
    assert {one.has_pdf for one in view.items if one.state == "made"} == {True}
    saboteur.bad = []
    retry_batch(desk, batch)
    assert work_off(desk, batch).counts == {"made": 4}
    assert saboteur.calls == 5


@pytest.mark.parametrize("code", ["pdf_unavailable", "storage_full"])
def test_what_ails_all_forms_fails_the_batch(desk, saboteur, monkeypatch, code):
    monkeypatch.setattr("service.desk.batch.chunk._CONVERTER_SECONDS", 0)
    batch = begin(desk, 4, pdf="each")
    saboteur.bad, saboteur.code = [person(1)[1]], code
    view = work_off(desk, batch)
    assert view.state == "failed"
    assert [one.code for one in view.reasons] == [code]
    assert view.counts == {"made": 1, "queued": 3}
    saboteur.bad = []
    retry_batch(desk, batch)
    assert work_off(desk, batch).counts == {"made": 4}


def test_empty_pdfs_on_a_full_disk_are_the_disks(desk, saboteur, monkeypatch):
    """LibreOffice writes files without content and says nothing (security.md, F7 and F9)."""
    monkeypatch.setattr("service.desk.batch.chunk._ROOM", 1 << 61)
    batch = begin(desk, 2, pdf="each")
    saboteur.bad, saboteur.code = [person(0)[1]], "convert_empty"
    view = work_off(desk, batch)
    assert (view.state, view.counts) == ("failed", {"queued": 2})
    assert view.reasons[0].code == "storage_full"


def test_a_converter_that_is_started_again_is_waited_for(desk, saboteur):
    batch = begin(desk, 2, pdf="each")
    saboteur.bad, saboteur.code = [person(0)[1]], "pdf_unavailable"

    def back():
        saboteur.code = ""

    threading.Timer(1.0, back).start()
    assert work_off(desk, batch).counts == {"made": 2}
    assert saboteur.calls > 2


def test_a_mistake_of_ours_fails_the_batch_and_is_told_in_plain_words(desk, monkeypatch, caplog):
    batch = begin(desk, 2)
    with monkeypatch.context() as broken:
        sabotage(desk, broken, rows_={2}, why=RuntimeError("a bug"))
        view = work_off(desk, batch)
    assert view.state == "failed"
    assert [one.code for one in view.reasons] == ["unexpected"]
    assert "a bug" in caplog.text
    retry_batch(desk, batch)
    assert work_off(desk, batch).counts == {"made": 2}


def test_a_database_that_is_away_fails_nothing(desk, monkeypatch):
    batch = begin(desk, 2)
    with monkeypatch.context() as away:

        def gone(*_):
            raise EngineError(faults.unreachable())

        away.setattr("service.desk.batch.chunk.rows.is_wanted", gone)
        assert do_chunk(desk, batch, 1, 0, stop=lambda: False) is True
    assert view_batch(desk, batch).state == "running"
    assert work_off(desk, batch).counts == {"made": 2}


def test_old_work_of_an_earlier_round_does_nothing(desk):
    batch = begin(desk, 8, change=CHANGE)
    cancel_batch(desk, batch)
    retry_batch(desk, batch)
    assert do_chunk(desk, batch, 1, 0, stop=lambda: False) is False
    view = view_batch(desk, batch)
    assert (view.state, view.counts["queued"]) == ("queued", 6)


def test_what_has_ended_is_forgotten_by_the_line(desk, monkeypatch):
    client = desk.line.client
    batch = begin(desk, 2)
    [chunk, *rest] = client.list_workflows(workflow_id_prefix=batch)
    client.cancel_workflows([chunk.workflow_id])
    desk.line.prune()
    assert len(client.list_workflows(workflow_id_prefix=batch)) == 1 + len(rest)
    monkeypatch.setattr("service.jobs.line._KEPT", timedelta(seconds=-5))
    desk.line.prune()
    assert len(client.list_workflows(workflow_id_prefix=batch)) == len(rest)
