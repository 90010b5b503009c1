"""Five journeys through the desk, as a person makes them; tests and pictures go the same way.

Each takes somebody at a window and a fresh desk, and hands back what there is in hand at its end.
"""

from service.source import read_source
from tests.batch_tools import ROOT
from tests.browser.fresh import PASSWORD


def sample(lang, name):
    return read_source(ROOT / f"samples/{lang}/{name}.yaml").data


def sign_in(p, name):
    p.open("/sign-in")
    p.write(p.page.locator("#name"), name)
    p.next(p.page.locator("#password"))
    p.write(p.page.locator("#password"), PASSWORD)
    p.press(p.page.locator("main").get_by_role("button", name=p.say("登录", "Sign in")))


def first_document(p, fresh):
    """A new clerk's first paper: from the link to the Word file of a notice; its answers and file."""
    answers = sample(p.lang, "mobilization_notice")
    p.open(fresh.link("li", "黎书瑶"))
    p.write(p.page.locator("#password"), PASSWORD)
    p.press(p.button("保存并登录", "Save and sign in"))
    p.press(p.link("文书种类", "Kinds"))
    p.press(p.link("动员部署会通知", "Notice of the mobilisation meeting"))
    _fill_notice(p, answers)
    p.snap("first-form")
    with p.download() as taken:
        p.button("下载 Word", "Download Word").click()
    p.page.get_by_role(
        "heading", name=p.say("Word 文书已生成", "The Word file is ready")
    ).wait_for()
    p.snap("first-made")
    return answers, taken


def field(p, name):
    return p.page.locator(f"#f-{name.replace('.', '-')}")


def _rows(p, table, columns, rows):
    """Rows of a table, each but the first added by its button."""
    for number, row in enumerate(rows):
        first = field(p, f"{table}.{number}.{columns[0]}")
        if not first.count():
            p.page.locator(f'button[value="add:{table}"]').click()
            here = f"f-{table}-{number}-{columns[0]}"
            p.page.wait_for_function("id => document.activeElement.id === id", arg=here)
        for place, column in enumerate(columns):
            one = field(p, f"{table}.{number}.{column}")
            if place:
                p.next(one)
            if column in row:
                p.write(one, str(row[column]))


def _fill_notice(p, answers):
    for name in ("title", "addressees"):
        p.write(field(p, name), "\n".join(answers[name]))
    p.moment(field(p, "issue_date"), answers["issue_date"])
    p.write(field(p, "purpose"), answers["purpose"])
    p.moment(field(p, "meeting_time"), answers["meeting_time"])
    for name in ("duration", "venue"):
        p.write(field(p, name), str(answers[name]))
    p.rewrite(field(p, "host"), answers["host"])
    _rows(p, "attendees", ("group", "count", "remark"), answers["attendees"])
    p.write(field(p, "attendees_total"), str(answers["attendees_total"]))
    _rows(p, "observers", ("group", "count"), answers["observers"])
    p.write(field(p, "observers_total"), str(answers["observers_total"]))
    _rows(p, "agenda", ("item", "speaker", "minutes"), answers["agenda"])
    for name in ("materials", "requirements"):
        p.write(field(p, name), "\n".join(answers[name]))
    p.write(field(p, "leave_rule"), answers["leave_rule"])
    p.moment(field(p, "reply_deadline"), answers["reply_deadline"])


def sixty_forms(p, fresh):
    """Sixty forms from a roster: the zip, and the page's own sums."""
    fresh.person("li", "黎书瑶")
    shared = read_source(ROOT / f"samples/shared.{p.lang}.yaml").data
    sign_in(p, "li")
    p.press(p.link("文书种类", "Kinds"))
    p.press(p.page.locator('a[href="/kinds/self_examination/roster"]'))
    p.choose(p.page.locator("#roster"), ROOT / "samples/roster.xlsx")
    p.press(p.button("读入名册", "Read the roster"))
    p.snap("roster-read")
    p.write(p.page.locator("#f-title"), "\n".join(shared["title"]))
    p.moment(p.page.locator("#f-due_date"), shared["due_date"])
    p.write(p.page.locator("#f-form_notes"), "\n".join(shared["form_notes"]))
    p.press(p.button("试做第一份", "Try the first one"))
    with p.waiting():
        p.page.wait_for_function("() => document.querySelector('#trial img').naturalWidth > 0")
    p.snap("roster-trial")
    p.press(p.button("生成 60 份", "Make 60 forms"))
    with p.waiting():
        made = p.say("已生成 60 份", "60 forms are made")
        p.page.get_by_role("heading", name=made).wait_for(timeout=180_000)
        p.page.locator("#missing > summary").wait_for()  # the page is drawn anew at the end
    p.snap("roster-made")
    names = p.page.locator("dl.sum dt").all_inner_texts()
    sums = dict(zip(names, map(int, p.page.locator("dl.sum dd").all_inner_texts()), strict=True))
    with p.download() as taken:
        p.link("下载全部（zip）", "Download all (zip)").click()
    return sums, taken


