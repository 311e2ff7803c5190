/** Athlete that owns the data. Fetched again once a week, for weight, gear and other changes. */
import { Clock, Effect, Option, Schema } from "effect"
import { type AthleteId, DetailedAthlete } from "../../schemas/Athlete.ts"
import { hasContent } from "../../schemas/content/hasContent.ts"
import { isGearId } from "../../schemas/Item.ts"
import { maybe, open } from "../../schemas/open.ts"
import type { Planned, StageAhead } from "./StageAhead.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { notify } from "../base/Progress.ts"
import { RunOptions } from "./RunOptions.ts"
import { RunTally } from "./RunTally.ts"
import * as Stage from "./Stage.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { StateFile } from "../state/StateFile.ts"
import { athleteRequest, Refused, Unreachable, UnreadableResponse } from "../strava/errors.ts"
import { Strava } from "../strava/Strava.ts"
import { Tokens } from "../strava/auth/Tokens.ts"
import { authStage } from "./auth.ts"
import { reasonOf } from "./items/fetchItems.ts"
import { refetchNarrower } from "./items/scope.ts"
import { freshFor } from "./items/periodic.ts"

/** The folder holds one athlete's data, and these credentials are another's. */
export class DifferentAthlete extends Schema.TaggedError<DifferentAthlete>()("DifferentAthlete", {
  stored: Schema.Finite,
  found: Schema.Finite,
}) {
  override get message() {
    return `This data directory belongs to athlete ${this.stored}, but Strava sent data of athlete ` +
      `${this.found}. Nothing was changed. Use one data directory per athlete: --data DIR`
  }
  override readonly [errorExitCode] = exitCodes.configuration
}

/** An entry of another shape decodes to nothing, so that the others still count. */
const Gears = Schema.Array(
  open({ id: maybe(Schema.String) }).pipe(
    Schema.catchDecoding(() => Effect.succeedSome({})),
  ),
)

const Fetched = Schema.Struct({
  fetchedAt: Schema.Finite,
  /** The response, for a sink that is added later. */
  text: Schema.optionalKey(Schema.String),
  /** True if the last response contained less, and so did not replace this one. */
  kept: Schema.optionalKey(Schema.Boolean),
})

const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Unknown))

const Gear = Schema.fromJsonString(open({ bikes: maybe(Gears), shoes: maybe(Gears) }))

/** Returns the ids of the bikes and shoes that the profile names; empty if it names none. */
export const gearOfProfile = Effect.fnUntraced(function* (owner: AthleteId) {
  const cursor = yield* (yield* StateFile).cursor(owner, "athlete")
  const profile = Schema.decodeUnknownOption(Fetched)(cursor).pipe(
    Option.flatMap(({ text }) => Schema.decodeUnknownOption(Gear)(text)),
  )
  return Option.match(profile, {
    onNone: () => [],
    onSome: ({ bikes, shoes }) =>
      [...bikes ?? [], ...shoes ?? []].map(({ id }) => id ?? "").filter(isGearId),
  })
})

/** Returns the athlete of the state file with the time of the last response; `lost` if that response is. */
const known = Effect.gen(function* () {
  const state = yield* StateFile
  const id = yield* state.owner
  if (id === undefined) return undefined
  const lost = (yield* state.pendingItems(id, "athlete")).length > 0
  const cursor = Schema.decodeUnknownOption(Fetched)(yield* state.cursor(id, "athlete"))
  const fetched = Option.getOrElse(cursor, (): typeof Fetched.Type => ({ fetchedAt: 0 }))
  return { ...fetched, id, lost }
})

/** Returns the athlete if the profile is not due; undefined otherwise. */
const freshOf = (stored: Effect.Success<typeof known>) =>
  Effect.gen(function* () {
    const { force } = yield* RunOptions
    const now = yield* Clock.currentTimeMillis
    return stored !== undefined && !stored.lost && !force &&
        Math.abs(now - stored.fetchedAt) < freshFor
      ? stored
      : undefined
  })

/** Plans the stage: one request, or none while the profile is fresh. */
const profileAhead = ({ again }: Planned) =>
  Effect.map(
    Effect.flatMap(known, freshOf),
    (fresh): StageAhead => ({ requests: Math.max(again.athlete, fresh === undefined ? 1 : 0) }),
  )

/**
 * Asks Strava which athlete the credentials belong to; fails unless it is `expected`, if that is
 * given.
 */
const ask = Effect.fnUntraced(function* (expected: AthleteId | undefined) {
  const answer = yield* (yield* Strava).athlete
  const { id } = yield* Schema.decodeUnknownEffect(DetailedAthlete)(answer.json).pipe(
    Effect.mapError(({ message }) =>
      new UnreadableResponse({ request: athleteRequest, detail: message })
    ),
  )
  if (expected !== undefined && expected !== id) {
    return yield* new DifferentAthlete({ stored: expected, found: id })
  }
  return { ...answer, id }
})

