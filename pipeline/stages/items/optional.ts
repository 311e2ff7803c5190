/** Optional resources: whether one is on, and the choices that the state file remembers. */
import { Effect } from "effect"
import { isOptionalResource, type Resource } from "../../../schemas/Item.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import { RunOptions } from "../RunOptions.ts"
import { rememberedFrom, rememberedKey } from "../../state/ledger/optional.ts"
import { StateFile } from "../../state/StateFile.ts"

const remembered = Effect.map(
  Effect.flatMap(StateFile, (state) => state.meta(rememberedKey)),
  rememberedFrom,
)

/** Choices of this run over those of earlier runs; off wins. */
const said = Effect.gen(function* () {
  const { turnOff, turnOn } = yield* RunOptions
  const said: Readonly<Record<string, boolean>> = {
    ...(yield* remembered),
    ...Object.fromEntries(turnOn.map((optional) => [optional, true])),
    ...Object.fromEntries(turnOff.map((optional) => [optional, false])),
  }
  return said
})

/** True if the resource is fetched: as this run says, or an earlier run said, or by default. */
export const isOn = (resource: Resource) =>
  isOptionalResource(resource)
    ? Effect.map(
      said,
      (said): boolean => said[resource] ?? declarationOf(resource).optional?.on === true,
    )
    : Effect.succeed(true)

/** Stores the choices of this run for those that follow. */
export const rememberOptional = Effect.gen(function* () {
  const { turnOff, turnOn } = yield* RunOptions
  if (turnOn.length + turnOff.length === 0) return
  yield* (yield* StateFile).setMeta(rememberedKey, JSON.stringify(yield* said))
})
