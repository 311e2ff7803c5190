/**
 * Trials of code that stores files, on a simulated disk: a power cut, a kill or a fault at each of its calls. A trial
 * returns the faults that it found, so that mutants can be tried too.
 */
import { Cause, Effect, Exit, FileSystem, Option, Path } from "effect"
import assert from "node:assert/strict"
import { random } from "./Inode.ts"
import { type Call, type DiskFault, SimulatedDisk } from "./SimulatedDisk.ts"
import { simulatedFiles } from "./simulatedFiles.ts"

type Services = FileSystem.FileSystem | Path.Path

/** Code that takes steps, each of which must be durable once it is reported as done. */
export interface TrialSubject {
  readonly name: string
  /** Starts, and takes the steps from number `from` on. Calls `done` after each. */
  run(from: number, done: () => void): Effect.Effect<void, unknown, Services>
  /** Returns faults of the files apart from their contents. */
  inspect?(disk: SimulatedDisk): ReadonlyArray<string>
  /** True if an error is typed, so that a caller can handle it. */
  isTyped(error: unknown): boolean
}

/** Fails with the first few faults. */
export const none = (faults: ReadonlyArray<string>): void =>
  assert.equal(faults.slice(0, 3).join("\n"), "", `${faults.length} faults:`)

type Files = ReadonlyMap<string, string>

/** Runs the subject on `disk`. Returns its exit and the number of completed steps. */
export const attempt = Effect.fnUntraced(function* (
  subject: TrialSubject,
  disk: SimulatedDisk,
  from = 0,
) {
  let done = from
  const exit = yield* subject.run(from, () => done++).pipe(
    Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)),
    Effect.provide(Path.layer),
    Effect.exit,
  )
  return { done, exit }
})

const temporary = /\/\.[^/]*\.tmp$/

/** Returns the files under their final names, without temporary ones. */
const visible = (files: Files): Files =>
  new Map([...files].filter(([path]) => !path.endsWith("/") && !temporary.test(path)))

/** Returns the files after each number of steps on a disk without faults. */
const modelOf = Effect.fnUntraced(function* (subject: TrialSubject) {
  const disk = new SimulatedDisk()
  const states: Array<Files> = [new Map()]
  yield* subject.run(0, () => states.push(visible(disk.files))).pipe(
    Effect.provideService(FileSystem.FileSystem, simulatedFiles(disk)),
    Effect.provide(Path.layer),
    Effect.orDie,
  )
  return { states, calls: disk.calls.slice() }
})
type Model = Effect.Success<ReturnType<typeof modelOf>>

/** Returns the files whose content is neither that after `done` steps nor that after the next step. */
const halfDone = (subject: TrialSubject, disk: SimulatedDisk, { states }: Model, done: number) => {
  const found = visible(disk.files)
  const [before = new Map<string, string>(), after = before] = states.slice(done, done + 2)
  const wrong = [...new Set([...found.keys(), ...before.keys()])].filter((path) => {
    const text = found.get(path)
    return text !== before.get(path) && text !== after.get(path)
  })
  return [
    ...wrong.map((path) => `${path} holds ${JSON.stringify(found.get(path))} after ${done} steps`),
    ...subject.inspect?.(disk) ?? [],
  ]
}

const leftBehind = (files: Files) =>
  [...files.keys()].filter((path) => temporary.test(path)).map((path) => `${path} was left`)

/** Takes the remaining steps without a fault, then cuts the power. Returns the faults. */
const replay = Effect.fnUntraced(function* (
  subject: TrialSubject,
  disk: SimulatedDisk,
  model: Model,
  done: number,
) {
  const last = model.states.length - 1
  const { exit } = yield* attempt(subject, disk, done)
  if (Exit.isFailure(exit)) return [`the replay fails: ${Cause.pretty(exit.cause)}`]
  const left = leftBehind(disk.files)
  return [...left, ...halfDone(subject, disk.cut(0), model, last)]
})

/** Returns a text that is equal for disks that differ only in the names of temporary files. */
const likeness = (disk: SimulatedDisk, done: number) =>
  JSON.stringify([
    done,
    ...[...disk.files].map(([path, text]) => [
      path.replace(/[0-9a-f-]{36}\.tmp$/, "tmp"),
      text,
    ]).toSorted(),
  ])

