"""API: what is asked and answered about bundles that are submitted and archived."""

from __future__ import annotations

from typing import get_args

from service.core.filing.manifest import Profile
from service.core.filing.verdict import Target
from service.desk.bundle.making import MakingState
from service.errors import Text
from service.web.api.asked import Ask
from service.web.api.shapes import (
    ID,
    LANG,
    WORDS,
    Shape,
    known,
    listed,
    mapping,
    one_of,
    or_null,
    ref,
    text,
    whole,
    yes_no,
)

PROFILE = one_of(get_args(Profile), Text("报送或归档", "Submitted or archived"))
DAY = text(Text("日期，如 2014-07-21", "A day, as 2014-07-21"), pattern=r"^\d{4}-\d\d-\d\d$")
WHICH: dict[str, Shape] = {
    "lang": {**LANG, "default": "zh"},
    "profile": {**PROFILE, "default": "submission"},
}
ASKED = Ask(
    parts={
        **WHICH,
        "day": {**DAY, "description": Text("报送日期", "The filing date")},
        "by": text(
            Text("移交人；空为活动的联系人", "Who hands over; empty: the contact"), default=""
        ),
        "exceptions": mapping(
            Text(
                "规则编号到例外理由，会印在清单上", "A rule's id to why it may be broken; printed"
            ),
            default={},
        ),
    }
)
STOPS = listed(
    known(
        finding=ref("Finding"),
        document=text(Text("所涉文书，没有时为空", "The document it is about, or empty")),
        slot=text(Text("缺材料的一项，没有时为空", "The slot that is empty, or empty")),
        rule=text(Text("可以例外的规则，没有时为空", "The rule that may be excepted, or empty")),
    )
)
FILING = known(
    state=one_of(get_args(MakingState)),
    done=whole(Text("已做好的材料数", "Parts that are made")),
    total=whole(),
    submission=text(Text("报送的编号，办成以前为空", "The submission's id; empty until then")),
    reasons=STOPS,
)
LINE: dict[str, Shape] = {
    "id": ID,
    "profile": PROFILE,
    "edition": whole(),
    "title": text(),
    "bundle": text(),
    "lang": LANG,
    "state": one_of(("filed", "sent_back")),
    "filed_on": text(format="date"),
    "filed_by": text(),
    "to": text(),
    "pages": whole(),
    "sha256": text(Text("PDF 的校验码", "Of the PDF: the digest on the receipt")),
    "reason": text(Text("退回原因", "Why it came back")),
    "sent_back_on": or_null(text(format="date")),
}
SUBMISSION_LINE = known(**LINE)
SUBMISSION = known(
    **LINE,
    package_sha256=text(),
    files=listed(known(number=whole(), role=text(), name=text(), sha256=text(), url=text())),
    parts=listed(known(number=whole(), title=text(), first_page=whole(), pages=whole())),
    editions=listed(ID),
    manifest=mapping(Text("与包内 manifest.json 相同", "As manifest.json in the package")),
)
VERDICT = known(
    ok=yes_no(),
    target=one_of(get_args(Target)),
    name=text(),
    sha256=text(),
    pdf_sha256=text(),
    title=text(),
    edition=whole(),
    files=whole(),
    pages=whole(),
    differences=listed(
        known(
            code=text(),
            zh=text(),
            en=text(),
            file=text(),
            part=whole(),
            title=text(),
            pages=listed(listed(whole())),
        )
    ),
    notes=listed(WORDS),
)

COMPONENTS = {
    "Filing": FILING,
    "SubmissionLine": SUBMISSION_LINE,
    "Submission": SUBMISSION,
    "Verdict": VERDICT,
}
