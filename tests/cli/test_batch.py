"""gongwen batch: a spreadsheet in, a folder out; the counts add up whatever happens meanwhile."""

import csv
import hashlib
import io
import json
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from service.cli import main
from service.settings import Settings
from tests.desk.members import person
from tests.helpers_pdf import read

pytestmark = pytest.mark.slow

SAMPLES = Settings().samples
HEADS = {
    "person_name": "姓名", "gender": "性别", "birth_month": "出生年月", "department": "部门",
    "post": "职务", "party_join_date": "入党时间", "branch": "所在支部",
}  # fmt: skip
SHARED = SAMPLES / "shared.zh.yaml"


def roster(file: Path, *people, **more) -> Path:
    """A CSV roster as Excel writes it; `more` are columns that no form asks for."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([*HEADS.values(), *more])
    for one in people:
        lines.writerow([*(one.get(name, "") for name in HEADS), *(more.values() if one else ())])
    file.write_text(text.getvalue(), "utf-8-sig")
    return file


def forms(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.docx")
    }


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_LANG", "zh")
    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path / "var"))

    def call(*args):
        result = CliRunner().invoke(main, ["batch", "self_examination", *map(str, args)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return call


@pytest.fixture
def start(tmp_path):
    """The real command in a process of its own."""
    env = os.environ | {"GONGWEN_LANG": "zh", "GONGWEN_DATA": str(tmp_path / "var")}

    def begin(*args, before=()):
        command = [
            *before,
            sys.executable,
            "-m",
            "service",
            "batch",
            "self_examination",
            *map(str, args),
        ]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    return begin


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sample_works_out_of_the_box(run, tmp_path, lang):
    out = tmp_path / "out" / "forms"
    shared = SAMPLES / f"shared.{lang}.yaml"
    result = run(SAMPLES / "roster.xlsx", "--answers", shared, "-o", out, "--lang", lang, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["tally"] == {
        "read": 60,
        "made": 60,
        "skipped": 0,
        "failed": 0,
        "duplicate": 0,
        "blank": 60,
    }
    assert [row["row"] for row in found["rows"]] == list(range(2, 62))
    assert {row["file"] for row in found["rows"]} == set(forms(out))
    title = {"zh": "对照检查表", "en": "Self-examination form"}[lang]
    assert f"01_办公室_邹𠮷_{title}.docx" in forms(out)
    assert found["unknown_columns"] == []
    plain = json.loads((out / "tally.json").read_bytes())
    assert plain == {"tally": found["tally"], "rows": found["rows"]}


def test_the_summary_adds_up_and_names_bad_rows_and_idle_columns(run, tmp_path):
    people = roster(
        tmp_path / "r.csv", person(0), {}, person(0), person(1, gender="?"), person(2), 爱好="棋"
    )
    result = run(people, "--answers", SHARED, "-o", tmp_path / "out")
    assert result.exit_code == 4
    assert "读入 5 行 = 生成 2 + 跳过 1 + 失败 1 + 重复 1；其中未填写 2" in result.stderr
    assert "爱好" in result.stderr
    [failed] = [line for line in result.stderr.splitlines() if "失败。" in line]
    assert failed.startswith("第 5 行 陈列部 钱一：失败。")
    assert len(forms(tmp_path / "out")) == 2
    sheet = openpyxl.load_workbook(tmp_path / "out/tally.xlsx").worksheets[0]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert "钱一" in cells
    found = json.loads(run(people, "--answers", SHARED, "-o", tmp_path / "out", "--json").stdout)
    assert (found["ok"], found["unknown_columns"]) == (False, ["爱好"])
    assert found["tally"] == {
        "read": 5,
        "made": 0,
        "skipped": 3,
        "failed": 1,
        "duplicate": 1,
        "blank": 0,
    }


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("{none}.xlsx", "-o", "{out}"), 5, "no_file"),
        (("{good}", "--answers", "{shared}", "-o", "{good}"), 6, "not_a_folder"),
        (("{good}", "--answers", "{shared}", "-o", "/proc/nowhere/x"), 7, "storage"),
        (("{good}", "-o", "{out}"), 4, "shared_missing"),
        (("{good}", "--answers", "{personal}", "-o", "{out}"), 4, "personal_shared"),
        (("{good}", "--answers", "{wrong}", "-o", "{out}"), 4, "bad_date"),
        (("{nameless}", "--answers", "{shared}", "-o", "{out}"), 4, "missing_column"),
        (("{empty}", "--answers", "{shared}", "-o", "{out}"), 4, ""),
        (("{good}", "--answers", "{shared}", "-o", "{out}", "--odd-start"), 2, None),
        (("{good}", "--answers", "{shared}", "-o", "{out}", "--pdf", "all"), 2, None),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_made(run, tmp_path, args, code, told):
    personal, wrong = tmp_path / "personal.yaml", tmp_path / "wrong.yaml"
    text = SHARED.read_text("utf-8")
    lines = len(text.splitlines())
    personal.write_text(f"{text}cause_analysis: 我\n", "utf-8")
    wrong.write_text(text.replace("2014-06-06", "2014-16-06"), "utf-8")
    (tmp_path / "nameless.csv").write_text("性别,部门,所在支部\n男,办公室,第一支部\n", "utf-8")
    places = {
        "none": tmp_path / "none", "out": tmp_path / "out", "shared": SHARED, "wrong": wrong,
        "good": roster(tmp_path / "good.csv", person(0)), "empty": roster(tmp_path / "empty.csv"),
        "personal": personal, "nameless": tmp_path / "nameless.csv",
    }  # fmt: skip
    result = run(*(arg.format(**places) for arg in args), "--json")
    assert result.exit_code == code
    assert not (tmp_path / "out").exists()
    if told is not None:
        problems = json.loads(result.stdout)["problems"]
        assert any(told in one["code"] for one in problems)
        if told == "personal_shared":
            assert (problems[0]["file"], problems[0]["line"]) == (str(personal), lines + 1)


def killed_and_run_on(start, people, out, *, kills: int, args=(), seed: int = 7):
    """Kills the command at random moments, then lets it end; returns the last run's result."""
    moments = random.Random(seed)
    command = (people, "--answers", SHARED, "-o", out, "--json", *args)
    for _ in range(kills):
        running = start(*command)
        begun = time.monotonic()
        while not (out / ".gongwen-batch.json").exists() and running.poll() is None:
            time.sleep(0.005)
        time.sleep(moments.uniform(0, 0.4 + (time.monotonic() - begun) / 10))
        running.send_signal(signal.SIGKILL)
        running.communicate()
    running = start(*command)
    stdout, stderr = running.communicate(timeout=300)
    assert running.returncode == 0, stderr.decode()
    return json.loads(stdout)


