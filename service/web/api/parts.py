"""API: all of it: the blueprints, what they are called, the shapes that several share."""

from __future__ import annotations

from service.errors import Text
from service.web.api import (
    activities,
    batch_files,
    batches,
    bundle,
    documents,
    kinds,
    ledger,
    me,
    paper_shapes,
    register,
    reviews,
    rosters,
)

ALL = (
    me.BLUEPRINT,
    kinds.BLUEPRINT,
    activities.BLUEPRINT,
    documents.BLUEPRINT,
    reviews.BLUEPRINT,
    ledger.BLUEPRINT,
    rosters.BLUEPRINT,
    register.BLUEPRINT,
    batches.BLUEPRINT,
    batch_files.BLUEPRINT,
    bundle.BLUEPRINT,
)
COMPONENTS = {
    **me.COMPONENTS,
    **kinds.COMPONENTS,
    **activities.COMPONENTS,
    **paper_shapes.COMPONENTS,
    **reviews.COMPONENTS,
    **ledger.COMPONENTS,
    **register.COMPONENTS,
    **rosters.COMPONENTS,
    **batches.COMPONENTS,
    **bundle.COMPONENTS,
}
TAGS = {
    "me": Text("令牌", "The token"),
    "kinds": Text("文书种类和单份生成", "Kinds, and one document"),
    "activities": Text("活动", "Activities"),
    "documents": Text("文书", "Documents"),
    "rosters": Text("名册", "Rosters"),
    "batches": Text("批量生成", "Batches"),
    "register": Text("发文登记表", "The register of document numbers"),
    "bundle": Text("材料包", "The bundle"),
}
TAG_OF = {"batch_files": "batches", "reviews": "documents", "ledger": "activities"}
