"""The tables, by subject: batches, bundles, filing, papers, people."""

from service.store.models.base import Base, new_id
from service.store.models.batches import Batch, Item, Member, Profile, Roster, Worker
from service.store.models.bundles import Making, Upload
from service.store.models.filing import RegisterEntry, Submission
from service.store.models.papers import Activity, Document, Review, Task, Version
from service.store.models.people import (
    Attempt,
    Audit,
    AuditHead,
    Idempotency,
    Link,
    SignIn,
    Token,
    User,
)

__all__ = [
    "Activity",
    "Attempt",
    "Audit",
    "AuditHead",
    "Base",
    "Batch",
    "Document",
    "Idempotency",
    "Item",
    "Link",
    "Making",
    "Member",
    "Profile",
    "RegisterEntry",
    "Review",
    "Roster",
    "SignIn",
    "Submission",
    "Task",
    "Token",
    "Upload",
    "User",
    "Version",
    "Worker",
    "new_id",
]
