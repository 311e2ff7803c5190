/** Columns of the list of activities, and its order. */
import type { SiteActivity } from "../../model/SiteActivity.ts"

/** Ascending and descending, as in an address. */
type Direction = "up" | "down"

interface SortColumn {
  /** In the address. */
  readonly key: string
  readonly title: string
  /** Direction at the first click. */
  readonly first: Direction
  /** Returns the value that sorts; undefined if it is unknown, which is last in both directions. */
  readonly of: (activity: SiteActivity) => number | string | undefined
  /** Narrowest screen that has room for it: `wide` from 900 px, `medium` from 640 px. */
  readonly room?: "medium" | "wide"
}

const positive = (value: number | undefined): number | undefined =>
  value !== undefined && value > 0 ? value : undefined

const startOf = ({ day, minute }: SiteActivity): number => day * 1_440 + minute

export const sortColumns: ReadonlyArray<SortColumn> = [
  { key: "date", title: "Date", first: "down", of: startOf, room: "medium" },
  { key: "name", title: "Name", first: "up", of: ({ name }) => name.toLowerCase() },
  { key: "distance", title: "Distance", first: "down", of: ({ meters }) => positive(meters) },
  {
    key: "time",
    title: "Time",
    first: "down",
    of: ({ moving }) => positive(moving),
    room: "medium",
  },
  {
    key: "speed",
    title: "Pace, speed",
    first: "down",
    of: ({ meters, moving }) => positive(moving > 0 ? meters / moving : undefined),
    room: "medium",
  },
  { key: "climb", title: "Climb", first: "down", of: ({ climb }) => positive(climb), room: "wide" },
  {
    key: "beats",
    title: "Heart rate",
    first: "down",
    of: ({ beats }) => positive(beats),
    room: "wide",
  },
  { key: "load", title: "Load", first: "down", of: ({ load }) => positive(load), room: "wide" },
]

export interface ListOrder {
  readonly column: SortColumn
  readonly direction: Direction
}

/** Returns the order in an address; by date, newest first, without one. */
export const orderFrom = (query: URLSearchParams): ListOrder => {
  const column = sortColumns.find(({ key }) => key === query.get("sort")) ?? sortColumns[0]!
  const direction = query.get("dir")
  return {
    column,
    direction: direction === "up" || direction === "down" ? direction : column.first,
  }
}

/** True if the list is in the order of the dates, so that it can have months. */
export const isByDate = ({ column }: ListOrder): boolean => column === sortColumns[0]

/** Sorts activities that are newest first; equal ones stay newest first. */
export const sortedBy = (
  activities: ReadonlyArray<SiteActivity>,
  { column, direction }: ListOrder,
): ReadonlyArray<SiteActivity> => {
  const sign = direction === "up" ? 1 : -1
  return activities.map((activity) => ({ activity, value: column.of(activity) }))
    .sort((a, b) => {
      if (a.value === b.value) return 0
      if (a.value === undefined) return 1
      if (b.value === undefined) return -1
      return a.value < b.value ? -sign : sign
    })
    .map(({ activity }) => activity)
}
