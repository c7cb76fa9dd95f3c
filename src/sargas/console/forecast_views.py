"""Where a track will be, by the node's own predictor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import Field

from sargas.console.sessions import HasConsole, LoggedIn
from sargas.model.record_base import Latitude, Longitude
from sargas.model.records import Value

router = APIRouter(prefix="/api")


class ForecastPlace(Value):
    """Where a track will be after some time."""

    ahead_s: float = Field(gt=0, description="Seconds from the time of the forecast")
    latitude_deg: Latitude = Field(description="WGS84")
    longitude_deg: Longitude = Field(description="WGS84")
    altitude_m: float | None = Field(description="Above the WGS84 ellipsoid; none: unknown")
    radius_90_m: float | None = Field(
        description="Of the circle that holds the true place with 90 %; none: not calibrated"
    )


class TrackForecast(Value):
    """Where a track will be, as its alerts reckon it; without places: nothing is forecast of it."""

    track_id: int = Field(description="Number of the track")
    time_ns: int | None = Field(description="UTC ns of the state it is forecast from; none: nothing is forecast")
    places: tuple[ForecastPlace, ...] = Field(description="In order of time, 30 s to 600 s ahead")


@router.get("/tracks/{track_id}/forecast")
def read_forecast(
    track_id: Annotated[int, Path(ge=0, le=2**53, description="Number of the track")],
    console: HasConsole,
    session: LoggedIn,
) -> TrackForecast:
    """Forecast a track; of one that is gone, of a partner's, and on a recording there are no places."""
    if console.picture.label_of(track_id) is None:  # gone, or not for this account to see
        return TrackForecast(track_id=track_id, time_ns=None, places=())
    try:
        ahead = console.settings.look_ahead(track_id)
    except TimeoutError:
        raise HTTPException(503, "expected an answer of the core, was none in time: ask again") from None
    if ahead is None:
        return TrackForecast(track_id=track_id, time_ns=None, places=())
    places = tuple(ForecastPlace(**place._asdict()) for place in ahead.places)
    return TrackForecast(track_id=track_id, time_ns=ahead.time_ns, places=places)
