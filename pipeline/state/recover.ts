/**
 * The ladder: a state file that is damaged, missing, older or changed never means starting from zero. The
 * copy of the last run takes its place, and what the sinks hold is taken in; where there is no copy, the
 * run stops and says what rebuilding costs.
 */
import { Clock, Effect, FileSystem, Option, type Path, Result, type Scope } from "effect"
import { exists } from "../../sinks/files.ts"
import { SinkName } from "../../sinks/Sink.ts"
import { type Database, openDatabase } from "./Database.ts"
import { copyOf, type Facts, factsIn, factsOf } from "./generation.ts"
import { digestOf, type Mark, readMark, writeMark } from "./mark.ts"
import { refuseNetwork } from "./network.ts"
import { type Asked, type Ground, replaceLost, type Why } from "./replace.ts"
import { beginRun, type Run } from "./runs.ts"
import { diskError, type StateError } from "./StateError.ts"
import { describe, owed, takeIn } from "./takeIn.ts"

type Services = FileSystem.FileSystem | Path.Path

export interface Opened {
  readonly db: Database
  readonly run: Run
  /** What the user should know of how it was opened, in whole sentences. */
  readonly notes: ReadonlyArray<string>
}

/** Whether the file is of an earlier time than the last run, another's, or changed since it. */
const suspicion = (
  now: Facts,
  { copy, mark }: Ground,
  digest: string | undefined,
): Why | undefined => {
  if (mark !== undefined && (mark.pipeline_id !== now.pipelineId || mark.epoch > now.epoch)) {
    return "older"
  }
  if (copy !== undefined && copy.epoch > now.epoch) return "older"
  const closed = mark?.epoch === now.epoch ? mark.closed : undefined
  return typeof closed === "string" && digest !== closed ? "changed" : undefined
}

const words: Readonly<Record<Why, string>> = {
  damaged: "",
  missing: "",
  older: "The state file is older than the last run, or another's.",
  changed: "The state file was changed since the last run, by something else than Paceline.",
  unasked: "",
  asked: "The state file is sound and stays; it was compared with the sinks.",
}

/** A count, limit or clock that no run can have written would hold up the next for long. */
const mistrust = (db: Database, now: number) => {
  db.run(
    `delete from quota where cap <= 0 or used < 0 or used > 2 * cap or start > ?1`,
    now + 24 * 60 * 60_000,
  )
  db.run(`delete from meta where key = 'clock'`)
  for (const { athlete = null, stage = null, value } of db.all(`select * from cursor`)) {
    if (isJson(String(value))) continue
    db.run(`delete from cursor where athlete = ? and stage = ?`, athlete, stage)
  }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The state file at `path`, fit for a run, and the run noted in it. */
export const openState = Effect.fn("openState")(function* (
  directory: string,
  path: string,
  asked: Asked,
): Effect.fn.Return<Opened, StateError, Services | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const services = yield* Effect.context<Services>()
  const disk = Effect.mapError((error: Error) => diskError(path)(error))
  const notes = [...yield* refuseNetwork(directory)]
  const { history, mark } = yield* readMark(directory)
  const digest = mark?.closed === null ? undefined : yield* disk(digestOf(path))
  const sure = mark !== undefined && digest !== undefined && digest === mark.closed
  const copied = yield* exists(copyOf(path)).pipe(disk)
  const size = yield* Effect.option(fs.stat(path))
  const blank = !history && !copied
  const lostCopy = () => factsOf(copyOf(path), true)

  // Its digest is made anew when all else of the run is over and the file closed.
  const marked: { mark?: Mark } = {}
  yield* Effect.addFinalizer(() =>
    Effect.gen(function* () {
      const { mark } = marked
      const closed = yield* digestOf(path)
      if (mark !== undefined && closed !== undefined) {
        yield* writeMark(directory, { ...mark, closed })
      }
    }).pipe(Effect.ignore, Effect.provideContext(services))
  )

  // From here on the file changes, and whoever is killed leaves it so.
  if (mark !== undefined && mark.closed !== null) {
    yield* writeMark(directory, { ...mark, closed: null }).pipe(disk)
  }

  const copy = factsOf(copyOf(path), false)
  const ground: Ground = { path, mark, copy, first: blank }
  // An empty file, of which nothing tells that it was ever more, is as good as none.
  const first = Option.isSome(size) && !(blank && Number(size.value.size) === 0)
    ? yield* Effect.result(openDatabase(path, { blank, deep: !sure }))
    : Result.fail(undefined)
  if (
    Result.isFailure(first) && first.failure !== undefined && first.failure.reason !== "damaged"
  ) {
    return yield* first.failure
  }
  const {
    db,
    notes: said,
    why: loss,
  } = Result.isSuccess(first)
    ? { db: first.success, notes: [], why: undefined }
    : yield* replaceLost({ ...ground, copy: lostCopy() }, asked, first.failure)
  notes.push(...said)

  const now = yield* Clock.currentTimeMillis
  const facts = yield* db.read(() => factsIn(db.all))
  const doubt = loss === undefined ? suspicion(facts, ground, digest) : undefined
  // Made, and then the run was killed: what the sinks hold is not looked at yet.
  const begun = Result.isSuccess(first) && facts.epoch === 0 ? "unasked" : undefined
  const why = loss ?? doubt ?? (asked.rebuild ? "asked" : begun)
  if (doubt !== undefined || why === "asked") notes.push(words[why ?? "asked"])
  const pipelineId = facts.pipelineId ?? mark?.pipeline_id ?? crypto.randomUUID()
  const above = Math.max(mark?.epoch ?? 0, ground.copy?.epoch ?? 0)
  const run = yield* db.transaction(() => {
    db.run(`insert or ignore into meta values ('pipeline_id', ?)`, pipelineId)
    if (why === "changed") mistrust(db, now)
    if (why !== undefined) {
      for (const sink of SinkName.literals) {
        db.run(
          `insert or replace into meta values (?, ?)`,
          owed(sink),
          why === "unasked" ? "0" : String(now),
        )
      }
    }
    return beginRun(db, now, above)
  })
  marked.mark = { pipeline_id: pipelineId, epoch: run.epoch, closed: null }
  yield* writeMark(directory, marked.mark).pipe(disk)

  const adopted = yield* takeIn(db, path, asked.sources)
  if (adopted !== undefined) {
    notes.push(...describe(adopted, why === undefined || why === "unasked"))
  }
  return { db, run, notes: notes.length === 0 ? [] : [notes.join(" ")] }
})
