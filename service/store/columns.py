"""Column types: instants in UTC on the database's clock, and JSON that keeps dates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Dialect,
    Float,
    Text,
    TypeDecorator,
    bindparam,
    literal,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; aware in Python, however the database keeps it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite has no zones: UTC goes in bare."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, whatever zone the connection speaks."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class db_now(FunctionElement[datetime]):
    """This moment on the database's clock, `shift` seconds on; one clock for all machines."""

    type = Instant()
    inherit_cache = True  # the shift is a bound value, so that one compiled statement serves all

    def __init__(self, shift: float = 0) -> None:
        super().__init__(*([bindparam(None, float(shift), Float())] if shift else []))


@compiles(db_now, "sqlite")
def _sqlite_now(element: db_now, compiler: SQLCompiler, **how: Any) -> str:
    shift = compiler.process(element.clauses, **how) if element.clauses.clauses else ""
    moved = f", printf('%+.3f seconds', {shift})" if shift else ""
    # Six digits, as SQLAlchemy writes them: SQLite compares instants as text.
    return f"(strftime('%Y-%m-%d %H:%M:%f', 'now'{moved}) || '000')"


@compiles(db_now, "postgresql")
def _postgresql_now(element: db_now, compiler: SQLCompiler, **how: Any) -> str:
    if not element.clauses.clauses:
        return "clock_timestamp()"
    shift = compiler.process(element.clauses, **how)
    return f"(clock_timestamp() + make_interval(secs => CAST({shift} AS double precision)))"


class json_member(FunctionElement[str]):
    """One member of a kept JSON object, as JSON text; NULL where it is not there."""

    type = Text()
    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(type_coerce(column, Text()), literal(name, Text()))


@compiles(json_member, "sqlite")
def _sqlite_member(element: json_member, compiler: SQLCompiler, **how: Any) -> str:
    column, name = (compiler.process(one, **how) for one in element.clauses)
    return f"({column} -> ('$.' || json_quote({name})))"


@compiles(json_member, "postgresql")
def _postgresql_member(element: json_member, compiler: SQLCompiler, **how: Any) -> str:
    column, name = (compiler.process(one, **how) for one in element.clauses)
    return f"(CAST(CAST({column} AS json) -> CAST({name} AS text) AS text))"


class Json(TypeDecorator[Any]):
    """Plain data as JSON text, the same in every database; dates come back as dates."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Text that every database takes."""
        return None if value is None else to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The data again."""
        return None if value is None else from_json(value)


def to_json(value: Any) -> str:
    """JSON text; `{"$date": "2014-06-13"}` stands for a date."""
    text = _ENCODER.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which no database takes
        return json.dumps(value, default=_tagged, separators=(",", ":"))
    return text


def from_json(text: str) -> Any:
    """What `to_json` was given, with lists for tuples."""
    return _DECODER.decode(text)


def _tagged(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"cannot be kept: {type(value).__name__}")


def _untagged(value: dict[str, Any]) -> Any:
    if len(value) == 1:
        if "$date" in value:
            return date.fromisoformat(value["$date"])
        if "$datetime" in value:
            return datetime.fromisoformat(value["$datetime"])
    return value


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_tagged, separators=(",", ":"))
_DECODER = json.JSONDecoder(object_hook=_untagged)
