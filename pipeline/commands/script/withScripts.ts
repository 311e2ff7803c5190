/** Commands that know the resources of scripts in their data directory. */
import { Command } from "effect/cli"
import { scriptResourcesLayer } from "../../state/scriptResources.ts"

/** Returns the command, which knows the resources that scripts stored in its directory `--data`. */
export const withScripts = <Name extends string, Input extends { readonly data: string }, C, E, R>(
  command: Command.Command<Name, Input, C, E, R>,
) => Command.provide(command, ({ data }: Input) => scriptResourcesLayer(data))