def mended_bundle(p, fresh):
    """A bundle that lacks a part: found, made, and the one PDF taken; the parts in it and the PDF."""
    clerk = fresh.person("li", "黎书瑶")
    fresh.sample_papers(clerk, p.lang, undone="mobilization_notice")
    sign_in(p, "li")
    _to_the_activity(p)
    p.press(p.link("报送督导组材料", "Papers for the supervisory team"))
    p.snap("bundle-lacks")
    p.press(p.page.locator("#why-not a"))
    p.press(p.link("检查并生成", "Check and make"))
    p.press(p.page.locator("main .btn-main"))
    p.press(p.page.locator(".crumb a").first)
    p.press(p.link("报送督导组材料", "Papers for the supervisory team"))
    p.press(p.button("生成材料包", "Make the bundle"))
    with p.waiting():
        p.page.locator(".pictures img").first.wait_for(timeout=180_000)
    p.snap("bundle-made")
    with p.download() as taken:
        p.link("下载 PDF", "Download the PDF").click()
    parts = p.page.locator(".parts tr:has(.chip.there, .chip.waits) td:nth-child(2)")
    return [one.split("\n")[0] for one in parts.all_inner_texts()], taken


def next_year(p, fresh):
    """Next year's copy of an activity; the addresses of the old and the new one."""
    clerk = fresh.person("li", "黎书瑶")
    old = fresh.sample_activity(clerk)
    sign_in(p, "li")
    _to_the_activity(p)
    p.press(p.link("复制到明年或别的支部", "Copy for next year"))
    p.page.get_by_text(p.say("星期几不变", "Keep the day of the week")).click()
    p.snap("copy-dates")
    p.press(p.button("建立新活动", "Make the new activity"))
    p.snap("copy-made")
    return old, p.page.url.rpartition("/")[2]


def _to_the_activity(p):
    title = sample_profile(p.lang)["campaign_name"]
    p.press(p.page.get_by_role("heading", name=title).get_by_role("link"))


def sample_profile(lang):
    return read_source(ROOT / f"samples/activity.{lang}.yaml").data


KIND = """\
title: {zh: 物品借用单, en: Loan slip}
include: [envelope]
defaults: {genre: notice, seal_mode: unsealed}
sections:
  - title: {zh: 借用内容, en: What is lent}
    fields:
      - {name: borrower, type: person, label: {zh: 借用人, en: Borrower}, required: true}
      - {name: reason, type: paragraphs, label: {zh: 用途, en: Purpose}, required: true}
      - {name: back_by, type: date, label: {zh: 归还日期, en: Back by}}
      - name: things
        type: table
        label: {zh: 物品, en: Things}
        fields:
          - {name: thing, type: text, label: {zh: 名称, en: Thing}, required: true}
          - {name: pieces, type: integer, min: 1, label: {zh: 件数, en: Pieces}}
"""
SLIPS = {"type: person, ": "type: name, ", "en: Purpose}": "eng: Purpose}"}
"""What the administrator mistypes."""


def new_kind(p, fresh):
    """A kind that nobody had, written by the administrator, mended, tried, in service, filled."""
    fresh.person("wan", "万䶮", "administrator")
    wrong = KIND
    for right, slip in SLIPS.items():
        wrong = wrong.replace(right, slip)
    sign_in(p, "wan")
    p.press(p.link("文书种类", "Kinds"))
    p.press(p.link("新增文书种类", "Add a kind"))
    p.write(p.page.locator("#name"), "loan_slip")
    form = p.page.locator("#form")
    p.rewrite(form, wrong)
    p.press(p.button("试做一份", "Try it"))
    p.snap("kind-wrong")
    _mend_lines(p, form, wrong)
    p.press(p.button("试做一份", "Try it"))
    p.page.locator(".pictures img").first.wait_for()
    p.snap("kind-tried")
    p.press(p.button("启用", "Put into service"))
    answers = {
        "title": p.say("馆藏展具借用单", "Loan of Exhibition Stands"),
        "borrower": p.say("章采薇", "Zhang Caiwei 章采薇"),
        "reason": p.say("用于3月6日动员部署会。", "For the mobilisation meeting."),
    }
    for name, text in answers.items():
        p.write(p.page.locator(f"#f-{name}"), text)
    p.snap("kind-form")
    with p.download() as taken:
        p.button("下载 Word", "Download Word").click()
    return answers, taken


def _mend_lines(p, form, wrong):
    """Types the wrong lines again, going there by keys."""
    form.click()
    p.page.keyboard.press("Control+Home")
    for bad, good in zip(wrong.splitlines(), KIND.splitlines(), strict=True):
        if bad != good:
            p.page.keyboard.press("Home")
            p.page.keyboard.press("Shift+End")
            p.page.keyboard.type(good)
        p.page.keyboard.press("ArrowDown")
    assert form.input_value() == KIND.rstrip("\n")
