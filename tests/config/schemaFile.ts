/** JSON schema of the configuration file. To write it: `deno run -A tests/config/schemaFile.ts` */
import { configSchema } from "../../pipeline/commands/config/configKeys.ts"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"

export const schemaFile = "docs/paceline.schema.json"

/** Returns the text of the file. */
export const schemaText = (): string =>
  `${JSON.stringify(configSchema(pacelineCommand), null, 2)}\n`

if (import.meta.main) await Deno.writeTextFile(schemaFile, schemaText())
