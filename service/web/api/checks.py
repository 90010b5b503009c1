"""API: a draft before it is made: what is missing or left over in it, and the paper itself."""

from __future__ import annotations

from flask import Response

from service.desk.activity.last_year import last_text
from service.desk.documents.checks import check_paper
from service.desk.documents.drafts import open_draft
from service.desk.documents.left_over import with_left_over
from service.desk.documents.versions import fill_paper
from service.errors import Text
from service.web.api.answers import json_answer, moment, paper, wanted_ending, within
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import ID, MOMENT, STAGE, known, listed, ref, text, yes_no
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("checks")


@BLUEPRINT.get("/documents/<id:document>/check")
@operation(
    about=Text(
        "核对草稿：缺什么、有没有旧内容", "Check a draft: what is missing, what is left over"
    ),
    gives={
        200: known(
            good=yes_no(Text("可以生成", "It could be made")),
            found=listed(known(stage=STAGE, finding=ref("Finding"))),
            notes=listed(
                ref("Finding"),
                Text(
                    "提醒：占位符、去年的日期和文号、名册外的姓名等",
                    "Warnings: placeholders, last year's days and numbers, unknown names",
                ),
            ),
        )
    },
)
def check(document: str) -> Response:
    """Nothing is made."""
    draft = open_draft(room().desk, document)
    checked = with_left_over(room().desk, person(), draft, check_paper(draft))
    return json_answer(
        {
            "good": not checked.until("draft"),
            "found": [{"stage": stage, "finding": finding(one)} for stage, one in checked.found],
            "notes": [finding(one) for one in checked.notes],
        }
    )


@BLUEPRINT.get("/documents/<id:document>/draft/paper")
@operation(
    about=Text("草稿作为文书，不留存", "A draft as the paper that it would be"),
    gives={200: Files(endings=(".docx", ".pdf"))},
)
def preview(document: str) -> Response:
    """Nothing of it is kept."""
    ending = wanted_ending()
    with within("answers"):
        made = fill_paper(room().desk, open_draft(room().desk, document))
    return paper(made, ending)


@BLUEPRINT.get("/documents/<id:document>/draft/last-year/<name:field>")
@operation(
    about=Text("一个长填写项去年写的什么", "What a long field said last year"),
    gives={
        200: known(text=text(), document=ID, activity=text(), by=text(), at=MOMENT),
    },
)
def last_year(document: str, field: str) -> Response:
    """Of the activity that this one was copied from; 404 where nothing stood there."""
    last = last_text(room().desk, person(), document, field)
    plain = {name: getattr(last, name) for name in ("text", "document", "activity", "by")}
    return json_answer({**plain, "at": moment(last.at)})
