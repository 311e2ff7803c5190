// strava-v3 4.0.2, used as its README has it: `strava.config`, promises, and `listActivities` in pages
// ("Dealing with pagination"). Its sources name the function that sets another base URL.
const fs = require("node:fs/promises")
const { argv, env } = require("node:process")
const strava = require("strava-v3")
const { setBaseURL } = require("strava-v3/axiosUtility")

const keys =
  "time,latlng,distance,altitude,velocity_smooth,heartrate,cadence,watts,temp,moving,grade_smooth"

const main = async (folder) => {
  setBaseURL(`${env.STRAVA_API_URL}/`)
  strava.config({ access_token: env.STRAVA_ACCESS_TOKEN })
  const save = (name, value) => fs.writeFile(`${folder}/${name}.json`, JSON.stringify(value))

  await save("athlete", await strava.athlete.get({}))
  const activities = []
  for (let page = 1;; page++) {
    const found = await strava.athlete.listActivities({ page, per_page: 200 })
    if (found.length === 0) break
    activities.push(...found)
  }
  await save("activities", activities)
  for (const { id, manual } of activities) {
    if (manual) continue
    try {
      await save(id, await strava.streams.activity({ id, keys, key_by_type: true }))
    } catch (error) {
      if (error.statusCode !== 404) throw error
    }
  }
}

main(argv[2])
