"""What the converter's tests share: documents, their text, processes, a canary."""

import contextlib
import http.server
import io
import os
import socket
import subprocess
import threading
import time
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image

from service.engines.office.sandbox import sandbox_works

NAMES = "喆堃玥翀䶮𠮷"
_HERE = sandbox_works()
WALLS = [
    # Without walls only where there are none, else in test-all: what they change is the start.
    pytest.param("off", marks=[pytest.mark.long] if _HERE else []),
    pytest.param("auto", marks=pytest.mark.skipif(not _HERE, reason="no bwrap")),
]


def word(*paragraphs, family="仿宋_GB2312", bold=None, picture=None):
    """A .docx; the family is for the Chinese characters."""
    document = docx.Document()
    for text in paragraphs:
        run = document.add_paragraph().add_run(text)
        run.font.name = "Times New Roman"
        run.bold = bold
        run._r.rPr.rFonts.set(qn("w:eastAsia"), family)
    if picture is not None:
        document.add_picture(io.BytesIO(picture), width=Mm(30))
    parcel = io.BytesIO()
    document.save(parcel)
    return parcel.getvalue()


def png(colour=(200, 30, 30)):
    parcel = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(parcel, "PNG")
    return parcel.getvalue()


def linked(source, target):
    """The same document with its embedded picture turned into a link to `target`."""
    inside, parcel = zipfile.ZipFile(io.BytesIO(source)), io.BytesIO()
    with zipfile.ZipFile(parcel, "w", zipfile.ZIP_DEFLATED) as outside:
        for name in inside.namelist():
            data = inside.read(name)
            if name == "word/_rels/document.xml.rels":
                data = data.replace(
                    b'Target="media/image1.png"',
                    f'Target="{target}" TargetMode="External"'.encode(),
                )
            if name == "word/document.xml":
                data = data.replace(b"r:embed=", b"r:link=")
            if not name.startswith("word/media/"):
                outside.writestr(name, data)
    return parcel.getvalue()


def text_of(pdf):
    """All characters of a PDF in reading order, without white space.

    By poppler, which reads by place: LibreOffice draws the glyphs that another font lends after
    the rest of their line, and pdfium reads in the order of drawing.
    """
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def pictures_in(pdf):
    document = pypdfium2.PdfDocument(pdf)
    try:
        kinds = [found.type for page in document for found in page.get_objects()]
    finally:
        document.close()
    return kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)


def parents():
    """Process id -> parent's process id, of all living processes; zombies are not living."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    found[int(entry.name)] = int(parent)
    return found


def descendants(root):
    found, tree = {root}, parents()
    while new := {pid for pid, parent in tree.items() if parent in found} - found:
        found |= new
    return found - {root}


def soffice_under(root):
    """The soffice.bin processes that descend from a process."""
    named = set()
    for pid in descendants(root):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{pid}/comm").read_text().strip() == "soffice.bin":
                named.add(pid)
    return named


def gone(pids, seconds=10):
    """True once none of the processes lives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not set(pids) & set(parents()):
            return True
        time.sleep(0.05)
    return False


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("it never happened")


def dead_sockets():
    """LibreOffice's sockets in /tmp behind which nobody listens any more."""
    found = set()
    for place in Path("/tmp").glob("OSL_PIPE_*"):
        with socket.socket(socket.AF_UNIX) as line:
            try:
                line.connect(str(place))
            except ConnectionRefusedError:
                found.add(place)
            except OSError:
                pass
    return found


@contextlib.contextmanager
def canary():
    """A web server on loopback that serves a picture; yields (port, requests it got)."""
    hits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            hits.append(f"{self.command} {self.path}")
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(png())

        do_GET = do_HEAD = do_OPTIONS = do_PROPFIND = answer

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1], hits
        server.shutdown()


def mine():
    return os.getpid()
