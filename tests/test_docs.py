"""Docs that fail the build when they lie: commands, settings, exit codes, rules, types, kinds."""

import re
import subprocess
from pathlib import Path
from typing import get_args

import click
import pytest

from service.catalog import Catalog
from service.cli import main
from service.core.definition import FieldDefinition, FieldType, FormDefinition, RuleDefinition
from service.core.rules import RULES
from service.errors import EXIT_CODES
from service.settings import Settings

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "docs/reference.md").read_text("utf-8")
KINDS = (ROOT / "docs/kinds.md").read_text("utf-8")
HERE = click.Context(main)
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]


def rows(text, heading):
    section = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [
        line for line in section.splitlines() if line.startswith("| `") or re.match(r"\| \d", line)
    ]


def test_every_command_is_described_and_nothing_else():
    described = {re.match(r"\| `gongwen ([\w-]+)", row)[1] for row in rows(REFERENCE, "Commands")}
    assert described == set(main.list_commands(HERE))


def test_every_option_of_a_command_is_described():
    for name in main.list_commands(HERE):
        for parameter in main.get_command(HERE, name).params:
            for option in getattr(parameter, "opts", []):
                if option.startswith("--") and option not in {"--output", "--workers"}:
                    assert option in REFERENCE, f"{name} {option}"


def test_every_setting_is_described_and_nothing_else():
    described = {re.match(r"\| `(\w+)`", row)[1] for row in rows(REFERENCE, "Settings")}
    assert described == {f"GONGWEN_{name.upper()}" for name in Settings.model_fields}


def test_every_exit_code_is_described():
    described = {int(re.match(r"\| (\d)", row)[1]) for row in rows(REFERENCE, "Exit codes")}
    assert described == {0, 1, 2, *EXIT_CODES.values()}


def test_every_type_rule_and_key_of_a_form_is_described():
    for name in [*get_args(FieldType), *RULES]:
        assert f"`{name}`" in KINDS, name
    keys = {field.alias or name for name, field in FieldDefinition.model_fields.items()}
    keys |= {field.alias or name for name, field in FormDefinition.model_fields.items()} - {"name"}
    for key in keys:
        assert re.search(rf"`{key}[`:]", KINDS), key
    for name, field in RuleDefinition.model_fields.items():
        assert (field.alias or name).rstrip("_") in KINDS, name


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_readmes_name_every_kind_and_show_pictures_that_exist(readme):
    text = readme.read_text("utf-8")
    catalog = Catalog([Settings().builtin_templates])
    for name in catalog.kinds():
        assert f"`{name}`" in text, name
    for link in re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", text):
        target = link[0] or link[1]
        assert (ROOT / target).exists(), target


def test_the_makefile_has_the_targets_that_the_readme_names():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for readme in READMES:
        assert (
            set(re.findall(r"(?:`|^)make ([\w-]+)", readme.read_text("utf-8"), re.MULTILINE))
            <= targets
        )


def test_no_address_of_a_registry_stands_in_any_file():
    hosts = re.compile(
        "|".join(["py" + "pi.org", "pythonhosted" + ".org", "deb" + ".debian.org", "npm" + "js"])
    )
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    tracked = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert tracked
    named = [
        path for path in (ROOT / name for name in tracked.split("\0"))
        if path.suffix in {".txt", ".toml", ".md", ".py", ".sh", ".yaml", ".cfg", ""} and path.is_file()
        and path.name != "LICENSE"
        and hosts.search(path.read_text("utf-8", errors="ignore"))
    ]  # fmt: skip
    assert named == []
