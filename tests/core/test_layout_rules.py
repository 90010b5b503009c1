"""The layout rules on built sheets: what no single paper shows (bundles, ledgers, English)."""

import pytest

from service.core import gbt9704 as gb
from service.core.font_roles import bold, chinese, roles, serves
from service.core.layout_rules import LayoutHints, check, read
from service.core.layout_rules.heading_rules import number_of
from service.core.layout_rules.tables import find_tables, text_rows
from service.core.layout_rules.views import Kind
from service.core.sheet import Bookmark, Box, Char, FontEntry, Page, Rule, Sheet, lines_of
from service.core.signature import is_wide

FANG, HEI, LATIN = "FandolFang-Regular", "NotoSansCJKjp-Regular", "LiberationSerif"
SONG, BIAO = "NotoSerifCJKjp-Regular", "NotoSerifCJKjp-Bold"
POINT = gb.millimetres(1)


def chars(text, x, baseline, *, size=16.0, font=FANG, angle=0, **more):
    """Characters in a row; Latin ones half wide; a turned row runs down the page."""
    out = []
    for letter in text:
        wide = size * POINT * (1 if is_wide(letter) else 0.5)
        name = font if is_wide(letter) or font != FANG else LATIN
        if letter != " ":
            box = Box(x + 0.1, baseline - 0.8 * size * POINT, x + wide - 0.1, baseline)
            if letter in "，。、":
                box = Box(x + 0.1, baseline - 2, x + wide * 0.4, baseline)
            if angle:
                box = Box(baseline - 2, x, baseline + 2, x + wide)
            out.append(Char(text=letter, font=name, size=size, ink=box, x=x, end=x + wide,
                            baseline=baseline, angle=angle, **more))  # fmt: skip
        x += wide
    return out


def page(index, drawn, *, rules=(), label="", pictures=(), rotation=0, size=(210.0, 297.0)):
    return Page(index=index, width=size[0], height=size[1], label=label, rotation=rotation,
                chars=tuple(drawn), lines=lines_of(drawn), rules=tuple(rules),
                pictures=tuple(pictures))  # fmt: skip


def sheet(*pages, outline=(), embedded=True):
    names = {char.font for one in pages for char in one.chars}
    fonts = tuple(FontEntry(name=name, embedded=embedded) for name in sorted(names))
    return Sheet(pages=tuple(pages), fonts=fonts, outline=tuple(outline))


def foot(number, *, odd=None):
    """A page number at its place."""
    right = number % 2 == 1 if odd is None else odd
    text = f"— {number} —"
    # The dashes' ink is centred where the rule wants it: 269 mm.
    at = 269 + 0.4 * 14 * POINT
    wide = sum(14 * POINT * (1 if is_wide(c) else 0.5) for c in text)
    return chars(text, 184 - 4.94 - wide if right else 26 + 4.94, at, size=14.0, font=SONG)


def grid(left, right, top, bottom, columns, *, rows):
    """The lines of a table with columns and rows of equal size."""
    xs = [left + (right - left) * n / columns for n in range(columns + 1)]
    ys = [top + (bottom - top) * n / rows for n in range(rows + 1)]
    upright = [Rule(box=Box(x - 0.1, top, x + 0.1, bottom), stroke=0.5) for x in xs]
    return upright + [Rule(box=Box(left, y - 0.1, right, y + 0.1), stroke=0.5) for y in ys]


def state(found, number):
    return found[number - 1].state


def said(found, number):
    return [fault.say("en") for fault in found[number - 1].faults]


# --- kinds of pages ---------------------------------------------------------------------------
def test_pages_are_told_apart():
    ledger = page(3, chars("台账", 40, 60), size=(297.0, 210.0))
    found = read(
        sheet(page(0, chars("正文", 28, 45)), page(1, []),
              page(2, [], pictures=[Box(0, 0, 210, 297)]), ledger),
        LayoutHints(),
    )  # fmt: skip
    assert [view.kind for view in found.views] == [
        Kind.TEXT, Kind.BLANK, Kind.SCAN, Kind.LANDSCAPE,
    ]  # fmt: skip


