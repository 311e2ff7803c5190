/**
 * An athlete is an entity of the cluster: messages to it are handled one at a time, on one runner, and survive that
 * runner. A second copy of an entity could exist for a moment, so every write is fenced by its grant.
 */
import { Effect, Layer, Schema } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"
import { AthleteId } from "../../schemas/Athlete.ts"
import { Strava } from "../strava/Strava.ts"
import { Tokens } from "../strava/auth/Tokens.ts"
import { eventKey, StravaEvent } from "./StravaEvent.ts"
import { fetchGrant } from "./work/fetchGrant.ts"
import { type Allowance, grantedQuota } from "./work/grantedQuota.ts"
import { handleEvent } from "./work/handleEvent.ts"
import { tokenRow } from "./work/TokenRow.ts"

/** Only SQL, so that its effects and the reply are one transaction. Payloads never change: only optional fields are added. */
const Event = Rpc.make("Event", {
  payload: { event: StravaEvent, received: Schema.Finite },
  primaryKey: ({ event }) => eventKey(event),
})
  .annotate(ClusterSchema.Persisted, true)
  .annotate(ClusterSchema.Uninterruptible, true)
  .annotate(ClusterSchema.WithTransaction, true)

/**
 * A request to Strava. Not in a transaction, which would hold a connection until Strava responds. It has used quota, so
 * a runner that hands over its athletes waits for the response.
 */
const Fetch = Rpc.make("Fetch", {
  payload: { resource: Schema.String, id: Schema.String, grant: Schema.Int },
  primaryKey: ({ grant }) => String(grant),
})
  .annotate(ClusterSchema.Persisted, true)
  .annotate(ClusterSchema.Uninterruptible, true)

export const Athlete = Entity.make("Athlete", [Event, Fetch])

/** The services of one athlete: tokens, and a client whose requests were granted. */
const servicesOf = (athlete: AthleteId, allowance: Allowance) =>
  Strava.layer.pipe(
    Layer.provide(Layer.mergeAll(
      Tokens.layer.pipe(Layer.provide(tokenRow(athlete))),
      grantedQuota(allowance),
    )),
  )

export const athletes = Athlete.toLayer(
  Effect.gen(function* () {
    const { entityId } = yield* Entity.CurrentAddress
    const athlete = AthleteId.make(Number(entityId))
    const allowance: Allowance = { granted: 0 }
    const services = yield* Layer.build(servicesOf(athlete, allowance))
    return Athlete.of({
      Event: ({ payload: { event, received } }) =>
        Effect.orDie(handleEvent(athlete, event, received)),
      Fetch: ({ payload: { grant, id, resource } }) =>
        Effect.suspend(() => {
          allowance.granted = 1
          return fetchGrant({ athlete, grant, id, resource })
        }).pipe(Effect.provide(services), Effect.orDie),
    })
  }),
  { maxIdleTime: "30 seconds", concurrency: 1 },
)
