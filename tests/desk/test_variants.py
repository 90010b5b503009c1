"""Answers that the samples do not give: each variant is measured rule by rule on its PDF."""

from copy import deepcopy

import pytest
from click.testing import CliRunner

from service.bootstrap import assemble
from service.cli import main
from service.desk.activity.files import read_answers, sample_activity
from service.desk.fill import fill
from service.desk.layout import check_layout
from service.settings import Settings
from tests.test_new_kind import ANSWERS
from tests.test_new_kind import FORM as README_FORM

pytestmark = pytest.mark.office

PLAN, REPORT, NOTICE = "implementation_plan", "meeting_report", "mobilization_notice"
RECTIFY, FORM = "rectification_plan", "self_examination"
CORNER = {"copy_no": "000012", "secrecy": "秘密★1年", "urgency": "urgent"}
LETTERHEAD = {"letterhead": True, "doc_number": "馆〔2014〕3号", "printed_date": "2014-03-03"}
LONG_ISSUER = "中国共产党南昌八一起义纪念馆总支部委员会"
LONG_TEXT = ("会议和简报偏多，占用一线工作时间，职工反映强烈，需要认真整改并长期坚持。" * 60)[:1999]
DEPARTMENT = "南昌八一起义纪念馆陈列保管与藏品征集研究宣传教育部"
PERSON = {"person_name", "gender", "birth_month", "department", "post", "party_join_date",
          "branch", "title", "due_date", "form_notes"}  # fmt: skip
COVER = {
    **LETTERHEAD, "with_notice": True, "addressees": ["各党支部、各部门"],
    "notice_title": ["中共南昌八一起义纪念馆委员会", "关于印发整改方案的通知"],
    "notice_text": ["《南昌八一起义纪念馆领导班子整改方案》已经馆党委会议研究通过，"
                    "现印发给你们，请认真贯彻执行。"],
}  # fmt: skip
VARIANTS = {
    "份号、密级、紧急程度，五名签发人": (
        REPORT, {**CORNER, "signer": ["欧阳喆", "涂玥", "𠮷田一", "万䶮", "章堃"]},
    ),
    "版头，不盖章，无抄送": (
        NOTICE, {**LETTERHEAD, **CORNER, "seal_mode": "unsealed", "copy_to": None},
    ),
    "二十字机关，不盖章": (
        REPORT,
        {"issuer_mark": LONG_ISSUER, "signature_org": LONG_ISSUER, "seal_mode": "unsealed"},
    ),
    "短机关，一行标题，无附件": (
        NOTICE,
        {**LETTERHEAD, "issuer_mark": "馆委文件", "signature_org": "馆委",
         "title": ["关于召开会议的通知"], "with_receipt": False},
    ),
    "四行标题，空表": (
        REPORT,
        {"title": ["中共南昌八一起义纪念馆委员会", "关于召开党的群众路线教育实践活动",
                   "专题民主生活会和开展批评", "情况的报告"],
         "opinions": None, "statements": None, "measures": None, "steps": None, "copy_to": None},
    ),
    "方案无印发通知": (PLAN, {"with_notice": False, **CORNER}),
    "方案任务两千字": (PLAN, {"phases": LONG_TEXT}),
    "整改方案带印发通知": (RECTIFY, COVER),
    "无专项整治和公示，台账从偶数页起": (
        RECTIFY,
        {"special_items": None, "special_lead": None, "publicity_start": None,
         "publicity_end": None},
    ),
    "一项任务": (RECTIFY, {"tasks": 1}),
    "四十项任务": (RECTIFY, {"tasks": 40}),
    "长部门名，生僻姓名，一格跨页": (
        FORM,
        {"person_name": "𠮷田欧阳", "department": DEPARTMENT, "cause_analysis": [LONG_TEXT],
         "post": "陈列保管部主任兼党支部书记、研究馆员"},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


def sample(kind, lang="zh"):
    return deepcopy(dict(read_answers(Settings().samples / lang / f"{kind}.yaml").data))


def changed(kind, changes):
    """The sample's answers with some of them changed, some taken away (None)."""
    raw = sample(kind)
    for name, value in changes.items():
        if value is None:
            raw.pop(name, None)
        elif name == "tasks":
            raw[name] = [deepcopy(raw[name][n % len(raw[name])]) for n in range(value)]
        elif name == "phases":
            raw[name][0]["tasks"][0]["text"] = [value]
        else:
            raw[name] = value
    return raw


def measured(desk, kind, raw, lang="zh"):
    made = fill(desk, kind, raw, lang=lang, stage="draft", activity=sample_activity(desk, lang))
    report = check_layout(
        made.docx,
        name=kind,
        measurer=desk.measurer,
        converter=desk.converter,
        text_of=desk.text_of,
    )
    return made, report


def measure(desk, made):
    return desk.measurer.measure(desk.converter.convert(made.docx, name="x").pdf, name="x")


def assert_good(report):
    assert [line for one in report.broken for line in one.lines("zh")] == []
    # Rule 4: nothing is lost.
    assert report.outcome(4).state == "kept"


@pytest.mark.parametrize("name", VARIANTS)
def test_no_layout_rule_is_broken(desk, name):
    kind, changes = VARIANTS[name]
    _, report = measured(desk, kind, changed(kind, changes))
    assert_good(report)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_blank_form_is_ruled_for_handwriting(desk, lang):
    raw = {name: value for name, value in sample(FORM, lang).items() if name in PERSON}
    made, report = measured(desk, FORM, raw, lang)
    assert_good(report)
    sheet = measure(desk, made)
    ruled = [rule for page in sheet.pages for rule in page.rules if 90 < rule.box.width < 140]
    assert len(ruled) >= 4 * 3 + 3 + 3 + 5 + 3 + 4


def test_signers_stand_two_a_line_under_each_other(desk):
    raw = {**sample(REPORT), "signer": ["欧阳喆", "涂玥", "𠮷田一"]}
    made, _ = measured(desk, REPORT, raw)
    sheet = measure(desk, made)
    chars = sheet.pages[0].chars
    left = {text: next(c.ink.left for c in chars if c.text == text) for text in "欧𠮷"}
    line = {text: next(c.baseline for c in chars if c.text == text) for text in "欧涂𠮷〔"}
    assert left["欧"] == pytest.approx(left["𠮷"], abs=0.8)
    assert line["欧"] == line["涂"] < line["𠮷"] == line["〔"]


def test_the_starter_of_a_new_kind(desk, tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_DATA", str(tmp_path / "var"))
    monkeypatch.setenv("GONGWEN_TEMPLATES", str(tmp_path / "own"))
    form = tmp_path / "form.yaml"
    form.write_text(README_FORM, "utf-8")
    made = CliRunner().invoke(main, ["new-kind", "request", "--from", str(form)])
    assert made.exit_code == 0, made.output
    own = assemble(Settings())
    try:
        docx = fill(own, "request", ANSWERS, lang="zh", stage="draft").docx
    finally:
        own.close()
    report = check_layout(
        docx,
        name="request",
        measurer=desk.measurer,
        converter=desk.converter,
        text_of=desk.text_of,
    )
    assert_good(report)