def test_language_by_what_most_letters_are():
    english = sheet(page(0, chars("Rectification plan of the unit 南昌", 28, 45, font=LATIN)))
    assert read(english, LayoutHints()).papers[0].lang == "en"
    assert read(english, LayoutHints(lang="zh")).papers[0].lang == "zh"


def test_a_font_is_known_by_its_name():
    assert serves("FZXBSJW--GB1-0", "xiaobiaosong")
    assert serves("NotoSerifCJKjp-Regular-VKana", "fangsong")
    assert not serves("NotoSansCJKjp-Regular", "kaiti")
    assert roles("DejaVuSans") == frozenset()
    assert bold("LiberationSerif-Bold")
    assert chinese("LXGWWenKai-Regular")
    assert not chinese("TimesNewRomanPSMT")


@pytest.mark.parametrize(
    ("text", "number"), [("一、", 1), ("十、", 10), ("（十二）", 12), ("二十三、", 23), ("7.", 7)]
)
def test_heading_numbers(text, number):
    assert number_of(text) == number


# --- tables -----------------------------------------------------------------------------------
def test_a_merged_cell_is_one():
    rules = grid(28, 184, 50, 90, 2, rows=2)
    # The middle line of the left column is taken out: two rows there are one cell.
    rules = [r for r in rules if not (r.across and abs(r.box.centre - 70) < 1)]
    rules.append(Rule(box=Box(106, 69.9, 184, 70.1), stroke=0.5))
    drawn = chars("左", 60, 72) + chars("上", 140, 62) + chars("下", 140, 82)
    (table,) = find_tables(rules, drawn)
    assert [(c.row, c.rows, c.text) for c in table.cells] == [
        (0, 2, "左"), (0, 1, "上"), (1, 1, "下"),
    ]  # fmt: skip
    assert text_rows(table) == [("左", "上"), ("下",)]


def test_lines_that_meet_nothing_are_no_table():
    rules = [Rule(box=Box(28, y, 184, y + 0.3), stroke=1.0) for y in (100, 110)]
    assert find_tables(rules, []) == ()


# --- single rules -----------------------------------------------------------------------------
def test_page_size_and_a3():
    large = sheet(page(0, [], size=(297.0, 420.0)))
    assert state(check(large), 1) == "broken"
    assert state(check(large, LayoutHints(a3=True)), 1) == "kept"


def test_a_font_that_is_not_embedded():
    found = check(sheet(page(0, chars("正文", 28, 45)), embedded=False))
    assert "not embedded" in said(found, 11)[0]


def test_a_scan_is_held_to_nothing_but_its_size():
    found = check(sheet(page(0, [], pictures=[Box(0, 0, 210, 297)])))
    assert state(found, 1) == "kept"
    assert {one.number for one in found if one.state != "not_applicable"} == {1}


def test_centred_commas_are_found():
    drawn = chars("正文", 28, 45)
    comma = Char(text="，", font="UKaiCN", size=16, x=50, end=55.64, baseline=45,
                 ink=Box(52.2, 42, 53.6, 44))  # fmt: skip
    assert "corner" in said(check(sheet(page(0, [*drawn, comma]))), 10)[0]


@pytest.mark.parametrize("mark", "“”…—")
def test_chinese_marks_in_a_latin_font_are_found(mark):
    box = Box(50, 40, 52, 45)
    one = Char(text=mark, font=LATIN, size=16, x=50, end=52.5, baseline=45, ink=box)
    found = check(sheet(page(0, [*chars("正文", 28, 45), one])))
    assert "Chinese font" in said(found, 10)[0]


