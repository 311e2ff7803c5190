/** Meters of this process: wall and CPU seconds, memory at its highest, bytes under a folder. */
import process from "node:process"

/** What was used between two readings; memory is that of the whole process so far. */
export interface Reading {
  /** Seconds. */
  readonly wall: number
  /** Seconds of all threads. */
  readonly cpu: number
  /** The most memory held at once, in MB; by the kernel's own count where it has one. */
  readonly peak: number
  /** The memory held now, in MB. */
  readonly held: number
}

const megabyte = 1_000_000

/** The kernel's high-water mark of this process; undefined where there is none. */
const highWater = (): number | undefined => {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(Deno.readTextFileSync("/proc/self/status"))
    return found === null ? undefined : Number(found[1]) * 1024
  } catch {
    return undefined
  }
}

/** Let the high-water mark begin anew, where the kernel can: what is needed once is then told apart. */
export const lowerHighWater = (): void => {
  try {
    Deno.writeTextFileSync("/proc/self/clear_refs", "5")
  } catch {
    // Elsewhere the mark stays where it is.
  }
}

/** Begin to measure; call the result for a reading, as often as wanted. */
export const meter = (): () => Reading => {
  const begun = performance.now()
  const before = process.cpuUsage()
  let sampled = 0
  const sample = () => {
    sampled = Math.max(sampled, Deno.memoryUsage().rss)
  }
  Deno.unrefTimer(setInterval(sample, 50))
  return () => {
    sample()
    const { system, user } = process.cpuUsage(before)
    return {
      wall: (performance.now() - begun) / 1_000,
      cpu: (user + system) / 1_000_000,
      peak: (highWater() ?? sampled) / megabyte,
      held: Deno.memoryUsage().rss / megabyte,
    }
  }
}

/** The bytes of the files under `path`; 0 if it does not exist. */
export const bytesUnder = (path: string): number => {
  try {
    const { isDirectory, size } = Deno.statSync(path)
    return isDirectory
      ? [...Deno.readDirSync(path)].reduce(
        (sum, { name }) => sum + bytesUnder(`${path}/${name}`),
        0,
      )
      : size
  } catch {
    return 0
  }
}
