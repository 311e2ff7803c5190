/** The flag `--log-format`. It must be known before the commands are parsed, to write errors of that too. */
import { Flag, GlobalFlag } from "effect/cli"
import type { LogFormatName } from "../../base/LogFormat.ts"
import { valueOfFlag } from "./valueOfFlag.ts"

const name = "log-format"

/** Declares the flag for help and completions. */
export const LogFormatFlag = GlobalFlag.Setting(name)({
  flag: Flag.Literals(name, ["text", "json"]).pipe(
    Flag.withDescription("Format of messages on stderr (default text)"),
    Flag.optional,
  ),
})

/** Returns the format that the arguments or `PACELINE_LOG_FORMAT` state; text if they state none. */
export const logFormatFrom = (
  words: ReadonlyArray<string>,
  variable: string | undefined,
): LogFormatName => (valueOfFlag(words, name) ?? variable) === "json" ? "json" : "text"
