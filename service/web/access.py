"""Who may do what with which object: one table, looked at before every request.

An address without a line here answers nobody. What is not allowed looks like what is not there;
only somebody who is not signed in is told to sign in, whatever the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from service.core.people import Person, Role
from service.desk.people.ties import Tie, ties
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
    """

    roles: frozenset[Role] | None
    of: str = ""
    ties: frozenset[Tie] = frozenset()


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

POLICY: Mapping[str, Rule] = {
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
    "kinds.home": SIGNED,
    "form.show": WRITE,
    "form.answer": WRITE,
    "made.made": WRITE,
    "bundle.show": WRITE,
    "bundle.make": WRITE,
    "bundle.state": WRITE,
    "bundle.file": WRITE,
    "bundle.page": WRITE,
    "documents.show": SEE_DOCUMENT,
    "documents.move": CHANGE_DOCUMENT,
    "documents.file": SEE_DOCUMENT,
    "documents.keep": WRITE,
    "document_drafts.draft": CHANGE_DOCUMENT,
    "document_drafts.save": CHANGE_DOCUMENT,
    "document_checks.check": CHANGE_DOCUMENT,
    "document_checks.make": CHANGE_DOCUMENT,
    "document_checks.pages": CHANGE_DOCUMENT,
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
    if request.method not in {"GET", "HEAD"}:
        return error_page(401)
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": _sign_in(request.headers.get("HX-Current-URL", ""))}
    return redirect(_sign_in(request.full_path.rstrip("?")), 303)


def _sign_in(onward: str) -> str:
    """The sign-in page that leads on to an address; what is not ours it leaves out itself."""
    path = onward.removeprefix(request.host_url.rstrip("/"))
    return f"/sign-in?{urlencode({'next': path})}" if path not in {"", "/"} else "/sign-in"
