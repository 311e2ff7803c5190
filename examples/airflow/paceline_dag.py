"""Airflow: run Paceline every three hours.

Exit code 75 means that the rate limit ended the run: the task is rescheduled for the time at which
the next window begins. 2 is a success with quarantined items, 69 and 74 are retried by Airflow, and
all other codes fail at once, because a retry would not help.

Set the Airflow variable `paceline` to the folder of the clone.
"""

import json
import subprocess
from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowFailException
from airflow.sdk import Variable, dag, task
from airflow.sdk.exceptions import AirflowRescheduleException

COMPLETE, QUARANTINED, UNAVAILABLE, DISK, AGAIN = 0, 2, 69, 74, 75


@dag(
    dag_id="paceline",
    schedule="0 */3 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["strava"],
)
def paceline():
    @task(retries=3, retry_delay=timedelta(minutes=10))
    def fetch() -> dict:
        ran = subprocess.run(
            ["deno", "task", "--quiet", "pipeline", "--json", "--on-limit", "stop"],
            cwd=Variable.get("paceline", default="/opt/paceline"),
            capture_output=True,
            text=True,
        )
        print(ran.stderr)
        summary = json.loads(ran.stdout) if ran.stdout.strip() else {}
        if ran.returncode == AGAIN:
            window = summary["quota"]["quarter"]["end"] / 1000
            raise AirflowRescheduleException(datetime.fromtimestamp(window + 5, tz=timezone.utc))
        if ran.returncode in (UNAVAILABLE, DISK):
            raise RuntimeError(ran.stderr)
        if ran.returncode not in (COMPLETE, QUARANTINED):
            raise AirflowFailException(ran.stderr)
        return {"requests": summary["requests"], "quarantined": summary["setAside"]}

    fetch()


paceline()
