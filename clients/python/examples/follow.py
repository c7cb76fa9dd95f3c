"""Print alerts and warnings as they come, one line each, until stopped. Scope: read.

``python follow.py [COUNT]``: stop after so many.
"""

import itertools
import os
import sys

from sargas_client import SargasClient

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else None

with SargasClient(os.environ["SARGAS_URL"], os.environ["SARGAS_TOKEN"]) as node:
    for event in itertools.islice(node.events(["alert", "warning"]), COUNT):
        record = event.data
        print(event.kind, record.get("state", ""), record.get("zone_name") or record.get("level", ""), flush=True)
