"""The edge, Word: inside the child process, a template is screened, checked and filled once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from jinja2 import TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.visitor import NodeTransformer

from service.engines.word.compile import compile_part, parse, template_of
from service.engines.word.environment import ENVIRONMENT
from service.engines.word.package import Package, read_package
from service.engines.word.parts import PartSource, has_tag, part_sources, prepared
from service.engines.word.placeholder import Anything
from service.engines.word.refusals import refusal, snippet
from service.engines.word.rules import broken_rules
from service.engines.word.screen import screen
from service.engines.word.tags import tags_of
from service.errors import Problem

# Long enough that a text doubled a few times over meets the memory limit.
_LONG = Anything("字" * 300)
# Fits an attribute too, where a number is wanted.
_SHORT = Anything("1")


def try_out(docx: bytes, *, file: str) -> tuple[list[Problem], frozenset[str]]:
    """Every reason to refuse a template, and the names that it looks up.

    Raises:
        DefinitionError: from opening or binding.
        MemoryError, RecursionError: it is a bomb; the process may also be ended by its limits.
    """
    package = read_package(docx, file=file)
    if problems := screen(package):
        return problems, frozenset()
    package = prepared(package, file=file)
    sources = list(part_sources(package))
    problems = [*_unfilled(package, sources)]
    for source in sources:
        problems += _check(source) or _fill(source)
    return problems, frozenset() if problems else _tags(sources)


def _tags(sources: list[PartSource]) -> frozenset[str]:
    trees = (ENVIRONMENT.parse(text) for source in sources for text in source.sources)
    return frozenset().union(*map(tags_of, trees))


def _unfilled(package: Package, sources: list[PartSource]) -> Iterator[Problem]:
    """Tags where nothing is ever filled in would be printed as they are."""
    filled = {s.part for s in sources if s.kind != "properties"}
    for name, data in package.members.items():
        if name not in filled and name.startswith(("word/", "docProps/")) and name.endswith(".xml"):
            text = data.decode("utf-8", "replace")
            for source in sources:
                if source.part == name:
                    text = "".join(source.pieces[::2])
            if has_tag(re.sub(r"<[^<>]*>", "", text)):
                yield refusal("tag_not_filled", name)


def _by_paragraph(source: str) -> str:
    """As docxtpl does: a line for each paragraph, so that a line number names one."""
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", source)


def _check(source: PartSource) -> list[Problem]:
    """What the syntax tree shows."""
    problems = []
    for text in map(_by_paragraph, source.sources):
        try:
            found = {(b.code, b.line) for b in broken_rules(ENVIRONMENT.parse(text))}
        except TemplateSyntaxError as error:
            found = {("template_syntax", error.lineno)}
        problems += [
            refusal(code, source.part, snippet(text, line)) for code, line in sorted(found)
        ]
    return problems


def _fill(source: PartSource) -> list[Problem]:
    """What filling with placeholders shows: once every branch, once as it is meant."""
    names: set[str] = set()
    try:
        for text in source.sources:
            names |= meta.find_undeclared_variables(ENVIRONMENT.parse(text))
        context = dict.fromkeys(names, _LONG)
        for text in source.sources:
            tree = _AllBranches().visit(parse(text))
            template_of(tree.set_environment(ENVIRONMENT)).render(context)
        xml = compile_part(source).render(dict.fromkeys(names, _SHORT))
        expat.ParserCreate(namespace_separator=" ").Parse(xml.encode(), True)
    except SecurityError:
        return [refusal("template_unsafe", source.part)]
    except TemplateSyntaxError as error:
        return [refusal("template_syntax", source.part, str(error.message)[:60])]
    except (expat.ExpatError, SyntaxError):
        return [refusal("template_broken_xml", source.part)]
    except (
        TemplateError,
        AttributeError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
    ) as error:
        return [refusal("template_failed", source.part, type(error).__name__)]
    return []


class _AllBranches(NodeTransformer):
    """Every branch of every condition runs, so that no costly one hides behind a value."""

    def visit_If(self, node: nodes.If) -> list[nodes.Node]:
        """Test and all branches, one after the other."""
        self.generic_visit(node)
        test = nodes.ExprStmt(node.test, lineno=node.lineno)
        return [test, *node.body, *node.elif_, *node.else_]

    def visit_For(self, node: nodes.For) -> list[nodes.Node]:
        """The loop, then what stands for an empty one."""
        self.generic_visit(node)
        otherwise, node.else_ = node.else_, []
        return [node, *otherwise]
