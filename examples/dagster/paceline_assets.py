"""Dagster: the data of Paceline as an asset, with the figures of each run as its metadata.

Exit code 75 means that the rate limit ended the run: the step is retried when the next window
begins. 2 is a success with quarantined items, 69 and 74 are retried, all other codes fail at once.

Run it with `dagster dev -f paceline_assets.py`. PACELINE_HOME is the folder of the clone.
"""

import json
import os
import subprocess
import time

import dagster as dg

COMPLETE, QUARANTINED, UNAVAILABLE, DISK, AGAIN = 0, 2, 69, 74, 75

# One count for both kinds of retries: a long history takes many windows.
RETRIES = 96


def next_window(summary: dict) -> float:
    """Time at which a run can continue, in seconds: the end of the windows without requests left."""
    windows = summary.get("quota", {}).values()
    ends = [w["end"] for w in windows if isinstance(w, dict) and w["used"] >= w["cap"]]
    # Another run has the data directory, or the deadline has passed.
    return max(ends) / 1000 + 5 if ends else time.time() + 900


@dg.asset(name="strava", description="Strava history in JSON, CSV and PostgreSQL")
def strava(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    ran = subprocess.run(
        ["deno", "task", "--quiet", "pipeline", "--json", "--on-limit", "stop"],
        cwd=os.environ.get("PACELINE_HOME", "/opt/paceline"),
        capture_output=True,
        text=True,
    )
    context.log.info(ran.stderr)
    summary = json.loads(ran.stdout) if ran.stdout.strip() else {}
    if ran.returncode == AGAIN:
        seconds = next_window(summary) - time.time()
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=seconds)
    if ran.returncode in (UNAVAILABLE, DISK):
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=600)
    if ran.returncode not in (COMPLETE, QUARANTINED):
        raise dg.Failure(ran.stderr, allow_retries=False)
    return dg.MaterializeResult(
        metadata={
            "requests": summary["requests"],
            "quarantined": summary["setAside"],
            "activities": summary["resources"].get("activities", {}).get("fresh", 0),
        }
    )


job = dg.define_asset_job("paceline", selection=[strava])

defs = dg.Definitions(
    assets=[strava],
    jobs=[job],
    schedules=[dg.ScheduleDefinition(job=job, cron_schedule="0 */3 * * *")],
)
