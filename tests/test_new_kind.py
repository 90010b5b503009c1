"""A seventh kind from a folder: no Python, the README's own twelve lines, through the CLI."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.bootstrap import assemble
from service.cli import main
from service.settings import Settings
from tests.helpers_word import assert_docx_text

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
FORM = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)[1]
ANSWERS = {
    "title": ["关于更换展厅照明的", "请示"],
    "reason": ["　　展厅照明用电偏高。", "拟改用节能灯具。"],
    "amount": 38000,
    "items": [{"text": "更换第一展厅灯具 & 线路"}, {"text": "更换走廊灯具〈声控〉"}],
    "issuer": "中共南昌八一起义纪念馆委员会",
    "genre": "report",
    "signer": ["欧阳喆"],
    "addressees": ["市文化新闻出版局党委"],
    "signature_org": "中共南昌八一起义纪念馆委员会",
    "issue_date": "2014-05-08",
    "seal_mode": "sealed",
}


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("GONGWEN_TEMPLATES", str(tmp_path / "own"))
    monkeypatch.setenv("GONGWEN_LANG", "en")
    form = tmp_path / "form.yaml"
    form.write_text(FORM, "utf-8")
    made = CliRunner().invoke(main, ["new-kind", "request", "--from", str(form)])
    assert made.exit_code == 0, made.output
    return tmp_path


def test_the_new_kind_is_listed_proved_and_filled(own):
    listed = json.loads(CliRunner().invoke(main, ["kinds", "--json"]).stdout)
    assert "request" in [kind["name"] for kind in listed["kinds"]]
    proved = CliRunner().invoke(main, ["check", "request", "--no-pdf"])
    assert proved.exit_code == 0, proved.output
    answers = own / "answers.json"
    answers.write_text(json.dumps(ANSWERS, ensure_ascii=False), "utf-8")
    out = own / "out.docx"
    filled = CliRunner().invoke(
        main, ["fill", "request", str(answers), "-o", str(out), "--stage", "issue"]
    )
    assert filled.exit_code == 0, filled.output
    assert_docx_text(
        out.read_bytes(), "　　展厅照明用电偏高。", "38000", "更换第一展厅灯具 & 线路", "更换走廊灯具〈声控〉",
        "2014年5月8日",
    )  # fmt: skip


def test_the_starter_is_built_by_the_same_builder(own):
    desk = assemble(Settings())
    kind = desk.catalog.kind("request")
    built = desk.builder.build(desk.catalog.layout(kind), kind.form, "zh")
    assert built[""] == kind.template("zh").read_bytes()


def test_a_wrong_layout_is_refused_with_file_line_and_key(own):
    layout = own / "own/docx/request/layout.yaml"
    text = layout.read_text("utf-8")
    layout.write_text(text.replace("- block: title", "- blok: title"), "utf-8")
    line = text.splitlines().index("- block: title") + 1
    result = CliRunner().invoke(main, ["check", "request", "--no-pdf"])
    assert result.exit_code == 3
    assert f"{layout}:{line} blocks." in result.output
