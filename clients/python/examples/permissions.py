"""Hand in a CSV file of flight permissions, all or nothing, and list what is in force. Scopes: enter, read."""

import os
import sys
from pathlib import Path

from sargas_client import Refused, SargasClient

with SargasClient(os.environ["SARGAS_URL"], os.environ["SARGAS_TOKEN"]) as node:
    try:
        done = node.import_permissions(Path(sys.argv[1]).read_text(encoding="utf-8"), "text/csv")
    except Refused as refused:
        sys.exit(f"nothing was taken: {refused.detail}")
    print(f"{done['entered']} entered, {done['unchanged']} stood so already")
    for permission in node.list_permissions():
        print(permission["permission_id"], permission["holder"], permission["purpose"])
