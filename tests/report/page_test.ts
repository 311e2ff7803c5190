/** The HTML report: self-contained, reproducible, correct with little data and complete with much. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Batch } from "../../sinks/Sink.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { sportGroups } from "../../pipeline/metrics/sports.ts"
import { palettes } from "../../pipeline/report/style.ts"
import { activity, item, streamsItem, zonesItem } from "../sinks/items.ts"
import { test } from "../testing.ts"
import { folderOf, htmlText, northwards, panelOf, reportOf } from "./landed.ts"

const panels = [
  ...["totals", "weekly", "cumulative", "calendar", "heatmap", "zones", "power", "pace", "form"],
  ...["routes", "streams", "latest", "data"],
]

const decoder = new TextDecoder()

/** Returns a synthetic athlete's history with short streams. */
const history = (count: number): ReadonlyArray<Batch> => {
  const world = World.make({ activities: count, samples: 60 })
  const athlete = world.athleteId
  const texts = (resource: "activities" | "streams", text: (id: number) => string | undefined) =>
    world.ids.flatMap((id) => {
      const found = text(id)
      return found === undefined
        ? []
        : [item({ resource, id: String(id), athlete: AthleteId.make(athlete), text: found })]
    })
  return [
    {
      resource: "activities",
      items: texts("activities", (id) => world.summaryText(id)),
    },
    { resource: "zones", items: [zonesItem()] },
    {
      resource: "streams",
      items: texts("streams", (id) => {
        const body = world.streams(id, new Set(streamTypes), true)
        return body === undefined ? undefined : decoder.decode(body)
      }),
    },
  ]
}

