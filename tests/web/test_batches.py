"""Rosters and batches on the pages: the real desk, the real store, work done by the real bodies."""

import gzip
import io
import json
import re
import zipfile
from urllib.parse import unquote

import openpyxl
import pytest

from service.desk.batch.batches import cancel_batch, view_batch
from service.desk.batch.work import do_chunk
from service.settings import Settings
from service.store import batches as rows
from service.web.app import create_app
from tests.batch_tools import KIND, ROOT, roster_csv
from tests.web.conftest import WHY
from tests.web.people import signed
from tests.web.screen import Screen, get

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
HX = {"HX-Request": "true"}
TITLE = "党的群众路线教育实践活动\n党员对照检查表"


def token(screen):
    return screen.find('//input[@name="_csrf"]')[0].get("value")


def upload(client, data, name="名册.csv", *, kind=KIND, lang="zh", doc="zh"):
    start = get(client, f"/kinds/{kind}/roster?lang={lang}")
    return client.post(
        f"/kinds/{kind}/roster",
        data={"_csrf": token(start), "_doc": doc, "roster": (io.BytesIO(data), name)},
    )


def roster(client, data, name="名册.csv", **more):
    """An uploaded roster's address."""
    got = upload(client, data, name, **more)
    assert got.status_code == 303, Screen(got).words()
    return got.headers["Location"]


def post(client, path, data, *, screen=None, headers=None):
    start = screen or get(client, path.partition("?")[0].partition("/rows/")[0])
    return client.post(path, data={"_csrf": token(start), **data}, headers=headers)


def share(client, path, **more):
    return post(client, path, {"_do": "shared", "_shared": "1", "title": TITLE, **more})


def ready(client, count=4, *, change=None):
    """A roster with its shared answers."""
    path = roster(client, roster_csv(count, change=change))
    assert share(client, path).status_code == 303
    return path


def start(client, path, **more):
    got = post(client, path, {"_do": "start", "_pdf": "none", "_batches": "0", **more})
    assert got.status_code == 303
    return got.headers["Location"]


def work_off(desk, batch):
    """What a worker does, by its own bodies."""
    with desk.store.read() as session:
        number, round_ = batch.rpartition("/")[2], 0
        round_ = rows.find(session, number).round
        chunks = rows.chunks_left(session, number)
    for chunk in chunks:
        do_chunk(desk, number, round_, chunk, stop=lambda: False)
    assert view_batch(desk, number, items=False).ended


def made(client, desk, count=4, *, change=None):
    batch = start(client, ready(client, count, change=change))
    work_off(desk, batch)
    return batch


def sums(screen):
    """The counts in words: `{"读入": 4, "可生成": 4}`."""
    found = zip(
        screen.find('//dl[@class="sum"]//dt'), screen.find('//dl[@class="sum"]//dd'), strict=True
    )
    return {dt.text_content().strip(): int(dd.text) for dt, dd in found}


def adds_up(found):
    read, *parts = found.values()
    return read == sum(parts)


def test_the_way_in(client):
    home = get(client, "/kinds?lang=zh")
    ways = [one.get("href") for one in home.find('//a[contains(., "按名册")]')]
    assert f"/kinds/{KIND}/roster" in ways
    assert get(client, f"/kinds/{KIND}").find(f'//a[@href="/kinds/{KIND}/roster"]')
    assert not get(client, "/kinds/leave").find('//a[contains(@href, "/roster")]')
    assert get(client, "/kinds/leave/roster").status == 404
    assert get(client, "/batches?lang=en").one("//h1").text == "Batches"


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "名册.csv", "文件是空的"),
        (b"x", "", "还没有选文件"),
        (b"PK\x03\x04 not really", "名册.xlsx", "名册.xlsx"),
        ("备注,其他\n一,二\n".encode(), "名册.csv", "名册.csv"),
    ],
)
def test_a_wrong_upload_is_told_on_the_page(client, data, name, words):
    screen = Screen(upload(client, data, name))
    assert screen.status == 422
    assert screen.title.startswith("错误：")
    assert words in screen.words('//*[@id="summary"]')
    assert screen.find('//input[@type="file"]')


