/** The flag `--config`. The file must be known before the commands are parsed, because its flags are added to them. */
import { Flag, GlobalFlag } from "effect/cli"
import { valueOfFlag } from "../../output/log/valueOfFlag.ts"

const name = "config"

/** Declares the flag for help and completions. */
export const ConfigFlag = GlobalFlag.Setting(name)({
  flag: Flag.String(name).pipe(
    Flag.withDescription("Configuration file (default paceline.jsonc)"),
    Flag.withMetavar("FILE"),
    Flag.optional,
  ),
})

/** Returns the file that a command line names; undefined if it names none. */
export const configFileIn = (words: ReadonlyArray<string>): string | undefined =>
  valueOfFlag(words, name)
