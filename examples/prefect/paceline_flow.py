"""Prefect: run Paceline every three hours.

Exit code 75 means that the rate limit ended the run: the flow waits for the next window and runs
again. 2 is a success with quarantined items, 69 and 74 are retried, all other codes fail at once.

Run it with `python paceline_flow.py`. PACELINE_HOME is the folder of the clone.
"""

import json
import os
import subprocess
import time

from prefect import flow, get_run_logger, task
from prefect.states import Failed

COMPLETE, QUARANTINED, UNAVAILABLE, DISK, AGAIN = 0, 2, 69, 74, 75


def next_window(summary: dict) -> float:
    """Time at which a run can continue, in seconds: the end of the windows without requests left."""
    windows = summary.get("quota", {}).values()
    ends = [w["end"] for w in windows if isinstance(w, dict) and w["used"] >= w["cap"]]
    # Another run has the data directory, or the deadline has passed.
    return max(ends) / 1000 + 5 if ends else time.time() + 900


class Unavailable(Exception):
    """Strava, a database or the disk; a later run can succeed."""


@task(retries=3, retry_delay_seconds=600, retry_condition_fn=lambda _, __, state: isinstance(
    state.result(raise_on_failure=False), Unavailable))
def fetch() -> tuple[int, dict, str]:
    ran = subprocess.run(
        ["deno", "task", "--quiet", "pipeline", "--json", "--on-limit", "stop"],
        cwd=os.environ.get("PACELINE_HOME", "/opt/paceline"),
        capture_output=True,
        text=True,
    )
    if ran.returncode in (UNAVAILABLE, DISK):
        raise Unavailable(ran.stderr)
    return ran.returncode, json.loads(ran.stdout) if ran.stdout.strip() else {}, ran.stderr


@flow(name="paceline")
def paceline():
    code, summary, messages = fetch()
    while code == AGAIN:
        time.sleep(max(5, next_window(summary) - time.time()))
        code, summary, messages = fetch()
    if code not in (COMPLETE, QUARANTINED):
        return Failed(message=messages)
    get_run_logger().info(f"{summary['requests']} requests, {summary['setAside']} quarantined")
    return summary["requests"]


if __name__ == "__main__":
    paceline.serve(cron="0 */3 * * *")
