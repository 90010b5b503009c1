"""What the desk may ask of the engines, in our words; bootstrap names who answers."""

from __future__ import annotations

from service.engines.protocols.bag import (
    Bags,
    Digest,
    OpenBag,
    PdfContents,
    PdfContentsReader,
)
from service.engines.protocols.filing import (
    ArchiveStamp,
    PdfArchivist,
    PdfChecker,
    PdfFault,
    PdfSeals,
    SealReport,
    StampedItem,
)
from service.engines.protocols.machine import DoctorLine, Passwords
from service.engines.protocols.office import (
    CleanUpload,
    Converted,
    Converter,
    Coverage,
    FontUse,
    UploadReader,
)
from service.engines.protocols.pdf import (
    Joined,
    Measurer,
    PagePictures,
    PartLink,
    PdfJoiner,
    PdfPart,
    Printed,
)
from service.engines.protocols.sheets import FoundLine, SheetReader, SheetWriter
from service.engines.protocols.word import (
    Composite,
    FillTemplate,
    Leftovers,
    TemplateBuilder,
    TemplateLoader,
    Twins,
)

__all__ = [
    "ArchiveStamp",
    "Bags",
    "CleanUpload",
    "Composite",
    "Converted",
    "Converter",
    "Coverage",
    "Digest",
    "DoctorLine",
    "FillTemplate",
    "FontUse",
    "FoundLine",
    "Joined",
    "Leftovers",
    "Measurer",
    "OpenBag",
    "PagePictures",
    "PartLink",
    "Passwords",
    "PdfArchivist",
    "PdfChecker",
    "PdfContents",
    "PdfContentsReader",
    "PdfFault",
    "PdfJoiner",
    "PdfPart",
    "PdfSeals",
    "Printed",
    "SealReport",
    "SheetReader",
    "SheetWriter",
    "StampedItem",
    "TemplateBuilder",
    "TemplateLoader",
    "Twins",
    "UploadReader",
]