/** Fails if the page contains invalid numbers or anything that its content security policy blocks. */
const isSound = (html: string) => {
  const [head = ""] = html.split("<body>")
  const body = html.slice(head.length).replace(/<script>[^]*?<\/script>/, "")
  assert.doesNotMatch(body, /NaN|Infinity|undefined|null|\[object/)
  assert.doesNotMatch(body, /<(?:style|link|img|iframe|script|object|embed|base|form)\b/i)
  assert.doesNotMatch(body, /<[a-z][^>]*\s(?:style|on\w+)=|<[a-z][^>]*=["']?javascript:/i)
  assert.deepEqual(
    html.match(/https?:[^"' ]*/g)?.filter((url) => url !== "http://www.w3.org/2000/svg") ?? [],
    [],
  )
  assert.doesNotMatch(html, /<[a-z][^>]*\ssrc=|url\(|@import/i)
  const ids = [...body.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
  assert.equal(new Set(ids).size, ids.length, "an id comes twice")
  for (const id of panels) panelOf(html, id)
  for (const [svg] of body.matchAll(/<svg[^>]*>(<title>[^<]+<\/title>)?/g)) {
    assert.match(svg, /role="img"[^>]*><title>/)
  }
}

test("the report of 300 activities is one page: complete, small, self-contained and reproducible", () =>
  Effect.gen(function* () {
    const data = yield* folderOf(history(300))
    const html = yield* reportOf(data)
    isSound(html)
    assert.equal(html, yield* reportOf(data))
    assert.ok(html.length < 1_500_000, `${html.length} bytes`)
    for (const id of panels.filter((id) => !["power"].includes(id))) {
      assert.doesNotMatch(panelOf(html, id), /not-yet/, id)
    }
    for (
      const id of ["totals", "weekly", "cumulative", "calendar", "zones", "pace", "form", "streams"]
    ) {
      assert.match(panelOf(html, id), /<summary>As a table</, id)
    }
    assert.match(html, /<title>Training report \d{4}<\/title>/)
    assert.match(htmlText(panelOf(html, "data")), /There is no state file/)
  }))

test("the page's own policy allows its style and its script, by their digests, and nothing else", () =>
  Effect.gen(function* () {
    const html = yield* reportOf(
      yield* folderOf([{ resource: "activities", items: [activity(1)] }]),
    )
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
    const digest = (tag: string) => {
      const [, text = ""] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html) ?? []
      return `sha256-${createHash("sha256").update(text).digest("base64")}`
    }
    assert.deepEqual(policy.replaceAll("&#39;", "'").split("; "), [
      "default-src 'none'",
      `style-src '${digest("style")}'`,
      `script-src '${digest("script")}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ])
    const [, script = ""] = /<script>([^]*?)<\/script>/.exec(html) ?? []
    assert.ok(script.length < 2_000, `${script.length} bytes of script`)
  }))

test("with one activity every panel shows its figures, or states what is missing", () =>
  Effect.gen(function* () {
    for (
      const fields of [
        {
          sport_type: "Run",
          moving_time: 1_800,
          distance: 5_000,
          start_date_local: "2026-01-01T08:00:00Z",
        },
        {},
        { name: null, distance: null, sport_type: null, start_date: null },
      ]
    ) {
      const html = yield* reportOf(
        yield* folderOf([{ resource: "activities", items: [activity(1, fields)] }]),
      )
      isSound(html)
      assert.match(panelOf(html, "pace"), /There are no streams of a run yet/)
      assert.match(panelOf(html, "form"), /Not enough yet/)
      assert.match(panelOf(html, "zones"), /deno task zones/)
    }
    const none = yield* reportOf(
      yield* folderOf([{ resource: "zones", items: [zonesItem()] }, {
        resource: "activities",
        items: [activity(1, { start_date: "soon" })],
      }]),
    )
    isSound(none)
    assert.match(htmlText(panelOf(none, "data")), /1 activity has no date/)
    assert.match(htmlText(none), /no activities yet/)
  }))

/** Names that a person or a device could give to a ride. */
const hostile = [
  "</script><script>alert(1)</script>",
  `"><img src=x onerror=alert(1)>`,
  "<svg onload=alert(1)>",
  "&lt;b&gt; &amp; &#x3c;script>",
  "\u202egnp.exe\u202c \u2066\u0000\u001b[31m",
  "]]><!--",
  "{{constructor}} ${1} `",
  "a".repeat(100_000),
  "\ud83d\ude80".repeat(500),
  "  \n\t ",
]

test("hostile names are shown as text, short, and from left to right", () =>
  Effect.gen(function* () {
    const html = yield* reportOf(
      yield* folderOf([{
        resource: "activities",
        items: hostile.map((name, i) =>
          activity(i + 1, { name, sport_type: name, map: { summary_polyline: northwards(40) } })
        ),
      }, {
        resource: "streams",
        items: [
          streamsItem(hostile.length, {
            time: [0, 10, 20],
            distance: [0, 100, 200],
            watts: [1, 2, 3],
          }),
        ],
      }]),
    )
    isSound(html)
    const text = htmlText(panelOf(html, "latest"))
    assert.match(text, /<\/script><script>alert\(1\)/)
    assert.match(text, /without a name/)
    assert.match(panelOf(html, "routes"), /&lt;svg onload=alert/)
    assert.doesNotMatch(html.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u)
    assert.ok(!html.includes("a".repeat(61)))
    assert.ok(html.isWellFormed())
  }))

test("the report ends with the last sync or the selected year, and omits later activities", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([{
      resource: "activities",
      items: [
        activity(1, {
          start_date: "2025-12-31T23:30:00Z",
          start_date_local: "2026-01-01T00:30:00Z",
        }),
        activity(2, { start_date: "2024-06-01T10:00:00Z" }),
        activity(3, { start_date: "2026-03-02T10:00:00Z" }),
      ],
    }])
    const newest = htmlText(yield* reportOf(data))
    assert.match(newest, /2026 so far to 2 Mar 2026, against 2025 to 2 Mar 2025/)
    assert.match(newest, /Activities 2 none by this day in 2025/)
    const old = yield* reportOf(data, { year: 2024 })
    assert.match(htmlText(old), /2024 so far to 31 Dec 2024/)
    assert.match(htmlText(old), /2 activities are dated after the last day/)
    assert.match((yield* Effect.flip(reportOf(data, { year: 2025 }))).message, /some in 2026, 2024/)
    const none = yield* Effect.flip(reportOf(data, { activity: "99" }))
    assert.match(none.message, /there is no activity 99 up to/)
    const chosen = panelOf(yield* reportOf(data, { activity: "2" }), "streams")
    assert.match(htmlText(chosen), /Ride 2, 1 Jun 2024 .*no stored streams of this activity/)
  }))

test("without maps the page contains no track, not even its shape", () =>
  Effect.gen(function* () {
    const data = yield* folderOf(history(40))
    const html = yield* reportOf(data, { maps: false })
    isSound(html)
    for (const id of ["heatmap", "routes"]) {
      assert.match(panelOf(html, id), /deno task report --maps/)
      assert.doesNotMatch(panelOf(html, id), /<path/)
    }
    assert.match(panelOf(yield* reportOf(data), "routes"), /<path class="\w+" transform/)
  }))

test("the ends of a track are trimmed before it is drawn, and a short track is omitted", () =>
  Effect.gen(function* () {
    const tracks = (points: number) =>
      folderOf([{
        resource: "activities",
        items: [activity(1, { map: { summary_polyline: northwards(points) } })],
      }])
    const short = yield* reportOf(yield* tracks(3))
    for (const id of ["heatmap", "routes"]) {
      assert.match(panelOf(short, id), /There is no activity with a track yet/)
    }
    assert.match(
      htmlText(panelOf(yield* reportOf(yield* tracks(40)), "heatmap")),
      /1 track\. Ends are cut/,
    )
  }))

test("a load comes from the streams, else the mean heart rate, else Strava's effort, and the page says which", () =>
  Effect.gen(function* () {
    const on = (day: number) => ({ start_date: `2026-01-${day}T10:00:00Z`, moving_time: 600 })
    const html = yield* reportOf(
      yield* folderOf([
        { resource: "zones", items: [zonesItem()] },
        {
          resource: "activities",
          items: [
            // Ten minutes at 120 bpm: zone 2 of the zones from 0, 115 and 152.
            activity(1, { ...on(12), has_heartrate: true, average_heartrate: 100 }),
            activity(2, { ...on(13), average_heartrate: 160, suffer_score: 5 }),
            activity(3, { ...on(14), suffer_score: 7 }),
            activity(4, on(31)),
          ],
        },
        {
          resource: "streams",
          items: [streamsItem(1, {
            time: Array.from({ length: 61 }, (_, i) => i * 10),
            heartrate: Array.from({ length: 61 }, () => 120),
          })],
        },
      ]),
    )
    const panel = htmlText(panelOf(html, "form"))
    assert.match(
      panel,
      /1 activity from the heart-rate stream .*, 1 from the mean heart rate, 1 from Strava's relative effort, 1 without/,
    )
    // 10 min in zone 2 and 10 min in zone 3 are 50; the other activity adds 7.
    assert.match(panel, /2026-01-12 57 /)
  }))

const luminance = (color: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255
    return part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4
  })
  return .2126 * r + .7152 * g + .0722 * b
}
const contrast = (a: string, b: string) => {
  const [low, high] = [luminance(a), luminance(b)].sort((a, b) => a - b)
  return (high! + .05) / (low! + .05)
}

test("colors have the contrast that WCAG requires: 4.5 for text, 3 for graphics", () =>
  Effect.sync(() => {
    for (const [scheme, palette] of Object.entries(palettes)) {
      for (
        const name of [
          "text",
          "muted",
          ...Object.keys(palette).filter((name) => name.endsWith("-text")),
        ]
      ) {
        for (const behind of ["card", "page"] as const) {
          const ratio = contrast(palette[name as keyof typeof palette], palette[behind])
          assert.ok(ratio >= 4.5, `${scheme} ${name} on ${behind}: ${ratio}`)
        }
      }
      for (const name of [...sportGroups, "accent", "line-2", "focus"] as const) {
        const ratio = contrast(palette[name], palette.card)
        assert.ok(ratio >= 3, `${scheme} ${name}: ${ratio}`)
      }
    }
  }))
