"""The numbers of the standard agree with each other and with its table of conversions."""

import re

import pytest

from service.core import gbt9704 as gb
from service.core.signature import fit_mark, place_signature, text_width

ISSUER = "中共南昌八一起义纪念馆委员会"
DATE = "2014年2月28日"


@pytest.mark.parametrize(
    ("mm", "tw"),
    [(210, 11906), (297, 16838), (37, 2098), (28, 1587), (26, 1474), (35, 1984), (156, 8844),
     (225, 12756), (7, 397), (4, 227), (30, 1701), (20, 1134), (170, 9638), (27, 1531), (36, 2041)],
)  # fmt: skip
def test_millimetres_in_twips(mm, tw):
    assert gb.twips(mm) == tw


def test_the_page_adds_up():
    assert gb.BINDING_MM + gb.TYPE_WIDTH_MM + gb.OUTER_MM == gb.PAGE_WIDTH_MM
    assert gb.TOP_MM + gb.TYPE_HEIGHT_MM + gb.BOTTOM_MM == gb.PAGE_HEIGHT_MM
    assert abs(gb.BINDING_TW + gb.TYPE_WIDTH_TW + gb.OUTER_TW - gb.PAGE_WIDTH_TW) <= 1
    assert abs(gb.TOP_TW + gb.TYPE_HEIGHT_TW + gb.BOTTOM_TW - gb.PAGE_HEIGHT_TW) <= 1


def test_the_grid_fills_the_type_area():
    assert gb.LINES_PER_PAGE * gb.LINE_PITCH_TW <= gb.TYPE_HEIGHT_TW
    assert gb.LINES_PER_PAGE * (gb.LINE_PITCH_TW + 1) > gb.TYPE_HEIGHT_TW  # 580 loses a line
    room = gb.TYPE_WIDTH_TW // gb.ZI_TW
    assert room == gb.CHARS_PER_LINE
    assert gb.TYPE_WIDTH_TW // (gb.ZI_TW + 5) == 27  # without the spacing


def test_units_of_word():
    assert gb.half_points(gb.BODY_PT) == 32
    assert gb.eighths(gb.IMPRINT_THIN_PT) == gb.IMPRINT_THIN_EIGHTHS
    assert gb.emu(210) == 7560000
    assert gb.millimetres(gb.points(37)) == pytest.approx(37)


def test_styles_hold_what_the_table_says():
    styles = gb.STYLES
    assert styles["body"].first_tw == 630
    assert styles["body"].line_tw == 579
    assert styles["heading1"].font == "黑体"
    assert styles["heading2"].font == "楷体_GB2312"
    assert styles["page_number"].latin == "宋体"
    assert len({style.zh for style in styles.values()}) == len(styles)
    assert len({style.en for style in styles.values()}) == len(styles)


@pytest.mark.parametrize(
    ("number", "good"),
    [("八馆党〔2014〕5号", True), ("八馆党〔2014〕05号", False), ("八馆党[2014]5号", False),
     ("八馆党〔2014〕第5号", False), ("八馆党〔14〕5号", False)],
)  # fmt: skip
def test_document_number(number, good):
    assert bool(re.match(gb.DOCUMENT_NUMBER_PATTERN, number)) is good


def test_width_in_characters():
    assert text_width(DATE) == 6.5
    assert text_width("“四风”—…") == 6
    assert text_width(DATE, join_pt=gb.JOIN_PT) == pytest.approx(119 / gb.ZI_PT, abs=0.05)


def test_the_museums_issuer():
    place = place_signature(ISSUER, DATE, sealed=True)
    assert (place.name_right, place.date_right) == (0.25, 4)
    assert (place.name_right_tw, place.date_right_tw) == (79, 1260)


def test_a_name_too_long_for_the_seal_ends_at_the_edge():
    place = place_signature(ISSUER + "办公室", DATE, sealed=True)
    assert (place.name_right, place.date_right) == (0, 5.25)


def test_unsealed():
    place = place_signature(ISSUER, DATE, sealed=False)
    assert (place.name_right, place.date_right) == (2, 7.5)  # N - D


def test_unsealed_with_a_date_longer_than_the_name():
    place = place_signature("办公室", "2014年12月28日", sealed=False)
    assert (place.name_right, place.date_right) == (8, 2)


def test_letterhead_fits_the_type_area():
    assert fit_mark("字" * 7).size_pt == 62
    assert (fit_mark("字" * 10).size_pt, fit_mark("字" * 10).scale) == (44, 100)
    wide = fit_mark("字" * 16)
    assert (wide.size_pt, wide.scale, wide.fits) == (42, 65, True)
    assert not fit_mark("字" * 18).fits
    for count in range(1, 18):
        fit = fit_mark("字" * count)
        assert count * fit.size_pt * fit.scale / 100 <= gb.points(156)
