"""A worker without LibreOffice: does what the document's own words tell it, right or wrong.

Run like worker.py: fake_office.py JOB SOFFICE PIPE.
"""

import json
import os
import socket
import sys
import time
from pathlib import Path


def tiny_pdf() -> bytes:
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    pdf, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj%sendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        pdf
        + b"xref\n0 4\n0000000000 65535 f \n%strailer<</Size 4/Root 1 0 R>>\n" % (table)
        + b"startxref\n%d\n%%%%EOF\n" % len(pdf)
    )


def spy(words):
    """What can be seen from in here, as JSON."""
    port, *paths = words.split()[1:]
    seen = {"environment": dict(os.environ), "read": [p for p in paths if Path(p).exists()]}
    try:
        socket.create_connection(("127.0.0.1", int(port)), timeout=2).close()
        seen["network"] = True
    except OSError:
        seen["network"] = False
    return json.dumps(seen).encode()


def answer(job, words, target):  # noqa: C901, PLR0911, PLR0912  # one list of misdeeds
    megabytes = 100
    match words.split()[0] if words else "":
        case "crash":
            os._exit(1)
        case "crash-first" if job.name == "1":
            os._exit(1)
        case "hang":
            time.sleep(999)
        case "empty":
            target.write_bytes(b"")
            return {"done": True, "megabytes": 1}
        case "nothing":
            return {"done": True, "megabytes": 1}
        case "half":
            target.write_bytes(tiny_pdf()[:60])
            return {"done": True, "megabytes": 1}
        case "link":
            target.symlink_to(words.split()[1])
            return {"done": True, "megabytes": 1}
        case "rubbish":
            return "rubbish"
        case "refuse":
            return {"failed": "refused"}
        case "eat":
            hoard = bytearray(6 << 30)
            return {"done": True, "megabytes": len(hoard) >> 20}
        case "spy":
            target.write_bytes(spy(words))
            return {"done": True, "megabytes": 1}
        case "slow":
            time.sleep(0.5)
        case "fat":
            megabytes = 9999
    target.write_bytes(tiny_pdf())
    return {"done": True, "megabytes": megabytes}


def main(job):
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        words = (job / request["source"]).read_text()
        print(json.dumps(answer(job, words, job / request["target"])), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
