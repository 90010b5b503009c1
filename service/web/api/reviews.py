"""API: opinions on a document, and the files that come back: edited in Word, or as a scan."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response

from service.core.papers import RESULTS
from service.core.reviews import Opinion
from service.desk.documents.opinions import Said
from service.desk.documents.printed import print_reviews
from service.desk.documents.returned import Came, take_scan, take_word
from service.desk.documents.reviews import ReviewView, give_opinion, view_reviews
from service.errors import Text
from service.web.api.answers import json_answer, one_file
from service.web.api.asked import Ask
from service.web.api.operation import api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import known, listed, one_of, ref, text, whole, yes_no
from service.web.api.where import BASE
from service.web.language import told
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("reviews")
_RESULT = one_of(RESULTS, Text("同意、修改或重写", "Whether it may stay so"))
OPINION = known(
    step=text(Text("谁的意见", "Whose opinion")),
    version=whole(Text("看的是哪一稿", "The version that was looked at")),
    by=text(),
    result=_RESULT,
    opinion=text(),
    on=text(format="date"),
)
REVIEWS = known(
    rounds=listed(
        known(round=whole(), opinions=listed(ref("Opinion"))),
        Text("各轮意见，新的在前", "The newest round first"),
    ),
    steps=listed(text(), Text("要听取谁的意见", "Whose opinions it needs")),
    waits=listed(text(), Text("本轮还差谁", "Who has not said anything in this round")),
    version=whole(Text("正在看的一稿；0 表示还没有", "The version looked at; 0: none")),
    open=yes_no(Text("现在可以提意见", "Opinions can be given now")),
    step=text(Text("轮到我以什么身份提", "The step that is one's own, or empty")),
    printable=yes_no(Text("意见还没有印上，可以印", "They can be printed on it now")),
    steps_to_note=listed(text(), Text("可以代为登记的", "Steps that one may type in from paper")),
)
CAME = known(
    no=whole(Text("成为第几稿", "Number of its version")),
    url=text(),
    notes=listed(ref("Finding"), Text("请留意的地方；文件没有改动", "What deserves a look")),
    removed=listed(text(), Text("预览中略去的", "What the PDF beside it leaves out")),
)


@BLUEPRINT.get("/documents/<id:document>/reviews")
@operation(about=Text("审阅意见", "Its reviews"), gives={200: ref("Reviews")})
def every(document: str) -> Response:
    """The opinions in rounds, and who is asked next."""
    return json_answer(_plain(view_reviews(room().desk, person(), document)))


@BLUEPRINT.post("/documents/<id:document>/reviews")
@operation(
    about=Text("提出意见，或登记纸上的意见", "Give an opinion, or type in one from paper"),
    gives={201: ref("Reviews")},
    body=Ask(
        parts={
            "version": whole(Text("看的是哪一稿", "The version looked at"), minimum=0),
            "result": _RESULT,
            "opinion": text(default=""),
            "step": text(Text("登记时填写", "Only where it is typed in"), default=""),
            "by": text(Text("登记时填写", "Only where it is typed in"), default=""),
            "on": text(Text("登记时填写", "Only where it is typed in"), default=""),
        }
    ),
    example={
        "version": 1,
        "result": "agree",
        "opinion": "同意。",
        "step": "team_leader",
        "by": "万䶮",
        "on": "2014-06-12",
    },
    conflicts=True,
)
def give(document: str, said: dict[str, Any]) -> Response:
    """A reviewer's counts in the own name, on this day; twice the same is once."""
    give_opinion(room().desk, person(), document, Said(**said), date.today())
    return json_answer(_plain(view_reviews(room().desk, person(), document)), 201)


@BLUEPRINT.post("/documents/<id:document>/word")
@operation(
    about=Text("传回改过的 Word 文件", "Send back the Word file that was edited by hand"),
    gives={201: ref("Came")},
    form=Ask(parts={}),
    files=("file",),
    conflicts=True,
)
def word(document: str, said: dict[str, Any]) -> Response:
    """Kept just as it came; generating never takes its place."""
    name, data = one_file()
    return _came(document, take_word(room().desk, person(), document, name=name, data=data))


@BLUEPRINT.post("/documents/<id:document>/scan")
@operation(
    about=Text("传回签字盖章后的扫描件", "Send back the scan with signature or seal"),
    gives={201: ref("Came")},
    form=Ask(parts={}),
    files=("file",),
    conflicts=True,
)
def scan(document: str, said: dict[str, Any]) -> Response:
    """Kept just as it came."""
    name, data = one_file()
    return _came(document, take_scan(room().desk, person(), document, name=name, data=data))


@BLUEPRINT.post("/documents/<id:document>/reviews/print")
@operation(
    about=Text("把审阅意见印在定稿上，成为新的一稿", "Print the opinions on the final paper"),
    gives={201: known(no=whole(), url=text())},
    conflicts=True,
)
def print_them(document: str) -> Response:
    """A version that differs by them alone; where they stand on it already, 409."""
    no = print_reviews(room().desk, person(), document)
    url = f"{BASE}/documents/{document}/versions/{no}/file"
    return json_answer({"no": no, "url": url}, 201, {"Location": url})


def _came(document: str, came: Came) -> Response:
    url = f"{BASE}/documents/{document}/versions/{came.no}/file"
    plain = {
        "no": came.no,
        "url": url,
        "notes": [finding(one) for one in came.notes],
        "removed": [told(one) for one in came.removed],
    }
    return json_answer(plain, 201, {"Location": url})


def _plain(view: ReviewView) -> dict[str, Any]:
    return {
        "rounds": [
            {"round": one.no, "opinions": [_opinion(said) for said in one.opinions]}
            for one in view.rounds
        ],
        "steps": list(view.steps),
        "waits": list(view.waits),
        "version": view.version,
        "open": view.open,
        "step": view.step,
        "printable": view.printable,
        "steps_to_note": list(view.steps_to_note),
    }


def _opinion(opinion: Opinion) -> dict[str, Any]:
    return {
        "step": opinion.step,
        "version": opinion.version_no,
        "by": opinion.by,
        "result": opinion.result,
        "opinion": opinion.opinion,
        "on": opinion.given_on.isoformat(),
    }


COMPONENTS = {"Opinion": OPINION, "Reviews": REVIEWS, "Came": CAME}
