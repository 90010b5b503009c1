"""Web door: what keeps a page safe: headers, CSRF, limits, the key that signs cookies."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial

from flask import Blueprint, Flask, Response, abort, g, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from service.errors import InputError, Problem, problem
from service.keys import kept_key
from service.settings import Settings

POST_BYTES = 8_000_000
"""Largest post of what is typed: a form with every text at its limit."""
UPLOADS = frozenset(
    {
        "bundle.act",
        "rosters.upload",
        "batches.act",
        "api_rosters.upload",
        "api_batches.returned",
        "api_reviews.word",
        "api_reviews.scan",
        "document_files.take",
        "scans.take",
        "verify.look",
        "api_filing.verify",
    }
)
"""Endpoints that take files; they may post as much as the setting says."""
POST_PARTS = 20_000
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "form-action 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def init_security(app: Flask, settings: Settings) -> None:
    """Key, limits, headers on every answer."""
    app.config.update(
        SECRET_KEY=kept_key(settings.data / "secret.key"),
        MAX_CONTENT_LENGTH=POST_BYTES,
        MAX_FORM_MEMORY_SIZE=POST_BYTES,
        MAX_FORM_PARTS=POST_PARTS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        # A browser takes a cookie of this name from nobody but this host, over HTTPS.
        SESSION_COOKIE_NAME="__Host-gongwen" if settings.https else "gongwen",
        # The name of a field may be csrf_token, but never begins with "_".
        WTF_CSRF_FIELD_NAME="_csrf",
        # A form stays open over a working day; the token lives as long as the browser's session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if settings.https:
        _trust_proxy(app)
    app.before_request(_number_request)
    app.before_request(partial(_allow_uploads, settings.upload_megabytes * 1_000_000))
    app.after_request(_headers)


def init_csrf(app: Flask, exempt: Sequence[Blueprint] = ()) -> None:
    """A token on every unsafe method; looked at when it is settled who asks, and may.

    What is posted is not even read before: a stranger's upload fills no disk.
    """
    app.before_request(_plain_parts)
    protect = CSRFProtect(app)
    for blueprint in exempt:  # the API: no browser sends its header by itself
        protect.exempt(blueprint)


def _trust_proxy(app: Flask) -> None:
    """HTTPS is spoken by a program in front: it says from where, and by which name, one came."""
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=1, x_proto=1, x_host=1
    )


def _number_request() -> None:
    g.request_id = secrets.token_hex(4)


def _allow_uploads(most: int) -> None:
    if request.endpoint in UPLOADS:
        request.max_content_length = most


def _plain_parts() -> None:
    """What is posted is small enough, has names, and holds nothing that no database keeps.

    MAX_FORM_PARTS counts multipart posts only; a row costs a page of HTML either way.
    """
    posted = [(name, values) for name, values in request.form.lists()]
    if sum(len(values) for _, values in posted) > POST_PARTS:
        abort(413)
    if any(name is None for name in (*request.form, *request.files)):
        raise InputError(_NAMELESS)
    spoilt = [name for name, values in posted if "\0" in name or any("\0" in one for one in values)]
    if spoilt:
        raise InputError([_spoilt(name.replace("\0", "?")) for name in spoilt])


_NAMELESS = problem("nameless", "提交的内容有一项没有名称。", "something was sent without a name.")


def _spoilt(name: str) -> Problem:
    return problem(
        "bad_character",
        f"“{name}”里有不能保存的空字符（NUL），请返回上一页，删去后重新输入。",
        f"“{name}” holds a character that cannot be kept (NUL); go back and type it again.",
    )


def _headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-ID"] = g.get("request_id", "-")
    if request.endpoint != "static":
        # What clerks type must not lie in the cache of a shared machine.
        response.headers["Cache-Control"] = "no-store"
    return response