def test_characters_typed_and_drawn():
    one = sheet(page(0, chars("正文和附件", 28, 45) + foot(1)))
    typed = LayoutHints(typed="正文和附件\n—  —\n— 1 —\n")
    assert state(check(one, typed), 4) == "kept"
    assert "2 times" in said(check(one, LayoutHints(typed="正文和附件。。")), 4)[0]
    assert "not typed" in said(check(one, LayoutHints(typed="正文附件")), 4)[0]


# --- landscape --------------------------------------------------------------------------------
def ledger(*, rotation=90, width=225.0, number_at=28.0, angle=90, label="", stamp=""):
    """A landscape page as shown; the portrait sheet's foot is at the left."""
    if angle:
        drawn = chars("— 1 —", 210 - 30.94 - 19.76, number_at, size=14.0, font=SONG, angle=90)
    else:
        drawn = chars("— 1 —", 120, 190, size=14.0, font=SONG)
    drawn += chars("整改台账", 132.98, 60, size=22.0, font=BIAO)
    if stamp:
        drawn += [
            Char(text=stamp, font=LATIN, size=10.5, ink=Box(277, 182, 280, 184), x=277, end=280,
                 baseline=184, angle=90)
        ]  # fmt: skip
    rules = grid(36, 36 + width, 80, 120, 5, rows=3)
    return page(0, drawn, rules=rules, size=(297.0, 210.0), rotation=rotation, label=label)


def test_a_ledger_at_its_place():
    found = check(sheet(ledger()))
    assert state(found, 36) == "kept", said(found, 36)
    assert state(found, 32) == "kept"
    assert state(found, 13) == "kept"
    assert state(found, 30) == "not_applicable"


@pytest.mark.parametrize(
    ("change", "words"),
    [({"rotation": 270}, "/Rotate 90"), ({"width": 200.0}, "225 mm wide"),
     ({"number_at": 15.0}, "28 mm"), ({"angle": 0}, "as on a portrait")],
)  # fmt: skip
def test_a_ledger_wrong(change, words):
    assert any(words in one for one in said(check(sheet(ledger(**change))), 36))


# --- English ----------------------------------------------------------------------------------
LINE = "The unit will carry out the activity in four linked steps from February on."


def english(*, size=12.0, line=LINE, extra=()):
    drawn = list(foot(1))
    for n in range(10):
        for at, letter in enumerate(line):
            step = (183.5 - 28) / len(line)
            if letter != " ":
                x = 28 + at * step
                drawn.append(Char(text=letter, font=LATIN, size=size, x=x, end=x + step * 0.97,
                                  ink=Box(x, 41 + 6.35 * n, x + step * 0.9, 43 + 6.35 * n),
                                  baseline=43.1 + 6.35 * n))  # fmt: skip
    return sheet(page(0, [*drawn, *extra]))


def test_english_that_keeps_the_rules():
    found = check(english(extra=chars("南昌〔2014〕3", 40, 150, size=12)))
    assert state(found, 40) == "kept", said(found, 40)
    assert state(found, 3) == "not_applicable"


@pytest.mark.parametrize(
    ("change", "words"),
    [({"size": 11.0}, "12 pt"), ({"line": "x" * 110}, "55 to 95"), ({"line": "x" * 50}, "55 to 95"),
     ({"extra": chars("a，b", 40, 150, size=12, font=LATIN)}, "full-width"),
     ({"extra": chars("a", 40, 150, size=12, font=SONG)}, "Chinese font")],
)  # fmt: skip
def test_english_wrong(change, words):
    assert any(words in one for one in said(check(english(**change)), 40))


def test_english_sections_are_counted_when_known():
    found = check(english(), LayoutHints(sections=3))
    assert any("other sections" in one for one in said(found, 40))


# --- bundles ----------------------------------------------------------------------------------
def stamp(number, *, outer=26.0, top=18.0):
    text = str(number)
    wide = len(text) * 5.25 * POINT
    x = 210 - outer - wide if number % 2 else outer
    return chars(text, x, top, size=10.5, font=LATIN)


