"""The sheets that filing prints: whole, counted, with what is left out left for writing."""

import io

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from service.bootstrap import assemble
from service.desk.activity.files import sample_activity
from service.desk.fill import fill, fill_front, to_pdf
from service.errors import LANGS, InputError
from service.settings import Settings

HEAD = {"fonds_no": "Z109", "fonds_name": "南昌八一起义纪念馆", "year": "2014",
        "retention": "years_30", "section": "党群工作部"}  # fmt: skip
DIGEST = ("a841 8d15 9be8 4193 d211 86f3 431f 64c4", "0247 1033 2796 baab 24fd 9f6e 6971 a035")
LONG = "关于在全馆深入开展党的群众路线教育实践活动对照检查和专题民主生活会前期准备工作有关事项的补充通知"
HEADS = {
    ("catalogue", "zh"): "序号 档　号 文　号 责任者 题　名 日　期 密级 页数 备注",
    ("catalogue_2000", "zh"): "件号 责任者 文　号 题　名 日　期 页数 备注",
    ("catalogue", "en"): "No. Archive number Number Responsible Title Date Class Pages Notes",
    ("catalogue_2000", "en"): "Item Responsible Number Title Date Pages Notes",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = assemble(Settings(data=tmp_path_factory.mktemp("var")))
    yield desk
    desk.close()


def entries(count):
    return [
        {
            "item_no": f"{number:04}",
            "archive_no": f"Z109-WS·2014-D30-DQB-{number:04}",
            "number": f"赣八一馆党发〔2014〕{number}号",
            "responsible": "中共南昌八一起义纪念馆委员会",
            "title": f"第{number}次会议记录" if number % 5 else LONG,
            "date": "20140626",
            "pages": number,
        }
        for number in range(1, count + 1)
    ]


def text(content):
    body = docx.Document(io.BytesIO(content)).element.body
    return "".join(one.text or "" for one in body.iter(qn("w:t")))


def pages(desk, content):
    pdf = desk.converter.convert(content, name="sheet", urgent=False).pdf
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize(("name", "lang"), HEADS)
def test_a_catalogue_has_the_columns_of_its_year(desk, name, lang):
    made = docx.Document(
        io.BytesIO(fill_front(desk, name, {**HEAD, "entries": entries(60)}, lang=lang))
    )
    (table,) = made.tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert " ".join(rows[0]) == HEADS[name, lang]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(rows) == 61
    last = entries(60)[-1]
    wanted = {"catalogue": ["60", last["archive_no"]], "catalogue_2000": ["0060"]}[name]
    assert rows[-1][: len(wanted)] == wanted
    assert {last["title"], last["date"], "60", last["number"]} <= set(rows[-1])
    assert (last["archive_no"] in rows[-1]) == (name == "catalogue")
    wide = made.sections[-1].page_width > made.sections[-1].page_height
    assert wide == (name == "catalogue")


@pytest.mark.office
@pytest.mark.parametrize("name", ["catalogue", "catalogue_2000"])
def test_each_page_of_a_catalogue_bears_its_head_and_no_row_is_lost(desk, name):
    found = pages(desk, fill_front(desk, name, {**HEAD, "entries": entries(60)}, lang="zh"))
    assert len(found) > 2
    assert all("责任者" in page and "页数" in page for page in found)
    said = "".join("".join(found).split())
    assert all(f"第{number}次会议记录" in said for number in range(1, 61) if number % 5)
    assert said.count(LONG) == 12


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["archive_cover", "closing_sheet"])
def test_what_is_left_out_is_left_for_writing(desk, name, lang):
    said = text(fill_front(desk, name, {}, lang=lang))
    assert "{" not in said
    assert ("归档文件目录" in said or "备　考　表" in said) == (lang == "zh")
    if name == "closing_sheet" and lang == "zh":
        assert said.count("年　月　日") == 2


def test_a_closing_sheet_says_who_arranged_and_who_checked(desk):
    given = {
        "archive_no": "Z109-WS·2014-D30-DQB-0001至0060",
        "statement": ["本盒共60件。", "第7件缺签到表。"],
        "arranged_by": "梅劲松", "arranged_on": "2015-03-20",
        "checked_by": "邹一鸣", "checked_on": "2015-03-24",
    }  # fmt: skip
    said = text(fill_front(desk, "closing_sheet", given, lang="zh"))
    for one in (*given["statement"], "梅劲松", "2015年3月20日", "邹一鸣", "2015年3月24日"):
        assert one in said


