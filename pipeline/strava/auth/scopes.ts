/** The permissions that Paceline asks the athlete for, and what goes without each. */

/** As Strava's page asks for them; every box may be unticked there. */
export const wantedScope = "read,profile:read_all,activity:read_all"

/** A permission that was not given. */
export interface MissingScope {
  readonly scope: string
  /** Data that is missing without it. */
  readonly lost: string
  /** Without it there is nothing to fetch. */
  readonly fatal: boolean
}

/** Strava writes commas, other servers of this protocol blanks. */
const namesIn = (scope: string) => new Set(scope.split(/[\s,]+/).filter((name) => name !== ""))

/** Returns `scope` with commas between its names; undefined if it is undefined or empty. */
export const scopeIn = (scope: string | undefined): string | undefined =>
  [...namesIn(scope ?? "")].join(",") || undefined

/** Returns the scopes that Paceline uses and that are not in the granted `scope`. */
export const lacksOf = (scope: string): ReadonlyArray<MissingScope> => {
  const granted = namesIn(scope)
  const some = granted.has("activity:read")
  const all: ReadonlyArray<MissingScope> = [
    {
      scope: "read",
      lost: "bikes, shoes and other public parts of your profile may be missing",
      fatal: false,
    },
    {
      scope: "profile:read_all",
      lost: "of your profile only what is public comes (no weight, no FTP), and no zones",
      fatal: false,
    },
    {
      scope: "activity:read_all",
      lost: some
        ? "activities that only you can see are missing, and so are the points of the others within " +
          "places that you hide"
        : "no activity can be read at all",
      fatal: !some,
    },
  ]
  return all.filter(({ scope }) => !granted.has(scope))
}
