"""The two rules of the house: who may import whom, and one home for each library."""

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SERVICE = ROOT / "service"

# room -> rooms of ours that it may import (itself always)
ARROWS = {
    "errors": set(),
    "settings": {"errors"},
    "source": {"errors"},
    "keys": {"errors"},
    "core": {"errors"},
    "watched": {"errors", "source"},
    "catalog": {"errors", "core", "source", "watched"},
    "engines": {"errors", "core", "settings"},
    "store": {"errors", "core", "keys", "settings"},
    "desk": {"errors", "core", "catalog", "engines", "source", "store"},
    "jobs": {"errors", "core", "settings", "desk", "store", "engines"},
    "web": {"errors", "core", "desk", "keys", "settings", "bootstrap"},
    "cli": {"errors", "core", "desk", "settings", "bootstrap", "web"},
    "bootstrap": {"errors", "settings", "core", "catalog", "engines", "desk", "store", "jobs"},
    "__init__": set(),
    "__main__": {"cli"},
}
# library -> where it may be imported
HOMES = {
    "argon2": "engines/passwords",
    "bagit": "engines/bag",
    "flask": "web/",
    "flask_wtf": "web/",
    "werkzeug": "web/",
    "markupsafe": "web/|engines/word",
    "gunicorn": "web/",
    "click": "cli",
    "docxtpl": "engines/word",
    "jinja2": "engines/word",
    "docx": "engines/builder|engines/word",
    "pypdf": "engines/pdf|engines/upload|engines/office|engines/fonts",
    "pypdfium2": "engines/pages|engines/measure",
    "PIL": "engines/pictures|engines/pages",
    "fontTools": "engines/fonts",
    "lxml": "engines/",
    "python_calamine": "engines/sheets",
    "openpyxl": "engines/sheets",
    "sqlalchemy": "store/",
    "alembic": "store/",
    "obstore": "store/",
    "dbos": "jobs",
    "yaml": "source",
    "uno": "engines/office",
    "pydantic_core": "core/",
    "com": "engines/office",
    "pydantic": "core/|settings",
    "pydantic_settings": "settings",
}


def imports():
    for file in sorted(SERVICE.rglob("*.py")):
        name = file.relative_to(SERVICE).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield name, alias.name
            elif isinstance(node, ast.ImportFrom) and node.module:
                assert node.level == 0, f"{name}: relative import"
                yield name, node.module
                if node.module in {"service", "service.engines", "service.core"}:
                    for alias in node.names:
                        yield name, f"{node.module}.{alias.name}"


def test_arrows():
    wrong = []
    for name, module in imports():
        if module.split(".")[0] == "service" and len(module.split(".")) > 1:
            room, target = name.split("/")[0].removesuffix(".py"), module.split(".")[1]
            if target != room and target not in ARROWS.get(room, set()) | {"__version__"}:
                wrong.append(f"{name} imports {module}")
    assert not wrong


def test_desk_sees_only_protocols():
    wrong = [
        f"{name} imports {module}"
        for name, module in imports()
        if name.startswith("desk/")
        and module.startswith("service.engines.")
        and module != "service.engines.protocols"
    ]
    assert not wrong


def test_one_home_for_each_library():
    wrong = []
    for name, module in imports():
        homes = HOMES.get(module.split(".")[0])
        if homes and not any(name.startswith(home) for home in homes.split("|")):
            wrong.append(f"{name} imports {module}")
    assert not wrong


def test_every_library_has_a_home():
    tops = {module.split(".")[0] for _, module in imports()}
    libraries = tops - set(sys.stdlib_module_names) - {"service"}
    assert libraries <= set(HOMES), libraries - set(HOMES)
