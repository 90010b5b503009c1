"""The command line: results, exit codes, one JSON object, and never a traceback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import Settings

pytestmark = pytest.mark.slow

SAMPLES = Settings().samples


def test_kinds(run):
    found = json.loads(run("kinds", "--json").stdout)
    assert found["ok"] is True
    assert [kind["name"] for kind in found["kinds"]][:2] == [
        "implementation_plan",
        "mobilization_notice",
    ]
    assert "Implementation plan" in run("kinds").stdout


def test_fill_writes_word_and_says_so(run, tmp_path):
    out = tmp_path / "new" / "plan.docx"
    result = run(
        "fill", "implementation_plan", SAMPLES / "zh/implementation_plan.yaml", "-o", out, "--json"
    )
    found = json.loads(result.stdout)
    assert (result.exit_code, found["ok"], found["file"]) == (0, True, str(out))
    assert "实施方案" in found["title"]
    assert out.read_bytes()[:2] == b"PK"
    assert [path.name for path in out.parent.iterdir()] == ["plan.docx"]


def test_the_same_answers_give_the_same_bytes(run, tmp_path):
    outs = [tmp_path / "a.docx", tmp_path / "b.docx"]
    for out in outs:
        run("fill", "mobilization_notice", SAMPLES / "zh/mobilization_notice.yaml", "-o", out)
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_wrong_answers_name_file_line_field_and_write_nothing(run, tmp_path):
    answers = tmp_path / "answers.yaml"
    text = (SAMPLES / "zh/mobilization_notice.yaml").read_text("utf-8")
    answers.write_text(text + "\nnonsense: 1\n", "utf-8")
    line = len(text.splitlines()) + 2
    out = tmp_path / "x.docx"
    result = run("fill", "mobilization_notice", answers, "-o", out)
    assert result.exit_code == 4
    assert f"{answers}:{line} nonsense: there is no such field" in result.stderr
    assert not out.exists()
    found = json.loads(run("fill", "mobilization_notice", answers, "-o", out, "--json").stdout)
    assert found["ok"] is False
    assert found["problems"][0]["path"] == "nonsense"
    assert found["problems"][0]["line"] == line


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("fill", "nothing", "{good}", "-o", "{out}.docx"), 5),
        (("fill", "mobilization_notice", "{none}", "-o", "{out}.docx"), 5),
        (("fill", "mobilization_notice", "{good}", "-o", "{out}.txt"), 2),
        (("fill", "mobilization_notice", "{good}"), 2),
        (("fill", "mobilization_notice", "{bad}", "-o", "{out}.docx"), 4),
        (("fill", "mobilization_notice", "{good}", "-o", "{out}.docx", "--part", "x"), 5),
        (("fill", "mobilization_notice", "{good}", "-o", "{out}.docx", "--activity", "{bad}"), 4),
        (("bundle", "{none}", "-o", "{out}.pdf"), 5),
        (("bundle", "{bundle}", "-o", "{out}.docx"), 2),
        (("bundle", "{unknown}", "-o", "{out}.pdf"), 5),
        (("check", "nothing"), 5),
        (("layout", "{damaged}"), 4),
        (("bundle", "{bad}", "-o", "{out}.pdf"), 4),
        (("bundle", "{good}", "-o", "{out}.pdf"), 4),
        (("new-kind", "meeting_report", "--from", "{form}"), 6),
        (("new-kind", "Wrong-Name", "--from", "{form}"), 4),
        (("new-kind", "fresh", "--from", "{bad}"), 3),
        (("new-kind", "fresh", "--from", "{bad}.not-there"), 5),
    ],
)
def test_exit_codes(run, tmp_path, args, code):
    bad = tmp_path / "bad.yaml"
    bad.write_text("- 只是\n- 列表\n", "utf-8")
    unknown, damaged = tmp_path / "unknown.yaml", tmp_path / "damaged.docx"
    unknown.write_text("lang: zh\nbundle: nothing\nparts: {}\n", "utf-8")
    damaged.write_bytes(b"PK\3\4 damaged")
    places = {
        "unknown": unknown, "damaged": damaged, "bundle": SAMPLES / "bundle.zh.yaml",
        "good": SAMPLES / "zh/mobilization_notice.yaml", "none": tmp_path / "none.yaml", "bad": bad,
        "out": tmp_path / "out", "form": Settings().builtin_templates / "docx/meeting_report/form.yaml",
    }  # fmt: skip
    assert run(*(arg.format(**places) for arg in args)).exit_code == code
    left = sorted(path.name for path in tmp_path.iterdir() if path.name != "var")
    assert left == ["bad.yaml", "damaged.docx", "unknown.yaml"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("CONVERTERS", "abc"), ("CONVERTERS", "-3"), ("LANG", "fr"), ("SANDBOX", "maybe")],
)
def test_a_setting_with_a_wrong_value_is_told_by_name(run, monkeypatch, name, value):
    monkeypatch.setenv(f"GONGWEN_{name}", value)
    result = run("kinds", "--json")
    assert result.exit_code == 7
    assert f"GONGWEN_{name}" in json.loads(result.stdout)["problems"][0]["zh"]
    assert value not in result.stdout


def test_a_port_that_is_none_is_told(run):
    assert run("serve", "--port", "70000").exit_code == 2


def test_a_file_has_the_rights_that_its_person_gives_to_files(run, tmp_path):
    out = tmp_path / "x.docx"
    before = os.umask(0o077)
    try:
        run("fill", "mobilization_notice", SAMPLES / "zh/mobilization_notice.yaml", "-o", out)
    finally:
        os.umask(before)
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"PKxxxx", b"PK\x05\x06" + bytes(18)])
def test_layout_names_a_file_that_is_no_word_file(run, tmp_path, content):
    broken = tmp_path / "broken.docx"
    broken.write_bytes(content)
    result = run("layout", broken, "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["problems"][0]["file"] == "broken.docx"


def test_answers_that_are_a_list_say_so(run, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("- 只是\n- 列表\n", "utf-8")
    result = run("fill", "mobilization_notice", bad, "-o", tmp_path / "x.docx")
    assert (result.exit_code, f"{bad}:1: must be a mapping" in result.stderr) == (4, True)


def test_nothing_is_written_over_what_it_is_made_from(run, tmp_path):
    answers, instance, upload = (tmp_path / name for name in ("a.docx", "b.yaml", "scan.pdf"))
    shutil.copy(SAMPLES / "zh/mobilization_notice.yaml", answers)
    shutil.copy(SAMPLES / "uploads/opinions.pdf", upload)
    instance.write_text("bundle: supervisory\nparts:\n  opinions: scan.pdf\n", "utf-8")
    before = answers.read_bytes(), upload.read_bytes()
    assert run("fill", "mobilization_notice", answers, "-o", answers).exit_code == 6
    assert run("bundle", instance, "-o", upload).exit_code == 6
    assert (answers.read_bytes(), upload.read_bytes()) == before


def test_names_that_are_not_utf8_or_too_long_are_told(run, tmp_path):
    out = tmp_path / "x.docx"
    odd = tmp_path / "\udcff.yaml"
    result = run("fill", "mobilization_notice", odd, "-o", out, "--json")
    assert json.loads(result.stdout)["problems"][0]["file"] == str(odd)
    good = SAMPLES / "zh/mobilization_notice.yaml"
    assert run("fill", "长" * 200, good, "-o", out).exit_code == 5
    long = tmp_path / f"{'长' * 200}.docx"
    result = run("fill", "mobilization_notice", good, "-o", long)
    assert (result.exit_code, str(long) in result.stderr) == (7, True)


def test_a_full_disk_or_a_folder_without_rights_is_told(run, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    result = run(
        "fill",
        "mobilization_notice",
        SAMPLES / "zh/mobilization_notice.yaml",
        "-o",
        blocked / "x.docx",
    )
    assert result.exit_code == 7


def test_a_bundle_lists_all_that_is_missing_before_any_work(run, tmp_path):
    instance = tmp_path / "bundle.yaml"
    instance.write_text(
        "bundle: supervisory\nparts:\n  plan: nothing.yaml\n  wrong: x.pdf\n  report: "
        f"{SAMPLES / 'zh/implementation_plan.yaml'}\n",
        "utf-8",
    )
    result = run("bundle", instance, "-o", tmp_path / "out.pdf", "--json")
    assert result.exit_code == 4
    found = json.loads(result.stdout)["problems"]
    codes = {(one["code"], one.get("path", "")) for one in found}
    assert {
        ("part_file_missing", "parts.plan"), ("unknown_slot", "parts.wrong"),
        ("part_missing", "parts.notice"), ("part_missing", "parts.team"), ("part_missing", "parts.rectification"),
    } <= codes  # fmt: skip
    assert any(one["code"] == "unknown_field" for one in found)  # the report's answers are a plan's
    assert not (tmp_path / "out.pdf").exists()


def test_a_bundle_tells_of_all_wrong_parts_and_uploads_at_once(run, tmp_path, monkeypatch):
    instance, long = tmp_path / "bundle.yaml", "长" * 200
    instance.write_text(
        f"lang: xx\nbundle: supervisory\ntitle: [1]\nparts:\n  plan: {long}.yaml\n", "utf-8"
    )
    result = run("bundle", instance, "-o", tmp_path / "out.pdf", "--json")
    found = [
        (one["line"], one.get("path"), one["zh"]) for one in json.loads(result.stdout)["problems"]
    ]
    assert (1, "lang", "只能是 'zh', 'en' 之一。") in found
    assert (3, "title.0", "应为文字；数字请加引号。") in found
    instance.write_text(
        f"bundle: supervisory\nparts:\n  opinions: a.yaml\n  plan: {long}.yaml\n", "utf-8"
    )
    (tmp_path / "a.yaml").write_text("{}", "utf-8")
    result = run("bundle", instance, "-o", tmp_path / "out.pdf", "--json")
    found = json.loads(result.stdout)["problems"]
    codes = [(one["code"], one["path"]) for one in found if one["code"] != "part_missing"]
    assert codes == [("not_an_upload", "parts.opinions"), ("part_file_missing", "parts.plan")]


def test_every_damaged_upload_is_told_before_any_document_is_made(run, tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_SOFFICE", str(tmp_path / "nowhere"))
    for name, data in (("empty.pdf", b""), ("page.docx", b"<html>")):
        (tmp_path / name).write_bytes(data)
    kinds = ["plan/implementation_plan", "notice/mobilization_notice", "report/meeting_report"]
    named = [one.split("/") for one in [*kinds, "rectification/rectification_plan"]]
    parts = {slot: str(SAMPLES / f"zh/{kind}.yaml") for slot, kind in named}
    papers = str(SAMPLES / "zh/leadership_self_examination")
    parts |= {"team": f"{papers}.team.yaml", "leaders": f"{papers}.head.yaml"}
    parts |= {"opinions": "empty.pdf", "publicity": "page.docx"}
    whole = {"bundle": "supervisory", "activity": str(SAMPLES / "activity.zh.yaml"), "parts": parts}
    instance = tmp_path / "bundle.yaml"
    instance.write_text(json.dumps(whole), "utf-8")
    result = run("bundle", instance, "-o", tmp_path / "out.pdf", "--json")
    assert result.exit_code == 4
    codes = [one["code"] for one in json.loads(result.stdout)["problems"]]
    assert codes == ["upload_empty", "upload_page_saved"]


def test_a_bundles_own_texts_are_checked_before_any_work(run, tmp_path):
    text = (SAMPLES / "bundle.zh.yaml").read_text("utf-8")
    for folder in ("zh", "uploads"):
        shutil.copytree(SAMPLES / folder, tmp_path / folder)
    shutil.copy(SAMPLES / "activity.zh.yaml", tmp_path)
    instance = tmp_path / "bundle.yaml"
    spoilt = text.replace("note: ", 'note: "x\\a" #').replace(
        "title: 熊翀对照检查材料", 'title: "甲\\a"'
    )
    instance.write_text(spoilt, "utf-8")
    result = run("bundle", instance, "-o", tmp_path / "out.pdf", "--json")
    assert result.exit_code == 4
    found = {(one["code"], one.get("path")) for one in json.loads(result.stdout)["problems"]}
    assert found == {("bad_character", "note"), ("bad_character", "parts.leaders.1.title")}


def test_every_kind_is_proved(run):
    result = run("check", "--no-pdf", "--json")
    found = json.loads(result.stdout)
    assert [kind["problems"] for kind in found["kinds"]] == [[]] * len(found["kinds"])
    assert result.exit_code == 0
    proved = {kind["kind"]: kind["proved"] for kind in found["kinds"]}
    for name, lines in proved.items():
        assert f"samples/zh/{name}.yaml (Word)" in lines


def test_a_broken_kind_is_found_by_check(run, tmp_path, monkeypatch):
    folder = tmp_path / "templates"
    builtin = Settings().builtin_templates
    shutil.copytree(builtin / "docx/mobilization_notice", folder / "docx/mobilization_notice")
    form = folder / "docx/mobilization_notice/form.yaml"
    form.write_text(form.read_text("utf-8").replace("name: venue", "name: place"), "utf-8")
    monkeypatch.setenv("GONGWEN_TEMPLATES", str(folder))
    result = run("check", "mobilization_notice", "--no-pdf", "--json")
    assert result.exit_code == 3
    found = json.loads(result.stdout)["kinds"][0]["problems"]
    assert any("venue" in one["zh"] + one.get("path", "") for one in found)


@pytest.mark.office
def test_a_kind_is_proved_in_pdf_too(run):
    result = run("check", "mobilization_notice")
    assert result.exit_code == 0
    assert "samples/en/mobilization_notice.yaml (Word, PDF)" in result.stderr


@pytest.mark.office
def test_fill_to_pdf_names_the_fonts_that_served(run, tmp_path):
    out = tmp_path / "notice.pdf"
    result = run(
        "fill", "mobilization_notice", SAMPLES / "zh/mobilization_notice.yaml", "-o", out, "--json"
    )
    found = json.loads(result.stdout)
    assert out.read_bytes()[:5] == b"%PDF-"
    assert found["pages"] >= 2
    assert "仿宋_GB2312" in found["fonts"]


def test_without_libreoffice_word_still_works_and_pdf_says_why(run, tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_SOFFICE", str(tmp_path / "nowhere"))
    answers = SAMPLES / "zh/mobilization_notice.yaml"
    assert run("fill", "mobilization_notice", answers, "-o", tmp_path / "x.docx").exit_code == 0
    result = run("fill", "mobilization_notice", answers, "-o", tmp_path / "x.pdf")
    assert result.exit_code == 7
    assert "LibreOffice" in result.stderr
    assert not (tmp_path / "x.pdf").exists()


def test_a_member_is_not_named_where_libreoffice_fails(run, tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_SOFFICE", "/bin/true")
    answers = SAMPLES / "zh/self_examination.yaml"
    result = run("fill", "self_examination", answers, "-o", tmp_path / "x.pdf", "--json")
    assert result.exit_code == 7
    assert "黎玥" not in result.output


def test_a_terminal_in_gbk_and_a_closed_pipe_are_borne(tmp_path):
    command = [Path(sys.executable).parent / "gongwen", "kinds"]
    environment = {"GONGWEN_DATA": str(tmp_path), "GONGWEN_LANG": "zh", "PATH": "/usr/bin:/bin"}
    gbk = environment | {"PYTHONIOENCODING": "gbk"}
    done = subprocess.run([command[0], "doctor"], capture_output=True, check=False, env=gbk)
    assert "✓".encode() not in done.stdout
    assert b"python: Python" in done.stdout
    assert b"Traceback" not in done.stderr
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, check=False, env=environment
    )
    os.close(writer)
    assert done.stderr == b""


def test_the_installed_command_runs():
    done = subprocess.run(
        [Path(sys.executable).parent / "gongwen", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("gongwen, version ")
