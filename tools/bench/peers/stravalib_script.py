"""stravalib 2.6.0, used as its "Usage Overview" and the reference of get_activity_streams have it.

https://stravalib.readthedocs.io/en/latest/get-started/overview.html
Another address is a transport adapter, as the documentation of requests describes them.
"""

import json
import os
import sys

import requests
from requests.adapters import HTTPAdapter
from stravalib import Client
from stravalib.exc import ObjectNotFound

TYPES = [
    "time", "latlng", "distance", "altitude", "velocity_smooth", "heartrate",
    "cadence", "watts", "temp", "moving", "grade_smooth",
]
STRAVA = "https://www.strava.com/api/v3"


class Local(HTTPAdapter):
    def send(self, request, **options):
        request.url = request.url.replace(STRAVA, os.environ["STRAVA_API_URL"])
        return super().send(request, **options)


def main(folder):
    session = requests.Session()
    session.mount(STRAVA, Local())
    client = Client(
        access_token=os.environ["STRAVA_ACCESS_TOKEN"], requests_session=session
    )

    def save(name, text):
        with open(f"{folder}/{name}.json", "w") as file:
            file.write(text)

    save("athlete", client.get_athlete().model_dump_json())
    activities = list(client.get_activities())
    save("activities", "[" + ",".join(a.model_dump_json() for a in activities) + "]")
    for activity in activities:
        if activity.manual:
            continue
        try:
            streams = client.get_activity_streams(activity.id, types=TYPES)
        except ObjectNotFound:
            continue
        save(activity.id, json.dumps({name: s.data for name, s in streams.items()}))


main(sys.argv[1])
