"""Engines: a Word file with nothing in it but ours; the same input gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.package import Package as WordPackage

from service.core import gbt9704 as gb
from service.engines.builder.xml import Element, el, val
from service.errors import Lang

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier date
# Windows ships the two fonts of the standard under shorter names since Vista.
_OTHER_NAMES = {gb.FANGSONG: "仿宋", gb.KAITI: "楷体", gb.HEITI: "SimHei", gb.SONGTI: "SimSun",
                gb.XIAOBIAOSONG: "方正小标宋_GBK"}  # fmt: skip
_COMPATIBLE_WITH = 15  # Word 2013 on: tables begin at the margin, not a cell margin before it


def settings_xml(lang: Lang) -> Element:
    """`word/settings.xml`: mirrored margins, odd and even pages, no squeezing of marks."""
    mode = {"w:name": "compatibilityMode", "w:uri": "http://schemas.microsoft.com/office/word",
            "w:val": _COMPATIBLE_WITH}  # fmt: skip
    return el(
        "w:settings",
        None,
        el("w:mirrorMargins"),
        val("w:defaultTabStop", gb.ZI_TW),
        el("w:evenAndOddHeaders"),
        val("w:characterSpacingControl", "doNotCompress"),
        el("w:compat", None, el("w:compatSetting", mode)),
        el("w:themeFontLang", {"w:val": "en-US", "w:eastAsia": "zh-CN"}),
    )


def font_table_xml(fonts: list[str]) -> Element:
    """`word/fontTable.xml`: the real fonts and the names that Windows has for them."""
    return el("w:fonts", None, *(_font(name) for name in fonts))


def _font(name: str) -> Element:
    latin = name in {gb.TIMES, gb.COURIER}
    return el(
        "w:font",
        {"w:name": name},
        *([val("w:altName", _OTHER_NAMES[name])] if name in _OTHER_NAMES else []),
        val("w:charset", "00" if latin else "86"),
        val("w:family", "roman" if latin else "auto"),
        val("w:pitch", "fixed" if name == gb.COURIER else "variable"),
    )


def core_xml(title: str, lang: Lang) -> Element:
    """`docProps/core.xml`: title and language, and nothing of the machine that built it."""
    made: Element = parse_xml(
        f"<cp:coreProperties {nsdecls('cp', 'dc', 'dcterms', 'xsi')}><dc:title/><dc:language/>"
        "</cp:coreProperties>"
    )
    made[0].text, made[1].text = title, "zh-CN" if lang == "zh" else "en-GB"
    return made


class Package:
    """Collects the parts of one Word file."""

    def __init__(self) -> None:
        self._package = WordPackage()
        root = parse_xml(f"<w:document {nsdecls('w', 'r')}><w:body/></w:document>")
        self._document = self._part("/word/document.xml", CT.WML_DOCUMENT_MAIN, root)
        self._package.relate_to(self._document, RT.OFFICE_DOCUMENT)

    def _part(self, name: str, content_type: str, root: Element) -> XmlPart:
        return XmlPart(PackURI(name), content_type, root, self._package)

    def running(self, name: str, root: Element) -> str:
        """Adds a header or footer (`footer1`, `header1`); its relationship id."""
        kind = name.rstrip("0123456789")
        content_type, relation = (
            (CT.WML_FOOTER, RT.FOOTER) if kind == "footer" else (CT.WML_HEADER, RT.HEADER)
        )
        return self._document.relate_to(
            self._part(f"/word/{name}.xml", content_type, root), relation
        )

    def add_fixed(self, styles: Element, fonts: list[str], title: str, lang: Lang) -> None:
        """Adds styles, settings, font table and properties."""
        for name, content_type, relation, root in (
            ("styles", CT.WML_STYLES, RT.STYLES, styles),
            ("settings", CT.WML_SETTINGS, RT.SETTINGS, settings_xml(lang)),
            ("fontTable", CT.WML_FONT_TABLE, RT.FONT_TABLE, font_table_xml(fonts)),
        ):
            self._document.relate_to(self._part(f"/word/{name}.xml", content_type, root), relation)
        core: Part = self._part("/docProps/core.xml", CT.OPC_CORE_PROPERTIES, core_xml(title, lang))
        self._package.relate_to(core, RT.CORE_PROPERTIES)

    def save(self, body: list[Element]) -> bytes:
        """The file: members in a fixed order, with a fixed date."""
        self._document.element.body.extend(body)
        raw = io.BytesIO()
        self._package.save(raw)
        with zipfile.ZipFile(raw) as packed:
            return _zipped({name: packed.read(name) for name in packed.namelist()})


def _zipped(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(members, key=lambda one: (one != "[Content_Types].xml", one)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            packed.writestr(info, members[name], compresslevel=9)
    return made.getvalue()