def test_killed_at_any_moment_the_next_run_makes_exactly_what_is_missing(start, run, tmp_path):
    many = [
        person(number % 240, post=f"讲解员{number}", department=f"{number // 240}部")
        for number in range(400)
    ]
    people = roster(tmp_path / "r.csv", *many)
    out = tmp_path / "out"
    found = killed_and_run_on(start, people, out, kills=3)
    tally = found["tally"]
    assert tally["made"] + tally["skipped"] == tally["read"] == 400
    assert {row["file"] for row in found["rows"]} == set(forms(out))
    left = {file.name for file in out.iterdir()} - set(forms(out))
    assert left == {".gongwen-batch.json", "tally.json", "tally.xlsx"}
    run(people, "--answers", SHARED, "-o", tmp_path / "fresh")
    assert forms(out) == forms(tmp_path / "fresh")


def test_killed_while_rows_move_no_file_is_lost_or_made_twice(start, run, tmp_path):
    many = [person(number, post=f"讲解员{number}") for number in range(120)]
    out = tmp_path / "out"
    run(roster(tmp_path / "r.csv", *many), "--answers", SHARED, "-o", out)
    before = set(forms(out).values())
    people = roster(tmp_path / "r.csv", *reversed(many), person(210, post="新"))
    found = killed_and_run_on(start, people, out, kills=2)
    assert found["tally"]["skipped"] >= 120
    assert before < set(forms(out).values())
    assert len(forms(out)) == 121
    run(people, "--answers", SHARED, "-o", tmp_path / "fresh")
    assert forms(out) == forms(tmp_path / "fresh")


def test_ctrl_c_ends_with_a_word_and_the_command_goes_on(start, tmp_path):
    many = [person(number) for number in range(240)]
    people = roster(tmp_path / "r.csv", *many)
    for attempt in range(5):
        out = tmp_path / str(attempt)
        running = start(people, "--answers", SHARED, "-o", out)
        while not forms(out) and running.poll() is None:
            time.sleep(0.005)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=60)
        if running.returncode:  # else all were made before the signal came: a third of a second
            break
    assert running.returncode == 130
    assert "再运行同一命令" in stderr.decode()
    assert b"Traceback" not in stderr
    made = len(forms(out))
    assert 0 < made < 240
    running = start(people, "--answers", SHARED, "-o", out, "--json")
    found = json.loads(running.communicate(timeout=120)[0])
    assert (found["tally"]["skipped"], found["tally"]["made"]) == (made, 240 - made)


