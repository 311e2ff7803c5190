/** Dates of activities.csv: every language's format, always UTC. */
import assert from "node:assert/strict"
import { Effect } from "effect"
import { dateOrder, withDateOrder } from "../../../pipeline/export/table/dates/dateOrder.ts"
import { readDate } from "../../../pipeline/export/table/dates/readDate.ts"
import { datesIn, exportLanguages } from "../../../pipeline/simulator/export/languages.ts"
import { test } from "../../testing.ts"
import { ride, table, tableText } from "./fixtures.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const iso = (text: string, language?: string): string | undefined => {
  const at = readDate(text, language)
  return typeof at === "number" ? new Date(at).toISOString().slice(0, 19) : undefined
}

holds("trap 4: dates of every language seen in an export are read as UTC", () => {
  for (
    const [text, expected] of [
      ["Sep 12, 2018, 3:02:23 PM", "2018-09-12T15:02:23"],
      ["Sep 12, 2018, 3:02:23\u202fPM", "2018-09-12T15:02:23"],
      ["Sep 12, 2018, 12:02:23 AM", "2018-09-12T00:02:23"],
      ["Sep 12, 2018, 12:02:23 PM", "2018-09-12T12:02:23"],
      ["24 Dec 2020, 08:13:59", "2020-12-24T08:13:59"],
      ["2018-09-12 15:02:23", "2018-09-12T15:02:23"],
      ["2018-09-12T15:02:23Z", "2018-09-12T15:02:23"],
      ["09.12.2022, 15:24:49", "2022-12-09T15:24:49"],
      ["05.06.2022, 15:24:49", "2022-06-05T15:24:49"],
      ["9 mei 2026, 00:03:01", "2026-05-09T00:03:01"],
      ["9 mrt 2026, 00:03:01", "2026-03-09T00:03:01"],
      ["9 mrt. 2026 om 00:03:01", "2026-03-09T00:03:01"],
      ["12 janv. 2021, 08:15:30", "2021-01-12T08:15:30"],
      ["12 févr. 2021 à 08:15:30", "2021-02-12T08:15:30"],
      ["12 juin 2021, 08:15:30", "2021-06-12T08:15:30"],
      ["12 juil. 2021, 08:15:30", "2021-07-12T08:15:30"],
      ["12 août 2021, 08:15:30", "2021-08-12T08:15:30"],
      ["23 jun 2026, 6:14:26", "2026-06-23T06:14:26"],
      ["1 ene 2024, 9:00:00", "2024-01-01T09:00:00"],
      ["1 sep 2024, 9:00:00", "2024-09-01T09:00:00"],
      ["1 sept. 2024, 9:00:00 p. m.", "2024-09-01T21:00:00"],
      ["3 giu 2021, 08:00:00", "2021-06-03T08:00:00"],
      ["3 mag 2021, 08:00:00", "2021-05-03T08:00:00"],
      ["7 de set. de 2021, 08:00:00", "2021-09-07T08:00:00"],
      ["7 de fev. de 2021 às 08:00:00", "2021-02-07T08:00:00"],
      ["1. aug. 2026, 18.30.48", "2026-08-01T18:30:48"],
      ["29. maj 2025 kl. 08.13.59", "2025-05-29T08:13:59"],
      ["2026/06/29 20:14:15", "2026-06-29T20:14:15"],
      ["2026年6月29日 20:14:15", "2026-06-29T20:14:15"],
      ["2026. 6. 29. 오후 8:14:15", "2026-06-29T20:14:15"],
      ["3 июн. 2021 г., 08:00:00", "2021-06-03T08:00:00"],
      ["5 Ağu 2021 08:00:00", "2021-08-05T08:00:00"],
      ["12.09.2018 15:02", "2018-09-12T15:02:00"],
      ["29 Feb 2024, 10:00:00", "2024-02-29T10:00:00"],
    ] as const
  ) assert.equal(iso(text), expected, text)
})

holds("every month of every language is read, whatever the platform's format", () => {
  for (const language of exportLanguages) {
    const format = datesIn(language)
    for (let month = 0; month < 12; month++) {
      for (const hour of [0, 9, 12, 23]) {
        const at = Date.UTC(2023, month, 4, hour, 5, 59)
        const known = language === "unknown" || language === "pt" ? undefined : language
        assert.equal(readDate(format(at), known), at, `${language}: ${format(at)}`)
        assert.equal(readDate(format(at)), at, `unknown language: ${format(at)}`)
      }
    }
  }
})

