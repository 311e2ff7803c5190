/** Measures a command as a whole process: wall and CPU seconds, and memory at its highest. */

export interface Measured {
  /** Seconds. */
  readonly wall: number
  /** Seconds of all threads, user and system. */
  readonly cpu: number
  /** MB; 0 where the system has no /proc. */
  readonly peak: number
}

interface Command {
  readonly words: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the words, then prints the times of its children as POSIX has it. */
const shell = `"$@" > /dev/null; code=$?; times; exit $code`

/** Seconds of the second line of `times`: of the children, user and system. */
const childrenCpu = (printed: string): number => {
  const spans = printed.trim().split("\n").at(-1)?.split(" ") ?? []
  return spans.reduce((sum, span) => {
    const [minutes = "0", seconds = "0"] = span.replace("s", "").split("m")
    return sum + Number(minutes) * 60 + Number(seconds)
  }, 0)
}

/** The kernel's high-water mark of the shell's child, in MB. */
const highWater = (shell: number): number => {
  try {
    const child = Deno.readTextFileSync(`/proc/${shell}/task/${shell}/children`).trim()
    const status = Deno.readTextFileSync(`/proc/${child}/status`)
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1_024 / 1e6
  } catch {
    return 0
  }
}

/** Runs a command to its end. Fails with what it printed on stderr if its exit code is not 0. */
export const measureCommand = async ({ env = {}, words }: Command): Promise<Measured> => {
  const begun = performance.now()
  const child = new Deno.Command("sh", {
    args: ["-c", shell, "sh", ...words],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn()
  let peak = 0
  const watch = setInterval(() => peak = Math.max(peak, highWater(child.pid)), 20)
  const { code, stderr, stdout } = await child.output()
  clearInterval(watch)
  if (code !== 0) {
    throw new Error(`${words.join(" ")} ended with ${code}: ${new TextDecoder().decode(stderr)}`)
  }
  return {
    wall: (performance.now() - begun) / 1_000,
    cpu: childrenCpu(new TextDecoder().decode(stdout)),
    peak,
  }
}

/** Bytes of the files under `path`; 0 if it does not exist. */
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
