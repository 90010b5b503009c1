"""The edge, Word: can a table's rows ever differ from its grid once the template is filled?"""

from __future__ import annotations

import re

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAG = re.compile(r"\{%-?\s*(\w+)(.*?)%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
# vMerge, gridSpan: an attribute with a tag inside; as a number it is none, and so unsteady.
_IN_ATTRIBUTE = re.compile(r'="[^"<>]*\{[{%][^"]*"')
_OPENS = frozenset({"if", "for", "macro", "call", "filter", "with", "block", "set"})


def has_unsteady_table(source: str) -> bool:
    """True where docxtpl's column repair might change a table of this body.

    It does nothing to a table whose rows fill its grid, and rows only come and go whole; so the
    template tells, unless tags make cells or spans, or every row may be absent.
    """
    if "<w:tbl>" not in source and "<w:tbl " not in source:
        return False
    namespaces = dict.fromkeys(re.findall(r"[<\s/]([A-Za-z0-9]+):[A-Za-z]", source))
    used = namespaces.keys() - {"xml", "xmlns"}
    declared = "".join(f' xmlns:{name}="{_urn(name)}"' for name in used)
    marked = _TAG.sub(_as_element, _IN_ATTRIBUTE.sub('=""', source))
    try:
        root = etree.fromstring(f"<x{declared}>{marked}</x>")
        return any(_unsteady(table) for table in root.iter(_W + "tbl"))
    except (etree.XMLSyntaxError, ValueError):
        return True


def _urn(prefix: str) -> str:
    return _W[1:-1] if prefix == "w" else f"urn:{prefix}"


def _as_element(hit: re.Match[str]) -> str:
    word, rest = hit.group(1), hit.group(2)
    if not word:
        return ""
    if word.startswith("end"):
        return '<tag step="-1"/>'
    opens = word in _OPENS and not (word == "set" and "=" in rest)
    return f'<tag step="{int(opens)}"/>'


def _unsteady(table: etree._Element) -> bool:
    grid = table.find(_W + "tblGrid")
    columns = 0 if grid is None else len(grid.findall(_W + "gridCol"))
    rows = list(table.iter(_W + "tr"))
    if any(row.find("tag") is not None or _steps(row) for row in rows):
        return True
    if any(max(_width(row), len(row.findall(_W + "tc"))) > columns for row in rows):
        return True
    return not _has_lasting_row(table, columns)


def _has_lasting_row(table: etree._Element, columns: int) -> bool:
    """A row that fills the grid and is under no condition."""
    depth = 0
    for child in table:
        if child.tag == "tag":
            depth += int(child.get("step", "0"))
        elif child.tag == _W + "tr" and depth == 0 and _width(child) == columns:
            return True
    return False


def _steps(row: etree._Element) -> int:
    return sum(int(tag.get("step", "0")) for tag in row.iter("tag"))


def _width(row: etree._Element) -> int:
    """Grid columns that a row's cells take, as docxtpl counts them."""
    width = 0
    for cell in row.findall(_W + "tc"):
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        width += 1 if span is None else int(span.get(_W + "val", "1"))
    return width
