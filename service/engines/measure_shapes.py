"""Engine: the drawn lines, boxes and images of a page, through form XObjects, by pdfium."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

from service.core.gbt9704 import millimetres
from service.core.sheet import Box, Rule, around

Affine = tuple[float, float, float, float, float, float]
IDENTITY: Affine = (1, 0, 0, 1, 0, 0)
LINE_PT = 4.0  # a filled box no thicker than this is a line
DEEPEST = 8  # forms in forms


def compose(first: Affine, then: Affine) -> Affine:
    """One mapping made of two, `first` applied first."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r, a * q + b * s,
        c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def shapes_of(page: Any, turn: Affine) -> tuple[tuple[Rule, ...], tuple[Box, ...]]:
    """Lines and filled boxes, and the boxes of images, in mm on the shown page."""
    rules: list[Rule] = []
    pictures: list[Box] = []
    for handle, matrix in _objects(page.raw, turn):
        if pdfium.FPDFPageObj_GetType(handle) == pdfium.FPDF_PAGEOBJ_PATH:
            rules.extend(_path(handle, matrix))
        else:
            pictures.append(_image(compose(_matrix(handle), matrix)))
    return tuple(rules), tuple(pictures)


def _objects(raw: Any, turn: Affine) -> Iterator[tuple[Any, Affine]]:
    for at in range(pdfium.FPDFPage_CountObjects(raw)):
        yield from _unfold(pdfium.FPDFPage_GetObject(raw, at), turn, DEEPEST)


def _unfold(handle: Any, matrix: Affine, depth: int) -> Iterator[tuple[Any, Affine]]:
    kind = pdfium.FPDFPageObj_GetType(handle)
    if kind in {pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE}:
        yield handle, matrix
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth:
        inner = compose(_matrix(handle), matrix)
        for at in range(pdfium.FPDFFormObj_CountObjects(handle)):
            yield from _unfold(pdfium.FPDFFormObj_GetObject(handle, at), inner, depth - 1)


def _matrix(handle: Any) -> Affine:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(handle, matrix):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _image(matrix: Affine) -> Box:
    return _around([_apply(matrix, x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))])


def _path(handle: Any, turn: Affine) -> Iterator[Rule]:
    matrix = compose(_matrix(handle), turn)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(handle, fill, stroke)
    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(handle, width)
    scale = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
    thick = width.value * scale if stroke.value else 0.0
    colour = _colour(handle, stroked=bool(stroke.value))
    for points in _outlines(handle, matrix):
        if fill.value and not stroke.value:
            yield _filled(_around(points), colour)
        elif stroke.value:
            yield from _stroked(points, thick, colour)


def _filled(box: Box, colour: str) -> Rule:
    thin = min(box.width, box.height) / millimetres(1)
    return Rule(box=box, stroke=thin if thin <= LINE_PT else 0.0, colour=colour)


def _stroked(points: list[tuple[float, float]], thick: float, colour: str) -> Iterator[Rule]:
    half = thick / 2
    for (x0, y0), (x1, y1) in pairwise(points):
        box = Box(min(x0, x1) - half, min(y0, y1) - half, max(x0, x1) + half, max(y0, y1) + half)
        straight = abs(x0 - x1) < 0.05 or abs(y0 - y1) < 0.05
        if straight and thick:
            flat = abs(y0 - y1) < 0.05
            # A line ends where it ends: its thickness counts across it only.
            box = (
                Box(box.left + half, box.top, box.right - half, box.bottom)
                if flat
                else Box(box.left, box.top + half, box.right, box.bottom - half)
            )
        yield Rule(box=box, stroke=thick / millimetres(1) if straight else 0.0, colour=colour)


def _outlines(handle: Any, matrix: Affine) -> Iterator[list[tuple[float, float]]]:
    """The points of each part of a path; curves by their control points."""
    points: list[tuple[float, float]] = []
    for at in range(pdfium.FPDFPath_CountSegments(handle)):
        segment = pdfium.FPDFPath_GetPathSegment(handle, at)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        x, y = ctypes.c_float(), ctypes.c_float()
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append(_apply(matrix, x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment) and len(points) > 1:
            points.append(points[0])
    if len(points) > 1:
        yield points


def _colour(handle: Any, *, stroked: bool) -> str:
    ask = pdfium.FPDFPageObj_GetStrokeColor if stroked else pdfium.FPDFPageObj_GetFillColor
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not ask(handle, red, green, blue, alpha):
        return "000000"
    return f"{red.value:02X}{green.value:02X}{blue.value:02X}"


def _apply(matrix: Affine, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _around(points: list[tuple[float, float]]) -> Box:
    return around(Box(x, y, x, y) for x, y in points)
