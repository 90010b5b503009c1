"""Who may do what with which object: one table, looked at before every request.

An address without a line here or in `access_api` answers nobody. What is not allowed looks like
what is not there; only somebody who is not signed in is told to sign in, whatever the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from service.core.people import Person
from service.desk.people.ties import ties
from service.web.access_api import API
from service.web.access_rules import (
    ADMINISTER,
    BATCH,
    CHANGE_ACTIVITY,
    CHANGE_DOCUMENT,
    HAND_OVER_DOCUMENT,
    OPEN,
    REVIEW_DOCUMENT,
    ROSTER,
    SEE_ACTIVITY,
    SEE_DOCUMENT,
    SIGNED,
    SUBMISSION,
    WRITE,
    Rule,
)
from service.web.api.problems import problem_response
from service.web.api.where import asks_api
from service.web.errors import error_page
from service.web.room import room

POLICY: Mapping[str, Rule] = {
    **API,
    "reference.page": SIGNED,
    "reference.document": SIGNED,
    "tokens.show": SIGNED,
    "tokens.make": SIGNED,
    "tokens.revoke": SIGNED,
    "static": OPEN,
    "people.sign_in": OPEN,
    "people.enter": OPEN,
    "people.sign_out": OPEN,
    "people.link": OPEN,
    "people.use_link": OPEN,
    "people.account": SIGNED,
    "people.change": SIGNED,
    "users.every": ADMINISTER,
    "users.act": ADMINISTER,
    "users.show": ADMINISTER,
    "users.change": ADMINISTER,
    "users.trail": ADMINISTER,
    "home.show": SIGNED,
    "activities.every": SIGNED,
    "activities.sample": WRITE,
    "activities.show": SEE_ACTIVITY,
    "activities.act": CHANGE_ACTIVITY,
    "profiles.new": WRITE,
    "profiles.create": WRITE,
    "profiles.profile": CHANGE_ACTIVITY,
    "profiles.save": CHANGE_ACTIVITY,
    "copies.show": CHANGE_ACTIVITY,
    "copies.make": CHANGE_ACTIVITY,
    "ledger.show": SEE_ACTIVITY,
    "ledger.paper": SEE_ACTIVITY,
    "ledger.plan": CHANGE_ACTIVITY,
    "ledger.take": CHANGE_ACTIVITY,
    "ledger.task": CHANGE_ACTIVITY,
    "ledger.save": CHANGE_ACTIVITY,
    "ledger_sheets.download": SEE_ACTIVITY,
    "ledger_sheets.compare": CHANGE_ACTIVITY,
    "ledger_sheets.take": CHANGE_ACTIVITY,
    "kinds.home": SIGNED,
    "new_kinds.show": ADMINISTER,
    "new_kinds.act": ADMINISTER,
    "new_kinds.template": ADMINISTER,
    "form.show": WRITE,
    "form.answer": WRITE,
    "made.made": WRITE,
    "documents.show": SEE_DOCUMENT,
    "documents.move": CHANGE_DOCUMENT,
    "documents.give": HAND_OVER_DOCUMENT,
    "documents.file": SEE_DOCUMENT,
    "documents.number": CHANGE_DOCUMENT,
    "documents.keep": WRITE,
    "document_drafts.draft": CHANGE_DOCUMENT,
    "document_drafts.save": CHANGE_DOCUMENT,
    "companions.begin": CHANGE_DOCUMENT,
    "last_year.show": CHANGE_DOCUMENT,
    "last_year.insert": CHANGE_DOCUMENT,
    "document_checks.check": CHANGE_DOCUMENT,
    "document_checks.make": CHANGE_DOCUMENT,
    "document_checks.pages": CHANGE_DOCUMENT,
    "document_reviews.show": REVIEW_DOCUMENT,
    "document_reviews.give": REVIEW_DOCUMENT,
    "document_reviews.pages": REVIEW_DOCUMENT,
    "document_reviews.picture": REVIEW_DOCUMENT,
    "document_files.show": CHANGE_DOCUMENT,
    "document_files.take": CHANGE_DOCUMENT,
    "scans.show": CHANGE_ACTIVITY,
    "scans.take": CHANGE_ACTIVITY,
    "bundle.show": CHANGE_ACTIVITY,
    "bundle.act": CHANGE_ACTIVITY,
    "bundle.state": CHANGE_ACTIVITY,
    "bundle.file": CHANGE_ACTIVITY,
    "bundle.page": CHANGE_ACTIVITY,
    "bundle.upload": CHANGE_ACTIVITY,
    "filing.show": CHANGE_ACTIVITY,
    "filing.act": CHANGE_ACTIVITY,
    "filing.state": CHANGE_ACTIVITY,
    "submissions.show": SUBMISSION,
    "submissions.act": SUBMISSION,
    "submissions.file": SUBMISSION,
    "verify.show": SIGNED,
    "verify.look": SIGNED,
    "register.show": WRITE,
    "register.act": WRITE,
    "register.sheet": WRITE,
    "rosters.new": WRITE,
    "rosters.upload": WRITE,
    "rosters.template": WRITE,
    "rosters.show": ROSTER,
    "rosters.answer": ROSTER,
    "roster_rows.open_row": ROSTER,
    "roster_rows.mend": ROSTER,
    "batches.every": WRITE,
    "batches.show": BATCH,
    "batches.state": BATCH,
    "batches.act": BATCH,
    "batch_items.open_item": BATCH,
    "batch_items.mend": BATCH,
    "batch_files.item": BATCH,
    "batch_files.returned": BATCH,
    "batch_files.joined": BATCH,
    "batch_files.files": BATCH,
    "batch_files.tally": BATCH,
}


def init_access(app: Flask) -> None:
    """Looks at the table before every request."""
    app.before_request(_guard)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        # No such address: for who is not signed in it looks like every other one.
        return None if g.person else _sign_in_first()
    rule = POLICY.get(request.endpoint)
    if rule is None:
        abort(404)
    if rule.roles is None:
        return None
    if g.person is None:
        return _sign_in_first()
    if rule.scope and rule.scope not in g.bearer.scopes:
        return problem_response(403, why="insufficient_scope")
    if not allowed(rule, g.person, request.view_args or {}):
        abort(404)
    return None


def allowed(rule: Rule, person: Person, arguments: Mapping[str, object]) -> bool:
    """Whether the person may, with the object that the address names."""
    if rule.roles is None:
        return True
    if person.role not in rule.roles:
        return False
    if not rule.of:
        return True
    return bool(rule.ties & ties(room().desk, person, rule.of, str(arguments[rule.of])))


def _sign_in_first() -> ResponseReturnValue:
    """To the sign-in page and back; where something was sent, a page that keeps it in the browser.

    A clerk who was signed out over a long form signs in in another window and sends it again.
    """
    if asks_api() or request.method not in {"GET", "HEAD"}:
        return error_page(401)
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": _sign_in(request.headers.get("HX-Current-URL", ""))}
    return redirect(_sign_in(request.full_path.rstrip("?")), 303)


def _sign_in(onward: str) -> str:
    """The sign-in page that leads on to an address; what is not ours it leaves out itself."""
    path = onward.removeprefix(request.host_url.rstrip("/"))
    return f"/sign-in?{urlencode({'next': path})}" if path not in {"", "/"} else "/sign-in"
