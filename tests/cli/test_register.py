"""gongwen register: numbers out, void, gaps, sheets; exit codes, JSON, no traceback."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from service.cli import main

YEAR = date.today().year
WORD = "洪八馆党发"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_LANG", "en")
    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path / "data"))

    def call(*words):
        result = CliRunner().invoke(main, ["register", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert "Traceback" not in result.output
        return result

    return call


def entries(run, *more):
    found = json.loads(run("list", "--json", *more).stdout)
    assert found["ok"] is True
    return found["entries"]


def test_numbers_are_given_listed_and_made_void(run):
    first = run("give", WORD, "--title", "关于召开动员会的通知")
    assert (first.exit_code, first.stdout) == (0, f"{WORD}〔{YEAR}〕1号\n")
    given = json.loads(
        run("give", WORD, "--year", "2014", "--no", "3", "--reason", "纸质", "--json").stdout
    )
    assert (given["ok"], given["number"], given["reason"]) == (True, f"{WORD}〔2014〕3号", "纸质")
    void = run("void", f"{WORD}〔2014〕3号", "--reason", "编错")
    assert (void.exit_code, void.stdout) == (0, "")
    assert "Void: 纸质；编错" in void.stderr
    gap = json.loads(run("void", f"{WORD}〔2014〕2号", "--reason", "空号", "--json").stdout)
    assert (gap["state"], gap["reason"]) == ("gap", "空号")
    assert [(one["number"], one["state"]) for one in entries(run, "--year", "2014")] == [
        (f"{WORD}〔2014〕1号", "missing"), (f"{WORD}〔2014〕2号", "gap"), (f"{WORD}〔2014〕3号", "void"),
    ]  # fmt: skip
    listed = run("list", "--word", WORD).stdout.splitlines()
    assert listed[0] == f"{WORD}〔{YEAR}〕1号  关于召开动员会的通知"
    assert listed[1] == f"{WORD}〔2014〕1号  No entry"
    assert len(listed) == 4


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("give", "洪〔〕"), 4, "issuing word"),
        (("give", WORD, "--no", "2"), 4, "say why"),
        (("void", "洪八馆党发[2014]3号", "--reason", "x"), 4, "洪八馆党发〔2014〕3号"),
        (("void", f"{WORD}〔2014〕3号", "--reason", "x"), 5, "not given out"),
        (("void", f"{WORD}〔2014〕3号", "--reason", " "), 4, "say why"),
        (("void", f"{WORD}〔2014〕3号"), 2, "--reason"),
        (("sheet", "-o", "x.doc"), 2, "OUT.xlsx"),
        (("sheet", "-o", "x.xlsx"), 4, "no numbers yet"),
    ],
)
def test_what_is_wrong_is_told(run, words, code, said):
    result = run(*words)
    assert result.exit_code == code
    assert said in result.stderr


def test_a_number_that_is_taken_or_void_is_a_conflict(run):
    run("give", WORD)
    taken = run("give", WORD, "--no", "1", "--reason", "x", "--json")
    assert taken.exit_code == 6
    assert json.loads(taken.stdout)["problems"][0]["code"] == "number_taken"
    run("void", f"{WORD}〔{YEAR}〕1号", "--reason", "x")
    assert run("void", f"{WORD}〔{YEAR}〕1号", "--reason", "x").exit_code == 6
    assert run("give", WORD).stdout == f"{WORD}〔{YEAR}〕2号\n"


def test_gaps_side_by_side(run):
    run("give", WORD, "--year", "2014", "--no", "3", "--reason", "x")
    for no in (1, 2):
        assert run("void", f"{WORD}〔2014〕{no}号", "--reason", "空号").exit_code == 0
    assert entries(run)[0]["number"] == f"{WORD}〔2014〕1至2号"


def test_the_sheet(run, tmp_path):
    run("give", WORD, "--title", "题名")
    out = tmp_path / "r.xlsx"
    told = run("sheet", "-o", str(out), "--json")
    assert json.loads(told.stdout) == {"ok": True, "file": str(out)}
    [sheet] = load_workbook(out).worksheets
    assert [cell.value for cell in sheet[4]][:3] == [1, f"{WORD}〔{YEAR}〕1号", "题名"]
    assert run("sheet", "-o", str(tmp_path / "r.docx"), "--lang", "en").exit_code == 0
    assert (tmp_path / "r.docx").read_bytes().startswith(b"PK")


@pytest.mark.office
def test_the_sheet_as_pdf(run, tmp_path):
    run("give", WORD, "--title", "题名")
    assert run("sheet", "-o", str(tmp_path / "r.pdf")).exit_code == 0
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
