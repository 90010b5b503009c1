"""API: the register of document numbers: listed, given out, made void; a document gets its own."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any, get_args

from flask import Response

from service.core.filing.numbers import LEAP_MOST, NO_MOST
from service.desk.filing.number_print import print_number
from service.desk.filing.numbering import number_document
from service.desk.filing.register import Gap, Wanted, explain_gap, give_number, void_number
from service.desk.filing.register_list import RegisterLine, Standing, find_line, list_register
from service.desk.filing.register_sheet import print_register, register_pdf, sheet_register
from service.desk.filing.register_words import no_entry
from service.desk.once import Once, only_once
from service.errors import ConflictError, InputError, NotFoundError, Text, problem
from service.web.api.answers import json_answer, page
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, list_of, operation
from service.web.api.shapes import known, one_of, or_null, ref, text, whole
from service.web.api.where import BASE
from service.web.downloads import hand_over
from service.web.language import reader_lang
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("register")
_ENDINGS = ("xlsx", "docx", "pdf")
_DAY = "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$"
_WORD = text(Text("发文代字", "Issuing word"))
_YEAR = whole(Text("年度", "Year"), minimum=0, maximum=9999)
_NO = whole(Text("序号；0 为下一个", "The number; 0: the next one"), minimum=0, maximum=NO_MOST)
_REASON = text(Text("原因", "Why"))
_SERIES = {
    "word": text(Text("只要这个代字的", "Of this issuing word alone"), default=""),
    "year": whole(Text("只要这一年的", "Of this year alone"), minimum=0, maximum=9999, default=0),
}
_WANTED = {
    "word": text(
        Text("发文代字；空为活动的代字", "Issuing word; empty: the activity's"), default=""
    ),
    "year": {**_YEAR, "default": 0},
    "no": {**_NO, "default": 0},
    "reason": text(Text("指定序号时必填", "Owed for a stated number"), default=""),
}
ENTRY = known(
    id=or_null(text()),
    number=text(Text("发文字号", "The number as it is printed")),
    word=_WORD,
    year=whole(),
    first=whole(Text("序号，或一段的第一个", "The number, or the first of a stretch")),
    last=whole(),
    state=one_of(
        get_args(Standing),
        Text(
            "given 已编，void 作废，gap 空号有原因，missing 空号没有登记",
            "given; void; gap: not given, with a reason; missing: no entry",
        ),
    ),
    title=text(),
    genre=text(),
    signer=text(),
    handled_by=text(),
    copies=or_null(whole()),
    dated=or_null(text(format="date")),
    given_on=or_null(text(format="date")),
    reason=text(),
    document=or_null(text()),
)
NUMBERED = known(
    entry=ref("RegisterEntry"),
    version=or_null(whole(Text("印上文号的一稿", "The version that bears it, if one was made"))),
)


@BLUEPRINT.get("/register")
@operation(**list_of("RegisterEntry", Text("发文登记表", "The register"), **_SERIES))
def every(query: dict[str, Any]) -> Response:
    """By word, the newest year first, by number; what is missing stands in its place."""
    found = list_register(room().desk, query["word"], query["year"])
    return page(found, _mark, RegisterLine.to_json, query)


@BLUEPRINT.post("/register")
@operation(
    about=Text("编一个文号", "Give out a number"),
    gives={201: ref("RegisterEntry")},
    body=Ask(
        parts={
            **_WANTED,
            "word": _WORD,
            "title": text(default=""),
            "genre": text(Text("文种", "Kind of paper"), default=""),
            "signer": text(default=""),
            "copies": whole(minimum=0, maximum=9999, default=0),
            "dated": text(Text("成文日期", "Date of the paper"), pattern=_DAY, default=""),
            "given_on": text(Text("登记日期", "Day of the entry"), pattern=_DAY, default=""),
        }
    ),
    example={
        "word": "洪八馆党发",
        "year": 2014,
        "title": "关于召开动员部署会的通知",
        "genre": "通知",
    },
    once="must",
    conflicts=True,
)
def give(said: dict[str, Any], once: Once | None) -> Response:
    """The next one, or a stated one that is free; the same key gets the same number."""
    wanted = Wanted(**{**said, **{name: _day(said, name) for name in ("dated", "given_on")}})
    desk, by, today = room().desk, person(), date.today()
    made = only_once(desk, once, lambda keep: give_number(desk, by, wanted, today, keep=keep))
    return json_answer(_entry(made), 201, {"Location": f"{BASE}/register/{made}"})


@BLUEPRINT.get("/register/<id:entry>")
@operation(about=Text("一个文号", "One number"), gives={200: ref("RegisterEntry")})
def one(entry: str) -> Response:
    """As it stands in the register."""
    return json_answer(_entry(entry))


@BLUEPRINT.post("/register/<id:entry>/void")
@operation(
    about=Text("作废一个文号", "Make a number void"),
    gives={200: ref("RegisterEntry")},
    body=Ask(parts={"reason": _REASON}),
    example={"reason": "题名写错，另编新号"},
    conflicts=True,
)
def void(entry: str, said: dict[str, Any]) -> Response:
    """It is never given again; its document bears none any more."""
    void_number(room().desk, person(), entry, said["reason"])
    return json_answer(_entry(entry))


@BLUEPRINT.post("/register/gap")
@operation(
    about=Text("说明空号的原因", "Say why numbers were not given out"),
    gives={200: ref("RegisterEntry")},
    body=Ask(
        parts={
            "word": _WORD,
            "year": _YEAR,
            "first": whole(minimum=1, maximum=NO_MOST),
            "last": whole(minimum=1, maximum=NO_MOST),
            "reason": _REASON,
        }
    ),
    example={"word": "洪八馆党发", "year": 2014, "first": 1, "last": 3, "reason": "见纸质登记簿"},
    conflicts=True,
)
def gap(said: dict[str, Any]) -> Response:
    """Numbers below the last one that have no entry; the first one's entry."""
    reason = said.pop("reason")
    if said["last"] - said["first"] > LEAP_MOST:
        zh, en = f"一次最多 {LEAP_MOST} 个。", f"at most {LEAP_MOST} at once."
        raise InputError(problem("too_many", zh, en, path="last"))
    made = explain_gap(room().desk, person(), Gap(**said), reason, date.today())
    return json_answer(_entry(made))


