"""Web door: words that many fields share, in both languages."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from flask import Flask, request

from service.errors import Text

STAGE_NAMES = {
    "draft": Text("起草", "Draft"),
    "review": Text("审核", "Review"),
    "issue": Text("印发", "Issue"),
    "file": Text("归档", "Filing"),
}
NEEDED_LATER = {
    "draft": Text("起草时必填", "Needed for the draft"),
    "review": Text("审核时必填", "Needed for review"),
    "issue": Text("印发时必填", "Needed for issue"),
    "file": Text("归档时必填", "Needed for filing"),
}
HINTS = {
    "list": Text("每行写一项。", "One item a line."),
    "lines": Text("怎样分行，就怎样印。", "Lines are printed as you break them."),
    "paragraphs": Text("一段一行，回车分段。", "One paragraph a line; Enter begins a new one."),
    "month": Text("例：1985年3月，或 1985-03。", "For example 1985-03."),
    "upload": Text("目前只填文件名。", "For now the file's name only."),
}
ORIGINS = {
    "activity": Text("来自活动档案", "From the activity profile"),
    "member": Text("新建文书时已填", "Known since the document was begun"),
    "default": Text("常用值", "The usual value"),
    "review": Text("来自审阅记录", "From the record of reviews"),
}
LANGUAGES = {"zh": Text("中文", "Chinese"), "en": Text("英文", "English")}


def init_words(app: Flask) -> None:
    """Hands the tables to the templates."""
    app.jinja_env.globals.update(
        STAGE_NAMES=STAGE_NAMES,
        NEEDED_LATER=NEEDED_LATER,
        HINTS=HINTS,
        ORIGINS=ORIGINS,
        LANGUAGES=LANGUAGES,
        kept_query=kept_query,
        clock=clock,
    )


def kept_query(lang: str) -> str:
    """The page's own query with another language: the switch keeps the page."""
    return urlencode({**request.args, "lang": lang})


def clock(seconds: float) -> str:
    """A moment in local time, `2026-11-22 14:05`; seconds since 1970."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
