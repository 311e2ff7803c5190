/** A bike or a pair of shoes, as `GET /gear/{id}` sends it. */
import { Schema } from "effect"
import { declare } from "./Declaration.ts"
import { maybe, open } from "./open.ts"

/** The id is `b` and digits for bikes, `g` and digits for shoes. Only the id is certain. */
export const DetailedGear = open({
  id: Schema.String,
  resource_state: maybe(Schema.Finite),
  primary: maybe(Schema.Boolean),
  name: maybe(Schema.String),
  nickname: maybe(Schema.String),
  retired: maybe(Schema.Boolean),
  distance: maybe(Schema.Finite),
  converted_distance: maybe(Schema.Finite),
  brand_name: maybe(Schema.String),
  model_name: maybe(Schema.String),
  frame_type: maybe(Schema.Finite),
  weight: maybe(Schema.Finite),
  description: maybe(Schema.String),
  notification_distance: maybe(Schema.Finite),
})
export type DetailedGear = typeof DetailedGear.Type

export const gearResource = declare({
  schema: DetailedGear,
  noun: "gear",
  counted: ["gear item", "gear items"],
  help: "Fetch the bikes and shoes used by activities",
  per: "gear",
  named: true,
  planned: "gear that is new, or used since its last fetch (weekly)",
  optional: { on: true },
  atOnce: { compared: 100, surveyed: 100, adopted: 100 },
})