def part(index, label, number, *, stamped=None, title="实施方案", more=(), **place):
    first = chars(title, 106 - len(title) * 22 * POINT / 2, 47.2, size=22.0, font=BIAO)
    if int(label) % 2 == 0:
        first = chars(title, 104 - len(title) * 22 * POINT / 2, 47.2, size=22.0, font=BIAO)
    marks = stamp(stamped if stamped is not None else int(label), **place)
    return page(index, [*first, *foot(number), *marks, *more], label=label)


def contents(*rows):
    drawn = chars("目录", 95, 47, size=22.0, font=BIAO)
    for n, (title, number) in enumerate(rows):
        drawn += chars(title, 30, 60 + 10 * n, size=14)
        drawn += chars(number, 180, 60 + 10 * n, size=14)
    return page(0, drawn, label="i")


def bundle(*, rows=(("实施方案", "1"), ("整改方案", "3")), blank=(), **place):
    outline = [Bookmark(title="目录", page=0), Bookmark(title="实施方案", page=2),
               Bookmark(title="整改方案", page=4)]  # fmt: skip
    return sheet(
        contents(*rows), page(1, [], label="ii"), part(2, "1", 1, **place),
        page(3, blank, label="2"), part(4, "3", 1, title="整改方案"), outline=outline,
    )  # fmt: skip


def test_a_bundle_that_agrees():
    found = check(bundle())
    assert state(found, 38) == "kept", said(found, 38)
    assert state(found, 39) == "kept", said(found, 39)
    assert state(found, 30) == "kept", said(found, 30)


@pytest.mark.parametrize(
    ("change", "number", "words"),
    [({"rows": (("实施方案", "1"), ("整改方案", "4"))}, 38, "contents and the page label"),
     ({"rows": (("实施方案", "1"),)}, 38, "do not list"),
     ({"rows": ()}, 38, "no page numbers"),
     ({"stamped": 5}, 38, "stamped number and the page label"),
     ({"blank": stamp(2)}, 38, "inserted blank"),
     ({"outer": 100.0}, 39, "outer corner"),
     ({"more": chars("近", 178, 21, size=10.5)}, 39, "too near")],
)  # fmt: skip
def test_a_bundle_that_does_not_agree(change, number, words):
    assert any(words in one for one in said(check(bundle(**change)), number))


def test_a_part_on_an_even_page():
    outline = [Bookmark(title="实施方案", page=1)]
    pages = (contents(("实施方案", "2")), part(1, "2", 1))
    found = check(sheet(*pages, outline=outline))
    assert any("odd page" in one for one in said(found, 38))


def test_an_upload_in_a_bundle_is_not_held_to_our_layout():
    own = chars("某单位的材料", 5, 20, size=9, font="DejaVuSans")
    upload = page(1, [*own, *stamp(1)], label="1")
    outline = [Bookmark(title="材料", page=1)]
    found = check(sheet(contents(("材料", "1")), upload, outline=outline))
    assert {state(found, number) for number in (2, 11, 30, 37)} <= {"kept", "not_applicable"}
    assert state(found, 38) == "kept"


def test_the_archive_stamp_only_in_the_archive():
    frame = [Rule(box=Box(82, y, 127, y + 0.3), stroke=0.8, colour="FF0000") for y in (10, 25.7)]
    frame += [Rule(box=Box(x, 10, x + 0.3, 26), stroke=0.8, colour="FF0000") for x in (82, 126.7)]
    outline = [Bookmark(title="实施方案", page=1)]
    one = part(1, "1", 1)
    stamped = page(1, one.chars, rules=frame, label="1")
    sheets = sheet(contents(("实施方案", "1")), stamped, outline=outline)
    assert any("archive only" in text for text in said(check(sheets), 39))
    assert state(check(sheets, LayoutHints(archive=True)), 39) == "kept"
