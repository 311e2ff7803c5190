/** Names of the activity files of exports that are kept in the data directory. */

/** Folder in the data directory. */
export const originalsFolder = "originals"

/** Returns the name in that folder of a file in an export: `123.fit.gz` for `activities/123.fit.gz`. */
export const originalName = (name: string): string => name.slice(name.lastIndexOf("/") + 1)

/** True for names of files in that folder. */
export const isOriginalName = (name: string): boolean =>
  /^\d{1,19}\.(?:fit|gpx|tcx|bin)(?:\.gz)?$/.test(name)
