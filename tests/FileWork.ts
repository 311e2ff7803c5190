/**
 * Counts running work on real files and databases, so that the test clock stands still meanwhile.
 * Otherwise a loop that moves the clock would let hours of test time pass during one slow write.
 */
import { Effect, FileSystem } from "effect"
import { setImmediate } from "node:timers"
import type { SinkSource } from "../sinks/Sink.ts"

const underWay = { count: 0 }
const waiting: Array<() => void> = []

const counted = <A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    underWay.count++
    return Effect.onExit(work, () =>
      Effect.sync(() => {
        underWay.count--
        if (underWay.count > 0) return
        for (const resume of waiting.splice(0)) resume()
      }))
  })

/** Returns `methods` with effects that count as work while they run. */
const countedIn = <Methods extends object>(methods: Methods): Methods =>
  new Proxy(methods, {
    get(target, name, receiver) {
      const found: unknown = Reflect.get(target, name, receiver)
      if (Effect.isEffect(found)) return counted(found)
      if (typeof found !== "function") return found
      return (...given: ReadonlyArray<unknown>) => {
        const made: unknown = Reflect.apply(found, target, given)
        return Effect.isEffect(made) ? counted(made) : made
      }
    },
  })

/** Returns the file system with its work counted, including that of open files and streams. */
export const countedFiles = (fs: FileSystem.FileSystem): FileSystem.FileSystem =>
  FileSystem.make(
    countedIn({
      ...fs,
      open: (...given: Parameters<typeof fs.open>) => Effect.map(fs.open(...given), countedIn),
    }),
  )

/** Counts the work of a sink that is not done through the file system, such as that of a database. */
export const countedSource = (source: SinkSource): SinkSource => ({
  ...countedIn(source),
  open: Effect.map(counted(source.open), countedIn),
  look: Effect.map(counted(source.look), countedIn),
})

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Lets promises and streams advance, and waits for running file work to end. */
export const breathe: Effect.Effect<void> = Effect.promise(async () => {
  await turn()
  while (underWay.count > 0) {
    await new Promise<void>((resolve) => waiting.push(resolve))
    await turn()
  }
})
