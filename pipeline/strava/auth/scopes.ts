/** Permissions that Paceline asks the athlete for, and the data that is missing without each. */

/** Scope requested on Strava's page. The athlete can untick every box there. */
export const wantedScope = "read,profile:read_all,activity:read_all"

/** A permission that was not granted. */
export interface MissingScope {
  readonly scope: string
  /** Data that is missing without it. */
  readonly lost: string
  /** True if nothing can be fetched without it. */
  readonly fatal: boolean
}

/** Strava separates names by commas, other OAuth servers by spaces. */
const namesIn = (scope: string) => new Set(scope.split(/[\s,]+/).filter((name) => name !== ""))

/** Returns `scope` as comma-separated names; undefined if it is undefined or empty. */
export const normalizeScope = (scope: string | undefined): string | undefined =>
  [...namesIn(scope ?? "")].join(",") || undefined

/** Returns the scopes that Paceline uses and that are not in the granted `scope`. */
export const missingScopes = (scope: string): ReadonlyArray<MissingScope> => {
  const granted = namesIn(scope)
  const some = granted.has("activity:read")
  const all: ReadonlyArray<MissingScope> = [
    {
      scope: "read",
      lost: "gear and other public profile data may be missing",
      fatal: false,
    },
    {
      scope: "profile:read_all",
      lost: "only the public profile is fetched (no weight, no FTP), and no zones",
      fatal: false,
    },
    {
      scope: "activity:read_all",
      lost: some
        ? "activities visible only to you are missing, and so are track points inside your hidden places"
        : "no activity can be read",
      fatal: !some,
    },
  ]
  return all.filter(({ scope }) => !granted.has(scope))
}
