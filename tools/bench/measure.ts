/** Measures a command as a process: wall and CPU seconds, and peak memory. */
import { Effect, FileSystem } from "effect"

export interface Measurement {
  /** Seconds. */
  readonly wall: number
  /** Seconds of all threads, user and system. */
  readonly cpu: number
  /** MB; 0 if the system has no /proc. */
  readonly peak: number
}

export type Variables = Readonly<Record<string, string>>

/** Runs a command, then prints the CPU times of its children in the format of POSIX. */
const shell = `"$@" > /dev/null; code=$?; times; exit $code`

/** Seconds in the second line of `times`: user and system time of the children. */
const childrenCpu = (printed: string): number =>
  printed.trim().split(/[\n ]/).slice(-2).reduce((sum, time) => {
    const [minutes, seconds] = time.split(/[ms]/).map(Number)
    return sum + minutes! * 60 + seconds!
  }, 0)

/** Peak memory of the shell's child in MB, as the kernel counts it. */
const peakOf = (shell: number): number => {
  try {
    const child = Deno.readTextFileSync(`/proc/${shell}/task/${shell}/children`).trim()
    const status = Deno.readTextFileSync(`/proc/${child}/status`)
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024 / 1e6
  } catch {
    return 0
  }
}

const run = async (words: ReadonlyArray<string>, env: Variables): Promise<Measurement> => {
  const begun = performance.now()
  const child = new Deno.Command("sh", {
    ...{ args: ["-c", shell, "sh", ...words], env },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn()
  let peak = 0
  const timer = setInterval(() => peak = Math.max(peak, peakOf(child.pid)), 20)
  const { code, stderr, stdout } = await child.output()
  clearInterval(timer)
  if (code !== 0) {
    throw new Error(`${words.join(" ")} ended with ${code}: ${new TextDecoder().decode(stderr)}`)
  }
  const cpu = childrenCpu(new TextDecoder().decode(stdout))
  return { wall: (performance.now() - begun) / 1_000, cpu, peak }
}

/** Runs a command to its end. Dies with its stderr if its exit code is not 0. */
export const measure = (words: ReadonlyArray<string>, env: Variables = {}) =>
  Effect.promise(() => run(words, env))

/** A temporary folder for the scope. */
export const temporaryFolder = FileSystem.FileSystem.use((fs) =>
  fs.makeTempDirectoryScoped({ prefix: "paceline-bench-" })
)

/** Returns the bytes of the files under `path`. */
export const bytesUnder = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const names = yield* fs.readDirectory(path, { recursive: true })
  const stats = yield* Effect.forEach(names, (name) => fs.stat(`${path}/${name}`))
  return stats.reduce((sum, { size, type }) => sum + (type === "File" ? Number(size) : 0), 0)
})
