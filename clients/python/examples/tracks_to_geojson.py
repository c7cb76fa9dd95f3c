"""Write the tracks as GeoJSON to stdout, for any map program. Scope: read."""

import json
import os

from sargas_client import SargasClient

with SargasClient(os.environ["SARGAS_URL"], os.environ["SARGAS_TOKEN"]) as node:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [track["longitude_deg"], track["latitude_deg"]]},
            "properties": {"track": track["track_id"], "threat": track["threat"], "altitude_m": track["altitude_m"]},
        }
        for track in node.list_tracks(limit=10_000)
    ]
print(json.dumps({"type": "FeatureCollection", "features": features}))