holds("other texts are no dates", () => {
  for (
    const text of [
      "",
      "someday",
      "31 feb 2021, 08:00:00",
      "29 Feb 2023, 10:00:00",
      "12 foo 2021, 08:00:00",
      "0 jun 2021, 08:00:00",
      "99 jun 2021, 08:00:00",
      "31.06.2021, 08:00:00",
      "12.13.2021, 08:00:00",
      "12 jun 2021",
      "12 jun 2021, 24:00:00",
      "12 jun 2021, 08:60:00",
      "12 jun 2021, 13:00:00 PM",
      "12 jun 2021, 08:00:00 foo",
      "12 jun jul 2021, 08:00:00",
      "2018-09-12 15:02:23+02:00",
      "12/13/14, 08:00:00",
      "1683626368",
      "1".repeat(1_000_000),
      "a ".repeat(500_000),
    ]
  ) assert.equal(readDate(text), undefined, text.slice(0, 50))
})

const slashed = (dates: ReadonlyArray<string>) =>
  table(tableText(dates.map((date, index) => ({ ...ride, 0: `${index + 1}`, 1: date }))))

const starts = (dates: ReadonlyArray<string>) =>
  slashed(dates).rows.map(({ start }) => start && new Date(start).toISOString().slice(0, 10))

holds("trap 4: one date with a day after the 12th decides the order of the others", () => {
  assert.deepEqual(starts(["05/06/2021, 08:00:00", "13/06/2021, 08:00:00"]), [
    "2021-06-05",
    "2021-06-13",
  ])
  assert.deepEqual(starts(["05/06/2021, 08:00:00", "06/13/2021, 08:00:00"]), [
    "2021-05-06",
    "2021-06-13",
  ])
  assert.deepEqual(starts(["05/05/2021, 08:00:00"]), ["2021-05-05"])
})

holds("trap 4: if no date decides the order, the activity files do", () => {
  const { problems, rows } = slashed(["05/06/2021, 08:00:00", "07/06/2021, 09:00:00"])
  assert.deepEqual(rows.map(({ start }) => start), [undefined, undefined])
  assert.deepEqual(problems, [
    "lines 2, 3: day and month of the date are not clear: the activity's file decides",
  ])
  const first = Date.UTC(2021, 5, 7, 9, 0, 2)
  assert.equal(dateOrder(rows, new Map([["2", first]])), "dayFirst")
  assert.equal(dateOrder(rows, new Map([["2", Date.UTC(2021, 6, 6, 9)]])), "monthFirst")
  assert.equal(dateOrder(rows, new Map([["2", Date.UTC(2020, 1, 1)]])), undefined)
  assert.deepEqual(
    rows.map((row) => withDateOrder(row, "dayFirst").start),
    [Date.UTC(2021, 5, 5, 8), Date.UTC(2021, 5, 7, 9)],
  )
})

holds("a row whose date cannot be read is kept, and reported", () => {
  const { problems, rows } = slashed(["someday", "Sep 12, 2018, 3:02:23 PM"])
  assert.equal(rows[0]?.start, undefined)
  assert.deepEqual(rows[0]?.problems, ['date "someday" cannot be read'])
  assert.deepEqual(problems, ["line 2: the date cannot be read"])
})

// The time zone of a process cannot be changed within it, so another process reads the dates.
test("trap 4: the time zone of the process does not change a start", () =>
  Effect.promise(async () => {
    const path = new URL("../../../pipeline/export/table/dates/readDate.ts", import.meta.url).href
    const code = `const { readDate } = await import(${JSON.stringify(path)});` +
      'console.log(new Date().getTimezoneOffset(), readDate("05.06.2022, 15:24:49"))'
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", code],
      env: { TZ: "Asia/Kathmandu" },
    }).output()
    const text = new TextDecoder().decode(stdout)
    assert.equal(
      text,
      `-345 ${Date.UTC(2022, 5, 5, 15, 24, 49)}\n`,
      new TextDecoder().decode(stderr),
    )
  }))
