"""Web door: every error as a page in the reader's language; one table says which status."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from service.errors import (
    ConflictError,
    DefinitionError,
    EngineError,
    GongwenError,
    InputError,
    NotFoundError,
    Problem,
    Text,
    WaitError,
)
from service.web.api.problems import problem_response
from service.web.api.where import asks_api
from service.web.language import reader_lang

LOG = logging.getLogger(__name__)

STATUS: dict[type[GongwenError], int] = {
    DefinitionError: 422,
    InputError: 422,
    NotFoundError: 404,
    ConflictError: 409,
    WaitError: 429,
    EngineError: 503,
}


@dataclass(frozen=True)
class Page:
    """What an error page says."""

    title: Text
    text: Text


_PAGES = {
    400: Page(
        Text("请求不完整", "The request is incomplete"),
        Text(
            "浏览器送来的内容不完整。请返回上一页再试一次。",
            "What the browser sent is incomplete. Go back and try again.",
        ),
    ),
    401: Page(
        Text("请先登录", "Please sign in first"),
        Text(
            "您没有登录，或登录已到时间，这一步没有执行；填写的内容还在浏览器里。请先在新窗口登录，"
            "再回到这里刷新本页，浏览器问是否重新提交时选“继续”。",
            "You are not signed in, or no longer, and nothing was done; what you typed is still in "
            "the browser. Sign in in another window, then come back here and reload this page; "
            "when the browser asks whether to send it again, say yes.",
        ),
    ),
    404: Page(
        Text("没有这个页面", "There is no such page"),
        Text(
            "网址可能写错了，或者文书已过保存时间。请从首页重新进入。",
            "The address may be wrong, or the paper is no longer kept. Begin at the home page.",
        ),
    ),
    405: Page(
        Text("不能这样打开", "It cannot be opened this way"),
        Text("请从首页重新进入。", "Begin at the home page."),
    ),
    409: Page(
        Text("内容已被改动", "It was changed meanwhile"),
        Text("请核对后再试。", "Please check and try again."),
    ),
    422: Page(
        Text("内容有误", "Something is wrong"),
        Text("请按下面的说明改正。", "Please mend what is listed below."),
    ),
    500: Page(
        Text("程序出错", "The program failed"),
        Text(
            "这是程序的问题，不是您的操作有误。返回上一页，已填内容仍在。"
            "请把下面的编号告诉管理员。",
            "This is our fault, not yours. Go back: what you typed is still there. "
            "Tell the administrator the number below.",
        ),
    ),
    429: Page(
        Text("请稍等", "Please wait"),
        Text("请过一会儿再试。", "Try again in a while."),
    ),
    503: Page(
        Text("暂时不能生成", "It cannot be made now"),
        Text("请按下面的说明处理。", "Please see below what to do."),
    ),
}


def _too_much() -> Page:
    limit = (request.max_content_length or 0) // 1_000_000
    return Page(
        Text("内容太多", "Too much at once"),
        Text(
            f"一次提交的内容超过上限（{limit} MB）。请返回上一页，删减或分几次提交。",
            f"More was sent than one page may hold ({limit} MB). Go back and shorten it, or send "
            "it in several turns.",
        ),
    )


_EXPIRED = Page(
    Text("页面已过期", "The page has expired"),
    Text(
        "为了安全，请返回上一页，刷新后再提交；已填内容请先复制保存。",
        "For safety's sake go back, reload and send it again; copy what you typed first.",
    ),
)


def status_of(error: GongwenError) -> int:
    """The HTTP status of an error of the family."""
    return next((STATUS[one] for one in type(error).__mro__ if one in STATUS), 500)


def place_of(found: Problem) -> str:
    """File and line as a page may show them: the name without its folders."""
    name = Path(found.file).name
    return f"{name}:{found.line}" if name and found.line else name


def error_page(status: int, problems: Sequence[Problem] = (), page: Page | None = None) -> Response:
    """An error as a page, or as a problem document for programs; its number is in the log too."""
    if asks_api():
        return problem_response(status, problems)
    shown = page or _PAGES.get(status) or _PAGES[400 if status < 500 else 500]
    number = g.get("request_id", "-")
    body = render_template(
        "error.html", page=shown, status=status, problems=problems, number=number
    )
    return make_response(body, status)


def told_without_values(error: BaseException) -> str:
    """The kind of an error and where it arose, for the log.

    Its message stays out: it may quote what people wrote (`could not convert string to float: …`).
    """
    frames = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return "\n  ".join([type(error).__name__, *frames])


def init_errors(app: Flask) -> None:
    """One handler for our family, one for HTTP, one for what should never happen."""

    @app.errorhandler(GongwenError)
    def ours(error: GongwenError) -> Response:
        status = status_of(error)
        LOG.info("%s %s %s", g.get("request_id"), status, [one.code for one in error.problems])
        response = error_page(status, error.problems)
        if isinstance(error, WaitError):
            response.headers["Retry-After"] = str(int(error.seconds) + 1)
        return response

    @app.errorhandler(CSRFError)
    def expired(_: CSRFError) -> Response:
        return error_page(400, page=_EXPIRED)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        response = error_page(error.code or 500, page=_too_much() if error.code == 413 else None)
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        LOG.error("request %s failed: %s", g.get("request_id"), told_without_values(error))
        return error_page(500)

    app.jinja_env.globals.update(place_of=place_of, reader_lang=reader_lang)
