-- One row per week and sport: hours, kilometers, and the mean heart rate by time.
select
    date_trunc('week', start_date_local) as week,
    sport_type,
    count(*) as activities,
    round((sum(moving_time) / 3600.0)::numeric, 2) as hours,
    round((sum(distance) / 1000)::numeric, 1) as km,
    round((sum(average_heartrate * moving_time) / nullif(sum(moving_time) filter (
        where average_heartrate is not null), 0))::numeric, 0) as heartrate
from {{ source('strava', 'activities') }}
where deleted_at is null
group by 1, 2
