/** Mutants that break an invariant, as changes to the sources, and the stops that reveal them. */
import { type Hold, type Scenario, stopPlan } from "./plan.ts"

export interface Mutant {
  readonly mistake: string
  readonly file: string
  /** Text that occurs once in the file. */
  readonly find: string
  readonly replace: string
  readonly scenario: Scenario
  /** Pattern of the fault that the harness must report. */
  readonly caught: RegExp
}

const kill = { signal: "SIGKILL" } as const

/** Holds that delay the list until both file sinks have the first response, the athlete. */
const athleteThenList: ReadonlyArray<Hold> = [
  { path: /\/athlete\/activities$/, until: { at: "batch.acknowledged", hit: 2 } },
  { path: /\/(zones|stats)$/, until: { at: "answer.kept", hit: 2 } },
]

/** The list is stored and delivered only in the next run, which dies before it acknowledges that. */
const inDelivery = stopPlan([
  { at: "answer.kept", hit: 2, holds: athleteThenList, ...kill },
  { at: "batch.written", hit: 1, ...kill },
], { activities: 4, postgres: "none", concurrency: 1 })

/** The page of the list has arrived; the next commit is its own, because the sinks have nothing to do. */
const inList = stopPlan([
  {
    at: "state.committing",
    hit: 1,
    since: { at: "request.answered", hit: 2 },
    holds: athleteThenList,
    ...kill,
  },
], { postgres: "none", concurrency: 1 })

/** PostgreSQL holds a batch that is not acknowledged. */
const inPostgres = stopPlan([{ at: "postgres.committed", hit: 2, ...kill }])

/** The first response has arrived. */
const inAnswer = stopPlan([{ at: "request.answered", hit: 1, ...kill }], { postgres: "none" })

const inFile = stopPlan([{ at: "file.written", hit: 8, ...kill }], { postgres: "none" })

/** Ctrl-C with requests in flight, after a sink has written the earlier responses. */
const inRequests = stopPlan([
  {
    at: "batch.acknowledged",
    hit: 1,
    since: { at: "request.reserved", hit: 18 },
    signal: "SIGINT",
  },
], { postgres: "none", latency: 500 })

export const mutants: ReadonlyArray<Mutant> = [
  {
    mistake: "a batch is acknowledged before the sink has it",
    file: "pipeline/delivery/Delivery.ts",
    find: `      const refusals = yield* writeTraced(sink, batch)
      yield* failpoint("batch.written")
      yield* state.acknowledge(sink.name, batch, refusals)
`,
    replace: `      yield* state.acknowledge(sink.name, batch, [])
      yield* failpoint("batch.written")
      yield* writeTraced(sink, batch)
`,
    scenario: inDelivery,
    caught: /a sink lacks what it has acknowledged/,
  },
  {
    mistake: "a list's place is committed before its items",
    file: "pipeline/state/outbox/checkpoint.ts",
    find: "  for (const arrival of arrivals)",
    replace: `  if (cursor !== undefined) {
    const { athlete, stage, value } = cursor
    db.run("insert or replace into cursor values (?, ?, ?)", athlete, stage, JSON.stringify(value))
    db.run("commit")
    db.run("begin immediate")
    db.run("savepoint member")
  }
  for (const arrival of arrivals)`,
    scenario: inList,
    caught: /missing|is not what Strava sent/,
  },
  {
    mistake: "rows are inserted without regard to those that are there",
    file: "sinks/postgres/write/commit.ts",
    find: "sql.unsafe(text, parameters)",
    replace: `sql.unsafe(text.replace(/ on conflict [^]*/, ""), parameters)`,
    scenario: inPostgres,
    caught: /exit 2 instead of 0/,
  },
  {
    mistake: "a table gets what is delivered again a second time",
    file: "sinks/files/merge.ts",
    find: "ids.has(existing.id) ? take(end) : [...take(end), existing.row]",
    replace: "[...take(end), existing.row]",
    scenario: inDelivery,
    caught: /activities\.(ndjson is not what Strava sent|csv: \d+ rows)/,
  },
  {
    mistake: "new tokens are used before they are on disk",
    file: "pipeline/strava/auth/tokenExchange.ts",
    find: "      yield* store.keep(store.unsaved)\n",
    replace: `      store.current = store.unsaved
      store.unsaved = undefined
`,
    scenario: inAnswer,
    caught: /the newest refresh token is lost/,
  },
  {
    mistake: "a request is sent before it is counted on disk",
    file: "pipeline/strava/quota/Quota.ts",
    find: "save(true)",
    replace: "save(false)",
    scenario: inAnswer,
    caught: /requests are counted/,
  },
  {
    mistake: "half-written files stay",
    file: "sinks/files/atomic.ts",
    find: "(name) => leftover.test(name)",
    replace: "() => false",
    scenario: inFile,
    caught: /\.tmp was left behind/,
  },
  {
    mistake: "Ctrl-C does not wait for requests under way",
    file: "pipeline/run/Pipeline.ts",
    find: "        Effect.andThen(Fiber.await(fiber)),\n",
    replace: "",
    scenario: inRequests,
    caught: /it ended by itself and lost/,
  },
]
