/** Responses that Strava or an attacker might send and that no sink may accept. */
import type { Resource } from "../../schemas/Item.ts"

/** Texts that have broken a CSV, a spreadsheet, a database or a terminal. */
export const hostileTexts: ReadonlyArray<string> = [
  "",
  " ",
  "plain",
  `say "hi", and 'bye'`,
  "two\nlines",
  "two\r\nlines",
  "a\rb",
  "a,b;c\td|e",
  '=HYPERLINK("http://x.invalid","x")',
  "+1",
  "-1+2",
  "@SUM(A1)",
  "  =1+1",
  "'=1+1",
  "''=1+1",
  "'quoted'",
  "\t=1",
  "\r=1",
  "-12.5",
  "nul \0 inside",
  "high \ud800 alone",
  "low \udc00 alone",
  "🚴‍♀️🏔️ naïve Ω 日本語",
  "\u202eright to left\u202c \u2066isolate\u2069",
  "\u2028line\u2029paragraph\u0085next",
  "\ufeffmark",
  "\\N",
  "\\.",
  "NULL",
  "null",
  "{}",
  "true",
  "'; DROP TABLE strava.activities; --",
  "$1 %s ${x} {{y}} \u0007\u001b[31m",
  "__proto__",
  "x".repeat(1_000_000),
]

/** Number texts that `JSON.parse` and back, or a `float4`, would change. */
export const exactNumbers: ReadonlyArray<string> = [
  "3265366675164236880",
  "2.0",
  "1e-7",
  "0.1",
  "-0.10",
  "123456789.123456789",
]

/** Ids that must never become part of a path. */
export const badIds = [
  "../../etc/passwd",
  "..",
  "1e3",
  "-1",
  "",
  "0",
  "01",
  "1/2",
  "1\0",
  "1\n",
  "٣",
]

/** Invalid ids of gear. */
export const badGearIds = [
  "../../b1",
  "b1/../../x",
  "b",
  "1",
  "",
  "B1",
  "b1\0",
  "b1\n",
  "b-1",
  "bb1",
]

/**
 * Texts that are not a valid response for the resource: for activity, details and streams 5, gear
 * g5, athlete 7.
 */
export const badTexts: Readonly<Record<Resource, ReadonlyArray<string>>> = {
  zones: ["", "{", "null", "[]", "5"],
  activity_zones: ["", "{", "null", "5", '"time"'],
  stats: ["", "{", "null", "[]", '"all"'],
  gear: ["", "{", "null", "[]", "{}", '{"id":5}', '{"id":"g6"}'],
  details: ["", "<html>Bad Gateway</html>", "null", "[]", "{}", '{"id":6}', '{"id":[5]}'],
  athlete: ["", "{", "null", "[]", "{}", '{"id":"8"}'],
  activities: [
    "",
    "<html>Bad Gateway</html>",
    '{"id":5,',
    "null",
    "[]",
    "5",
    "{}",
    '{"id":6}',
    '{"id":5.5}',
    '{"id":null}',
  ],
  streams: ["", "{", "null", "5", '"time"'],
  export: ["", "{", "null", "[]", "5"],
}

/** JSON values that no field of Strava's is known to have. */
export const oddValues: ReadonlyArray<string> = [
  "null",
  "true",
  "0",
  "1.5",
  "-1e400",
  "1e999999",
  "1e-99999",
  `0.${"1".repeat(17_000)}`,
  '""',
  '"text"',
  '"61.5"',
  '"2026-13-45T00:00:00Z"',
  '"0000-00-00T00:00:00Z"',
  JSON.stringify("é".repeat(3_000)),
  "[]",
  "[1]",
  '["a",null]',
  "[[1,2],[3]]",
  "{}",
  '{"id":"x"}',
]
