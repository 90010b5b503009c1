"""API: the activities: their profile, their task list, closed and opened again."""

from __future__ import annotations

from typing import Any

from flask import Response

from service.core.papers import STATES
from service.core.schema import DIALECT, answers_schema
from service.desk.activity.groups import Task, TaskGroup
from service.desk.activity.home import ActivityLine, list_activities
from service.desk.activity.profiles import (
    create_activity,
    sample_profile,
    save_profile,
    set_closed,
    view_profile,
)
from service.desk.activity.start import start_paper
from service.desk.activity.tasks import view_board
from service.desk.once import Once, only_once
from service.errors import LANGS, Lang, Text
from service.web.api.answers import json_answer, page
from service.web.api.asked import Ask
from service.web.api.operation import api_blueprint, list_of, operation
from service.web.api.problems import finding
from service.web.api.shapes import (
    ID,
    LANG,
    WORDS,
    known,
    listed,
    mapping,
    one_of,
    or_null,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.api.versions import IF_MATCH, REFUSES, if_not_overtaken, said_revision, tagged
from service.web.api.where import BASE
from service.web.language import reader_lang
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("activities")
_LANG = Ask(parts={"lang": {**LANG, "default": "zh"}})
_ANSWERS = mapping(Text("活动档案的填写内容", "The profile's answers, by field name"))
DAY = text(format="date")
LINE = known(
    id=ID,
    title=text(),
    closed=yes_no(Text("已结束", "Nothing is changed any more")),
    done=whole(Text("已办妥的文书", "Papers that are settled")),
    total=whole(),
)
TASK = known(
    task=text(Text("用于开始这份文书；空为不能由此开始", "To start it; empty: not from here")),
    name=text(),
    branch=text(),
    document=text(Text("文书编号，没有时为空", "The document's id, or empty")),
    state=one_of(STATES),
    owing=yes_no(Text("还没有交", "Not handed in yet")),
)
GROUP = known(
    paper=text(),
    title=WORDS,
    owner=text(),
    day=or_null(DAY),
    tasks=listed(ref("Task")),
    missing=listed(text(), Text("还没有交的人", "Who has not handed in")),
)
BOARD = known(
    id=ID,
    title=text(),
    closed=yes_no(),
    groups=listed(ref("TaskGroup")),
    others=listed(known(document=ID, kind=text(), person=text(), state=one_of(STATES))),
    problems=listed(ref("Finding")),
)
PROFILE = known(
    id=ID, lang=LANG, answers=_ANSWERS, closed=yes_no(), problems=listed(ref("Finding"))
)


@BLUEPRINT.get("/activities")
@operation(**list_of("ActivityLine", Text("全部活动", "All activities")))
def every(query: dict[str, Any]) -> Response:
    """The open ones first, the newest of them first."""
    found = list_activities(room().desk, person(), reader_lang())
    return page(found, lambda one: one.id, _line, query)


@BLUEPRINT.post("/activities")
@operation(
    about=Text("新建活动", "A new activity"),
    gives={201: ref("Profile")},
    body=Ask(parts={**_LANG.parts, "answers": _ANSWERS}),
    example={"lang": "zh", "answers": {"campaign_name": "党的群众路线教育实践活动"}},
    once="may",
)
def create(said: dict[str, Any], once: Once | None) -> Response:
    """Like a draft: what is wrong in the profile is kept, and told."""
    profile = {said["lang"]: said["answers"]}
    made = only_once(
        room().desk, once, lambda keep: create_activity(room().desk, person(), profile, keep=keep)
    )
    return made_activity(made, said["lang"])


@BLUEPRINT.post("/activities/sample")
@operation(
    about=Text("新建样例活动", "A new activity with the sample's profile"),
    gives={201: ref("Profile")},
    once="may",
)
def sample(once: Once | None) -> Response:
    """In both languages; something to look at before one's own is there."""
    desk = room().desk
    profile = sample_profile(desk)
    made = only_once(desk, once, lambda keep: create_activity(desk, person(), profile, keep=keep))
    return made_activity(made, "zh")


@BLUEPRINT.get("/activities/schema")
@operation(
    about=Text("活动档案的 JSON Schema", "The JSON Schema of a profile"),
    gives={200: mapping()},
    query=_LANG,
)
def schema(query: dict[str, Any]) -> Response:
    """What a profile may say."""
    form = room().desk.catalog.activity()
    found = answers_schema(form, activity={}, stage="draft", lang=query["lang"])
    return json_answer({"$schema": DIALECT, **found})


@BLUEPRINT.get("/activities/<id:activity>")
@operation(
    about=Text("一项活动的任务清单", "An activity as a task list"), gives={200: ref("Activity")}
)
def one(activity: str) -> Response:
    """Every paper due, its owner, day and state, and who is missing."""
    board = view_board(room().desk, person(), activity, reader_lang())
    return json_answer(
        {
            "id": board.id,
            "title": board.title,
            "closed": board.closed,
            "groups": [_group(one) for one in board.groups],
            "others": [
                {
                    "document": one.document.id,
                    "kind": one.document.kind,
                    "person": one.document.person,
                    "state": one.document.state,
                }
                for one in board.others
            ],
            "problems": [finding(one) for one in board.problems],
        }
    )


@BLUEPRINT.get("/activities/<id:activity>/profile")
@operation(
    about=Text("活动档案", "Its profile"),
    gives={200: ref("Profile")},
    query=_LANG,
)
def profile(activity: str, query: dict[str, Any]) -> Response:
    """As it was typed in one language; its ETag goes with a save."""
    return _profile(activity, query["lang"])


@BLUEPRINT.put("/activities/<id:activity>/profile")
@operation(
    about=Text("保存活动档案", "Save its profile"),
    gives={200: ref("Profile")},
    body=Ask(parts={**_LANG.parts, "answers": _ANSWERS}),
    example={"lang": "zh", "answers": {"campaign_name": "春季学习活动"}},
    headers=(IF_MATCH,),
    refuses=REFUSES,
    conflicts=True,
)
def save(activity: str, said: dict[str, Any]) -> Response:
    """Where somebody else has saved meanwhile nothing is written."""
    lang, seen = said["lang"], said_revision()
    with if_not_overtaken():
        save_profile(room().desk, person(), activity, lang, revision=seen, raw=said["answers"])
    return _profile(activity, lang)


@BLUEPRINT.put("/activities/<id:activity>/closed")
@operation(
    about=Text("结束活动，或重新打开", "Close it, or open it again"),
    gives={200: ref("Profile")},
    body=Ask(parts={"closed": yes_no()}),
    example={"closed": False},
)
def close(activity: str, said: dict[str, Any]) -> Response:
    """While it is closed nothing in it changes."""
    set_closed(room().desk, person(), activity, now_closed=said["closed"])
    return _profile(activity, "zh")


@BLUEPRINT.post("/activities/<id:activity>/tasks")
@operation(
    about=Text("开始任务清单中的一份文书", "Start a paper of the task list"),
    gives={200: known(id=ID, url=text())},
    body=Ask(parts={"task": text(Text("任务清单中的 task", "`task` of the list")), **_LANG.parts}),
    example={"task": "notice:"},
    conflicts=True,
)
def start(activity: str, said: dict[str, Any]) -> Response:
    """Makes its document, or finds the one that is there."""
    made = start_paper(room().desk, person(), activity, said["task"], said["lang"])
    return json_answer({"id": made, "url": f"{BASE}/documents/{made}"})


def made_activity(activity: str, lang: Lang) -> Response:
    """The profile of an activity that has just been made."""
    answer = _profile(activity, lang, 201)
    answer.headers["Location"] = f"{BASE}/activities/{activity}"
    return answer


def _profile(activity: str, lang: Any, status: int = 200) -> Response:
    view = view_profile(room().desk, activity, lang)
    plain = {
        "id": view.id,
        "lang": lang,
        "answers": dict(view.raw),
        "closed": view.closed,
        "problems": [finding(one) for one in view.problems],
    }
    return tagged(json_answer(plain, status), view.revision)


def _line(line: ActivityLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("id", "title", "closed", "done", "total")}


def _group(group: TaskGroup) -> dict[str, Any]:
    return {
        "paper": group.paper.id,
        "title": {lang: group.title.of(lang) for lang in LANGS},
        "owner": group.owner,
        "day": group.day.isoformat() if group.day else None,
        "tasks": [_task(one) for one in group.tasks],
        "missing": list(group.missing),
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "task": task.key,
        "name": task.name,
        "branch": task.branch,
        "document": task.document,
        "state": task.state,
        "owing": task.owing,
    }


COMPONENTS = {
    "ActivityLine": LINE,
    "Activity": BOARD,
    "TaskGroup": GROUP,
    "Task": TASK,
    "Profile": PROFILE,
}