/**
 * Fails unless the credentials still belong to `owner`. Called if a response suggests that they do
 * not.
 */
export const confirmAthlete = (owner: AthleteId) => Effect.asVoid(ask(owner))

/**
 * True of an error that does not concern the sign-in, the limits or this machine: only the profile
 * fails.
 */
const isOfProfile = (
  error: { readonly _tag: string },
): error is UnreadableResponse | Refused | Unreachable =>
  (error instanceof UnreadableResponse || (error instanceof Unreachable && error.hasResponse) ||
    (error instanceof Refused && error.status !== 401 && error.status !== 403)) &&
  error.request === athleteRequest

/** Amount that a profile contains: its `resource_state`, or nothing if only the id is there. */
const detailOf = (json: unknown): number => {
  if (!hasContent("athlete", json)) return 0
  const { resource_state } = Schema.decodeUnknownSync(
    open({ resource_state: maybe(Schema.Finite) }),
  )(
    json,
  )
  return resource_state ?? Infinity
}

type Stored = NonNullable<Effect.Success<typeof known>>

/** A profile, and when it was received if that was in this run. */
interface Profile extends Pick<Stored, "id" | "fetchedAt" | "text" | "kept"> {
  readonly received: number | undefined
}

/** Fetches the profile for the first time. */
const first = (before: AthleteId | undefined) =>
  Effect.map(
    ask(before),
    ({ id, receivedAt, text }): Profile => ({
      id,
      text,
      fetchedAt: receivedAt,
      received: receivedAt,
    }),
  )

/** Fetches the profile; returns the stored one if that fails, or if the new one contains less. */
const refresh = Effect.fnUntraced(function* (stored: Stored): Effect.fn.Return<
  Profile,
  Effect.Error<ReturnType<typeof ask>>,
  Effect.Services<ReturnType<typeof ask>>
> {
  const answer = yield* Effect.asSome(ask(stored.id)).pipe(
    Effect.catchIf(isOfProfile, (error) =>
      Effect.as(
        notify({
          _tag: "Note",
          text: `Cannot ${athleteRequest}: ${reasonOf(error).replaceAll(/\s+/g, " ")}. ` +
            "The stored profile is kept, and the next run fetches it again",
        }),
        Option.none(),
      )),
  )
  if (Option.isNone(answer)) return { ...stored, received: undefined }
  const { json, receivedAt, text } = answer.value
  const { id, kept = false } = stored
  const before = detailOf(Option.getOrUndefined(decodeJson(stored.text)))
  if (stored.text === undefined || detailOf(json) >= before) {
    return { id, text, fetchedAt: receivedAt, received: receivedAt }
  }
  if (!kept) {
    yield* notify({
      _tag: "Note",
      text: "Strava now sends less of the profile than before. The stored profile is kept",
    })
  }
  return { id, text: stored.text, fetchedAt: stored.fetchedAt, received: receivedAt, kept: true }
})

export const athleteStage = Stage.make({
  name: "athlete",
  needs: { auth: authStage },
  run: () =>
    Effect.gen(function* () {
      const state = yield* StateFile
      const delivery = yield* Delivery
      const before = yield* state.athlete
      if (before !== undefined) yield* refetchNarrower(before)
      const stored = yield* known
      const { force } = yield* RunOptions
      const tally = yield* RunTally
      const fresh = yield* freshOf(stored)
      const profile: Profile = fresh !== undefined
        ? { ...fresh, received: undefined }
        : stored !== undefined
        ? yield* refresh(stored)
        : yield* first(before)
      const { id, fetchedAt, kept, received, text } = profile
      if (text === undefined) {
        yield* tally.add("athlete", { known: 1 })
        return id
      }
      const scope = yield* (yield* Tokens).scope
      const item = itemFrom({ athlete: id, resource: "athlete", id: String(id) }, text, fetchedAt)
      const figures = yield* state.checkpoint({
        arrivals: [{ item, start: 0, ...(received !== undefined && { scope }) }],
        again: force,
        cursor: {
          athlete: id,
          stage: "athlete",
          value: { fetchedAt: received ?? fetchedAt, text, ...(kept && { kept }) },
        },
      })
      yield* tally.add("athlete", figures)
      // Rows of this athlete, and another run that writes them, can be recognized only from here on.
      if (before === undefined) {
        yield* Effect.forEach(yield* state.adopt, (text) => notify({ _tag: "Note", text }))
      }
      yield* delivery.offer("athlete", 1)
      if (before === undefined) yield* delivery.drain
      return id
    }),
  ahead: profileAhead,
  recall: () =>
    Effect.map(known, (stored) => Option.fromUndefinedOr(stored).pipe(Option.map(({ id }) => id))),
})
