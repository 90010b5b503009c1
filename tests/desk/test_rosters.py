"""Rosters that are kept: read, understood, mended, tried out; on SQLite and on PostgreSQL."""

import io
import threading
import zipfile

import pytest

from service.desk.roster.rosters import (
    add_roster,
    choose_columns,
    list_rosters,
    mend_row,
    share_answers,
    trial,
    view_roster,
)
from service.errors import ConflictError, InputError, NotFoundError
from tests.batch_tools import HEAD, KIND, desk_at, keep_roster, person, roster_csv, shared

# Row 5 has no such day, row 7 repeats row 6.
CHANGE = {3: {"出生年月": "1975-13"}, 5: dict(zip(HEAD, person(4), strict=True))}


@pytest.fixture(scope="module")
def desk(tmp_path_factory, modules_database_url):
    data = tmp_path_factory.mktemp("rosters")
    with desk_at(data, database_url=modules_database_url) as desk:
        yield desk


@pytest.fixture
def roster(desk):
    return keep_roster(desk, 8, change=CHANGE)


def outcomes(desk, roster):
    return {one.row: one.outcome for one in view_roster(desk, roster).rows}


def test_every_row_is_shown_with_what_is_wrong(desk, roster):
    view = view_roster(desk, roster)
    assert (view.kind, view.lang, view.file) == (KIND, "zh", "名册.csv")
    assert {one.field for one in view.columns} >= {"person_name", "department", "birth_month", "#"}
    assert outcomes(desk, roster) == {
        2: "queued", 3: "queued", 4: "queued", 5: "failed", 6: "queued", 7: "duplicate", 8: "queued",
        9: "queued",
    }  # fmt: skip
    assert view.ready == 6
    bad = view.rows[3]
    assert [one.path for one in bad.reasons] == ["birth_month"]
    assert "1975-13" not in bad.reasons[0].text.zh
    assert view.rows[0].values["person_name"] == person(0)[1]
    assert not view.rows[0].filled
    assert list_rosters(desk)[0].id == roster


def test_a_mended_row_can_be_made_and_says_so(desk, roster):
    row = mend_row(desk, roster, 5, {"birth_month": "1975-12"})
    assert (row.outcome, row.mended, row.reasons) == ("queued", True, ())
    assert outcomes(desk, roster)[5] == "queued"


def test_a_mend_that_is_still_wrong_is_kept_as_typed(desk, roster):
    row = mend_row(desk, roster, 2, {"birth_month": "七五年"})
    assert row.outcome == "failed"
    assert row.values["birth_month"] == "七五年"
    assert [one.path for one in row.reasons] == ["birth_month"]
    row = mend_row(desk, roster, 2, {"person_name": ""})
    assert {one.path for one in row.reasons} == {"birth_month", "person_name"}


def test_a_second_person_of_the_same_name_is_told_apart_by_a_mend(desk, roster):
    assert mend_row(desk, roster, 7, {"department": "别的科"}).outcome == "queued"
    # And a mend that makes two of one is seen.
    twin = person(0)
    row = mend_row(desk, roster, 3, {"person_name": twin[1], "department": twin[4]})
    assert row.outcome == "duplicate"
    assert "2" in row.reasons[0].text.zh


def test_mends_outlive_a_new_reading_of_the_columns(desk, roster):
    mend_row(desk, roster, 5, {"birth_month": "1975-12"})
    choose_columns(desk, roster, chosen_without(desk, roster, "post"))
    view = view_roster(desk, roster)
    assert "post" not in {one.field for one in view.columns}
    assert view.rows[3].mended
    assert view.rows[3].values["birth_month"] == "1975-12"


def chosen_without(desk, roster, field):
    """What the page sends when a clerk takes one column out."""
    columns = view_roster(desk, roster).columns
    return {f"{one.sheet}!{one.letter}": "" if one.field == field else one.field for one in columns}


def test_shared_answers_are_refused_with_every_problem(desk, roster):
    before = view_roster(desk, roster).shared
    with pytest.raises(InputError) as error:
        share_answers(
            desk,
            roster,
            {**shared(), "findings": [{"text": "x"}], "nonsense": "1", "due_date": "bald"},
        )
    assert {one.path for one in error.value.problems} == {"findings", "nonsense", "due_date"}
    assert view_roster(desk, roster).shared == before


def test_shared_answers_change_what_the_rows_lack(desk):
    change = {number: {"所在支部": ""} for number in range(4)}
    roster = keep_roster(desk, 4, change=change)
    assert set(outcomes(desk, roster).values()) == {"failed"}
    share_answers(desk, roster, {**shared(), "branch": "第一党支部"})
    assert set(outcomes(desk, roster).values()) == {"queued"}


def test_a_trial_makes_the_first_row_and_keeps_nothing(desk, roster):
    before = sorted(desk.store.blobs.names(""))
    made = trial(desk, roster)
    assert person(0)[1] in desk.text_of(made.docx)
    assert zipfile.is_zipfile(io.BytesIO(made.docx))
    assert sorted(desk.store.blobs.names("")) == before


def test_a_trial_of_nothing_is_refused(desk):
    roster = keep_roster(desk, 1, change={0: {"出生年月": "?"}})
    with pytest.raises(InputError) as error:
        trial(desk, roster)
    assert error.value.problems[0].code == "nothing_to_make"


def test_what_is_not_there_is_not_found(desk, roster):
    for call in (
        lambda: view_roster(desk, "0" * 32),
        lambda: mend_row(desk, "0" * 32, 2, {}),
        lambda: mend_row(desk, roster, 99, {}),
        lambda: share_answers(desk, "nonsense", {}),
        lambda: trial(desk, "../../etc/passwd"),
        lambda: add_roster(desk, "no_such_kind", lang="zh", name="x.csv", data=roster_csv(1)),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_fields_and_files_that_are_wrong_are_told(desk, roster):
    with pytest.raises(InputError) as error:
        mend_row(desk, roster, 2, {"nonsense": "x"})
    assert error.value.problems[0].path == "nonsense"
    with pytest.raises(InputError):
        add_roster(desk, KIND, lang="zh", name="x.csv", data=b"")
    with pytest.raises(InputError):
        add_roster(desk, "meeting_report", lang="zh", name="x.csv", data=roster_csv(1))
    assert list_rosters(desk)[0].id == roster


def test_two_who_mend_at_once_lose_nothing(desk):
    roster = keep_roster(desk, 6)
    failed = []

    def mend(row):
        for attempt in range(3):
            try:
                mend_row(desk, roster, row, {"post": f"职务{row}"})
                return
            except ConflictError as error:
                failed.append((attempt, error))

    workers = [threading.Thread(target=mend, args=(row,)) for row in range(2, 8)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    posts = {one.row: one.values["post"] for one in view_roster(desk, roster).rows}
    assert posts == {row: f"职务{row}" for row in range(2, 8)}, failed