def large(client, size):
    """A post of so many bytes; the test client would lay a larger file down and leave it open."""
    page = get(client, f"/kinds/{KIND}/roster?lang=en")
    head = (
        f'--x\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n{token(page)}\r\n--x\r\n'
        'Content-Disposition: form-data; name="roster"; filename="r.csv"\r\n\r\n'
    )
    body = head.encode() + b"\0" * size + b"\r\n--x--\r\n"
    return client.post(
        f"/kinds/{KIND}/roster", data=body, content_type="multipart/form-data; boundary=x"
    )


def test_the_size_of_an_upload_is_a_setting(own_templates, tmp_path, desk):
    small = Settings(data=tmp_path, templates=own_templates, upload_megabytes=9)
    client = signed(create_app(desk, small))
    # Larger than a form may be, smaller than an upload may be: it is read, and found wanting.
    assert large(client, 8_500_000).status_code == 422
    got = Screen(large(client, 9_100_000))
    assert got.status == 413
    assert "(9 MB)" in got.words()
    assert get(client, f"/kinds/{KIND}/roster").one("//@data-most") == "9"


def test_the_empty_roster_of_a_kind(client):
    for lang, head in (("zh", "姓名"), ("en", "Name")):
        got = client.get(f"/kinds/{KIND}/roster.xlsx?doc={lang}")
        sheet = openpyxl.load_workbook(io.BytesIO(got.data)).worksheets[0]
        assert any(head in str(cell.value) for row in sheet.iter_rows() for cell in row)
        assert got.headers["Content-Disposition"].endswith(".xlsx")
        assert "filename*=UTF-8''" in got.headers["Content-Disposition"]


def test_a_roster_from_upload_to_ready(client):
    path = roster(client, (ROOT / "samples/roster.xlsx").read_bytes(), "党员名册.xlsx")
    first = get(client, f"{path}?lang=zh")
    assert "党员名册.xlsx" in first.words()
    assert sums(first) == {"读入": 60, "缺共用内容": 60}
    assert "全部认得" in first.words('//*[@id="columns"]')
    assert "“标题”" not in first.words('//ol[@class="people"]')  # said once, not sixty times
    assert first.by_id("shared").get("open") is not None
    wrong = Screen(share(client, path, due_date="下个月"))
    assert wrong.status == 422
    assert wrong.one('//*[@id="summary"]//a').get("href") == "#f-due_date"
    assert wrong.by_id("f-due_date").get("value") == "下个月"
    assert wrong.by_id("f-due_date").get("aria-invalid") == "true"
    assert "党员对照检查表" in wrong.by_id("f-title").text  # nothing typed is lost
    assert share(client, path, due_date="2014年6月6日").status_code == 303
    after = get(client, path)
    assert sums(after) == {"读入": 60, "可生成": 60}
    assert after.by_id("f-due_date").get("value") == "2014年6月6日"
    assert "生成 60 份" in after.words('//*[@id="start-acts"]')
    english = get(client, f"{path}?lang=en")
    assert sums(english) == {"Read": 60, "Ready": 60}


def test_what_is_personal_is_not_asked_for_all(client):
    screen = get(client, roster(client, roster_csv(2)))
    asked = {name for name, _ in screen.controls()}
    assert {"title", "due_date", "form_notes", "submitted_to"} <= asked
    assert not asked & {"person_name", "findings", "cause_analysis", "reviewer", "branch"}


