"""Samples: a photograph of the publicity board with the tasks of the sample plan.

Run `python samples/make_publicity.py` on a machine with fonts-noto-cjk and fonts-arphic-ukai.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import yaml
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).parent
NOTO = "/usr/share/fonts/opentype/noto/Noto{}CJK-{}.ttc"
SC = 2  # the simplified Chinese face of the Noto collections
SHEET = (620, 877)
GAP = 44
BOARD = (4 * SHEET[0] + 5 * GAP, SHEET[1] + 2 * GAP + 190)
INK = (30, 30, 30)
RANDOM = random.Random(20140714)


def face(name: str, weight: str, size: int) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels."""
    return ImageFont.truetype(NOTO.format(name, weight), size, index=SC)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines that fit a width; numbers stay whole and no line begins with a mark."""
    lines = [""]
    for piece in re.findall(r"[“（]?(?:[0-9]+[年月日]?|.)[，。；、：）”]*", text):
        if font.getlength(lines[-1] + piece) > width + 20 * (piece[-1] in "，。；、："):
            lines.append("")
        lines[-1] += piece
    return lines


def sheet(title: str, paragraphs: list[str], foot: str = "") -> Image.Image:
    """An A4 page with a title, paragraphs and a line at the foot."""
    page = Image.new("RGB", SHEET, (252, 251, 247))
    pen = ImageDraw.Draw(page)
    plain = face("Serif", "Regular", 20)
    y = 78
    for line in title.split("\n"):
        pen.text((SHEET[0] // 2, y), line, font=face("Serif", "Bold", 33), fill=INK, anchor="mm")
        y += 46
    y += 16
    for paragraph in paragraphs:
        for line in wrapped("　　" + paragraph, plain, SHEET[0] - 124):
            pen.text((62, y), line, font=plain, fill=INK)
            y += 31
        y += 6
    pen.text((SHEET[0] - 62, SHEET[1] - 62), foot, font=plain, fill=INK,
             anchor="rm")  # fmt: skip
    return page


def sheets() -> list[Image.Image]:
    """What hangs on the board: the notice, the tasks on two sheets, the leaders' promises."""
    plan: dict[str, Any] = yaml.safe_load((HERE / "zh" / "rectification_plan.yaml").read_text())
    lines = [
        f"{n}．{t['title']}：{t['goal']}。责任领导：{t['lead_leader']}；完成时限：{day(t['deadline'])}。"
        for n, t in enumerate(plan["tasks"], 1)
    ]
    notice = [
        "根据党的群众路线教育实践活动的安排，现将馆领导班子整改任务和班子成员整改措施予以公示，"
        "请全馆干部职工和广大观众监督。",
        "公示时间：2014年7月14日至7月18日。",
        "公示期间，对整改内容有意见和建议的，可以投入意见箱，也可以向党群工作部反映，"
        "联系电话：内线8106。",
        "我们将认真研究每一条意见，采纳情况在公示结束后反馈。",
    ]
    leader: dict[str, Any] = yaml.safe_load(
        (HERE / "zh" / "leadership_self_examination.yaml").read_text()
    )
    own = [
        f"{n}．{m['measure'].rstrip('。')}（{day(m['deadline'])}前）。"
        for n, m in enumerate(leader["rectify_measures"], 1)
    ]
    foot = "2014年7月14日"
    return [
        sheet("整改公示公告", notice, foot),
        sheet("领导班子整改任务（一）", lines[:6], "整改办理情况每两周更新"),
        sheet("领导班子整改任务（二）", lines[6:], "整改办理情况每两周更新"),
        sheet("班子成员整改措施\n（熊翀）", own, foot),
    ]


def day(date: Any) -> str:
    """A date as month and day in Chinese."""
    return f"{date.month}月{date.day}日"


