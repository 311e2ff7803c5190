/** Flags that every command has, besides those of Effect's command line. */
import { LogFormatFlag } from "../../output/log/logFormatFlag.ts"
import { ConfigFlag } from "./configFlag.ts"
import { SchemaFlag } from "./databaseUrl.ts"

export const globalFlags = [ConfigFlag, LogFormatFlag, SchemaFlag] as const
