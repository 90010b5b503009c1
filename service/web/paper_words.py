"""Web door: words of documents: where they stand, how they move on, how a version came."""

from __future__ import annotations

import time
from datetime import datetime

from flask import Flask

from service.core.papers import State
from service.errors import Text

STATE_NAMES = {
    "not_started": Text("未开始", "Not started"),
    "draft": Text("草稿", "Draft"),
    "in_review": Text("待审阅", "In review"),
    "to_revise": Text("退回修改", "To be revised"),
    "final": Text("定稿", "Final"),
    "issued": Text("已签发", "Issued"),
    "sealed": Text("已用印", "Sealed"),
    "scanned": Text("扫描件已回", "Scan is back"),
    "submitted": Text("已报送", "Submitted"),
}
MOVES: dict[State, Text] = {
    "in_review": Text("送审", "Send to review"),
    "final": Text("定稿", "Make it final"),
    "issued": Text("登记签发", "Note it as issued"),
    "sealed": Text("登记用印", "Note it as sealed"),
    "draft": Text("退回草稿", "Back to the draft"),
}
"""Moves that are a button of their own; an opinion, a scan and a submission move a document too."""
MOVE_HINTS = {
    "in_review": Text("交审阅人看。", "The reviewers are asked for their opinion."),
    "final": Text("内容到此为止，不再改动。", "The text is settled."),
    "issued": Text("负责人已在稿纸上签发。", "The person in charge has signed it for issue."),
    "sealed": Text("正式件已盖章。", "The fair copy bears the seal."),
    "draft": Text("再改内容；已有的各稿都保留。", "Change the text again; every version is kept."),
}
WAYS = {
    "generated": Text("由表单生成", "Made from the form"),
    "hand_edited": Text("在 Word 里改后传回", "Edited in Word and sent back"),
    "scan": Text("签字盖章后的扫描件", "Scan with signature or seal"),
}
STEP_NAMES = {
    "branch_secretary": Text("支部书记", "Branch secretary"),
    "team_leader": Text("班子主要负责人", "Head of the team"),
    "supervisory_team": Text("督导组", "Supervisory team"),
}
RESULT_NAMES = {
    "agree": Text("同意", "Agreed"),
    "revise": Text("修改", "Revise"),
    "rewrite": Text("重写", "Rewrite"),
}
RESULT_HINTS = {
    "agree": Text("可以定稿。", "It may stay as it is."),
    "revise": Text("退给经办人照意见改。", "It goes back to be changed."),
    "rewrite": Text("退给经办人重新写。", "It goes back to be written anew."),
}
BEFORE = {
    "draft": Text("现在就要改", "To be mended now"),
    "review": Text("送审前要补", "Before it goes to review"),
    "issue": Text("印发前要补", "Before it is issued"),
    "file": Text("归档前要补", "Before it is filed"),
}
"""Headings over what is missing, by the stage that it stops."""
RESETS = {
    "activity": Text("恢复活动档案的内容", "Back to the activity profile's"),
    "member": Text("恢复原来的内容", "Back to what it was"),
    "default": Text("恢复常用值", "Back to the usual value"),
    "review": Text("恢复审阅记录的内容", "Back to what the reviews say"),
}


def init_paper_words(app: Flask) -> None:
    """Hands the tables to the templates."""
    app.jinja_env.globals.update(
        STATE_NAMES=STATE_NAMES,
        MOVES=MOVES,
        MOVE_HINTS=MOVE_HINTS,
        WAYS=WAYS,
        STEP_NAMES=STEP_NAMES,
        RESULT_NAMES=RESULT_NAMES,
        RESULT_HINTS=RESULT_HINTS,
        BEFORE=BEFORE,
        RESETS=RESETS,
        moment=moment,
    )


def moment(at: datetime) -> str:
    """A moment in local time: `14:05` today, else `2026-11-22 14:05`."""
    then = time.localtime(at.timestamp())
    today = then[:3] == time.localtime()[:3]
    return time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", then)