def pinned(board: Image.Image, page: Image.Image, x: int, y: int) -> None:
    """Hangs a page on the board: a shadow, a little turned, two pins."""
    turned = page.convert("RGBA").rotate(RANDOM.uniform(-0.7, 0.7), Image.Resampling.BICUBIC, True)
    shadow = Image.new("RGBA", turned.size, (0, 0, 0, 0))
    shadow.putalpha(turned.getchannel("A").point(lambda v: v * 5 // 10))
    soft = Image.new("RGBA", board.size, (0, 0, 0, 0))
    soft.paste(shadow, (x + 7, y + 9))
    board.alpha_composite(soft.filter(ImageFilter.GaussianBlur(6)))
    board.alpha_composite(turned, (x, y))
    pen = ImageDraw.Draw(board)
    for at in (x + 26, x + SHEET[0] - 26):
        pen.ellipse((at - 8, y + 14, at + 8, y + 30), fill=(176, 28, 30, 255))
        pen.ellipse((at - 4, y + 16, at + 1, y + 21), fill=(240, 150, 150, 255))


def draw_board() -> Image.Image:
    """The board: metal frame, red head, felt, four sheets."""
    frame = 26
    board = Image.new("RGBA", (BOARD[0] + 2 * frame, BOARD[1] + 2 * frame), (172, 176, 180, 255))
    pen = ImageDraw.Draw(board)
    pen.rectangle((6, 6, board.width - 7, board.height - 7), outline=(214, 218, 222), width=5)
    pen.rectangle((frame, frame, frame + BOARD[0], frame + 150), fill=(168, 26, 28))
    pen.rectangle((frame, frame + 150, frame + BOARD[0], frame + BOARD[1]), fill=(58, 92, 74))
    pen.text((board.width // 2, frame + 76), "党的群众路线教育实践活动整改公示栏",
             font=face("Serif", "Bold", 84), fill=(250, 226, 150), anchor="mm")  # fmt: skip
    for number, page in enumerate(sheets()):
        pinned(board, page, frame + GAP + number * (SHEET[0] + GAP), frame + 150 + GAP)
    return board


def wall(size: tuple[int, int]) -> Image.Image:
    """A plastered wall over a darker skirting, lit from the left."""
    light = Image.linear_gradient("L").rotate(90).resize(size).point(lambda v: 214 - v // 5)
    grain = Image.effect_noise(size, 16).point(lambda v: 128 + (v - 128) // 4)
    plain = Image.merge("RGB", (light, light.point(lambda v: v - 4), light.point(lambda v: v - 16)))
    ImageDraw.Draw(plain).rectangle((0, size[1] - 150, *size), fill=(112, 98, 84))
    return ImageChops.overlay(plain, Image.merge("RGB", (grain, grain, grain)))


def photographed(board: Image.Image) -> Image.Image:
    """As a hand-held camera sees it: from a little to the right, with a sheen on the glass."""
    size = (2000, 1125)
    photo = wall(size)
    # The corners of the board in the photograph, as the quadrilateral that is drawn back.
    inset = (-190, -170, -220, 1500, board.width + 150, 1560, board.width + 130, -240)
    turned = board.transform(size, Image.Transform.QUAD, inset, Image.Resampling.BICUBIC)
    mask = turned.getchannel("A")
    dark = Image.new("RGB", size, (60, 56, 52))
    fallen = ImageChops.offset(mask, 12, 16).filter(ImageFilter.GaussianBlur(12))
    photo.paste(dark, (0, 0), fallen.point(lambda v: v * 6 // 10))
    photo.paste(turned.convert("RGB"), (0, 0), mask)
    sheen = Image.new("L", size, 0)
    ImageDraw.Draw(sheen).polygon([(1180, 0), (1420, 0), (960, 1125), (720, 1125)], fill=22)
    sheen = ImageChops.multiply(sheen.filter(ImageFilter.GaussianBlur(40)), mask)
    photo = ImageChops.screen(photo, Image.merge("RGB", (sheen, sheen, sheen)))
    edge = Image.radial_gradient("L").resize(size).point(lambda v: 255 - v // 5)
    photo = ImageChops.multiply(photo, Image.merge("RGB", (edge, edge, edge)))
    grain = Image.effect_noise(size, 12).point(lambda v: 128 + (v - 128) // 3)
    photo = ImageChops.overlay(photo, Image.merge("RGB", (grain, grain, grain)))
    return photo.filter(ImageFilter.GaussianBlur(0.5))


def main() -> None:
    """Writes uploads/publicity.jpg."""
    photo = photographed(draw_board())
    photo.save(HERE / "uploads" / "publicity.jpg", quality=84, dpi=(180, 180))


if __name__ == "__main__":
    main()