def test_columns_are_corrected(client):
    data = roster_csv(2).decode().replace("所在支部", "归口").encode()
    path = roster(client, data)
    screen = get(client, f"{path}?lang=zh")
    assert screen.by_id("columns").get("open") is not None
    assert "没有“所在支部”一列" in screen.words('//*[@id="columns"]')
    assert "归口" in screen.words('//*[@id="columns"]/summary')
    # What no column gives may be the same for all.
    assert screen.find('//form[@id="paper"]//*[@name="branch"]')
    heads = [one.text for one in screen.find('//*[@id="columns"]//tbody//td[2]')]
    control = screen.find('//*[@id="columns"]//select')[heads.index("归口")]
    chosen = [one.get("value") for one in control.iter("option") if one.get("selected") is not None]
    assert chosen == [""]
    got = post(client, path, {"_do": "columns", control.get("name"): "branch"}, screen=screen)
    assert got.status_code == 303
    after = get(client, path)
    assert after.by_id("columns").get("open") is None
    assert not after.find('//form[@id="paper"]//*[@name="branch"]')
    again = after.find('//*[@id="columns"]//select')[heads.index("归口")]
    assert again.xpath(".//option[@selected]/@value") == ["branch"]
    assert "您选的" in after.words('//*[@id="columns"]')
    twice = post(client, path, {"_do": "columns", "column.1": "branch"}, screen=after)
    assert twice.status_code == 422
    assert "不止一列" in Screen(twice).words('//*[@id="summary"]')


BAD = {1: {"部门": ""}, 2: {"性别": "男性", "出生年月": "1983年二月份"}}


def test_a_row_is_mended_in_place(client):
    path = ready(client, 5, change=BAD)
    screen = get(client, f"{path}?lang=zh")
    assert sums(screen) == {"读入": 5, "可生成": 3, "要改": 2}
    # Problems come first: rows 3 and 4 of the file.
    assert [one.get("id") for one in screen.find('//ol[@class="people"]/li')] == ["row-3", "row-4"]
    assert len(screen.find('//li[@id="row-4"]//ul[@class="why"]/li')) == 2
    opened = Screen(client.get(f"{path}/rows/4", headers=HX))
    assert opened.by_id("r4-birth_month").get("aria-invalid") == "true"
    assert opened.by_id("r4-birth_month").get("value") == "1983年二月份"
    assert len(opened.find("//@autofocus")) == 1
    data = {
        "person_name": "万戊",
        "gender": "male",
        "birth_month": "八三年二月",
        "department": "一科",
    }
    half = Screen(post(client, f"{path}/rows/4", data, headers=HX))
    assert half.by_id("r4-birth_month").get("value") == "八三年二月"  # kept though wrong
    assert half.by_id("r4-gender").getparent() is not None
    assert sums(half) == {"读入": 5, "可生成": 3, "要改": 2}
    done = Screen(post(client, f"{path}/rows/4", {**data, "birth_month": "1983-02"}, headers=HX))
    assert "改过" in done.words('//li[@id="row-4"]')
    assert not done.find("//form")
    assert sums(done) == {"读入": 5, "可生成": 4, "要改": 1}
    assert done.one('//*[@id="counts"]').get("hx-swap-oob") == "true"
    assert "生成 4 份" in done.words('//*[@id="start-acts"]')


def test_a_row_is_mended_without_javascript(client):
    path = ready(client, 5, change=BAD)
    asked = client.get(f"{path}/rows/3")
    assert asked.headers["Location"] == f"{path}?row=3#row-3"
    screen = get(client, f"{path}?row=3&lang=zh")
    form = screen.one('//li[@id="row-3"]//form')
    assert form.get("action") == f"{path}/rows/3"
    still = post(client, f"{path}/rows/3", {"department": "", "_show": "failed", "_page": "1"})
    assert still.headers["Location"] == f"{path}?show=failed&page=1&row=3#row-3"
    good = post(client, f"{path}/rows/3", {"department": "办公室", "_show": "failed", "_page": "1"})
    assert good.headers["Location"] == f"{path}?show=failed&page=1#row-3"
    assert sums(get(client, path)) == {"读入": 5, "可生成": 4, "要改": 1}
    odd = {"_show": "a\r\nSet-Cookie: x=1", "_page": "é"}
    assert post(client, f"{path}/rows/3", odd).status_code == 303
    assert post(client, f"{path}/rows/77", {"department": "x"}).status_code == 404


