"""Engine room, PDF: what PDF/A-2b does not allow, in words."""

from __future__ import annotations

from service.engines.protocols import PdfFault
from service.errors import Text, problem

FAULTS: dict[str, Text] = {
    "unreadable": Text("文件读不出来", "the file cannot be read"),
    "header": Text(
        "文件头不是 PDF 1.x，或缺少二进制标记",
        "the file does not begin with PDF 1.x and a line of binary marks",
    ),
    "end": Text("文件结束标记之后还有内容", "something follows the end of the file"),
    "no_id": Text("没有文件标识（/ID）", "there is no file identifier (/ID)"),
    "encrypted": Text("文件已加密", "the file is encrypted"),
    "no_claim": Text(
        "XMP 元数据没有声明 PDF/A-2b", "the XMP metadata does not say that it is PDF/A-2b"
    ),
    "bad_xmp": Text("XMP 元数据不是合格的 XML", "the XMP metadata is no well-formed XML"),
    "info_differs": Text(
        "文档信息与 XMP 不一致：{what}", "Info and XMP say different things: {what}"
    ),
    "undescribed": Text(
        "XMP 用了未说明的命名空间：{what}", "XMP uses a namespace that is not described: {what}"
    ),
    "intent": Text(
        "应有且只有一个 PDF/A 输出意图（现有 {what} 个）",
        "there must be exactly one output intent for PDF/A (there are {what})",
    ),
    "profile": Text(
        "输出意图的 ICC 特性文件不合格", "the output intent's ICC profile is missing or unfit"
    ),
    "script": Text("含有脚本", "there is a script"),
    "action": Text("含有不允许的动作：{what}", "there is an action that is not allowed: {what}"),
    "embedded_file": Text("含有嵌入的文件", "there is an embedded file"),
    "form": Text("含有表单（AcroForm 或 XFA）", "there is a form (AcroForm or XFA)"),
    "layers": Text("图层设置不合格", "the settings of layers are unfit"),
    "font": Text("字体没有嵌入：{what}", "a font is not embedded: {what}"),
    "encoding": Text("字体的编码不合格：{what}", "a font's encoding is unfit: {what}"),
    "filter": Text("用了不允许的压缩方式：{what}", "a coding that is not allowed: {what}"),
    "outside": Text("引用了文件之外的数据", "data outside the file is referred to"),
    "annotation": Text("批注类型不允许：{what}", "an annotation that is not allowed: {what}"),
    "flags": Text(
        "批注没有设为可打印，或被隐藏", "an annotation is not printed, or it is hidden"
    ),
    "appearance": Text("批注没有合格的外观", "an annotation has no fit appearance"),
    "picture": Text("图像含有不允许的设置：{what}", "an image with a setting not allowed: {what}"),
    "drawing": Text("图形对象不允许：{what}", "a drawing object that is not allowed: {what}"),
    "state": Text(
        "图形状态含有不允许的设置：{what}", "a graphics state with a setting not allowed: {what}"
    ),
    "colour": Text(
        "颜色与输出意图不符：{what}", "colours that the output intent does not cover: {what}"
    ),
    "operator": Text("页面内容有未知的指令：{what}", "an unknown operator in a drawing: {what}"),
    "nesting": Text(
        "图形状态嵌套超过 28 层", "graphics states are saved more than 28 deep"
    ),
    "size": Text("页面尺寸超出允许范围", "a page is smaller or larger than allowed"),
}  # fmt: skip


def fault(code: str, *, page: int | None, what: str = "") -> PdfFault:
    """A fault of FAULTS; its own code is `pdfa_<code>`."""
    words = FAULTS[code]
    zh, en = words.zh.replace("{what}", what), words.en.replace("{what}", what)
    if page is not None:
        zh, en = f"第 {page + 1} 页：{zh}", f"page {page + 1}: {en}"
    return PdfFault(
        problem=problem(f"pdfa_{code}", f"{zh}。", f"{en[0].upper()}{en[1:]}."), page=page
    )
