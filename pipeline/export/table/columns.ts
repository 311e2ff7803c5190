/** Columns of activities.csv: their English headers in Strava's order, and names of their cells. */

/**
 * English headers in order, as in exports of 2026 (103 columns). Since 2023, Strava adds columns
 * only before the last one.
 */
export const englishHeaders: ReadonlyArray<string> = `
Activity ID|Activity Date|Activity Name|Activity Type|Activity Description|Elapsed Time|Distance
Max Heart Rate|Relative Effort|Commute|Activity Private Note|Activity Gear|Filename|Athlete Weight
Bike Weight|Elapsed Time|Moving Time|Distance|Max Speed|Average Speed|Elevation Gain|Elevation Loss
Elevation Low|Elevation High|Max Grade|Average Grade|Average Positive Grade|Average Negative Grade
Max Cadence|Average Cadence|Max Heart Rate|Average Heart Rate|Max Watts|Average Watts|Calories
Max Temperature|Average Temperature|Relative Effort|Total Work|Number of Runs|Uphill Time
Downhill Time|Other Time|Perceived Exertion|Type|Start Time|Weighted Average Power|Power Count
Prefer Perceived Exertion|Perceived Relative Effort|Commute|Total Weight Lifted|From Upload
Grade Adjusted Distance|Weather Observation Time|Weather Condition|Weather Temperature
Apparent Temperature|Dewpoint|Humidity|Weather Pressure|Wind Speed|Wind Gust|Wind Bearing
Precipitation Intensity|Sunrise Time|Sunset Time|Moon Phase|Bike|Gear|Precipitation Probability
Precipitation Type|Cloud Cover|Weather Visibility|UV Index|Weather Ozone|Jump Count|Total Grit
Average Flow|Flagged|Average Elapsed Speed|Dirt Distance|Newly Explored Distance
Newly Explored Dirt Distance|Activity Count|Total Steps|Carbon Saved|Pool Length|Training Load
Intensity|Average Grade Adjusted Pace|Timer Time|Total Cycles|Recovery|With Pet|Competition|Long Run
For a Cause|With Kid|Downhill Distance|Total Sets|Total Reps|Media`
  .trim().split(/[|\n]/)

/** Headers until June 2019, when the distance was in meters. */
export const headersOf2019: Readonly<Record<string, string>> = {
  id: "Activity ID",
  date: "Activity Date",
  name: "Activity Name",
  type: "Activity Type",
  description: "Activity Description",
  elapsed_time: "Elapsed Time",
  distance: "Distance",
  commute: "Commute",
  gear: "Activity Gear",
  filename: "Filename",
}

/** Returns the names with a number at the repeated ones: `Distance`, `Distance (2)`. */
export const numbered = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}
