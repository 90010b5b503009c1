"""Samples: the signed attendance sheet, a scan lying on its side (EXIF orientation 6).

Run `python samples/make_attendance.py` on a machine with fonts-noto-cjk and fonts-arphic-ukai.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

HERE = Path(__file__).parent
NOTO = "/usr/share/fonts/opentype/noto/Noto{}CJK-{}.ttc"
UKAI = "/usr/share/fonts/truetype/arphic/ukai.ttc"
SC = 2  # the simplified Chinese face of the Noto collections
DPI = 170
A4 = (round(210 / 25.4 * DPI), round(297 / 25.4 * DPI))
INKS = ((28, 32, 70), (20, 22, 30), (34, 44, 96), (16, 16, 20))
LEADERS = [("欧阳喆", "党委书记"), ("万䶮", "副馆长"), ("章堃", "纪检委员")]
COLUMNS = (("序号", 14), ("姓　名", 26), ("部门及职务", 56), ("签　名", 40), ("备　注", 26))
ON_DUTY = {"傅长庚": "值守后补课", "余江帆": "值守后补课"}
RANDOM = random.Random(20140306)


def face(name: str, weight: str, points: float) -> ImageFont.FreeTypeFont:
    """A font at a size in points on the sheet."""
    size = round(points / 72 * DPI)
    if name == "kai":
        return ImageFont.truetype(UKAI, size, index=0)
    return ImageFont.truetype(NOTO.format(name, weight), size, index=SC)


def mm(value: float) -> int:
    """Millimetres as pixels."""
    return round(value / 25.4 * DPI)


def people() -> list[tuple[str, str]]:
    """Name and post of all who belong to the First Branch, leaders first."""
    with (HERE / "roster.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["所在支部"] == "第一党支部"]
    return [*LEADERS, *((row["姓名"], row["部门"] + row["职务"]) for row in rows)]


def signature(name: str) -> Image.Image:
    """A name as if written by hand: each character slants, sinks and grows on its own."""
    strip = Image.new("L", (mm(60), mm(14)), 0)
    x, slant, size = mm(2), RANDOM.uniform(-0.22, 0.05), RANDOM.uniform(16, 20)
    weight = 1 if RANDOM.random() < 0.15 else 0
    for char in name.replace("𠮷", "吉"):
        glyph = Image.new("L", (mm(16), mm(14)), 0)
        pen = ImageDraw.Draw(glyph)
        at = (mm(4), mm(3.2 + RANDOM.uniform(-0.7, 0.7)))
        grown = size * RANDOM.uniform(0.88, 1.14)
        # The kai font lacks 䶮 (and 𠮷, which by hand looks like 吉).
        font = face("Serif", "Regular", grown * 0.95) if char == "䶮" else face("kai", "", grown)
        pen.text(at, char, font=font, fill=255, stroke_width=weight)
        lean = (1, slant + RANDOM.uniform(-0.06, 0.06), mm(0.6), RANDOM.uniform(-0.1, 0.06), 1, 0)
        turned = glyph.transform(glyph.size, Image.Transform.AFFINE, lean, Image.Resampling.BICUBIC)
        strip.paste(ImageChops.lighter(strip.crop((x, 0, x + mm(16), mm(14))), turned), (x, 0))
        x += mm(size * RANDOM.uniform(0.29, 0.33))
    return strip.filter(ImageFilter.GaussianBlur(0.7))


def centred(
    pen: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    text: str,
    font: ImageFont.FreeTypeFont,
) -> None:
    """Text in the middle of a box."""
    middle = ((box[0] + box[2]) // 2, (box[1] + box[3]) // 2)
    pen.text(middle, text, font=font, fill=(25, 25, 25), anchor="mm")


def draw_heading(pen: ImageDraw.ImageDraw) -> None:
    """Title and the two lines under it."""
    middle = A4[0] // 2
    pen.text((middle, mm(25)), "南昌八一起义纪念馆", font=face("Serif", "Bold", 18),
             fill=(20, 20, 20), anchor="mm")  # fmt: skip
    pen.text((middle, mm(34)), "党的群众路线教育实践活动动员部署会签到表",
             font=face("Serif", "Bold", 18), fill=(20, 20, 20), anchor="mm")  # fmt: skip
    small = face("Serif", "Regular", 11)
    pen.text((mm(24), mm(45)), "时间：2014年3月6日上午9时30分　　地点：馆办公楼三楼会议室",
             font=small, fill=(25, 25, 25), anchor="lm")  # fmt: skip
    pen.text((mm(186), mm(45)), "第一党支部", font=small, fill=(25, 25, 25), anchor="rm")


def draw_table(page: Image.Image, rows: list[tuple[str, str]]) -> None:
    """Ruled rows, printed names and signatures."""
    pen = ImageDraw.Draw(page)
    left, top, height = mm(24), mm(50), mm(8.2)
    edges = [left]
    for _, width in COLUMNS:
        edges.append(edges[-1] + mm(width))
    bottom = top + height * (len(rows) + 1)
    for number in range(len(rows) + 2):
        y = top + number * height
        pen.line((left, y, edges[-1], y), fill=(40, 40, 40), width=3 if number == 0 else 2)
    for edge in edges:
        pen.line((edge, top, edge, bottom), fill=(40, 40, 40), width=2)
    for place, (head, _) in enumerate(COLUMNS):
        box = (edges[place], top, edges[place + 1], top + height)
        centred(pen, box, head, face("Sans", "Regular", 11.5))
    plain = face("Serif", "Regular", 11)
    for number, (name, post) in enumerate(rows, 1):
        y = top + number * height
        for place, text in enumerate((str(number), name, post)):
            centred(pen, (edges[place], y, edges[place + 1], y + height), text, plain)
        if name in ON_DUTY:
            centred(pen, (edges[4], y, edges[5], y + height), ON_DUTY[name], face("kai", "", 11.5))
            continue
        ink = Image.new("RGB", (mm(60), mm(14)), RANDOM.choice(INKS))
        at = (edges[3] + mm(RANDOM.uniform(0.5, 6)), y - mm(2.6 + RANDOM.uniform(-0.6, 0.6)))
        page.paste(ink, at, signature(name))
    note = f"应到25人，实到{len(rows) - len(ON_DUTY)}人。"
    pen.text((left, bottom + mm(8)), note, font=face("Serif", "Regular", 11), fill=(25, 25, 25),
             anchor="lm")  # fmt: skip
    pen.text((mm(130), bottom + mm(8)), "统计人：", font=face("Serif", "Regular", 11),
             fill=(25, 25, 25), anchor="lm")  # fmt: skip
    page.paste(Image.new("RGB", (mm(60), mm(14)), INKS[0]), (mm(143), bottom + mm(2)),
               signature("查若谷"))  # fmt: skip


def scanned(page: Image.Image) -> Image.Image:
    """The sheet as an office scanner sees it: a little askew, grey at the edge, grainy."""
    page = page.rotate(-0.55, Image.Resampling.BICUBIC, fillcolor=(206, 205, 200))
    shade = Image.linear_gradient("L").rotate(90).resize(page.size).point(lambda v: 232 + v // 11)
    page = ImageChops.multiply(page, Image.merge("RGB", (shade, shade, shade)))
    grain = Image.effect_noise(page.size, 9).point(lambda v: 128 + (v - 128) // 2)
    page = ImageChops.overlay(page, Image.merge("RGB", (grain, grain, grain)))
    return page.filter(ImageFilter.GaussianBlur(0.45))


def main() -> None:
    """Writes uploads/attendance.jpg; its pixels lie on the side, the EXIF tag says how."""
    page = Image.new("RGB", A4, (250, 249, 245))
    draw_heading(ImageDraw.Draw(page))
    draw_table(page, people())
    lying = scanned(page).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    lying.save(HERE / "uploads" / "attendance.jpg", quality=80, dpi=(DPI, DPI), exif=exif)


if __name__ == "__main__":
    main()
