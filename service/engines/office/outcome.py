"""How a conversion ended: the file alone is judged, and a failure is put into words."""

from __future__ import annotations

import io

import pypdf
from pypdf.errors import PyPdfError

from service.engines.office.glance import Glance
from service.engines.office.process import OfficeFailure, Why
from service.errors import EngineError, GongwenError, InputError, Problem, problem

# pypdf's own errors, and what damaged files make it stumble over.
NOT_A_PDF = (PyPdfError, LookupError, ValueError, TypeError, AttributeError, RecursionError)


def count_pages(pdf: bytes) -> int:
    """Pages of a PDF; raises OfficeFailure `empty` where it is none. The file alone is judged."""
    if not pdf.startswith(b"%PDF-"):
        raise OfficeFailure("empty")
    pages = Glance(pdf).pages
    try:
        pages = len(pypdf.PdfReader(io.BytesIO(pdf)).pages) if pages is None else pages
    except NOT_A_PDF as error:
        raise OfficeFailure("empty") from error
    if pages < 1:
        raise OfficeFailure("empty")
    return pages


def look_at_odt(odt: bytes) -> int:
    """An ODT has no pages yet: 0; raises OfficeFailure `empty` where it is none."""
    if not odt.startswith(b"PK\x03\x04"):
        raise OfficeFailure("empty")
    return 0


def closing() -> Problem:
    """The pool is being closed."""
    return problem(
        "pdf_unavailable",
        "转换服务正在停止，请稍后再试。",
        "the converter is shutting down; try again in a moment.",
    )


def storage() -> Problem:
    """The data folder cannot be written."""
    return problem(
        "storage_full",
        "不能写入数据文件夹：请检查磁盘空间和权限，运行 gongwen doctor。",
        "the data folder cannot be written: check disk space and rights; run gongwen doctor.",
    )


def failed(why: Why, name: str, seconds: int) -> GongwenError:
    """The failure in words, naming the document."""
    if why == "refused":
        return InputError(
            problem(
                "convert_refused",
                "打不开：内容不是完好的 Word 文件。请用 Word 或 WPS 打开后另存为 .docx 再试。",
                "cannot be opened: it is not a sound Word file."
                " Open it in Word or WPS, save it as .docx and try again.",
                file=name,
            )
        )
    texts = {
        "timeout": (
            f"转换超过 {seconds} 秒，已停止（试过两次）。请检查文件是否过大，"
            "或调大 GONGWEN_CONVERT_SECONDS。",
            f"took more than {seconds} s and was stopped (tried twice)."
            " See whether it is too large, or raise GONGWEN_CONVERT_SECONDS.",
        ),
        "empty": (
            "LibreOffice 没有生成可用的 PDF（试过两次）。请检查磁盘空间，运行 gongwen doctor。",
            "LibreOffice made no usable PDF (tried twice). Check disk space; run gongwen doctor.",
        ),
        "crashed": (
            "LibreOffice 转换时意外退出（试过两次）。请运行 gongwen doctor；Word 文件不受影响。",
            "LibreOffice ended unexpectedly (tried twice)."
            " Run gongwen doctor; the Word file is not affected.",
        ),
    }
    zh, en = texts.get(why) or (
        "LibreOffice 无法启动（试过两次）。请运行 gongwen doctor。",
        "LibreOffice does not start (tried twice). Run gongwen doctor.",
    )
    code = f"convert_{why}" if why in texts else "pdf_unavailable"
    return EngineError(problem(code, zh, en, file=name))