def test_a_full_disk_is_told_and_the_run_goes_on_when_there_is_room(start, tmp_path):
    out = tmp_path / "disk"
    out.mkdir()
    people = roster(tmp_path / "r.csv", *(person(number) for number in range(100)))
    script = """
        mount -t tmpfs -o size=600k none "$1" || exit 99
        shift; "$@"; echo $? > "$RESULT"; ls -A "$OUT" > "$RESULT.files"
        mount -o remount,size=20m "$OUT"; "$@" > "$RESULT.again"
    """
    apart = [
        "env",
        f"RESULT={tmp_path / 'result'}",
        f"OUT={out}",
        "unshare",
        "-rm",
        "sh",
        "-c",
        script,
        "sh",
        out,
    ]
    running = start(
        people, "--answers", SHARED, "-o", out, "--json", before=[str(one) for one in apart]
    )
    stdout, stderr = running.communicate(timeout=120)
    if (
        running.returncode in {1, 99} and b"unshare" in stderr + stdout
    ) or running.returncode == 99:
        pytest.skip("no user namespaces here")
    assert (tmp_path / "result").read_text().strip() == "7"
    assert {one["code"] for one in json.loads(stdout)["problems"]} == {"storage_full"}
    files = (tmp_path / "result.files").read_text().splitlines()
    made = [name for name in files if name.endswith(".docx")]
    assert 0 < len(made) < 100
    assert not [name for name in files if name.startswith(".gongwen-part")]
    again = json.loads((tmp_path / "result.again").read_text())
    assert again["tally"]["skipped"] == len(made)
    assert again["tally"]["made"] == 100 - len(made)


@pytest.mark.office
@pytest.mark.long
def test_killed_while_printing_no_pdf_is_lost_or_made_twice(start, tmp_path):
    people = roster(tmp_path / "r.csv", *(person(number) for number in range(20)))
    out = tmp_path / "out"
    command = (people, "--answers", SHARED, "-o", out, "--json", "--pdf", "each")
    running = start(*command)
    while not list(out.glob("*.pdf")) and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    before = {file: file.stat().st_ino for file in out.glob("*.pdf")}
    assert 0 < len(before) < 20
    running = start(*command)
    stdout, stderr = running.communicate(timeout=300)
    assert running.returncode == 0, stderr.decode()
    found = json.loads(stdout)
    assert (found["tally"]["skipped"], found["pdfs"]) == (20, 20 - len(before))
    assert {file: file.stat().st_ino for file in before} == before
    assert len(list(out.glob("*.pdf"))) == 20
    assert all(row["pages"] == 3 for row in found["rows"])


@pytest.mark.long
@pytest.mark.office
@pytest.mark.parametrize("pdf", ["each", "joined"])
def test_killed_again_and_again_the_prints_are_whole(start, tmp_path, pdf):
    people = roster(tmp_path / "r.csv", *(person(number) for number in range(60)))
    out = tmp_path / "out"
    moments = random.Random(3)
    command = (people, "--answers", SHARED, "-o", out, "--json", "--pdf", pdf, "--zip")
    for _ in range(5):
        running = start(*command)
        time.sleep(moments.uniform(1, 12))
        running.send_signal(signal.SIGKILL)
        running.communicate()
    found = json.loads(start(*command).communicate(timeout=600)[0])
    assert found["ok"]
    assert len(forms(out)) == 60
    prints = [file for file in out.glob("*.pdf") if file.name != found["joined"]]
    assert len(prints) == (60 if pdf == "each" else 0)
    pages = [len(read(file.read_bytes()).pages) for file in prints]
    if pdf == "joined":
        joined = read((out / found["joined"]).read_bytes())
        assert len(joined.outline) == 60
        pages = [len(joined.pages)]
    assert sum(pages) == sum(row["pages"] for row in found["rows"]) == 180
    with zipfile.ZipFile(out / found["zip"]) as archive:
        assert len(archive.namelist()) == 60 + len(pages) + 1
    left = {file.name for file in out.iterdir() if file.suffix not in {".docx", ".pdf"}}
    assert left == {".gongwen-batch.json", "tally.json", "tally.xlsx", found["zip"]}
