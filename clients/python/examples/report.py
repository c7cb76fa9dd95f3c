"""Hand in what a person on the telephone has seen. Scope: report.

``python report.py LATITUDE LONGITUDE WHAT WHERE``, for example ``54.7 25.3 drone NE``.
"""

import os
import sys

from sargas_client import Refused, SargasClient

latitude, longitude, seen, bearing = sys.argv[1:5]

with SargasClient(os.environ["SARGAS_URL"], os.environ["SARGAS_TOKEN"]) as node:
    try:
        accepted = node.make_report(
            {
                "latitude_deg": float(latitude),
                "longitude_deg": float(longitude),
                "seen": seen,
                "bearing": bearing,
                "minutes_ago": 1.0,
                "reporter": "citizen",
            }
        )
    except Refused as refused:
        sys.exit(f"not taken: {refused.detail}")
print("report", accepted["report_id"])