/** Cuts the power before each call with each seed, or only kills; then starts again and replays. */
export const interruptTrial = Effect.fnUntraced(function* (
  subject: TrialSubject,
  seeds: ReadonlyArray<number>,
) {
  const model = yield* modelOf(subject)
  const seen = new Set<string>()
  const faults: Array<string> = []
  for (let nth = 1; nth <= model.calls.length + 1; nth++) {
    const disk = new SimulatedDisk()
    disk.fault = (call) => call.nth === nth ? "cut" : undefined
    const { done } = yield* attempt(subject, disk)
    const ends = new Map([["killed", disk]])
    for (const seed of seeds) {
      const after = disk.cut(seed)
      const like = likeness(after, done)
      if (!seen.has(like)) ends.set(`seed ${seed}`, after)
      seen.add(like)
    }
    disk.restart()
    for (const [name, after] of ends) {
      const found = [
        ...halfDone(subject, after, model, done),
        ...yield* replay(subject, after, model, done),
      ]
      faults.push(...found.map((fault) => `call ${nth}, ${name}: ${fault}`))
    }
  }
  return { calls: model.calls, ends: seen.size, faults }
})

/** Interrupts repeatedly, each time while the damage of the previous interruption is being repaired. */
export const repeatedly = Effect.fnUntraced(function* (
  subject: TrialSubject,
  seeds: ReadonlyArray<number>,
) {
  const model = yield* modelOf(subject)
  const faults: Array<string> = []
  for (const seed of seeds) {
    const next = random(seed)
    let disk = new SimulatedDisk()
    let done = 0
    for (let round = 1; round <= 5; round++) {
      const last = Math.ceil(next() * 40)
      disk.fault = ({ nth }) => nth === last ? "cut" : undefined
      done = (yield* attempt(subject, disk, done)).done
      if (next() < 0.3) disk.restart()
      else disk = disk.cut(Math.floor(next() * 1000))
      faults.push(
        ...halfDone(subject, disk, model, done).map((fault) =>
          `seed ${seed}, round ${round}: ${fault}`
        ),
      )
    }
    const found = yield* replay(subject, disk, model, done)
    faults.push(...found.map((fault) => `seed ${seed}: ${fault}`))
  }
  return faults
})

/** Returns the fault of a call on a disk that begins to fail with the call `nth`. */
export type Trouble = (call: Call, nth: number) => DiskFault

/** Finds a handle that is used after its sync failed: its bytes can be lost although they seem clean. */
const usedAfter = (calls: ReadonlyArray<Call>, failed: Call | undefined) =>
  calls.filter(({ fd, kind, nth }) =>
    failed !== undefined && nth > failed.nth && fd === failed.fd && kind !== "read"
  ).map(({ kind, path }) => `${kind} of ${path} on a handle whose sync had failed`)

/** Returns a disk that begins to fail with its call `nth`. */
const troubling = (trouble: Trouble, nth: number) => {
  const disk = new SimulatedDisk()
  const met: Array<{ readonly call: Call; readonly fault: DiskFault }> = []
  disk.fault = (call) => {
    const fault = trouble(call, nth)
    if (fault !== undefined) met.push({ call, fault })
    return fault
  }
  return { disk, met }
}

/** Lets `trouble` begin at each call, ends it with or without a power cut, and replays everything. */
export const troubled = Effect.fnUntraced(function* (subject: TrialSubject, trouble: Trouble) {
  const model = yield* modelOf(subject)
  const faults: Array<string> = []
  const seen = new Set<string>()
  let failures = 0
  for (let nth = 1; nth <= model.calls.length; nth++) {
    const { disk, met } = troubling(trouble, nth)
    const { done, exit } = yield* attempt(subject, disk)
    if (met.length === 0) continue
    const found: Array<string> = []
    if (Exit.isFailure(exit)) {
      failures++
      const error = Cause.findErrorOption(exit.cause)
      if (!Option.exists(error, subject.isTyped)) found.push(`ends by ${Cause.pretty(exit.cause)}`)
    }
    const hindered = disk.isReadOnly || met.some(({ call }) => call.kind === "remove")
    const unsynced = met.find(({ call }) => call.kind === "sync")?.call
    found.push(
      ...halfDone(subject, disk, model, done),
      ...hindered ? [] : leftBehind(disk.files),
      ...usedAfter(disk.calls, unsynced),
    )
    const afterwards = [disk.cut(0), disk.cut(2)]
    if (!disk.isReadOnly) {
      disk.restart()
      found.push(...yield* replay(subject, disk, model, done))
    }
    for (const after of afterwards) {
      const like = likeness(after, done)
      if (seen.has(like)) continue
      seen.add(like)
      found.push(
        ...halfDone(subject, after, model, done),
        ...yield* replay(subject, after, model, done),
      )
    }
    faults.push(...found.map((fault) => `call ${nth}: ${fault}`))
  }
  return { failures, faults }
})
