"""API: bundles submitted and archived: looked through, filed, sent back, downloaded, verified."""

from __future__ import annotations

from typing import Any

from flask import Response, abort

from service.core.filing.manifest import Profile
from service.desk.bundle.slots import Which
from service.desk.filing.asking import start_filing, view_filing
from service.desk.filing.editions import send_back
from service.desk.filing.filed import FiledLine, list_filed, view_filed
from service.desk.filing.known import register_of
from service.desk.filing.look import Finding, look_at_filing
from service.desk.filing.papers import typed_wanted
from service.desk.filing.verify import verify_bytes
from service.desk.once import Once, only_once
from service.errors import Text
from service.web.api.answers import json_answer, one_file
from service.web.api.asked import Ask
from service.web.api.filing_shapes import ASKED, COMPONENTS, DAY, STOPS, WHICH
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.problems import finding
from service.web.api.shapes import known, listed, ref, text, whole
from service.web.api.where import BASE
from service.web.downloads import TYPES
from service.web.pages.submissions import hand_out_filed
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("filing")


@BLUEPRINT.post("/activities/<id:activity>/bundles/<name:name>/preflight")
@operation(
    about=Text("报送前核对", "Look a bundle through before it is filed"),
    gives={200: known(edition=whole(), stops=STOPS, notes=listed(ref("Finding")))},
    body=ASKED,
    example={"day": "2014-07-21"},
)
def look(activity: str, name: str, said: dict[str, Any]) -> Response:
    """Everything that stops it, at once; nothing is made or written."""
    which, profile = _which(activity, name, said), said["profile"]
    found = look_at_filing(room().desk, person(), which, _wanted(said), profile=profile)
    notes = [finding(one) for one in found.notes]
    stops = [_stop(one) for one in found.findings]
    return json_answer({"edition": found.edition, "stops": stops, "notes": notes})


@BLUEPRINT.post("/activities/<id:activity>/bundles/<name:name>/filings")
@operation(
    about=Text("报送或归档一个材料包", "Submit or archive a bundle"),
    gives={202: ref("Filing")},
    body=ASKED,
    example={"day": "2014-07-21", "by": "李四", "exceptions": {"one_each": "其余三份另报"}},
    once="must",
    conflicts=True,
)
def file(activity: str, name: str, said: dict[str, Any], once: Once | None) -> Response:
    """Refused at once with everything that stops it; else done by a worker in about a minute."""
    which, profile = _which(activity, name, said), said["profile"]
    wanted = _wanted(said)
    only_once(
        room().desk,
        once,
        lambda keep: start_filing(room().desk, person(), which, wanted, profile=profile, keep=keep),
    )
    query = f"lang={which.lang}&profile={profile}"
    place = f"{BASE}/activities/{activity}/bundles/{name}/filings?{query}"
    return json_answer(_progress(which, profile), 202, {"Location": place})


@BLUEPRINT.get("/activities/<id:activity>/bundles/<name:name>/filings")
@operation(
    about=Text("报送或归档的进度", "How far the filing is"),
    gives={200: ref("Filing")},
    query=Ask(parts=WHICH),
)
def progress(activity: str, name: str, query: dict[str, Any]) -> Response:
    """Of one's own."""
    return json_answer(_progress(_which(activity, name, query), query["profile"]))


@BLUEPRINT.get("/activities/<id:activity>/submissions")
@operation(
    about=Text("一项活动已报送和归档的", "What was filed of an activity"),
    gives={200: known(items=listed(ref("SubmissionLine")))},
)
def every(activity: str) -> Response:
    """As far as the caller may know of it; the newest first."""
    found = list_filed(room().desk, person(), activity)
    return json_answer({"items": [_line(one) for one in found]})


@BLUEPRINT.get("/submissions/<id:submission>")
@operation(about=Text("一次报送", "A submission"), gives={200: ref("Submission")})
def one(submission: str) -> Response:
    """With its files, parts and editions."""
    return json_answer(_plain(submission))


@BLUEPRINT.get("/submissions/<id:submission>/files/<number:number>")
@operation(
    about=Text("报送的一个文件", "A file of a submission"),
    gives={200: Files(endings=(*TYPES, ""))},
)
def download(submission: str, number: int) -> Response:
    """As it was filed."""
    return hand_out_filed(submission, number)


@BLUEPRINT.post("/submissions/<id:submission>/sent-back")
@operation(
    about=Text("登记退回", "Note that a submission came back"),
    gives={200: ref("Submission")},
    body=Ask(parts={"reason": text(), "day": DAY}),
    example={"reason": "整改时限不明确", "day": "2014-07-25"},
    conflicts=True,
)
def sent_back(submission: str, said: dict[str, Any]) -> Response:
    """Its papers may be changed then; the edition stays as it is."""
    day = typed_wanted(said["day"], "", {}).day
    send_back(room().desk, person(), submission, said["reason"], day)
    return json_answer(_plain(submission))


@BLUEPRINT.post("/verify")
@operation(
    about=Text("校验报送的 PDF 或归档包", "Verify a submitted PDF or a package"),
    gives={200: ref("Verdict")},
    form=Ask(parts={"expect": text(Text("回执上的校验码", "The receipt's digest"), default="")}),
    files=("file",),
)
def verify(said: dict[str, Any]) -> Response:
    """Nothing of it is kept."""
    desk, (name, data) = room().desk, one_file()
    found = verify_bytes(
        desk, data, name=name, expect=said["expect"], known_hashes=register_of(desk)
    )
    return json_answer(found.to_json())


def _which(activity: str, name: str, said: dict[str, Any]) -> Which:
    if name not in room().desk.catalog.bundles():
        abort(404)
    return Which(activity_id=activity, name=name, lang=said["lang"])


def _wanted(said: dict[str, Any]) -> Any:
    exceptions = {name: str(why) for name, why in said["exceptions"].items()}
    return typed_wanted(said["day"], said["by"], exceptions)


def _progress(which: Which, profile: Profile) -> dict[str, Any]:
    told = view_filing(room().desk, person(), which, profile=profile)
    return {
        "state": told.state,
        "done": told.done,
        "total": told.total,
        "submission": told.submission,
        "reasons": [_stop(one) for one in told.findings],
    }


def _stop(one: Finding) -> dict[str, Any]:
    return {
        "finding": finding(one.problem),
        "document": one.document,
        "slot": one.slot,
        "rule": one.rule,
    }


def _line(one: FiledLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "profile": one.profile,
        "edition": one.edition,
        "title": one.title,
        "bundle": one.bundle,
        "lang": one.lang,
        "state": one.state,
        "filed_on": one.filed_on.isoformat(),
        "filed_by": one.filed_by,
        "to": one.to,
        "pages": one.pages,
        "sha256": one.sha256,
        "reason": one.reason,
        "sent_back_on": one.sent_back_on.isoformat() if one.sent_back_on else None,
    }


def _plain(submission: str) -> dict[str, Any]:
    view = view_filed(room().desk, person(), submission)
    return {
        **_line(view.line),
        "package_sha256": view.package_sha256,
        "files": [
            {
                "number": one.no,
                "role": one.role,
                "name": one.name,
                "sha256": one.sha256,
                "url": f"{BASE}/submissions/{submission}/files/{one.no}",
            }
            for one in view.files
        ],
        "parts": [
            {"number": p.no, "title": p.title, "first_page": p.first_page, "pages": p.pages}
            for p in view.manifest.parts
        ],
        "editions": [one.id for one in view.editions],
        "manifest": view.manifest.model_dump(mode="json"),
    }


__all__ = ["BLUEPRINT", "COMPONENTS"]