@BLUEPRINT.get("/register/sheet")
@operation(
    about=Text("发文登记表文件", "The register as a file"),
    gives={200: Files(endings=tuple(f".{one}" for one in _ENDINGS))},
    query=Ask(
        parts={**_SERIES, "ending": one_of(_ENDINGS, Text("格式", "Format"), default="xlsx")}
    ),
    refuses=(503,),
)
def sheet(query: dict[str, Any]) -> Response:
    """A spreadsheet, or to be printed on A4 across, in the reader's language."""
    desk, lang, today = room().desk, reader_lang(), date.today()
    series = {"word": query["word"], "year": query["year"]}
    if query["ending"] == "xlsx":
        data, name = sheet_register(desk, lang, today, **series)
    else:
        data, name = print_register(desk, lang, today, **series)
        data = register_pdf(desk, data) if query["ending"] == "pdf" else data
    return hand_over(data, name, f".{query['ending']}")


@BLUEPRINT.post("/documents/<id:document>/number")
@operation(
    about=Text("给文书编号", "Give a document its number"),
    gives={201: ref("Numbered")},
    body=Ask(parts=_WANTED),
    example={"word": "洪八馆党发"},
    once="must",
    conflicts=True,
)
def number(document: str, said: dict[str, Any], once: Once | None) -> Response:
    """A final one is issued with it, and a version that bears it is made; never over Word."""
    desk, by, wanted = room().desk, person(), Wanted(**said)
    made = only_once(
        desk,
        once,
        lambda keep: number_document(desk, by, document, wanted, date.today(), keep=keep),
    )
    try:
        version = print_number(desk, by, document)
    except ConflictError:  # edited in Word, signed already, or printed by the first of two
        version = None
    place = {"Location": f"{BASE}/register/{made}"}
    return json_answer({"entry": _entry(made), "version": version}, 201, place)


def _entry(entry: str) -> dict[str, Any]:
    found = find_line(room().desk, entry)
    if found is None:
        raise NotFoundError(no_entry())
    return found.to_json()


def _mark(line: RegisterLine) -> str:
    """What a page of the list ends at: an id, or the stretch that has none."""
    return line.id or hashlib.sha256(line.number.encode()).hexdigest()[:32]


def _day(said: dict[str, Any], name: str) -> date | None:
    try:
        return date.fromisoformat(said[name]) if said[name] else None
    except ValueError:
        zh, en = "没有这一天。", "there is no such day."
        raise InputError(problem("bad_date", zh, en, path=name)) from None


COMPONENTS = {"RegisterEntry": ENTRY, "Numbered": NUMBERED}
