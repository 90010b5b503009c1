"""API: a new kind by an administrator's program: tried, looked at, put into service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Any

from flask import Response

from service.desk.new_kinds import (
    EXAMPLE,
    Proposal,
    Trial,
    put_into_service,
    tried_form,
    tried_paper,
    tried_template,
    try_kind,
)
from service.desk.once import Once, only_once
from service.errors import LANGS, InputError, Problem, Text
from service.web.api.answers import json_answer, one_file, paper, wanted_ending
from service.web.api.asked import Ask
from service.web.api.kinds import plain_kind
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import ID, LANG, known, listed, ref, text
from service.web.api.where import BASE
from service.web.downloads import hand_over
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("new_kinds")
TRIAL = known(
    trial=ID,
    kind=ref("Kind"),
    notes=known(
        **{lang: listed(ref("Finding"), Text("试做的文书", "Of its trial paper")) for lang in LANGS}
    ),
)
_LANG = Ask(parts={"lang": {**LANG, "default": "zh"}})


@BLUEPRINT.post("/new-kinds")
@operation(
    about=Text("试做新的文书种类，尚不启用", "Try a new kind; nothing is in service yet"),
    gives={200: ref("Trial")},
    body=Ask(parts={"name": text(), "form": text(Text("form.yaml 的内容", "The form.yaml"))}),
    example={"name": "request", "form": EXAMPLE},
)
def try_out(said: dict[str, Any]) -> Response:
    """Proved in both languages with Word templates that are built; kept for a day."""
    return _tried(Proposal(name=said["name"].strip(), form=said["form"]))


@BLUEPRINT.get("/new-kinds/<id:trial>/template")
@operation(
    about=Text("试做的 Word 模板", "Its Word template, to be edited in Word"),
    gives={200: Files(endings=(".docx",))},
    query=_LANG,
)
def template(trial: str, query: dict[str, Any]) -> Response:
    """As it was built, or handed in."""
    name, docx = tried_template(room().desk, trial, query["lang"])
    return hand_over(docx, f"{name}.{query['lang']}", ".docx")


@BLUEPRINT.post("/new-kinds/<id:trial>/template")
@operation(
    about=Text("换上自己的 Word 模板，再试做", "Try it again with a Word template of one's own"),
    gives={200: ref("Trial")},
    form=Ask(parts={"lang": {**LANG, "default": "zh"}}),
    files=("file",),
)
def change(trial: str, said: dict[str, Any]) -> Response:
    """Another trial; the template of the other language stays as it is in this one."""
    desk = room().desk
    name = tried_template(desk, trial, "zh")[0]
    held = {lang: (f"template.{lang}.docx", tried_template(desk, trial, lang)[1]) for lang in LANGS}
    sent = one_file()
    templates = {**held, said["lang"]: sent}
    form = tried_form(desk, trial)
    return _tried(Proposal(name=name, form=form, templates=templates), file=sent[0])


@BLUEPRINT.get("/new-kinds/<id:trial>/paper")
@operation(
    about=Text("试做的文书", "Its trial paper, each field holding its own label"),
    gives={200: Files(endings=(".docx", ".pdf"))},
    query=_LANG,
)
def show(trial: str, query: dict[str, Any]) -> Response:
    """What somebody should look at before the kind is put into service."""
    ending = wanted_ending()
    return paper(tried_paper(room().desk, trial, query["lang"], room().activity), ending)


@BLUEPRINT.post("/new-kinds/<id:trial>/service")
@operation(
    about=Text("启用试做过的种类", "Put what was tried into service"),
    gives={201: ref("Kind")},
    once="may",
    conflicts=True,
)
def serve(trial: str, once: Once | None) -> Response:
    """For everybody, at once; no process is restarted."""
    desk = room().desk
    name = only_once(desk, once, lambda keep: put_into_service(desk, person(), trial, keep=keep))
    made = plain_kind(desk.catalog.kind(name))
    return json_answer(made, 201, {"Location": f"{BASE}/kinds/{name}"})


def _tried(proposal: Proposal, *, file: str = "") -> Response:
    try:
        trial = try_kind(room().desk, proposal, room().activity)
    except InputError as error:
        raise InputError(_as_sent(one, file) for one in error.problems) from None
    return json_answer(_plain(trial))


def _as_sent(found: Problem, file: str) -> Problem:
    """What is wrong points at what was sent: at the file, or at the definition with its line."""
    if file and found.file == file:
        return replace(found, path="file")
    if PurePath(found.file).name != "form.yaml":
        return found
    zh, en = found.text.zh, found.text.en
    if found.path:
        zh, en = f"{found.path}：{zh}", f"{found.path}: {en}"
    if found.line:
        zh, en = f"第 {found.line} 行 {zh}", f"line {found.line}: {en}"
    return replace(found, path="form", text=Text(zh, en))


def _plain(trial: Trial) -> dict[str, Any]:
    return {
        "trial": trial.token,
        "kind": plain_kind(trial.kind),
        "notes": {lang: [finding(one) for one in trial.papers[lang].notes] for lang in LANGS},
    }


COMPONENTS = {"Trial": TRIAL}