def test_five_hundred_rows_come_in_chunks(client):
    path = roster(client, roster_csv(501, change={7: {"部门": ""}}))
    screen = get(client, f"{path}?lang=zh&show=all&page=11")
    assert len(screen.find('//ol[@class="people"]/li')) == 1
    assert "第 501–501 行，共 501 行" in screen.words('//nav[@class="pager"]')
    assert screen.find('//a[@rel="prev"]')
    assert not screen.find('//a[@rel="next"]')
    middle = get(client, f"{path}?show=all&page=3")
    assert len(middle.find('//ol[@class="people"]/li')) == 50
    assert len(middle.response.data) < 60_000
    for odd in ("page=99", "page=-1", "page=x", "show=%00", "row=x", f"show={XSS}"):
        assert get(client, f"{path}?{odd}").status == 200
    assert len(get(client, path).find('//ol[@class="people"]/li')) == 1  # the one to mend


def test_pages_are_small_and_hold_nothing_inline(client, desk):
    path = ready(client, 120, change=BAD)
    batch = start(client, path)
    for page in (path, f"{path}?show=all&row=2", f"{batch}?show=all"):
        screen = get(client, page)
        assert not screen.find("//@style | //style | //script[not(@src)]")
        assert not [a for node in screen.tree.iter() for a in node.attrib if a.startswith("on")]
        # Style and scripts weigh 55 kB beside it; the limit for all of it is 100.
        assert len(gzip.compress(screen.response.data)) < 15_000
        ids = [str(one) for one in screen.find("//@id")]
        assert len(ids) == len(set(ids))


def test_a_second_click_starts_no_second_batch(client):
    path = ready(client)
    first = start(client, path)
    assert start(client, path) == first
    page = get(client, f"{path}?lang=zh")
    assert "已生成过 1 次" in page.words()
    known = page.one('//input[@name="_batches"]').get("value")
    assert start(client, path, _batches=known) != first


def test_starting_keeps_what_was_typed_and_not_saved(client, desk):
    path = roster(client, roster_csv(2))
    batch = start(client, path, _shared="1", title=TITLE)
    assert view_batch(desk, batch.rpartition("/")[2]).counts == {"queued": 2}
    other = roster(client, roster_csv(2))
    wrong = post(client, other, {"_do": "start", "_shared": "1", "title": "", "due_date": "x"})
    assert wrong.status_code == 422
    nothing = Screen(post(client, other, {"_do": "start", "_pdf": "none", "_batches": "0"}))
    assert nothing.status == 422
    assert "没有开始生成" in nothing.words('//*[@id="summary"]')


def test_without_a_converter_only_word_can_be_chosen(app_without_pdf):
    client = signed(app_without_pdf)
    path = ready(client)
    screen = get(client, f"{path}?lang=en")
    on = screen.find('//input[@name="_pdf"][not(@disabled)]')
    assert [(one.get("value"), one.get("checked") is not None) for one in on] == [("none", True)]
    assert "something is missing" in screen.words('//*[@id="no-pdf"]')
    for one in screen.find('//input[@name="_pdf"][@disabled]'):
        assert one.get("aria-describedby") == "no-pdf"
    got = Screen(post(client, path, {"_do": "trial"}))
    assert "The first one is made" in got.words('//*[@id="trial"]')
    word = client.get(got.one('//*[@id="trial"]//a[contains(@href, ".docx")]').get("href"))
    assert zipfile.is_zipfile(io.BytesIO(word.data))


def test_a_failing_trial_is_told_and_the_page_stays(app_failing):
    client = signed(app_failing)
    got = Screen(post(client, ready(client), {"_do": "trial"}))
    assert got.status == 503
    assert WHY.text.zh in got.words('//*[@id="trial"]')
    assert sums(got) == {"读入": 4, "可生成": 4}


def test_progress_until_the_end(client, desk):
    batch = start(client, ready(client))
    page = get(client, f"{batch}?lang=zh")
    assert page.by_id("state").get("hx-trigger") == "every 1s"
    assert page.find("//noscript/meta[@http-equiv='refresh']")
    assert page.one("//progress").get("value") is None
    running = client.get(f"{batch}/state")
    assert running.status_code == 200
    assert "HX-Refresh" not in running.headers
    work_off(desk, batch)
    ended = client.get(f"{batch}/state")
    assert ended.status_code == 286
    assert ended.headers["HX-Refresh"] == "true"
    after = get(client, batch)
    assert after.by_id("state").get("hx-get") is None
    assert not after.find("//noscript")


