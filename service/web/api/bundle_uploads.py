"""API: files from outside in the slots of an activity's bundle: put in, handed out, taken out."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask import Response, abort

from service.desk.bundle.slots import Which
from service.desk.bundle.uploads import Added, add_upload, open_upload, remove_upload
from service.desk.once import Once, only_once
from service.errors import Lang, Text
from service.web.api.answers import json_answer, one_file
from service.web.api.asked import Ask
from service.web.api.operation import Files, api_blueprint, operation
from service.web.api.shapes import ID, LANG, known, listed, ref, text
from service.web.api.where import BASE
from service.web.downloads import TYPES, hand_over
from service.web.language import told
from service.web.room import room
from service.web.signed import person

BLUEPRINT = api_blueprint("bundle_uploads")
UPLOAD = known(
    id=ID,
    url=text(),
    removed=listed(text(), Text("成为页面时略去的", "What its pages leave out")),
)


@BLUEPRINT.post("/activities/<id:activity>/bundles/<name:name>/slots/<name:slot>/uploads")
@operation(
    about=Text("把一个文件放进材料包的一项", "Put a file into a slot of the bundle"),
    gives={201: ref("Upload")},
    form=Ask(parts={"lang": {**LANG, "default": "zh"}}),
    files=("file",),
    once="may",
)
def add(activity: str, name: str, slot: str, said: dict[str, Any], once: Once | None) -> Response:
    """Kept as it came; in a slot for one part it takes the place of the one before."""
    which = _which(activity, name, said["lang"])
    file, data = one_file()
    answer = only_once(
        room().desk,
        once,
        lambda keep: add_upload(
            room().desk, person(), which, slot, name=file, data=data, keep=keep
        ).to_json(),
    )
    added = Added.of_json(answer)
    url = f"{BASE}/activities/{activity}/bundles/{name}/uploads/{added.id}"
    plain = {"id": added.id, "url": url, "removed": [told(one) for one in added.removed]}
    return json_answer(plain, 201, {"Location": url})


@BLUEPRINT.get("/activities/<id:activity>/bundles/<name:name>/uploads/<id:upload>")
@operation(
    about=Text("材料包里上传的文件", "A file of a slot"), gives={200: Files(endings=("", *TYPES))}
)
def file(activity: str, name: str, upload: str) -> Response:
    """As it came."""
    data, called = open_upload(room().desk, _which(activity, name), upload)
    ending = PurePath(called).suffix.lower()
    return hand_over(data, PurePath(called).stem, ending if ending in TYPES else "")


@BLUEPRINT.delete("/activities/<id:activity>/bundles/<name:name>/uploads/<id:upload>")
@operation(about=Text("拿掉上传的文件", "Take a file out of its slot"), gives={204: None})
def remove(activity: str, name: str, upload: str) -> Response:
    """It is thrown away."""
    remove_upload(room().desk, person(), _which(activity, name), upload)
    return Response(status=204)


def _which(activity: str, name: str, lang: Lang = "zh") -> Which:
    if name not in room().desk.catalog.bundles():
        abort(404)
    return Which(activity_id=activity, name=name, lang=lang)


COMPONENTS = {"Upload": UPLOAD}
