/** Makes the part of a site that comes from the state file. */
import { isEmpty, noActivities, type StoredState } from "../landed/state.ts"
import { asTyped } from "../output/kit/commandPrefix.ts"
import { minuteTime } from "../output/kit/times.ts"
import type { Site } from "./model/Site.ts"
import type { SiteLack, SiteLedger } from "./model/SiteLedger.ts"
import { noEntries } from "./reasons.ts"

const endings: Readonly<Record<number, string>> = {
  0: "complete",
  2: "complete, with quarantined items",
  75: "incomplete; the next run continues",
}

const runOf = (run: StoredState["lastRun"]): SiteLedger["run"] =>
  run === undefined ? undefined : {
    at: minuteTime(run.ended ?? run.started),
    result: run.ended === null
      ? "not ended (running, stopped or killed)"
      : endings[run.exit ?? -1] ?? `exit code ${run.exit ?? "unknown"}`,
  }

const anyCommand = "status"

/** Returns the words before a command's name: `deno task`, or what the user ran instead. */
const commandOf = (): string =>
  asTyped(`deno task ${anyCommand}`).slice(0, -` ${anyCommand}`.length)

/** Returns the reason why the heart rate zones are unknown. `hasZones`: true if zones without heart rate are stored. */
const zonesLack = (state: StoredState | undefined, hasZones: boolean): SiteLack =>
  hasZones
    ? { reason: "your profile has none; set them at Strava", commands: ["zones"] }
    : state?.asksZones === false
    ? { reason: "off", commands: ["zones --with zones"] }
    : state?.onlyExport === true
    ? { reason: "not in your export", commands: ["setup", "zones"] }
    : state?.zonesWithheld !== undefined
    ? { reason: "not permitted by Strava", commands: ["status"] }
    : { reason: "not fetched yet", commands: ["zones"] }

/** Returns the part of a site from the state file, which is undefined if there is none. */
export const siteLedger = (
  state: StoredState | undefined,
  site: Pick<Site, "activities" | "asOf" | "coverage" | "leftOut" | "zones">,
  hasZones: boolean,
): SiteLedger => ({
  isKnown: state !== undefined,
  run: runOf(state?.lastRun),
  asksGear: state?.asksGear !== false,
  zones: site.zones.length > 0 ? undefined : zonesLack(state, hasZones),
  none: site.activities.length > 0
    ? undefined
    : state !== undefined && isEmpty(state)
    ? noActivities(state)
    : asTyped(noEntries(site)),
  command: commandOf(),
})