def test_results_add_up_and_can_be_taken(client, desk):
    change = {1: {"部门": ""}, 3: {"编号": "D00000", "姓名": "邹倀", "部门": "第1科"}}
    batch = made(client, desk, 5, change=change)
    screen = get(client, f"{batch}?lang=zh")
    found = sums(screen)
    assert found == {"读入": 5, "已生成": 3, "跳过": 0, "失败": 1, "重复": 1}
    assert adds_up(found)
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{batch}/files.zip").data))
    assert sum(name.endswith(".docx") for name in archive.namelist()) == 3
    assert any(name.endswith(".xlsx") for name in archive.namelist())
    tally = client.get(f"{batch}/tally.json")
    assert json.loads(tally.data)["tally"] == {
        "read": 5, "made": 3, "skipped": 0, "failed": 1, "duplicate": 1, "blank": 3
    }  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{batch}/tally.xlsx").data))
    cells = [str(cell.value) for row in sheet.worksheets[0].iter_rows() for cell in row]
    assert any("邹" in one for one in cells)
    lines = get(client, f"{batch}?show=made")
    word = lines.find('//li//a[contains(@href, "/docx")]')[0].get("href")
    got = client.get(word)
    name = unquote(got.headers["Content-Disposition"].partition("UTF-8''")[2])
    assert name.startswith("01_第1科_邹")
    assert name.endswith("_对照检查表.docx")
    assert zipfile.is_zipfile(io.BytesIO(got.data))
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    for missing in (word.replace("/docx", "/pdf"), word.replace("/docx", "/returned"), f"{batch}/joined.pdf"):  # fmt: skip
        assert client.get(missing).status_code == 404
    assert "03" not in {one.text for one in lines.find('//li/span[@class="no"]')}


def test_a_failed_line_is_mended_and_tried_again(client, desk):
    batch = made(client, desk, 4, change={1: {"部门": ""}})
    screen = get(client, f"{batch}?lang=zh")
    [line] = screen.find('//ol/li[contains(@class, "failed")]')
    item = f"{batch}/items/{line.get('id').removeprefix('item-')}"
    plain = get(client, item)
    assert plain.one('//form[@class="mend"]').get("action") == item
    opened = Screen(client.get(item, headers=HX))
    mark = opened.one('//*[@name="department"]')
    assert mark.get("aria-invalid") == "true"
    still = client.post(item, data={"_csrf": token(screen), "department": ""})
    assert still.headers["Location"].startswith(item)
    good = {"_csrf": token(screen), "department": "办公室"}
    done = Screen(client.post(item, data=good, headers=HX))
    assert "已经改好" in done.words("//li")
    assert not done.find("//form")
    got = post(client, batch, {"_do": "retry"})
    assert got.status_code == 303
    work_off(desk, batch)
    assert sums(get(client, batch)) == {"读入": 4, "已生成": 4, "跳过": 0, "失败": 0, "重复": 0}
    again = Screen(post(client, batch, {"_do": "retry"}))
    assert again.status == 409
    assert "没有可以重试的" in again.words('//*[@id="summary"]')


def test_cancelled_and_gone_on_with(client, desk):
    batch = start(client, ready(client))
    assert post(client, batch, {"_do": "cancel"}).status_code == 303
    screen = get(client, f"{batch}?lang=zh")
    assert sums(screen)["没有做"] == 4
    assert adds_up(sums(screen))
    assert Screen(post(client, batch, {"_do": "cancel"})).status == 409
    assert "接着做完" in screen.words('//*[@id="state"]')
    post(client, batch, {"_do": "retry"})
    work_off(desk, batch)
    assert sums(get(client, batch))["已生成"] == 4
    with pytest.raises(Exception, match="ended"):
        cancel_batch(desk, batch.rpartition("/")[2])


