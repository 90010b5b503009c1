"""A roster in, a folder of forms out; run again, it makes only what changed and spoils nothing."""

import fcntl
import hashlib
import json
import os
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from service.bootstrap import assemble
from service.core.roster.model import RosterRow
from service.desk.folder.batch import Wish
from service.desk.folder.record import RECORD
from service.errors import ConflictError, EngineError, InputError, problem
from service.settings import Settings
from tests.desk.members import KIND, codes, counts, make, own_words, person, terms
from tests.helpers_word import assert_docx_text

BESIDE = {RECORD, "tally.json", "tally.xlsx"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


def forms(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name not in BESIDE)


def looks(folder: Path) -> dict[str, tuple[int, int, str]]:
    """What would change if a form was touched: inode, time, content."""
    return {
        name: (
            file.stat().st_ino,
            file.stat().st_mtime_ns,
            hashlib.sha256(file.read_bytes()).hexdigest(),
        )
        for name in forms(folder)
        if (file := folder / name)
    }


def edit(file: Path) -> bytes:
    """As Word would save it: the same paper with one more file inside."""
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("docProps/custom.txt", "改过")
    return file.read_bytes()


def test_every_row_has_its_outcome_and_one_bad_row_loses_no_other(desk, tmp_path):
    empty = RosterRow(row=3, outcome="skipped", reasons=(problem("empty_row", "空行。", "empty."),))
    again = RosterRow(
        row=5,
        outcome="duplicate",
        values=person(0),
        reasons=(problem("repeated", "重复。", "again."),),
    )
    made = make(
        desk, tmp_path, person(0), empty, person(1, party_join_date="2014-02-30"), again, person(2)
    )
    assert counts(made) == (2, 1, 1, 1)
    assert [one.outcome for one in made.tally.rows] == [
        "made",
        "skipped",
        "failed",
        "duplicate",
        "made",
    ]
    assert codes(made, 4) == ["bad_date"]
    assert made.tally.blank == 2
    assert forms(tmp_path) == ["01_陈列部_赵一_对照检查表.docx", "03_陈列部_孙一_对照检查表.docx"]
    assert_docx_text(
        (tmp_path / "03_陈列部_孙一_对照检查表.docx").read_bytes(),
        "孙一",
        "陈列部",
        "2006年5月19日",
    )
    plain = json.loads((tmp_path / "tally.json").read_text("utf-8"))
    assert plain == made.tally.to_json()
    assert (tmp_path / "tally.xlsx").read_bytes()[:2] == b"PK"


def test_own_words_must_be_whole_and_are_told_from_blank_forms(desk, tmp_path):
    words = own_words(desk)
    half = {"cause_analysis": words["cause_analysis"]}
    made = make(desk, tmp_path, person(0), person(1, **words), person(2, **half))
    assert counts(made) == (2, 0, 1, 0)
    assert [one.filled for one in made.tally.rows] == [False, True, True]
    assert {reason.code for reason in made.tally.rows[2].reasons} == {"required"}
    assert_docx_text(
        (tmp_path / made.tally.rows[1].file).read_bytes(), words["rectify_measures"][0]["measure"]
    )


def test_a_second_run_touches_nothing(desk, tmp_path):
    people = [person(number) for number in range(4)]
    first = make(desk, tmp_path, *people)
    before = looks(tmp_path)
    second = make(desk, tmp_path, *people)
    assert (counts(first), counts(second)) == ((4, 0, 0, 0), (0, 4, 0, 0))
    assert looks(tmp_path) == before
    assert [codes(second, row) for row in range(2, 6)] == [["unchanged"]] * 4
    assert [one.file for one in second.tally.rows] == [one.file for one in first.tally.rows]


def test_only_what_changed_is_made(desk, tmp_path):
    make(desk, tmp_path, *(person(number) for number in range(4)))
    before = looks(tmp_path)
    made = make(desk, tmp_path, person(0), person(1, post="讲解组组长"), person(2), person(3))
    assert counts(made) == (1, 3, 0, 0)
    changed = {name for name, look in looks(tmp_path).items() if look != before[name]}
    assert changed == {"02_陈列部_钱一_对照检查表.docx"}
    everybody = make(
        desk,
        tmp_path,
        *(person(number) for number in range(4)),
        of=terms(desk, due_date="2014-06-09"),
    )
    assert counts(everybody) == (4, 0, 0, 0)


def test_rows_that_moved_are_renamed_not_made_again(desk, tmp_path):
    people = [person(number) for number in range(3)]
    make(desk, tmp_path, *people)
    before = {name.split("_")[2]: look for name, look in looks(tmp_path).items()}
    made = make(desk, tmp_path, person(9), people[2], people[0], people[1])
    assert counts(made) == (1, 3, 0, 0)
    assert [name.split("_")[2] for name in forms(tmp_path)] == ["陈一", "孙一", "赵一", "钱一"]
    after = {name.split("_")[2]: look for name, look in looks(tmp_path).items()}
    assert {name: after[name] for name in before} == before
    assert codes(made, 3) == ["unchanged", "renamed"]


def test_namesakes_who_change_places_keep_their_own_files(desk, tmp_path):
    one, other = person(0, post="馆员"), person(0, post="保管员")
    make(desk, tmp_path, one, other, numbers=["7", "8"])
    made = make(desk, tmp_path, other, one, numbers=["8", "7"])
    assert counts(made) == (0, 2, 0, 0)
    assert forms(tmp_path) == ["01_陈列部_赵一_对照检查表.docx", "02_陈列部_赵一_对照检查表.docx"]
    for row, post in zip(made.tally.rows, ("保管员", "馆员"), strict=True):
        assert_docx_text((tmp_path / row.file).read_bytes(), post)


def test_a_member_who_moves_to_another_department_is_known_by_number(desk, tmp_path):
    make(desk, tmp_path, person(0), person(1), numbers=["7", "8"])
    made = make(desk, tmp_path, person(0, department="保卫科"), person(1), numbers=["7", "8"])
    assert (counts(made), made.left) == ((1, 1, 0, 0), ())
    assert forms(tmp_path) == ["01_保卫科_赵一_对照检查表.docx", "02_陈列部_钱一_对照检查表.docx"]


def test_numbers_that_come_later_make_no_other_people(desk, tmp_path):
    make(desk, tmp_path, person(0), person(1))
    made = make(desk, tmp_path, person(0), person(1), numbers=["7", "8"])
    assert (counts(made), made.left) == ((0, 2, 0, 0), ())
    assert counts(make(desk, tmp_path, person(0), person(1))) == (0, 2, 0, 0)


def test_who_left_the_roster_is_said_and_the_file_stays(desk, tmp_path):
    make(desk, tmp_path, person(0), person(1), person(2))
    made = make(desk, tmp_path, person(0), person(2))
    assert made.left == ("02_陈列部_钱一_对照检查表.docx",)
    assert forms(tmp_path) == [
        "01_陈列部_赵一_对照检查表.docx", "02_陈列部_孙一_对照检查表.docx", "02_陈列部_钱一_对照检查表.docx",
    ]  # fmt: skip


def test_a_word_file_changed_by_hand_is_never_overwritten(desk, tmp_path):
    make(desk, tmp_path, person(0), person(1))
    file = tmp_path / "01_陈列部_赵一_对照检查表.docx"
    mine = edit(file)
    made = make(desk, tmp_path, person(0), person(1))
    assert (counts(made), codes(made, 2), file.read_bytes()) == ((0, 2, 0, 0), ["edited"], mine)
    made = make(desk, tmp_path, person(0, post="馆长"), person(1, post="馆长"))
    assert (counts(made), codes(made, 2), file.read_bytes()) == (
        (1, 1, 0, 0),
        ["edited_behind"],
        mine,
    )
    made = make(desk, tmp_path, person(5), person(0, post="馆长"), person(1, post="馆长"))
    assert codes(made, 3) == ["renamed", "edited_behind"]
    assert (tmp_path / "02_陈列部_赵一_对照检查表.docx").read_bytes() == mine
    (tmp_path / "02_陈列部_赵一_对照检查表.docx").unlink()
    made = make(desk, tmp_path, person(5), person(0, post="馆长"), person(1, post="馆长"))
    assert counts(made) == (1, 2, 0, 0)


def test_a_changed_word_file_is_behind_only_where_its_form_would_differ(desk, tmp_path):
    make(desk, tmp_path, person(0))
    mine = edit(tmp_path / "01_陈列部_赵一_对照检查表.docx")
    other = replace(terms(desk), activity=terms(desk).activity | {"meeting_place": "别处"})
    assert other.digest != terms(desk).digest
    for _ in range(2):
        assert codes(make(desk, tmp_path, person(0), of=other), 2) == ["edited"]
    assert (tmp_path / "01_陈列部_赵一_对照检查表.docx").read_bytes() == mine


def test_a_file_that_is_gone_is_made_again(desk, tmp_path):
    make(desk, tmp_path, person(0), person(1))
    before = looks(tmp_path)
    (tmp_path / "02_陈列部_钱一_对照检查表.docx").unlink()
    assert counts(make(desk, tmp_path, person(0), person(1))) == (1, 1, 0, 0)
    assert {name: look[2] for name, look in looks(tmp_path).items()} == {
        n: look[2] for n, look in before.items()
    }


def test_a_row_that_fails_now_keeps_its_older_form_and_says_so(desk, tmp_path):
    make(desk, tmp_path, person(0), person(1))
    made = make(desk, tmp_path, person(0, gender="?"), person(1))
    assert counts(made) == (0, 1, 1, 0)
    assert (codes(made, 2), made.left) == (["bad_choice", "older_form"], ())
    assert (tmp_path / "01_陈列部_赵一_对照检查表.docx").is_file()
    assert counts(make(desk, tmp_path, person(0), person(1))) == (0, 2, 0, 0)


def test_somebody_elses_files_are_never_touched(desk, tmp_path):
    theirs = ["01_陈列部_赵一_对照检查表.docx", "tally.xlsx", "对照检查表_全部.zip", "会议记录.txt"]
    for name in theirs:
        (tmp_path / name).write_text("别人的", "utf-8")
    wish = Wish(zipped=True)
    for expected in ((2, 0, 0, 0), (0, 2, 0, 0)):
        made = make(desk, tmp_path, person(0), person(1), wish=wish)
        assert counts(made) == expected
        assert {(tmp_path / name).read_text("utf-8") for name in theirs} == {"别人的"}
        assert made.tally.rows[0].file == "01_陈列部_赵一_对照检查表_2.docx"
        assert (made.zip, made.tallies) == ("对照检查表_全部_2.zip", ("tally.json", "tally_2.xlsx"))
        assert {note.code for note in made.notes} == {"another_name"}


def test_a_tally_with_a_clerks_remarks_stays(desk, tmp_path):
    make(desk, tmp_path, person(0))
    (tmp_path / "tally.xlsx").write_bytes(b"remarks")
    for _ in range(2):
        made = make(desk, tmp_path, person(0))
        assert made.tallies == ("tally.json", "tally_2.xlsx")
        assert (tmp_path / "tally.xlsx").read_bytes() == b"remarks"


@pytest.mark.parametrize(
    "record",
    [
        None, b"", b"\0\1\2", b"[]", b'{"format": 1}', b'{"format": 2, "kind": "x", "lang": "zh", "files": {}}',
        b'{"format": 1, "kind": "self_examination", "lang": "zh", "files": {"docx:x": {"names": ["../x"], "shas": ["0"], "digest": "", "who": [], "pages": []}}}',
        b'{"format": 1, "kind": "self_examination", "lang": "zh", "files": {"docx:x": {"names": [7]}}}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_lost_or_damaged_record_costs_no_file(desk, tmp_path, record):
    make(desk, tmp_path, person(0), person(1))
    mine = edit(tmp_path / "01_陈列部_赵一_对照检查表.docx")
    before = looks(tmp_path)
    (tmp_path / RECORD).unlink() if record is None else (tmp_path / RECORD).write_bytes(record)
    made = make(desk, tmp_path, person(0), person(1))
    assert counts(made) == (1, 1, 0, 0)
    assert (codes(made, 2), codes(made, 3)) == (["name_taken"], ["unchanged"])
    assert (tmp_path / "01_陈列部_赵一_对照检查表.docx").read_bytes() == mine
    assert {name: look for name, look in looks(tmp_path).items() if name in before} == before
    assert ("record_unreadable" in {note.code for note in made.notes}) == (record is not None)


def test_a_folder_is_for_one_kind_and_one_language(desk, tmp_path):
    make(desk, tmp_path, person(0))
    before = looks(tmp_path)
    with pytest.raises(ConflictError) as caught:
        make(desk, tmp_path, person(0), of=terms(desk, lang="en"))
    assert caught.value.problems[0].code == "other_batch"
    assert looks(tmp_path) == before


def test_one_run_at_a_time(desk, tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(ConflictError) as caught:
            make(desk, tmp_path, person(0))
    finally:
        os.close(descriptor)
    assert caught.value.problems[0].code == "batch_running"
    assert list(tmp_path.iterdir()) == []
    assert counts(make(desk, tmp_path, person(0))) == (1, 0, 0, 0)


def test_a_place_that_is_no_folder_is_refused(desk, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConflictError) as caught:
        make(desk, tmp_path / "file", person(0))
    assert caught.value.problems[0].code == "not_a_folder"
    with pytest.raises(EngineError):
        make(desk, Path("/proc/nowhere/out"), person(0))
    with pytest.raises(EngineError):
        make(desk, tmp_path / "file" / "in", person(0))


def test_paths_stay_short_and_names_stay_apart(desk, tmp_path):
    long = [person(n, person_name="艾" * 50, department="部" * 40, post=f"{n}") for n in range(3)]
    folder = tmp_path / ("深" * 40)
    folder = folder / ("x" * (150 - len(str(folder))))
    made = make(desk, folder, *long, numbers=["1", "2", "3"])
    assert counts(made) == (3, 0, 0, 0)
    paths = [str(folder / one.file) for one in made.tally.rows]
    assert all(len(path) < 200 for path in paths)
    assert len(set(paths)) == 3
    with pytest.raises(InputError) as caught:
        make(desk, folder / ("y" * 40), person(0))
    assert caught.value.problems[0].code == "path_too_long"


def test_names_that_windows_cannot_hold_are_made_so_that_it_can(desk, tmp_path):
    names = ["a/b\\c:d*e?f", "con", "艾 ", "𠮷野家"]
    made = make(desk, tmp_path, *(person(n, person_name=name) for n, name in enumerate(names)))
    assert counts(made) == (4, 0, 0, 0)
    assert [one.file.split("_")[2] for one in made.tally.rows] == ["abcdef", "con", "艾", "𠮷野家"]
    assert counts(
        make(desk, tmp_path, *(person(n, person_name=name) for n, name in enumerate(names)))
    ) == (0, 4, 0, 0)


def test_the_zip_holds_the_rosters_forms_readable_on_old_windows(desk, tmp_path):
    make(desk, tmp_path / "a", person(9), person(0), person(1))
    for folder in ("a", "b"):
        made = make(desk, tmp_path / folder, person(0), person(1), wish=Wish(zipped=True))
    assert made.zip == "对照检查表_全部.zip"
    with zipfile.ZipFile(tmp_path / "a" / made.zip) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "01_陈列部_赵一_对照检查表.docx",
            "02_陈列部_钱一_对照检查表.docx",
            "tally.xlsx",
        ]
        assert all(info.flag_bits & 0x800 for info in archive.infolist()[:2])
        assert not any(info.flag_bits & 0x8 for info in archive.infolist())
        assert (
            archive.read("01_陈列部_赵一_对照检查表.docx")
            == (tmp_path / "a/01_陈列部_赵一_对照检查表.docx").read_bytes()
        )
    first = (tmp_path / "b" / made.zip).read_bytes()
    shutil.rmtree(tmp_path / "b")
    make(desk, tmp_path / "b", person(0), person(1), wish=Wish(zipped=True))
    assert (tmp_path / "b" / made.zip).read_bytes() == first


def test_what_a_killed_run_left_unfinished_is_swept(desk, tmp_path):
    (tmp_path / ".gongwen-part-0123").write_bytes(b"half")
    make(desk, tmp_path, person(0))
    assert forms(tmp_path) == ["01_陈列部_赵一_对照检查表.docx"]


def test_a_kind_for_the_whole_unit_has_no_batch(desk):
    with pytest.raises(InputError) as caught:
        terms(desk, kind="implementation_plan")
    assert caught.value.problems[0].code == "not_for_members"


def test_shared_answers_are_checked_once_with_every_problem(desk):
    with pytest.raises(InputError) as caught:
        terms(desk, due_date="2014-13-01", cause_analysis="我的", nonsense="1")
    assert {(one.code, one.path) for one in caught.value.problems} == {
        ("bad_date", "due_date"), ("personal_shared", "cause_analysis"), ("unknown_field", "nonsense"),
    }  # fmt: skip
    assert KIND
