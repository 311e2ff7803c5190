-- One row per bike or pair of shoes: its activities and their distance.
select
    gear.id,
    gear.name,
    count(activities.id) as activities,
    round((coalesce(sum(activities.distance), 0) / 1000)::numeric, 1) as km
from {{ source('strava', 'gear') }} as gear
left join {{ source('strava', 'activities') }} as activities
    on activities.gear_id = gear.id and activities.deleted_at is null
group by 1, 2
