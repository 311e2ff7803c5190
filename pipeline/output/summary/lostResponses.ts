/** Responses that no sink keeps: those that a request returns, and computed items. */
import { isComputed } from "../../../schemas/resources.ts"
import type { VerifyResult } from "../../verify/Result.ts"

type Lost = NonNullable<VerifyResult["repair"]>["lost"]

/** Number of responses that no sink keeps; one that two sinks lost counts once. */
export const countLostIn = (lost: Lost): number =>
  new Set(lost.map(({ id, resource }) => `${resource} ${id}`)).size

export const countLost = (repair: VerifyResult["repair"]): number => countLostIn(repair?.lost ?? [])

/** Returns the lost responses that a request returns, and the computed items. */
export const partsOfLost = (
  repair: VerifyResult["repair"],
): readonly [fetched: Lost, computed: Lost] => {
  const lost = repair?.lost ?? []
  return [
    lost.filter(({ resource }) => !isComputed(resource)),
    lost.filter(({ resource }) => isComputed(resource)),
  ]
}

/** Explains what the user can do about computed items. */
export const notAtStrava =
  "no request returns them. Restore them from a backup; a script computes its own again"
