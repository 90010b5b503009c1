"""Engine room, uploads: a .docx is looked through before LibreOffice opens it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from service.engines.upload.refusals import Refused
from service.engines.word.package import Package, read_package
from service.errors import DefinitionError

_CODES = {
    "archive_too_large": "archive",
    "bad_archive_entry": "archive",
    "template_active_content": "macros",
}
_LINKS = "/hyperlink"
_WEB = ("http:", "https:", "mailto:", "#")
_ACTIVE = ("/oleObject", "/package", "/control", "/activeXControlBinary", "/vbaProject", "/aFChunk")


def check_word(docx: bytes) -> None:
    """Refuses what could run, reach outside or burst.

    Raises:
        Refused: `archive`, `macros`, `linked`, `other_office`, `damaged`.
    """
    try:
        package = read_package(docx, file="")
        relations = list(_relations(package))
    except DefinitionError as error:
        raise Refused(_code(error, docx)) from None
    except (etree.XMLSyntaxError, KeyError, ValueError):
        raise Refused("damaged") from None
    if any(kind.endswith(_ACTIVE) for kind, _, _ in relations):
        raise Refused("macros")
    if any(_reaches_out(kind, target) for kind, target, external in relations if external):
        raise Refused("linked")


def _code(error: DefinitionError, docx: bytes) -> str:
    code = error.problems[0].code
    if code == "not_a_docx" and (b"xl/workbook" in docx or b"ppt/presentation" in docx):
        return "other_office"
    return _CODES.get(code, "damaged")


def _relations(package: Package) -> Iterator[tuple[str, str, bool]]:
    """Kind, target and whether outside, of every relationship in the file."""
    for name in ["", *package.members]:
        if not name.endswith(".rels"):
            for relation in package.relations(name):
                yield relation.type, relation.target, relation.external


def _reaches_out(kind: str, target: str) -> bool:
    """Whether opening the file would fetch it: a link that a reader must click does not count."""
    return not (kind.endswith(_LINKS) and target.lower().startswith(_WEB))
