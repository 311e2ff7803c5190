"""The method of a notebook: requests and polars, eight types of samples, a file of CSV per activity."""

import os
import sys

import polars
import requests

TYPES = [
    "time", "latlng", "distance", "altitude", "velocity_smooth", "heartrate",
    "cadence", "watts",
]


def main(folder):
    api = os.environ["STRAVA_API_URL"]
    token = requests.post(
        f"{os.environ['STRAVA_OAUTH_URL']}/token",
        data={
            "client_id": os.environ["STRAVA_CLIENT_ID"],
            "client_secret": os.environ["STRAVA_CLIENT_SECRET"],
            "refresh_token": os.environ["STRAVA_REFRESH_TOKEN"],
            "grant_type": "refresh_token",
        },
    ).json()["access_token"]

    def get(path, **params):
        return requests.get(
            f"{api}/{path}",
            params=params,
            headers={"Authorization": f"Bearer {token}"},
        )

    get("athlete").json()
    activities = []
    page = 1
    while found := get("athlete/activities", page=page, per_page=200).json():
        activities.extend(found)
        page += 1
    polars.DataFrame(activities, infer_schema_length=None).select(
        "id", "name", "sport_type", "start_date", "distance", "moving_time"
    ).write_csv(f"{folder}/activities.csv")
    for activity in activities:
        if activity["manual"]:
            continue
        response = get(
            f"activities/{activity['id']}/streams",
            keys=",".join(TYPES),
            key_by_type="true",
        )
        if response.status_code == 404:
            continue
        data = {name: stream["data"] for name, stream in response.json().items()}
        if "latlng" in data:
            places = data.pop("latlng")
            data["lat"] = [place[0] for place in places]
            data["lng"] = [place[1] for place in places]
        polars.DataFrame(data).write_csv(f"{folder}/{activity['id']}.csv")


main(sys.argv[1])
