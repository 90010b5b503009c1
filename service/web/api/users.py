"""API: an administrator's work: the users, and who did what."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from service.core.people import POSTS, ROLES
from service.desk.once import Once, only_once
from service.desk.people.passwords import new_link
from service.desk.people.trail import TrailLine, list_trail, verify_trail
from service.desk.people.users import (
    UserLine,
    add_user,
    change_user,
    list_users,
    open_user,
    set_active,
)
from service.errors import Text
from service.web.api.answers import json_answer, page
from service.web.api.asked import Ask
from service.web.api.operation import api_blueprint, list_of, operation
from service.web.api.shapes import (
    ID,
    MOMENT,
    Shape,
    known,
    one_of,
    or_null,
    ref,
    text,
    whole,
    yes_no,
)
from service.web.api.where import BASE
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("users")
_WHO: dict[str, Shape] = {
    "shown": text(Text("姓名", "As pages name the person")),
    "role": one_of(ROLES),
    "post": one_of(("", *POSTS), Text("审阅人的职务", "Of a reviewer")),
    "branch": text(Text("支部书记所在的支部", "Of a branch secretary")),
}
_ASKED: dict[str, Shape] = {
    **_WHO,
    "post": {**_WHO["post"], "default": ""},
    "branch": {**_WHO["branch"], "default": ""},
}
USER = known(
    id=ID,
    name=text(Text("登录名", "Sign-in name")),
    **_WHO,
    active=yes_no(Text("可以登录", "May sign in")),
    has_password=yes_no(Text("已设密码", "Has chosen a password")),
)
_LINK = or_null(
    text(
        Text(
            "设密码的链接，只在这一次给出；重发同一请求时为 null",
            "By it a password is chosen, once; told now and never again: null when the same "
            "request is sent again",
        )
    )
)
TRAIL_LINE = known(
    seq=whole(),
    at=MOMENT,
    who=text(Text("空：命令行，或没有登录的人", "Empty: the command line, or nobody")),
    action=text(),
    object_kind=text(),
    object_id=text(),
    object_name=text(Text("用户的姓名", "Of a user, the name")),
)


@BLUEPRINT.get("/users")
@operation(**list_of("User", Text("全部用户", "All users")))
def every(query: dict[str, Any]) -> Response:
    """By name."""
    return page(list_users(room().desk), lambda one: one.person.id, _plain, query)


@BLUEPRINT.post("/users")
@operation(
    about=Text("添加用户", "Add a user"),
    gives={201: known(user=ref("User"), link=_LINK)},
    body=Ask(parts={"name": text(Text("登录名", "Sign-in name")), **_ASKED}),
    example={"name": "lin.xia", "shown": "林夏", "role": "clerk"},
    once="may",
    conflicts=True,
)
def add(said: dict[str, Any], once: Once | None) -> Response:
    """With the link by which the password is chosen, within three days."""
    secrets: list[str] = []

    def work(keep: Any) -> str:
        added, secret = add_user(room().desk, person(), **said, keep=keep)
        secrets.append(secret)
        return added.id

    made = only_once(room().desk, once, work)
    plain = {"user": _plain(open_user(room().desk, made)), "link": _link(*secrets[-1:])}
    return json_answer(plain, 201, {"Location": f"{BASE}/users/{made}"})


@BLUEPRINT.get("/users/<id:user>")
@operation(about=Text("一名用户", "One user"), gives={200: ref("User")})
def one(user: str) -> Response:
    """Never the password, which nobody can read."""
    return _user(user)


@BLUEPRINT.put("/users/<id:user>")
@operation(
    about=Text("修改姓名、角色和职务", "Change a user's name, role and post"),
    gives={200: ref("User")},
    body=Ask(parts=_ASKED),
    example={"shown": "林夏", "role": "reviewer", "post": "team_leader"},
    conflicts=True,
)
def change(user: str, said: dict[str, Any]) -> Response:
    """Open browsers and tokens know them at once."""
    change_user(room().desk, person(), user, **said)
    return _user(user)


@BLUEPRINT.put("/users/<id:user>/active")
@operation(
    about=Text("停用用户，或恢复", "Disable a user, or let the user back in"),
    gives={200: ref("User")},
    body=Ask(parts={"active": yes_no()}),
    example={"active": True},
    conflicts=True,
)
def activate(user: str, said: dict[str, Any]) -> Response:
    """Whoever is disabled is signed out at once, and every token of the person ends."""
    set_active(room().desk, person(), user, said["active"])
    return _user(user)


@BLUEPRINT.post("/users/<id:user>/link")
@operation(
    about=Text("发一个设密码的链接", "A link by which a user chooses a new password"),
    gives={201: known(link=text())},
    conflicts=True,
)
def link(user: str) -> Response:
    """Told now and never again, so no key brings it back; the old password holds until then."""
    return json_answer({"link": _link(new_link(room().desk, person(), user))}, 201)


@BLUEPRINT.get("/trail")
@operation(**list_of("TrailLine", Text("审计记录，最近五百条", "The audit trail, its newest 500")))
def trail(query: dict[str, Any]) -> Response:
    """The newest first."""
    return page(list_trail(room().desk), lambda one: str(one.seq), _line, query)


@BLUEPRINT.get("/trail/verdict")
@operation(
    about=Text("审计记录是否完整", "Whether the audit trail is whole"),
    gives={
        200: known(
            rows=whole(),
            head=text(Text("末行校验码", "The chain's end; keep it elsewhere")),
            broken=whole(Text("第一条不符的；0 表示完整", "The first row that is wrong; 0: whole")),
            kept=whole(Text("文件证到第几条", "Up to which row the file of ends bears witness")),
        )
    },
)
def verdict() -> Response:
    """Goes through the whole chain."""
    found = verify_trail(room().desk)
    return json_answer({name: getattr(found, name) for name in ("rows", "head", "broken", "kept")})


def _user(user: str) -> Response:
    return json_answer(_plain(open_user(room().desk, user)))


def _plain(line: UserLine) -> dict[str, Any]:
    names = ("id", "name", "shown", "role", "post", "branch")
    return {
        **{name: getattr(line.person, name) for name in names},
        "active": line.active,
        "has_password": line.has_password,
    }


def _line(line: TrailLine) -> dict[str, Any]:
    return vars(line).copy()


def _link(secret: str = "") -> str | None:
    return f"{request.host_url}link/{secret}" if secret else None


COMPONENTS = {"User": USER, "TrailLine": TRAIL_LINE}
