"""API: JSON Schemas of what goes in and out, put together from a few words."""

from __future__ import annotations

from typing import Any

from service.core.definition import STAGES
from service.errors import LANGS, Text

Shape = dict[str, Any]
"""A JSON Schema; a Text in it is told in the reader's language (`openapi.spoken`)."""


def text(about: Text | None = None, **more: Any) -> Shape:
    """A string."""
    return {"type": "string", **_about(about), **more}


def one_of(values: tuple[str, ...], about: Text | None = None, **more: Any) -> Shape:
    """One of a few words."""
    return {"type": "string", "enum": list(values), **_about(about), **more}


def whole(about: Text | None = None, **more: Any) -> Shape:
    """A whole number."""
    return {"type": "integer", **_about(about), **more}


def yes_no(about: Text | None = None, **more: Any) -> Shape:
    """True or false."""
    return {"type": "boolean", **_about(about), **more}


def listed(shape: Shape, about: Text | None = None, **more: Any) -> Shape:
    """A list."""
    return {"type": "array", "items": shape, **_about(about), **more}


def mapping(about: Text | None = None, **more: Any) -> Shape:
    """An object whose names are not ours to say."""
    return {"type": "object", **_about(about), **more}


def known(**parts: Shape) -> Shape:
    """An object with just these names, all of them there."""
    return {
        "type": "object",
        "properties": parts,
        "required": list(parts),
        "additionalProperties": False,
    }


def or_null(shape: Shape) -> Shape:
    """The same, or nothing."""
    return {**shape, "type": [shape["type"], "null"]}


def ref(name: str) -> Shape:
    """A shape that stands among the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def page_of(name: str) -> Shape:
    """A page of a list."""
    about = Text(
        "下一页的 cursor；null 表示没有了。", "The cursor of the next page; null: no more."
    )
    return known(items=listed(ref(name)), next=or_null(text(about)))


def _about(about: Text | None) -> Shape:
    return {"description": about} if about else {}


ID = text(pattern="^[0-9a-f]{32}$")
NAME = text(pattern="^[A-Za-z0-9_-]{1,100}$")
MOMENT = text(format="date-time")
LANG = one_of(LANGS, Text("文书的语言", "The document's language"))
ACTIVITY = text(
    Text(
        "用哪项活动的档案；空为最近的活动，没有活动时为样例",
        "Whose profile prefills; empty: the newest activity's, or the sample's where there is none",
    ),
    pattern="^([0-9a-f]{32})?$",
    default="",
)
STAGE = one_of(STAGES, Text("环节：要求填到什么程度", "How much must be there"))
WORDS = known(zh=text(), en=text())
FINDING: Shape = {
    **known(
        pointer=text(
            Text("在内容中的位置（RFC 6901）", "Where in the content (RFC 6901), as URI fragment")
        ),
        code=text(Text("供程序判断", "For programs; stable")),
        detail=text(Text("供人阅读", "For people")),
    ),
    "required": ["code", "detail"],
}
PROBLEM: Shape = {
    **known(
        type=text(format="uri-reference"),
        title=text(),
        status=whole(),
        detail=text(),
        request_id=text(Text("日志中的编号", "The request's number in the log")),
        errors=listed(ref("Finding")),
    ),
    "required": ["type", "title", "status", "detail", "request_id"],
}
