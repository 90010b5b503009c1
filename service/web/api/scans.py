"""API: an activity's scans: which are expected, which are back; several sent in at once."""

from __future__ import annotations

from typing import Any, get_args

from flask import Response

from service.core.papers import STATES
from service.desk.documents.scan_sorting import sort_scans
from service.desk.documents.scans import Needs, ScanLine, list_scans
from service.errors import LANGS, Text
from service.web.api.answers import json_answer, moment
from service.web.api.asked import Ask
from service.web.api.operation import api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import (
    ID,
    MOMENT,
    WORDS,
    known,
    listed,
    one_of,
    or_null,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.language import told
from service.web.room import room
from service.web.signed import person
from service.web.uploaded import uploaded

BLUEPRINT = api_blueprint("scans")
LINE = known(
    document=ID,
    kind=text(),
    title={"anyOf": [WORDS, {"type": "null"}]},
    named=text(Text("文书的标题", "What stands at its head, or empty")),
    person=text(),
    branch=text(),
    state=one_of(STATES),
    due=or_null(text(format="date")),
    needs=one_of(get_args(Needs), Text("要盖章还是签字", "What is put on the paper")),
    scan=whole(Text("扫描件是第几稿；0 表示没有", "The version that is the scan; 0: none")),
    scanned_at=or_null(MOMENT),
    scanned_by=text(),
    file=text(Text("文件名", "What the scan, or the printed paper, is called")),
)
BOARD = known(
    activity=text(),
    closed=yes_no(),
    expected=listed(ref("ScanLine"), Text("还没有交回的", "Still to come")),
    back=listed(ref("ScanLine"), Text("已经交回的", "Those that have come")),
    later=whole(Text("还没有定稿的份数", "Papers that are not final yet")),
)
SORTED = known(
    taken=listed(
        known(
            file=text(),
            scan=ref("ScanLine"),
            version=whole(),
            notes=listed(ref("Finding")),
            removed=listed(text(), Text("预览中略去的", "What the PDF beside it leaves out")),
        )
    ),
    unmatched=listed(
        known(file=text(), reason=ref("Finding")),
        Text(
            "不知道是哪一份的，没有收下；请传到那份文书的 scan",
            "Whose paper is not known, and not kept; send each to `scan` of its document",
        ),
    ),
    refused=listed(known(file=text(), reasons=listed(ref("Finding")))),
)


@BLUEPRINT.get("/activities/<id:activity>/scans")
@operation(
    about=Text("哪些扫描件该交、已交", "Which scans are expected, which are back"),
    gives={200: ref("ScanBoard")},
)
def every(activity: str) -> Response:
    """Of the papers that the caller sees to."""
    board = list_scans(room().desk, person(), activity)
    return json_answer(
        {
            "activity": board.activity,
            "closed": board.closed,
            "expected": [_line(one) for one in board.expected],
            "back": [_line(one) for one in board.back],
            "later": board.later,
        }
    )


@BLUEPRINT.post("/activities/<id:activity>/scans")
@operation(
    about=Text("一次传回几份扫描件", "Send in several scans at once"),
    gives={200: ref("SortedScans")},
    form=Ask(parts={}),
    files=("scans",),
    conflicts=True,
)
def take(activity: str, said: dict[str, Any]) -> Response:
    """Each goes to the paper that its name tells of; the same file again is the same version."""
    found = sort_scans(room().desk, person(), activity, uploaded("scans"))
    return json_answer(
        {
            "taken": [
                {
                    "file": name,
                    "scan": _line(line),
                    "version": came.no,
                    "notes": [finding(one) for one in came.notes],
                    "removed": [told(one) for one in came.removed],
                }
                for name, line, came in found.taken
            ],
            "unmatched": [
                {"file": name, "reason": finding(why)} for name, _, why in found.unmatched
            ],
            "refused": [
                {"file": name, "reasons": [finding(one) for one in why]}
                for name, why in found.refused
            ],
        }
    )


def _line(line: ScanLine) -> dict[str, Any]:
    plain = ("kind", "named", "person", "branch", "state", "needs", "scan", "scanned_by", "file")
    title = line.title
    return {
        "document": line.id,
        **{name: getattr(line, name) for name in plain},
        "title": {lang: title.of(lang).replace("\n", "") for lang in LANGS} if title else None,
        "due": line.due.isoformat() if line.due else None,
        "scanned_at": moment(line.scanned_at),
    }


COMPONENTS = {"ScanLine": LINE, "ScanBoard": BOARD, "SortedScans": SORTED}
