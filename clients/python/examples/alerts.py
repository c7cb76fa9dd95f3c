"""Print the alerts that stand, worst first; with ``--acknowledge`` acknowledge those nobody answered.

Scopes: read; decide to acknowledge. SARGAS_URL and SARGAS_TOKEN say where and who.
"""

import os
import sys

from sargas_client import SargasClient

with SargasClient(os.environ["SARGAS_URL"], os.environ["SARGAS_TOKEN"]) as node:
    alerts = sorted(node.list_alerts(), key=lambda alert: (alert["tier"] != "critical", alert["raised_ns"]))
    for alert in alerts:
        print(alert["tier"], alert["state"], alert["zone_name"], "; ".join(alert["reasons"]))
        if "--acknowledge" in sys.argv and alert["state"] in ("raised", "escalated"):
            decision = node.acknowledge_alert(alert["alert_id"], {"reason": "seen by the duty relay"})
            print("acknowledged:", decision["decision_id"])
