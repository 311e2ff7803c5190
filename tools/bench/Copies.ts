/** A history of any length: each activity is a copy of one of a world, with another id and start. */
import type { World } from "../../pipeline/simulator/world/World.ts"

interface Copy {
  readonly id: number
  /** Seconds since 1970. */
  readonly start: number
  readonly original: number
}

const iso = (seconds: number) => `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`

export class Copies {
  private readonly world: World
  /** Newest first. */
  private copies: ReadonlyArray<Copy>
  private readonly originals = new Map<string, number>()
  private readonly summaries = new Map<number, string>()
  private readonly bodies = new Map<string, Uint8Array<ArrayBuffer> | undefined>()
  private next = 1_000_000_001

  /** Makes `activities` copies, evenly over the last six years. */
  constructor(world: World, activities: number) {
    this.world = world
    const now = Math.floor(Date.now() / 1_000) - 86_400
    const apart = Math.floor(6 * 365.25 * 86_400 / activities)
    this.copies = Array.from({ length: activities }, (_, i) => this.copy(now - i * apart))
  }

  private copy(start: number): Copy {
    const original = this.world.ids[this.next % this.world.ids.length]!
    this.originals.set(String(this.next), original)
    return { id: this.next++, start, original }
  }

  /** Adds activities that began in the last hours. */
  upload(activities: number): void {
    const now = Math.floor(Date.now() / 1_000)
    const late = Array.from({ length: activities }, (_, i) => this.copy(now - 7_200 - i))
    this.copies = [...late, ...this.copies]
  }

  private summary({ id, original, start }: Copy): string {
    const text = this.summaries.get(original) ?? this.world.summaryText(original)
    this.summaries.set(original, text)
    const offset = Number(/"utc_offset":(-?\d+)/.exec(text)?.[1] ?? 0)
    return text.replaceAll(String(original), String(id))
      .replace(/"start_date":"[^"]*"/, `"start_date":"${iso(start)}"`)
      .replace(/"start_date_local":"[^"]*"/, `"start_date_local":"${iso(start + offset)}"`)
  }

  /** The response to `GET /athlete/activities`. */
  list(query: URLSearchParams): string {
    const [after, before] = ["after", "before"].map((name) => Number(query.get(name) ?? NaN))
    const size = Number(query.get("per_page") ?? 30)
    const from = (Number(query.get("page") ?? 1) - 1) * size
    const found = query.has("after") || query.has("before")
      ? this.copies.filter(({ start }) => !(start <= after!) && !(start >= before!))
      : this.copies
    return `[${found.slice(from, from + size).map((copy) => this.summary(copy)).join()}]`
  }

  /** The response to `GET /activities/{id}/streams`; undefined if the activity has none. */
  streams(id: string, types: ReadonlyArray<string>): Uint8Array<ArrayBuffer> | undefined {
    const original = this.originals.get(id)
    return original === undefined ? undefined : this.body(original, types)
  }

  /** Generates the responses of all activities for these types. */
  prepare(types: ReadonlyArray<string>): void {
    for (const id of this.world.ids) this.body(id, types)
  }

  private body(original: number, types: ReadonlyArray<string>) {
    const key = `${original} ${types.toSorted().join()}`
    if (!this.bodies.has(key)) {
      this.bodies.set(key, this.world.streams(original, new Set(types), true))
    }
    return this.bodies.get(key)
  }
}
