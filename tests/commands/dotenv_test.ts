/** Writing `.env`: the program reads the new values, and everything else is unchanged. */
import { ConfigProvider, Effect, FileSystem, Schema } from "effect"
import assert from "node:assert/strict"
import { isPlain, setInDotEnv, withValues } from "../../pipeline/commands/process/dotenv.ts"
import { live, test } from "../testing.ts"

const names = ["STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "OTHER", "EXTRA"]

/** Returns the values that the program reads from the text of a `.env`. */
const read = (text: string) =>
  Effect.gen(function* () {
    const provider = ConfigProvider.fromDotEnvContents(text)
    const values = yield* Effect.forEach(
      names,
      (name) => Effect.map(Effect.option(provider.load([name])), (node) => [name, node] as const),
    )
    return Object.fromEntries(values.flatMap(([name, node]) =>
      node._tag === "Some" && node.value?._tag === "Value" ? [[name, node.value.value]] : []
    ))
  })

/** Lines of every kind that occurs in such files, including invalid ones. */
const Line = Schema.Literals([
  "",
  "   ",
  "# STRAVA_CLIENT_ID=9 is only a comment",
  "#STRAVA_CLIENT_SECRET=",
  "STRAVA_CLIENT_ID=",
  "STRAVA_CLIENT_ID=7",
  "export STRAVA_CLIENT_ID = 8  # mine",
  "  STRAVA_CLIENT_SECRET='it # is'",
  'STRAVA_CLIENT_SECRET="old\\nvalue" # said so',
  "STRAVA_CLIENT_SECRET: yaml",
  "STRAVA_CLIENT_SECRET=`back`",
  "OTHER=1",
  "OTHER='two\nSTRAVA_CLIENT_ID=inside\nlines'",
  "OTHER = un'closed",
  'EXTRA="un',
  "EXTRA=a=b#c",
  "no assignment at all",
])

test.prop(
  "the program reads the written values; all other lines stay; writing them again changes nothing",
  Schema.Struct({
    lines: Schema.Array(Line),
    end: Schema.Literals(["\n", "\r\n"]),
    last: Schema.Boolean,
    id: Schema.String.check(Schema.isPattern(/^\d{1,9}$/)),
    secret: Schema.String.check(Schema.isPattern(/^[0-9a-f]{40}$/)),
  }),
  ({ end, id, last, lines, secret }) =>
    Effect.gen(function* () {
      const text = lines.join("\n").replaceAll("\n", end) + (last ? end : "")
      const values = { STRAVA_CLIENT_ID: id, STRAVA_CLIENT_SECRET: secret }
      const changed = withValues(text, values)
      const before = yield* read(text)
      assert.deepEqual(yield* read(changed), { ...before, ...values })
      assert.equal(withValues(changed, values), changed)
      // Lines that set neither of the two variables are unchanged and in the same order.
      const others = (text: string) =>
        text.split(/\r?\n/).filter((line) => !/^\s*(export )?STRAVA_CLIENT_(ID|SECRET)/.test(line))
          .filter((line) => line.trim() !== "")
      assert.deepEqual(others(changed), others(text))
      assert.equal(/(^|[^\r])\n/.test(changed), !text.includes("\r\n"))
      return true
    }),
  { runs: 1_000 },
)

test("a value that would need quotes is not plain", () =>
  Effect.sync(() => {
    for (const bad of ["", "a b", "a#b", "a'b", 'a"b', "a`b", "a\nb", "$a", "a\\b"]) {
      assert.equal(isPlain(bad), false, bad)
    }
    assert.ok(isPlain("0123456789abcdef") && isPlain("simulated-secret-1"))
  }))

live(
  "the file is private, is created from the example, and a link to it stays a link",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* setInDotEnv(`${folder}/.env`, { STRAVA_CLIENT_ID: "12" })
      const made = yield* fs.readFileString(`${folder}/.env`)
      assert.match(
        made,
        /^# Copy this file to `\.env`.*^STRAVA_CLIENT_ID=12$.*^STRAVA_CLIENT_SECRET=$/ms,
      )
      assert.equal((yield* fs.stat(`${folder}/.env`)).mode & 0o777, 0o600)

      yield* fs.writeFileString(`${folder}/kept`, "A=1\nSTRAVA_CLIENT_ID=3 # x\n")
      yield* fs.chmod(`${folder}/kept`, 0o644)
      yield* fs.symlink(`${folder}/kept`, `${folder}/link`)
      yield* setInDotEnv(`${folder}/link`, { STRAVA_CLIENT_ID: "4" })
      assert.equal(yield* fs.readFileString(`${folder}/kept`), "A=1\nSTRAVA_CLIENT_ID=4 # x\n")
      assert.equal(yield* fs.readLink(`${folder}/link`), `${folder}/kept`)
      assert.equal((yield* fs.stat(`${folder}/kept`)).mode & 0o777, 0o600)
      assert.deepEqual((yield* fs.readDirectory(folder)).toSorted(), [".env", "kept", "link"])
    }),
)
