"""Airflow 3: run Paceline every three hours.

Exit code 75 means that the rate limit ended the run: the task is rescheduled for the time at which
the next window begins. 2 is a success with quarantined items, 69 and 74 are retried by Airflow, and
all other codes fail at once, because a retry would not help.

Set the Airflow variable `paceline` to the folder of the clone.
"""

import json
import subprocess
import time
from datetime import datetime, timedelta, timezone

from airflow.exceptions import AirflowFailException
from airflow.sdk import Variable, dag, task
from airflow.sdk.exceptions import AirflowRescheduleException

COMPLETE, QUARANTINED, UNAVAILABLE, DISK, AGAIN = 0, 2, 69, 74, 75


def next_window(summary: dict) -> float:
    """Time at which a run can continue, in seconds: the end of the windows without requests left."""
    windows = summary.get("quota", {}).values()
    ends = [w["end"] for w in windows if isinstance(w, dict) and w["used"] >= w["cap"]]
    # Another run has the data directory, or the deadline has passed.
    return max(ends) / 1000 + 5 if ends else time.time() + 900


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
            window = datetime.fromtimestamp(next_window(summary), tz=timezone.utc)
            raise AirflowRescheduleException(window)
        if ran.returncode in (UNAVAILABLE, DISK):
            raise RuntimeError(ran.stderr)
        if ran.returncode not in (COMPLETE, QUARANTINED):
            raise AirflowFailException(ran.stderr)
        return {"requests": summary["requests"], "quarantined": summary["setAside"]}

    fetch()


paceline()