def test_who_is_missing_and_what_came_back(client, desk):
    batch = made(client, desk, 5)
    screen = get(client, f"{batch}?lang=zh")
    names = [one.text for one in screen.find('//li/span[@class="who"]')]
    assert "还差 5 人没有交" in screen.words('//*[@id="missing"]/summary')
    text = screen.by_id("reminder").text
    assert all(name in text for name in names)
    assert "第1科（1）：" in text
    files = [
        (io.BytesIO(b"%PDF-1.4 scan"), f"{names[0]} 扫描件.pdf"),
        (io.BytesIO(b"x"), "IMG_0001.jpg"),
        (io.BytesIO(b"x"), f"{XSS}.pdf"),
    ]
    got = client.post(batch, data={"_csrf": token(screen), "_do": "returned", "files": files})
    after = Screen(got)
    assert after.status == 200
    assert "收下 1 份，没有对上 2 份" in after.words('//*[@id="result-back"]')
    assert "IMG_0001.jpg" in after.words('//*[@id="result-back"]')
    assert "<script>alert" not in after.text
    assert "还差 4 人没有交" in after.words('//*[@id="missing"]/summary')
    assert names[0] not in after.by_id("reminder").text
    link = after.one('//li//a[contains(@href, "/returned")]').get("href")
    back = client.get(link)
    assert back.data == b"%PDF-1.4 scan"
    assert back.headers["Content-Disposition"].startswith("attachment; ")
    none = Screen(client.post(batch, data={"_csrf": token(screen), "_do": "returned"}))
    assert none.status == 422
    assert "还没有选文件" in none.words('//*[@id="summary"]')


def test_left_and_found_again(client, desk, settings):
    batch = made(client, desk, 2)
    # Another browser, another web process: all that counts is in the database.
    other = signed(create_app(desk, settings.model_copy(update={"lang": "en"})))
    listed = get(other, "/batches?lang=zh")
    assert listed.find(f'//a[@href="{batch}"]')
    assert "已完成" in listed.words()
    assert listed.find('//a[starts-with(@href, "/rosters/")]')
    assert sums(get(other, batch))["已生成"] == 2


def test_typed_markup_stays_text(client, desk):
    data = f"姓名,部门,所在支部,{XSS.replace(',', ' ')}\n".encode()
    data += '"<script>alert(1)</script>",一科,一支部,x\n张三,"<img src=x onerror=alert(1)>",一支部,y\n'.encode()
    path = roster(client, data, f"{XSS}.csv")
    share(client, path, title=f"{XSS}")
    screen = get(client, f"{path}?show=all&row=2&lang=zh")
    assert "<script>alert" not in screen.text
    assert "onerror=alert" not in [str(name) for name in screen.find("//@onerror")]
    batch = start(client, path)
    work_off(desk, batch)
    for page in (batch, f"{batch}?show=all", "/batches"):
        found = get(client, page)
        assert found.status == 200
        assert "<script>alert" not in found.text
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{batch}/files.zip").data))
    assert not [name for name in archive.namelist() if re.search(r'[<>"|:*?\\/]', name)]


@pytest.mark.parametrize("path", [
    "/rosters/none", "/rosters/%00", "/rosters/none/rows/2", "/batches/none", "/batches/none/state",
    "/batches/none/files.zip", "/batches/none/tally.json", "/batches/none/items/x/docx",
    "/batches/none/items/x", "/rosters/none/rows/99999999999999999999999",
])  # fmt: skip
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path, headers=HX).status_code == 404


def test_strange_posts_are_no_bug(client):
    path = ready(client)
    for data in (
        {"_do": "columns", "column.0": "nonsense"},
        {"_do": "add:title"},
        {"_do": "up:x.y.z"},
        {"_do": "start", "_pdf": "nonsense", "_batches": "x", "_odd": "1"},
        {"_do": "shared", "_shared": "1", "title": TITLE, "nonsense": "1"},
        {"_do": "nonsense"},
        {},
    ):
        assert post(client, path, data).status_code in {303, 400, 422, 200}, data
    assert (
        post(client, f"{path}/rows/2", {"nonsense": "1", "findings.0.text": "x"}).status_code < 500
    )
    batch = start(client, path)
    for data in ({"_do": "nonsense"}, {}):
        assert post(client, batch, data).status_code == 400
