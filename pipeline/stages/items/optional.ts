/** What a user may turn on and off, and that it is remembered in the state file. */
import { Effect, Schema } from "effect"
import { Extra } from "../../../schemas/Item.ts"
import { RunOptions } from "../RunOptions.ts"
import { rememberedFrom, rememberedKey } from "../../state/ledger/remembered.ts"
import { StateFile } from "../../state/StateFile.ts"

export const isExtra = Schema.is(Extra)

/** Where nothing was ever said: what costs a request per activity is off. */
const byDefault: Readonly<Record<Extra, boolean>> = {
  details: false,
  zones: true,
  stats: true,
  gear: true,
}

const remembered = Effect.map(
  Effect.flatMap(StateFile, (state) => state.meta(rememberedKey)),
  rememberedFrom,
)

/** What this run says, over what was said before; that it is turned off wins. */
const said = Effect.gen(function* () {
  const { turnOff, turnOn } = yield* RunOptions
  return {
    ...(yield* remembered),
    ...Object.fromEntries(turnOn.map((extra) => [extra, true])),
    ...Object.fromEntries(turnOff.map((extra) => [extra, false])),
  }
})

/** What is asked for besides the profile, the activities and their samples. */
const extras = Effect.map(said, (said): Readonly<Record<Extra, boolean>> => ({
  ...byDefault,
  ...said,
}))

export const isOn = (extra: Extra) => Effect.map(extras, (all) => all[extra])

/** Keep what this run's options say for the runs to come. */
export const rememberExtras = Effect.gen(function* () {
  const { turnOff, turnOn } = yield* RunOptions
  if (turnOn.length + turnOff.length === 0) return
  yield* (yield* StateFile).setMeta(rememberedKey, JSON.stringify(yield* said))
})
