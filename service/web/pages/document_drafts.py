"""Page: the form of a document, saved as one types; two who write at once lose nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from service.desk.activity.last_year import last_fields
from service.desk.documents.checks import check_paper
from service.desk.documents.drafts import Saved, open_draft, save_draft
from service.desk.documents.kept import WRITABLE, Paper
from service.desk.documents.views import user_shown
from service.errors import LANGS, ConflictError, EngineError, GongwenError, Problem, problem
from service.web.drafts import CHOICES, Posted, TwoTexts, base_of, posted_draft, sheet_of
from service.web.errors import error_page, status_of
from service.web.forms import act
from service.web.formview import FormView
from service.web.language import reader_lang
from service.web.paper_heading import paper_heading
from service.web.room import room
from service.web.signed import person

BLUEPRINT = Blueprint("document_drafts", __name__, url_prefix="/documents/<document>/draft")
_EXPIRED = problem(
    "page_expired",
    "页面已过期，刚才的内容没有保存；已填内容都在，请再按一次“保存”。",
    "The page had expired and the last changes are not saved; all that you typed is here, press "
    "“Save” again.",
)
_CHOOSE = problem(
    "choose_each",
    "还有没选的：标出的每一处都请选用哪一份。",
    "Some are still to be chosen: say for each marked place which text is to stay.",
)


@BLUEPRINT.get("")
def draft(document: str) -> ResponseReturnValue:
    """The draft as it was saved last; one that is settled is shown on its own page.

    With `?wrong` what is to be mended stands at the fields, as the check found it.
    """
    paper = open_draft(room().desk, document)
    if paper.row.state not in WRITABLE or paper.activity.closed:
        return redirect(f"/documents/{document}", 303)
    wrong = check_paper(paper).until("draft") if "wrong" in request.args else ()
    view = sheet_of(paper).with_first_rows().view(reader_lang(), wrong)
    return _page(paper, view, problems=wrong)


@BLUEPRINT.post("")
def save(document: str) -> ResponseReturnValue:
    """Saves all that stands on the page, then does what the pressed button says."""
    paper = open_draft(room().desk, document)
    posted = posted_draft(paper, request.form)
    verb, _, what = request.form.get("_do", "").partition(":")
    if verb == "merge":
        return _merge(paper, posted)
    moved = verb in {"add", "remove", "up", "down"}
    place, focus = act(posted.tree, verb, what) if moved else ([], "")
    answers = posted.answers(paper, forget=verb == "forget")
    if verb == "reset":
        answers.pop(what, None)
    try:
        saved = save_draft(room().desk, person(), document, posted.revision, answers)
    except GongwenError as error:
        return _not_saved(paper, posted, answers, error)
    if place or focus:
        return _rows(_Kept(paper=paper, posted=posted, saved=saved, answers=answers), place, focus)
    if request.headers.get("HX-Request"):
        context = {"saved": saved, "base": base_of(paper.form, answers)}
        return make_response(render_template("document_saved.html", **context))
    return redirect(_onward(document, verb, what), 303)


@BLUEPRINT.errorhandler(CSRFError)
def expired(error: CSRFError) -> ResponseReturnValue:
    """The page again with all that was typed, where its token was too old."""
    if request.headers.get("HX-Request"):
        return Response(status=400)
    try:
        paper = open_draft(room().desk, str((request.view_args or {})["document"]))
    except GongwenError as other:  # what an error handler raises reaches no other handler
        return error_page(status_of(other), other.problems)
    posted = posted_draft(paper, request.form)
    return _as_typed(paper, posted, (_EXPIRED,), error.code or 400)


def _onward(document: str, verb: str, what: str) -> str:
    here = f"/documents/{document}"
    if verb == "check":
        return f"{here}/check"
    if verb == "last":
        return f"{here}/draft/last/{quote(what, safe='')}"
    if verb == "reset":
        return f"{here}/draft#f-{what}"
    if verb == "lang" and what in LANGS:
        return f"{here}/draft?lang={what}"
    return f"{here}/draft"


def _not_saved(
    paper: Paper, posted: Posted, answers: Mapping[str, Any], error: GongwenError
) -> ResponseReturnValue:
    """Says why nothing was saved; all that was typed comes back with it."""
    if not isinstance(error, (ConflictError, EngineError)):
        raise error
    if request.headers.get("HX-Request"):
        return Response(status=status_of(error))
    if error.problems[0].code == "draft_changed":
        return _conflict(paper.row.id, answers, posted.base, {})
    return _as_typed(paper, posted, error.problems, status_of(error))


def _conflict(
    document: str,
    mine: Mapping[str, Any],
    base: Mapping[str, str],
    chosen: Mapping[str, str],
    problems: Sequence[Problem] = (),
) -> ResponseReturnValue:
    """Both texts side by side, field by field."""
    paper = open_draft(room().desk, document)
    texts = TwoTexts(paper=paper, mine=mine, base=base, reader=reader_lang())
    if not texts.names:  # both say the same
        save_draft(room().desk, person(), document, paper.row.revision, mine)
        return redirect(f"/documents/{document}/draft", 303)
    context: dict[str, Any] = {
        "paper": paper,
        "heading": paper_heading(paper),
        "clashes": texts.clashes(chosen),
        "typed": [(name, one) for name, one in request.form.items(multi=True) if name[:1] != "_"],
        "base": request.form.get("_base", ""),
        "who": user_shown(room().desk, paper.row.changed_by),
        "mine_too": paper.row.changed_by == person().id,
        "problems": problems,
        "page": "activities",
    }
    return make_response(render_template("document_conflict.html", **context), 409)


def _merge(paper: Paper, posted: Posted) -> ResponseReturnValue:
    """Saves what was chosen; where somebody was faster again, both texts are shown again."""
    document = paper.row.id
    mine = posted.answers(paper)
    texts = TwoTexts(paper=paper, mine=mine, base=posted.base, reader=reader_lang())
    chosen = {
        name: how for name in texts.names if (how := request.form.get(f"_choice.{name}")) in CHOICES
    }
    if set(chosen) != set(texts.names) or paper.row.revision != posted.revision:
        unchosen = paper.row.revision == posted.revision
        return _conflict(document, mine, posted.base, chosen, (_CHOOSE,) if unchosen else ())
    try:
        save_draft(room().desk, person(), document, posted.revision, texts.merged(chosen))
    except GongwenError as error:
        return _not_saved(paper, posted, mine, error)
    return redirect(f"/documents/{document}/draft", 303)


@dataclass(frozen=True, kw_only=True)
class _Kept:
    """A page that was saved."""

    paper: Paper
    posted: Posted
    saved: Saved
    answers: Mapping[str, Any]


def _rows(kept: _Kept, place: list[str], focus: str) -> Response:
    """A row added, removed or moved, and saved: the table alone for htmx, else the whole page."""
    view = sheet_of(kept.paper).view_as_is(reader_lang(), kept.posted.raw())
    table = view.table(place) if place else None
    base = base_of(kept.paper.form, kept.answers)
    if request.headers.get("HX-Request") and table is not None:
        context = {"table": table, "focus": focus, "saved": kept.saved, "base": base}
        return make_response(render_template("document_table.html", **context))
    more: dict[str, Any] = {
        "saved": kept.saved,
        "base": base,
        "focus_path": ".".join(place),
        "focus": focus,
    }
    return _page(kept.paper, view, **more)


def _as_typed(paper: Paper, posted: Posted, problems: tuple[Problem, ...], status: int) -> Response:
    """The page with what was typed, of which nothing was saved."""
    view = sheet_of(paper).view_as_is(reader_lang(), posted.raw())
    more: dict[str, Any] = {
        "saved": Saved(revision=posted.revision, at=paper.row.changed_at),
        "base": request.form.get("_base", ""),
        "unsaved": True,
        "problems": problems,
    }
    return _page(paper, view, status, **more)


def _page(paper: Paper, view: FormView, status: int = 200, **more: Any) -> Response:
    context: dict[str, Any] = {
        "paper": paper,
        "form": paper.form,
        "heading": paper_heading(paper),
        "view": view,
        "sections": replace(view, last=last_fields(room().desk, person(), paper)).sections(),
        "saved": Saved(revision=paper.row.revision, at=paper.row.changed_at),
        "base": base_of(paper.form, paper.row.answers),
        "unsaved": False,
        "problems": (),
        "focus_path": "",
        "focus": "",
        "page": "activities",
    }
    return make_response(render_template("document_draft.html", **{**context, **more}), status)
