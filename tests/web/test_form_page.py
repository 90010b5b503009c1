"""The form of a kind through Flask: drawn from the definition, nothing lost, in both languages."""

import io
import zipfile

import pytest
from docx import Document

from tests.web.people import signed
from tests.web.screen import Screen, get, press, send

PATH = "/kinds/leave"
ODD = "\u3000\u3000甲 & <b>“乙”</b> {{ x }} 𠮷 ' \"\t"


def docx_text(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
    paper = Document(io.BytesIO(data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


@pytest.fixture
def blank(client):
    return get(client, PATH + "?lang=zh")


FILLED = {
    "title": "关于添置桌椅的\n请示",
    "reason": f"{ODD}\n第二段",
    "amount": "12",
    "day": "2014-03-01",
    "things.0.name": "桌",
    "things.0.many": "3",
    "things.0.due": "2014-03-05",
}


def test_every_field_of_the_definition_is_there(blank, app):
    desk = app.extensions["gongwen"].desk
    press_names = {name for name, _ in blank.controls()}
    for name, asked in desk.catalog.kind("leave").form.fields.items():
        radios = blank.find(f'//input[@name="{name}"]')
        there = name in press_names or radios or blank.find(f'//*[@id="f-{name}"]')
        assert there, name
        assert asked.label.zh in blank.words()


def test_widgets_follow_types(blank):
    def tag(name):
        node = blank.by_id(f"f-{name}")
        return node.tag, node.get("type")

    assert tag("title")[0] == "textarea"
    assert tag("day") == ("input", "date")
    assert tag("moment") == ("input", "datetime-local")
    assert tag("urgent") == ("input", "radio")
    assert tag("seal_mode") == ("input", "radio")
    assert tag("size")[0] == "select"
    assert tag("topics") == ("input", "checkbox")
    assert tag("things")[0] == "fieldset"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_builtin_kind_draws_in_both_languages(client, app, lang):
    for name in app.extensions["gongwen"].desk.catalog.kinds():
        screen = get(client, f"/kinds/{name}?lang={lang}")
        assert screen.status == 200
        assert screen.tree.get("lang").startswith(lang)
        ids = screen.find("//@id")
        assert len(ids) == len(set(ids)), "an id stands twice"
        labels = set(screen.find("//label/@for"))
        assert labels <= set(ids)


def test_prefilled_values_are_marked_and_can_be_overridden(client, blank):
    assert blank.value("issuer") == "中共南昌八一起义纪念馆委员会"
    assert blank.by_id("f-issuer-origin").text == "来自活动档案"
    assert blank.by_id("f-seal_mode-origin").text == "常用值"
    assert "f-issuer-origin" in blank.by_id("f-issuer").get("aria-describedby")
    after = press(client, blank, "check", {"issuer": "另一单位", "title": "题"})
    assert after.value("issuer") == "另一单位"
    assert not after.find('//*[@id="f-issuer-origin"]')
    again = press(client, after, "check", {"issuer": ""})
    assert again.value("issuer") == "中共南昌八一起义纪念馆委员会"


def test_required_marks_say_the_stage(blank):
    assert blank.one('//label[@for="f-title"]//span[@data-needed]').get("data-needed") == "draft"
    assert blank.one('//label[@for="f-reason"]//span[@data-needed]').get("data-needed") == "review"
    assert blank.by_id("paper").get("data-stage") == "draft"


def test_word_from_a_seventh_kind(client, blank):
    after = press(client, blank, "word", FILLED)
    assert after.status == 200
    link = after.one('//p[@class="files"]/a').get("href")
    assert after.one('//meta[@http-equiv="refresh"]').get("content") == f"0; url={link}"
    got = client.get(link)
    assert got.status_code == 200
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    text = docx_text(got.data)
    assert ODD.rstrip("\t") in text
    assert "第二段" in text
    assert "中共南昌八一起义纪念馆委员会" in text
    assert "2014年3月5日" in text


def test_english_paper_of_a_chinese_reader(client, blank):
    english = press(client, blank, "show", {"_doc": "en", "title": "Slip"})
    assert english.tree.get("lang") == "zh-CN"
    # What was prefilled in Chinese and left alone is prefilled anew; what was typed stays.
    assert "Party Committee" in english.value("issuer")
    assert english.value("title") == "Slip"
    made = press(client, english, "word", {"day": "2014-03-01"})
    text = docx_text(client.get(made.one('//p[@class="files"]/a').get("href")).data)
    assert "1 March 2014" in text


def test_notes_after_making(client, blank):
    after = press(client, blank, "word", {"title": "题"})
    assert "还空着" in after.words('//*[@id="result"]')
    assert "“理由”：必须填写。" in after.words('//*[@id="result"]')


@pytest.mark.parametrize(("lang", "head"), [("zh", "错误："), ("en", "Error: ")])
def test_errors_are_summed_up_linked_and_told_at_the_field(client, lang, head):
    blank = get(client, f"{PATH}?lang={lang}")
    wrong = {**FILLED, "amount": "一百", "day": "2014-02-31", "_stage": "issue",
             "things.0.due": "2014-01-01", "things.0.name": ""}  # fmt: skip
    after = press(client, blank, "word", wrong)
    assert after.status == 422
    assert after.title.startswith(head)
    summary = after.by_id("summary")
    assert summary.get("role") == "alert"
    assert summary.get("tabindex") == "-1"
    links = {a.get("href")[1:]: a.text for a in summary.iter("a")}
    assert {"f-amount", "f-day", "f-things-0-name"} <= set(links)
    for target, words in links.items():
        field = after.by_id(target)
        assert field.get("aria-invalid") == "true"
        error = after.by_id(f"{target}-error")
        assert words in error.text_content()
        assert f"{target}-error" in field.get("aria-describedby")
    # All that was typed is still there.
    for name, value in wrong.items():
        assert after.value(name) == value, name
    assert after.by_id("f-day").get("type") == "text", "a date control would hide what was typed"


def test_rules_point_at_their_row(client, blank):
    wrong = {**FILLED, "things.0.due": "2014-01-01"}
    after = press(client, blank, "check", wrong)
    assert after.status == 422
    assert after.find('//*[@id="f-things-0-due-error"]')
    assert after.one('//nav[@class="toc"]//span[@class="wrong-count"]').text == "1"


@pytest.mark.parametrize("text", [ODD, "\n\n前两行空着", "a\u200bb", "行一\n\n行三\n"])
def test_what_was_typed_comes_back_exactly(client, blank, text):
    after = press(client, blank, "check", {"reason": text, "amount": "x"})
    assert after.status == 422
    assert after.value("reason") == text


def test_control_characters_are_refused_by_field_and_code_point(client, blank):
    after = press(client, blank, "word", {"title": "题", "asker": "张\x07三"})
    assert after.status == 422
    assert "“经办人”：含有不能印出的字符 U+0007" in after.words('//*[@id="summary"]')


def test_a_choice_that_is_none_stays_to_be_seen(client, blank):
    after = press(client, blank, "check", {"title": "题", "size": "zzz", "seal_mode": "nix"})
    assert after.status == 422
    assert after.value("size") == "zzz"
    assert after.value("seal_mode") == "nix"


def test_unknown_fields_are_told(client, blank):
    after = press(client, blank, "check", {"title": "题", "nonsense": "1"})
    assert after.status == 422
    assert "没有这个填写项" in after.words('//*[@id="summary"]')


def test_conditions_hide_and_keep(client, blank):
    def shown(screen, name):
        box = screen.by_id(f"f-{name}").getparent()
        return box.get("hidden") is None

    assert not shown(blank, "urgency_note")
    assert shown(press(client, blank, "show", {"urgent": "true"}), "urgency_note")
    kept = press(client, blank, "check", {"title": "题", "urgent": "false", "urgency_note": "火急"})
    assert shown(kept, "urgency_note")
    assert kept.value("urgency_note") == "火急"
    assert "不适用" in kept.words('//*[@id="result"]')
    section = '//section[@aria-labelledby="section-2"]'
    assert blank.one(section).get("hidden") is not None
    assert kept.one(section).get("hidden") is None


def test_rows_without_javascript(client, blank):
    one = press(client, blank, "add:things", {"things.0.name": "甲", "title": "题"})
    assert one.status == 200
    assert one.value("things.0.name") == "甲"
    assert one.by_id("f-things-1-name").get("autofocus") is not None
    two = press(client, one, "up:things.1", {"things.1.name": "乙"})
    assert (two.value("things.0.name"), two.value("things.1.name")) == ("乙", "甲")
    assert two.one("//button[@autofocus]").get("value") == "down:things.0"
    three = press(client, two, "remove:things.0")
    assert three.value("things.0.name") == "甲"
    assert three.value("things.1.name") is None
    inner = press(client, three, "add:things.0.checks")
    after = press(client, inner, "word", {"things.0.checks.0.who": "赵"})
    assert after.status == 200
    text = docx_text(client.get(after.one('//p[@class="files"]/a').get("href")).data)
    assert "赵" in text


def test_rows_with_htmx_get_the_table_alone(client, blank):
    got = press(
        client, blank, "add:things", {"things.0.name": "甲"}, headers={"HX-Request": "true"}
    )
    assert got.tree.tag == "fieldset"
    assert got.tree.get("id") == "f-things"
    assert "甲" in got.text
    assert "<html" not in got.text


def test_rows_moved_in_the_browser_keep_their_new_order(client, blank):
    two = press(client, blank, "add:things", {"things.0.name": "甲", "title": "题"})
    pairs = two.controls()
    moved = [p for p in pairs if p[0].startswith("things.1")]
    rest = [p for p in pairs if not p[0].startswith("things.1")]
    moved = [(n, "乙" if n == "things.1.name" else v) for n, v in moved]
    after = Screen(send(client, two, [*moved, *rest, ("_do", "check")]))
    assert after.value("things.0.name") == "乙"
    assert after.value("things.1.name") == "甲"


def test_sample_fills_only_what_is_empty(client):
    blank = get(client, "/kinds/mobilization_notice?lang=zh")
    after = press(client, blank, "sample", {"venue": "我写的会场"})
    assert after.value("venue") == "我写的会场"
    assert "动员部署会" in after.value("title")
    assert not get(client, PATH).find('//button[@value="sample"]')


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_samples_fill_every_kind_through_the_web(client, app, lang):
    room = app.extensions["gongwen"]
    for name in room.desk.catalog.kinds():
        if not room.has_sample(name, lang):
            continue
        blank = get(client, f"/kinds/{name}?lang={lang}")
        sample = press(client, blank, "sample")
        made = press(client, sample, "word", {"_stage": "file"})
        assert made.status == 200, (name, made.words('//*[@id="summary"]'))
        assert made.find('//a[contains(@href, "paper.docx")]')


def test_parts_that_can_be_made_alone(client):
    blank = get(client, "/kinds/rectification_plan?lang=zh")
    options = {o.get("value"): o.text for o in blank.by_id("_part").iter("option")}
    assert "ledger" in options
    assert "台账" in options["ledger"]
    sample = press(client, blank, "sample")
    whole = press(client, sample, "word")
    ledger = press(client, sample, "word", {"_part": "ledger"})
    sizes = [
        len(docx_text(client.get(made.one('//p[@class="files"]/a').get("href")).data))
        for made in (whole, ledger)
    ]
    assert 0 < sizes[1] < sizes[0]
    wrong = press(client, sample, "word", {"_part": "../../etc/passwd"})
    assert wrong.status == 404


def test_language_switch_keeps_page_and_words(client, blank):
    after = press(client, blank, "lang:en", {**FILLED, "amount": "x"})
    assert after.tree.get("lang") == "en"
    for name, value in {**FILLED, "amount": "x"}.items():
        assert after.value(name) == value
    assert after.value("_doc") == "zh", "the paper's language is another matter"
    assert get(client, "/").tree.get("lang") == "en", "the choice is remembered"


def test_an_expired_page_loses_nothing(client, blank):
    pairs = [(n, v) for n, v in blank.controls() if n != "_csrf"]
    pairs = [(n, "写了很久" if n == "reason" else v) for n, v in pairs]
    after = Screen(send(client, blank, [*pairs, ("_csrf", "old"), ("_do", "word")]))
    assert after.status == 400
    assert after.value("reason") == "写了很久"
    assert "再按一次" in after.words('//*[@id="summary"]')
    assert press(client, after, "check", {"title": "题"}).status == 200


def test_pdf_off_says_why_and_keeps_word(app_without_pdf):
    client = signed(app_without_pdf)
    for lang, why in (("zh", "缺少某物"), ("en", "something is missing")):
        assert why in get(client, f"/kinds?lang={lang}").words()
        blank = get(client, f"{PATH}?lang={lang}")
        for do in ("pdf", "preview"):
            assert blank.one(f'//button[@value="{do}"]').get("disabled") is not None
        assert why in blank.words()
        pressed = press(client, blank, "pdf", FILLED)
        assert pressed.status == 503
        assert pressed.value("title") == FILLED["title"]
        assert press(client, blank, "word", FILLED).status == 200


def test_a_failing_converter_is_told_and_nothing_lost(app_failing):
    client = signed(app_failing)
    blank = get(client, PATH + "?lang=en")
    after = press(client, blank, "preview", FILLED)
    assert after.status == 503
    assert "something is missing" in after.words('//*[@id="summary"]')
    assert after.value("reason") == FILLED["reason"]


@pytest.mark.office
def test_pdf_and_pictures(client, blank):
    after = press(client, blank, "preview", FILLED)
    assert after.status == 200, after.words()
    assert "共 1 页" in after.words('//*[@id="result"]')
    pictures = after.find('//ol[@class="pictures"]//img')
    assert len(pictures) == 1
    png = client.get(pictures[0].get("src"))
    assert png.data.startswith(b"\x89PNG")
    assert png.headers["Cache-Control"] == "no-store"
    assert int(pictures[0].get("width")) == 900
    fonts = after.words('//details[@class="fonts"]')
    assert "仿宋" in fonts
    assert "Word、WPS" in after.words('//*[@id="result"]')
    pdf = client.get(after.one('//a[contains(@href, "paper.pdf?show")]').get("href"))
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"].startswith("inline; ")
    download = press(client, blank, "pdf", FILLED)
    assert "paper.pdf" in download.one('//meta[@http-equiv="refresh"]').get("content")
