"""API: what it answers when it cannot do what is asked: problem documents (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, g

from service.errors import Problem, Text
from service.web.api.where import BASE
from service.web.language import told

TYPE = "application/problem+json"
_SEGMENT_MOST = 100
"""A name that is longer is no name of ours; so much of it says which is meant."""


@dataclass(frozen=True, kw_only=True)
class ProblemType:
    """One type of problem.

    Attributes:
        name: its anchor on the reference page.
        title: what it is, the same each time.
        detail: what to do about it.
    """

    name: str
    title: Text
    detail: Text


def _type(name: str, title: tuple[str, str], detail: tuple[str, str]) -> ProblemType:
    return ProblemType(name=name, title=Text(*title), detail=Text(*detail))


TYPES: dict[int, ProblemType] = {
    400: _type(
        "bad_request",
        ("请求不完整", "The request is incomplete"),
        ("请对照接口说明检查请求。", "Compare the request with the reference."),
    ),
    401: _type(
        "unauthorized",
        ("没有有效的令牌", "There is no working token"),
        (
            "请在请求头中写 Authorization: Bearer 令牌；令牌在“我的账号”页面生成。",
            "Send the header Authorization: Bearer TOKEN; tokens are made on the account page.",
        ),
    ),
    403: _type(
        "insufficient_scope",
        ("这个令牌不能做这件事", "The token may not do this"),
        (
            "这个令牌没有所需的权限；请生成一个有此权限的令牌。",
            "The token lacks the scope for this; make one that has it.",
        ),
    ),
    404: _type(
        "not_found",
        ("没有这一项", "There is no such thing"),
        (
            "网址可能写错了，或者这一项不由您经办。",
            "The address may be wrong, or this is not in your hands.",
        ),
    ),
    405: _type(
        "method",
        ("这个网址不接受这种请求方法", "The address does not take this method"),
        ("可用的方法见响应头 Allow。", "The header Allow lists those it takes."),
    ),
    406: _type(
        "not_acceptable",
        ("不能按要求的格式提供", "It cannot be had in the form asked for"),
        ("请对照接口说明修改 Accept。", "Compare Accept with the reference."),
    ),
    409: _type(
        "conflict",
        ("与目前的状态不符", "It does not fit how things stand"),
        ("请重新读取，核对后再试。", "Read it again, check, and retry."),
    ),
    412: _type(
        "changed_meanwhile",
        ("内容已被别人改动", "It was changed meanwhile"),
        (
            "If-Match 中的版本已不是最新；请重新读取，合并后再保存。",
            "The version in If-Match is no longer the newest; read it again, merge, and save.",
        ),
    ),
    413: _type(
        "too_large",
        ("内容太多", "Too much at once"),
        (
            "一次提交的内容超过上限；请分几次提交。",
            "More than the limit; send it in several turns.",
        ),
    ),
    415: _type(
        "media_type",
        ("不接受这种内容类型", "The content is of a type that is not taken"),
        ("请对照接口说明修改 Content-Type。", "Compare Content-Type with the reference."),
    ),
    422: _type(
        "invalid",
        ("内容有误", "Something is wrong with the content"),
        ("请按 errors 逐条改正。", "Mend what errors lists."),
    ),
    428: _type(
        "precondition",
        ("缺少必需的请求头", "A header is missing"),
        (
            "请先读取，再把 ETag 的值写进 If-Match。",
            "Read it first, and send its ETag as If-Match.",
        ),
    ),
    429: _type(
        "wait",
        ("请稍等", "Please wait"),
        ("请按 Retry-After 的秒数等待后再试。", "Wait for the seconds of Retry-After."),
    ),
    500: _type(
        "program",
        ("程序出错", "The program failed"),
        (
            "这是程序的问题；请把 request_id 告诉管理员。",
            "This is our fault; tell the administrator the request_id.",
        ),
    ),
    503: _type(
        "unavailable",
        ("暂时不能办理", "It cannot be done now"),
        ("请按 errors 的说明处理后再试。", "See errors for what to do, then try again."),
    ),
}


def problem_response(status: int, problems: Sequence[Problem] = (), why: str = "") -> Response:
    """A problem document in the reader's language; values that were sent are never in it.

    Args:
        status: HTTP's.
        problems: all that is wrong.
        why: of a 401 or 403, the error code of RFC 6750.
    """
    kind = TYPES.get(status) or TYPES[400 if status < 500 else 500]
    alone = problems[0].text if len(problems) == 1 else kind.detail
    plain: dict[str, Any] = {
        "type": f"{BASE}/#{kind.name}",
        "title": told(kind.title),
        "status": status,
        "detail": told(alone),
        "request_id": g.get("request_id", "-"),
    }
    if problems:
        plain["errors"] = [finding(one) for one in problems]
    body = json.dumps(plain, ensure_ascii=False)
    headers = {"WWW-Authenticate": _challenge(why)} if status in {401, 403} else {}
    return Response(body, status, headers, mimetype=TYPE)


def finding(one: Problem) -> dict[str, str]:
    """One thing that is wrong, or to be looked at."""
    plain = {"code": one.code, "detail": told(one.text)}
    return {"pointer": pointer(one.path), **plain} if one.path else plain


def pointer(path: str) -> str:
    """A dotted path as JSON Pointer in a URI fragment (RFC 6901, 6): `#/answers/agenda/2/item`."""
    parts = [part[:_SEGMENT_MOST].replace("~", "~0").replace("/", "~1") for part in path.split(".")]
    return "#/" + "/".join(parts)


def _challenge(why: str) -> str:
    return f'Bearer realm="gongwen", error="{why}"' if why else 'Bearer realm="gongwen"'