def test_a_date_of_a_catalogue_has_eight_digits(desk):
    wrong = [{**entries(1)[0], "date": "2014-06-26"}]
    with pytest.raises(InputError) as caught:
        fill_front(desk, "catalogue", {"entries": wrong}, lang="zh")
    assert [one.path for one in caught.value.problems] == ["entries.0.date"]


def handover(desk, count, lang="zh", **more):
    items = [
        {"title": one["title"], "copies": 1, "pages": one["pages"], "medium": "both"}
        for one in entries(count)
    ]
    raw = {
        "kept_by": "unit", "edition": 1, "items": items, "filed_on": "2014-07-21",
        "total_parts": count, "total_copies": count,
        "total_pages": sum(one["pages"] for one in items), **more,
    }  # fmt: skip
    activity = sample_activity(desk, lang)
    return fill(desk, "handover_list", raw, lang=lang, stage="file", activity=activity)


def test_the_two_copies_differ_in_nothing_but_their_name(desk):
    first, second = (text(handover(desk, 3, kept_by=one).docx) for one in ("unit", "receiver"))
    assert first != second
    assert first.replace("第一份　报送单位留存", "第二份　交接收单位") == second


def test_the_checksum_stands_in_two_lines_of_a_monospaced_font(desk):
    made = docx.Document(
        io.BytesIO(handover(desk, 3, digest_1=DIGEST[0], digest_2=DIGEST[1], pdf_pages=9).docx)
    )
    runs = [
        run
        for paragraph in made.element.body.iter(qn("w:p"))
        for run in docx.text.paragraph.Paragraph(paragraph, made).runs
        if run.text in DIGEST
    ]
    assert [run.text for run in runs] == list(DIGEST)
    assert {run.style.font.name for run in runs} == {"Courier New"}
    assert "校 验 码" in "".join(one.text or "" for one in made.element.body.iter(qn("w:t")))
    bare = text(handover(desk, 3).docx)
    assert "校 验 码" not in bare and "校验码" not in bare


@pytest.mark.parametrize("wrong", [DIGEST[0].upper(), DIGEST[0].replace(" ", ""), DIGEST[0][:-1]])
def test_a_checksum_in_another_shape_is_refused(desk, wrong):
    with pytest.raises(InputError) as caught:
        handover(desk, 3, digest_1=wrong, digest_2=DIGEST[1])
    assert [one.path for one in caught.value.problems] == ["digest_1"]


def test_totals_that_do_not_add_up_are_refused(desk):
    with pytest.raises(InputError) as caught:
        handover(desk, 3, total_parts=4, total_pages=7, total_copies=2)
    assert len(caught.value.problems) == 3


@pytest.mark.office
@pytest.mark.parametrize("count", [9, 10, 12, 14, 60])
def test_a_receipt_and_its_signatures_stand_on_one_page(desk, count):
    document = handover(desk, count, digest_1=DIGEST[0], digest_2=DIGEST[1], pdf_pages=999)
    pdf = to_pdf(desk, document).pdf
    found = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    for word in ("合", DIGEST[0], DIGEST[1], "今收到", "移交人", "接收人", "签"):
        assert word in found[-1], word
    assert all("今收到" not in page and "移交人" not in page for page in found[:-1])


def test_a_letter_without_its_own_words_has_the_standard_ones(desk):
    activity = sample_activity(desk, "zh")
    raw = {"items": [{"title": "实施方案", "pages": 12}, {"title": "原始录音"}], "edition": 2,
           "total_parts": 2, "total_pages": 12, "changes": ["补充了完成时限。"]}  # fmt: skip
    said = text(fill(desk, "cover_letter", raw, lang="zh", activity=activity).docx)
    for words in ("关于报送党的群众路线教育实践活动材料的函", "市文化新闻出版局教育实践活动第二督导组：",
                  "第2版，共2件、12页", "1.实施方案（12页）；", "2.原始录音。", "补充了完成时限。",
                  "特此函达。", "〔2014〕　号", "电话：内线8106"):  # fmt: skip
        assert words in said, words
    own = {
        **raw,
        "title": ["关于再次报送材料的函"],
        "lead_in": ["现送上。"],
        "closing": ["妥否，请示下。"],
    }
    said = text(fill(desk, "cover_letter", own, lang="zh", activity=activity).docx)
    assert "关于再次报送材料的函" in said and "妥否，请示下。" in said
    assert "关于报送" not in said and "特此函达" not in said and "请予审阅" not in said
