/**
 * Names that flags and commands offer: the built-in ones, and those of a script. Commands are made
 * when their modules are loaded, so a script states its names before that.
 */
import { registeredNames } from "../../../sinks/registry.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { stages } from "../../stages/all.ts"

/** Names of the stages, in their order, and of the sinks. */
interface OfferedNames {
  readonly stages: ReadonlyArray<string>
  readonly sinks: ReadonlyArray<SinkName>
}

let offered: OfferedNames = { stages: Object.keys(stages), sinks: registeredNames }

/** Sets the names, for the whole process. */
export const offerNames = (names: OfferedNames): void => {
  offered = names
}

/** Returns the names that flags and commands offer. */
export const offeredNames = (): OfferedNames => offered
