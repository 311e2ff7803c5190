/**
 * Several simulated athletes who use one application: they share its limits, each has a history and tokens of their
 * own, and new activities are announced to its webhook.
 */
import { Clock, Context, Effect, Layer } from "effect"
import { HttpClient } from "effect/http"
import { makeClubWebhook } from "./clubWebhook.ts"
import { faultResponse, value } from "./responses/common.ts"
import type { SimulatedRequest, SimulatedResponse } from "./protocol.ts"
import { SimulatedQuota } from "./Quota.ts"
import { Simulator, type SimulatorOptions } from "./Simulator.ts"

/** Options of a club; those of a simulator hold for each athlete. */
interface ClubOptions extends Omit<SimulatorOptions, "quota" | "world"> {
  /** Number of athletes. */
  readonly athletes: number
}

/** Lowest id of an athlete; the others follow. */
const firstAthlete = 1_000_001

/** Parameter of the authorization page: the athlete who is asked. */
const asked = "simulated_athlete"

/** Path to post to, with `?athlete=ID`: the athlete records an activity. */
const recordPath = "/simulated/activities"

/** Returns the part of every token of an athlete that names its owner. */
const ownerOf = (athlete: number) => `athlete${athlete}`

/** Returns the athlete whom a request is about; undefined if it names none. */
const athleteIn = ({ body, headers, url }: SimulatedRequest): number | undefined => {
  const { searchParams } = new URL(url)
  const text = [headers["authorization"], headers["Authorization"], body, searchParams.get("code")]
    .join(" ")
  const [, id = searchParams.get(asked)] = /-athlete(\d+)-/.exec(text) ?? []
  return id === null ? undefined : Number(id)
}

/** Makes the simulator of each athlete at its first use, because each has a history. */
const makeMembers = ({ athletes, ...options }: ClubOptions) => {
  const quota = new SimulatedQuota(options.limits ?? {})
  const members = new Map<number, Simulator["Service"]>()
  const ids = Array.from({ length: athletes }, (_, i) => firstAthlete + i)
  const memberOf = Effect.fnUntraced(function* (athlete: number) {
    const known = members.get(athlete)
    if (known !== undefined || !ids.includes(athlete)) return known
    const own = { ...options, quota, owner: ownerOf(athlete), athleteId: athlete, seed: athlete }
    const context = yield* Layer.build(Layer.fresh(Simulator.layer(own)))
    const made = Context.get(context, Simulator)
    members.set(athlete, made)
    return made
  }, Effect.scoped)
  return { ids, memberOf, quota }
}

export class Club extends Context.Service<Club, {
  /** Responds to one request of the application. */
  handle(request: SimulatedRequest): Effect.Effect<SimulatedResponse>
}>()("paceline/simulator/Club") {
  static readonly layer = (options: ClubOptions) =>
    Layer.effect(
      Club,
      Effect.gen(function* () {
        const { ids, memberOf } = makeMembers(options)
        const { announce, subscribe } = makeClubWebhook(yield* HttpClient.HttpClient)
        let next = 0
        /** Sends the visitor to the page of the next athlete, so that each invite connects another one. */
        const chooseAthlete = (url: URL): SimulatedResponse => {
          const to = new URL(url)
          to.searchParams.set(asked, String(ids[next++ % ids.length]))
          return { status: 302, headers: { location: to.pathname + to.search }, body: "" }
        }
        /** Adds an activity that started an hour ago, and announces it. */
        const record = Effect.fnUntraced(function* (athlete: number) {
          const simulator = yield* memberOf(athlete)
          if (simulator === undefined) return faultResponse(404, "Athlete", "id")
          const start = (yield* Clock.currentTimeMillis) - 60 * 60_000
          const id = yield* simulator.world.add({ start })
          const event = {
            object_type: "activity",
            aspect_type: "create",
            owner_id: athlete,
          } as const
          return value({ id, announced: yield* announce({ ...event, object_id: id }) })
        })
        return Club.of({
          handle: Effect.fnUntraced(function* (request) {
            const url = new URL(request.url)
            const athlete = athleteIn(request)
            if (request.method === "POST" && url.pathname === recordPath) {
              return yield* record(Number(url.searchParams.get("athlete")))
            }
            if (request.method === "POST" && url.pathname.endsWith("/push_subscriptions")) {
              return yield* subscribe(new URLSearchParams(request.body))
            }
            if (athlete === undefined && url.pathname.endsWith("/oauth/authorize")) {
              return chooseAthlete(url)
            }
            const simulator = athlete === undefined ? undefined : yield* memberOf(athlete)
            return simulator === undefined
              ? faultResponse(401, "Athlete", "access_token")
              : yield* simulator.handle(request)
          }),
        })
      }),
    )
}
