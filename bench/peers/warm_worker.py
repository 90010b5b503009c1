"""Runs under Debian's Python: one LibreOffice, lines `source<TAB>target` (file addresses) in.

The plainest way of keeping LibreOffice warm; no sandbox, no limits, no second try.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

PIPE = f"bench{os.getpid()}"


def properties(values: dict[str, Any]) -> tuple[Any, ...]:
    found = []
    for name, value in values.items():
        item = PropertyValue()
        item.Name, item.Value = name, value
        found.append(item)
    return tuple(found)


def connect() -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    for _ in range(600):
        try:
            context = resolver.resolve(f"uno:pipe,name={PIPE};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", context
            )
        except NoConnectException:
            time.sleep(0.1)
    sys.exit("LibreOffice does not answer")


def main(profile: str, export: str) -> None:
    command = ["soffice", "--headless", f"-env:UserInstallation={Path(profile).as_uri()}"]
    with subprocess.Popen(
        [*command, f"--accept=pipe,name={PIPE};urp;"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as office:
        desktop = connect()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        data = uno.Any("[]com.sun.star.beans.PropertyValue", properties(json.loads(export)))
        for line in sys.stdin:
            source, target = line.rstrip("\n").split("\t")
            document = desktop.loadComponentFromURL(
                source, "_blank", 0, properties({"Hidden": True})
            )
            document.storeToURL(
                target, properties({"FilterName": "writer_pdf_Export", "FilterData": data})
            )
            document.close(True)
            sys.stdout.write("done\n")
            sys.stdout.flush()
        try:
            desktop.terminate()
        except Exception:
            office.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
