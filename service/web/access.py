"""Who may do what with which object: one table, looked at before every request.

An address without a line here answers nobody. What is not allowed looks like what is not there;
only somebody who is not signed in is told to sign in, whatever the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from service.core.people import Person, Role
from service.desk.people.ties import Tie, ties
from service.web.api.problems import problem_response
from service.web.api.where import asks_api
from service.web.errors import error_page
from service.web.room import room

ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})
WRITERS: frozenset[Role] = frozenset({"administrator", "clerk"})
EVERYBODY: frozenset[Role] = frozenset({"administrator", "clerk", "reviewer"})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What an address asks of who comes.

    Attributes:
        roles: who may come; None for anybody, signed in or not.
        of: the kind of object that the address names in its view argument `of`, or "".
        ties: how the person must be tied to the object, one of these.
        scope: what a token must be good for; "" for pages, which no token opens.
    """

    roles: frozenset[Role] | None
    of: str = ""
    ties: frozenset[Tie] = frozenset()
    scope: str = ""


OPEN = Rule(roles=None)
SIGNED = Rule(roles=EVERYBODY)
WRITE = Rule(roles=WRITERS)
ADMINISTER = Rule(roles=ADMINISTRATORS)
ROSTER = Rule(roles=WRITERS, of="roster", ties=frozenset({"handler"}))
BATCH = Rule(roles=WRITERS, of="batch", ties=frozenset({"handler"}))
SEE_ACTIVITY = Rule(roles=EVERYBODY, of="activity", ties=frozenset({"unit"}))
CHANGE_ACTIVITY = Rule(roles=WRITERS, of="activity", ties=frozenset({"unit"}))
SEE_DOCUMENT = Rule(roles=EVERYBODY, of="document", ties=frozenset({"handler", "reviewer", "unit"}))
CHANGE_DOCUMENT = Rule(roles=WRITERS, of="document", ties=frozenset({"handler", "unit"}))
REVIEW_DOCUMENT = Rule(
    roles=EVERYBODY, of="document", ties=frozenset({"handler", "reviewer", "desk"})
)


def reads(rule: Rule) -> Rule:
    """The same for the API, by a token for reading."""
    return replace(rule, scope="read")


def writes(rule: Rule) -> Rule:
    """The same for the API, by a token for making and changing."""
    return replace(rule, scope="write")


API: Mapping[str, Rule] = {
    "api_me.me": reads(SIGNED),
    "api_kinds.every": reads(SIGNED),
    "api_kinds.one": reads(SIGNED),
    "api_kinds.schema": reads(SIGNED),
    "api_kinds.template": reads(WRITE),
    "api_kinds.check": reads(WRITE),
    "api_kinds.make": writes(WRITE),
    "api_activities.every": reads(SIGNED),
    "api_activities.create": writes(WRITE),
    "api_activities.schema": reads(SIGNED),
    "api_activities.one": reads(SEE_ACTIVITY),
    "api_activities.profile": reads(CHANGE_ACTIVITY),
    "api_activities.save": writes(CHANGE_ACTIVITY),
    "api_activities.close": writes(CHANGE_ACTIVITY),
    "api_activities.start": writes(CHANGE_ACTIVITY),
    "api_documents.every": reads(SEE_ACTIVITY),
    "api_documents.begin": writes(CHANGE_ACTIVITY),
    "api_documents.one": reads(SEE_DOCUMENT),
    "api_documents.draft": reads(CHANGE_DOCUMENT),
    "api_documents.save": writes(CHANGE_DOCUMENT),
    "api_documents.make": writes(CHANGE_DOCUMENT),
    "api_documents.file": reads(SEE_DOCUMENT),
    "api_documents.pdf": reads(SEE_DOCUMENT),
    "api_documents.move": writes(CHANGE_DOCUMENT),
    "api_reviews.every": reads(SEE_DOCUMENT),
    "api_reviews.give": writes(REVIEW_DOCUMENT),
    "api_reviews.word": writes(CHANGE_DOCUMENT),
    "api_reviews.scan": writes(CHANGE_DOCUMENT),
    "api_ledger.every": reads(SEE_ACTIVITY),
    "api_ledger.one": reads(SEE_ACTIVITY),
    "api_ledger.save": writes(CHANGE_ACTIVITY),
    "api_ledger.look": reads(CHANGE_ACTIVITY),
    "api_ledger.take": writes(CHANGE_ACTIVITY),
    "api_ledger.printed": reads(SEE_ACTIVITY),
    "api_rosters.every": reads(WRITE),
    "api_rosters.upload": writes(WRITE),
    "api_rosters.one": reads(ROSTER),
    "api_rosters.rows": reads(ROSTER),
    "api_rosters.columns": writes(ROSTER),
    "api_rosters.shared": writes(ROSTER),
    "api_rosters.mend": writes(ROSTER),
    "api_rosters.try_out": writes(ROSTER),
    "api_rosters.start": writes(ROSTER),
    "api_batches.every": reads(WRITE),
    "api_batches.one": reads(BATCH),
    "api_batches.items": reads(BATCH),
    "api_batches.mend": writes(BATCH),
    "api_batches.cancel": writes(BATCH),
    "api_batches.retry": writes(BATCH),
    "api_batches.missing": reads(BATCH),
    "api_batches.returned": writes(BATCH),
    "api_batch_files.docx": reads(BATCH),
    "api_batch_files.pdf": reads(BATCH),
    "api_batch_files.returned": reads(BATCH),
    "api_batch_files.files": reads(BATCH),
    "api_batch_files.joined": reads(BATCH),
    "api_batch_files.tally": reads(BATCH),
    "api_batch_files.sheet": reads(BATCH),
    "api_bundle.one": reads(CHANGE_ACTIVITY),
    "api_bundle.make": writes(CHANGE_ACTIVITY),
    "api_bundle.file": reads(CHANGE_ACTIVITY),
}
"""Endpoints of the API; the person is the token's."""

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
    "form.show": WRITE,
    "form.answer": WRITE,
    "made.made": WRITE,
    "documents.show": SEE_DOCUMENT,
    "documents.move": CHANGE_DOCUMENT,
    "documents.file": SEE_DOCUMENT,
    "documents.keep": WRITE,
    "document_drafts.draft": CHANGE_DOCUMENT,
    "document_drafts.save": CHANGE_DOCUMENT,
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
