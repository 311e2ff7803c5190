/** The latest activities as a table. */
import type { ReportActivity, ReportFacts } from "../Facts.ts"
import { decimal, hoursMinutes, kilometers, minutesSeconds } from "../format.ts"
import { markup, named } from "../html.ts"
import { isoOf } from "../../metrics/days.ts"
import { sportName } from "../../metrics/sports.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noEntries } from "../reasons.ts"

const count = 12

const pace = ({ activity, group, meters, seconds }: ReportActivity): string => {
  if (meters < 100 || seconds === 0) return "–"
  if (activity.sport_type === "Swim") return `${minutesSeconds(seconds / meters * 100)} /100 m`
  return group === "run" || group === "walk"
    ? `${minutesSeconds(seconds / meters * 1_000)} /km`
    : `${decimal(meters / seconds * 3.6, 1)} km/h`
}

const beats = (bpm: number | null) => bpm === null ? "–" : decimal(bpm)

export const latest = (facts: ReportFacts): Panel => {
  const { entries } = facts
  const head = { id: "latest", title: "Latest activities", span: 7 as const }
  if (entries.length === 0) {
    return { ...head, body: notYet(noEntries(facts)) }
  }
  return {
    ...head,
    body: markup`
      <div class="scroll" tabindex="0" role="region" aria-label="Table of the latest activities">
        <table class="latest">
          <thead>
            <tr>
              <th scope="col">Date</th>
              <th scope="col">Name</th>
              <th scope="col">km</th>
              <th scope="col">Time</th>
              <th scope="col" class="second">Pace, speed</th>
              <th scope="col" class="second">Climb, m</th>
              <th scope="col"
                class="second"><abbr title="mean heart rate in beats per minute">HR</abbr></th>
            </tr>
          </thead>
          <tbody>${
      entries.slice(0, count).map((entry) => {
        const { activity, climb, day, group, meters, seconds } = entry
        return markup`
              <tr>
                <td>${isoOf(day)}</td>
                <th
                  scope="row"><i class="${group}"></i><span class="hidden">${
          named(sportName(activity.sport_type ?? activity.type))
        }: </span><bdi>${named(activity.name)}</bdi></th>
                <td>${meters === 0 ? "–" : kilometers(meters)}</td>
                <td>${hoursMinutes(seconds)}</td>
                <td class="second">${pace(entry)}</td>
                <td class="second">${climb === 0 ? "–" : decimal(climb)}</td>
                <td class="second">${beats(activity.average_heartrate)}</td>
              </tr>
            `
      })
    }</tbody>
        </table>
      </div>
    `,
  }
}
