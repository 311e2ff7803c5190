/** The athlete who granted access, as `GET /athlete` describes them. */
import { Schema } from "effect"
import { declare } from "./Declaration.ts"
import { maybe, open } from "./open.ts"

export const AthleteId = Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.brand("AthleteId"))
export type AthleteId = typeof AthleteId.Type

/** An athlete's id in a response: a number, or the same digits as text. */
export const SentAthleteId = Schema.Union([
  AthleteId,
  Schema.String.check(Schema.isPattern(/^[1-9]\d{0,15}$/)).pipe(
    Schema.decodeTo(Schema.FiniteFromString),
    Schema.decodeTo(AthleteId),
  ),
])

/**
 * The response of `GET /athlete`. With `profile:read_all` it is `resource_state` 3, otherwise 2 and
 * without weight, ftp, bikes and shoes; so all but the id may be missing or null.
 */
export const DetailedAthlete = open({
  id: SentAthleteId,
  username: maybe(Schema.String),
  resource_state: maybe(Schema.Finite),
  firstname: maybe(Schema.String),
  lastname: maybe(Schema.String),
  bio: maybe(Schema.String),
  city: maybe(Schema.String),
  state: maybe(Schema.String),
  country: maybe(Schema.String),
  sex: maybe(Schema.String),
  premium: maybe(Schema.Boolean),
  summit: maybe(Schema.Boolean),
  created_at: maybe(Schema.String),
  updated_at: maybe(Schema.String),
  weight: maybe(Schema.Finite),
  ftp: maybe(Schema.Finite),
  measurement_preference: maybe(Schema.String),
  date_preference: maybe(Schema.String),
  follower_count: maybe(Schema.Finite),
  friend_count: maybe(Schema.Finite),
  profile_medium: maybe(Schema.String),
  profile: maybe(Schema.String),
})
export type DetailedAthlete = typeof DetailedAthlete.Type

export const athleteResource = declare({
  schema: DetailedAthlete,
  noun: "athlete",
  counted: ["athlete", "athletes"],
  help: "Fetch the athlete profile",
  per: "athlete",
  named: true,
  scope: "profile:read_all",
  atOnce: { compared: 10, surveyed: 100, adopted: 100 },
})
