/**
 * Makes docs/images/demo.svg: `deno task demo`, run in a terminal and drawn as animated text. It needs
 * tmux, and replaces ./demo as the demo does:
 * deno run --allow-run=tmux --allow-env=TERM --allow-write=docs/images tools/cast.ts
 */

const columns = 108
const rows = 39
const command = "$ deno task demo"

const mostFrames = 14

const cell = { width: 8.43, height: 17 }
const margin = 16

const tmux = async (...words: ReadonlyArray<string>): Promise<string> => {
  const { code, stderr, stdout } = await new Deno.Command("tmux", {
    args: ["-L", "paceline-cast", "-f", "/dev/null", ...words],
  }).output()
  if (code !== 0) throw new Error(`tmux ${words[0]}: ${new TextDecoder().decode(stderr)}`)
  return new TextDecoder().decode(stdout)
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

type Screen = ReadonlyArray<string>

const escape = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`, "g")
const plain = (line: string) => line.replaceAll(escape, "")

/** Returns the captured lines without empty ones at the end. */
const linesOf = (captured: string): Screen => {
  const lines = captured.split("\n")
  return lines.slice(0, lines.findLastIndex((line) => plain(line).trim() !== "") + 1)
}

/** Runs the demo, and returns every different screen, and at the end all output. */
const record = async (): Promise<{ screens: ReadonlyArray<Screen>; all: Screen }> => {
  await tmux("new-session", "-d", "-x", `${columns}`, "-y", `${rows}`, "PS1='$ ' exec sh")
  try {
    await sleep(500)
    await tmux("send-keys", `clear; ${command.slice(2)}`, "Enter")
    const screens: Array<Screen> = []
    for (let seen = "";;) {
      await sleep(150)
      const captured = await tmux("capture-pane", "-e", "-p")
      if (captured !== seen && captured.trim() !== "") screens.push(linesOf(captured))
      seen = captured
      if (screens.length > 1 && plain(linesOf(captured).at(-1) ?? "") === "$") break
    }
    const all = linesOf(await tmux("capture-pane", "-e", "-p", "-S", "-"))
    return { screens: screens.slice(0, -1), all: all.slice(0, -1) }
  } finally {
    await tmux("kill-server")
  }
}

interface Frame {
  readonly screen: Screen
  readonly seconds: number
}

/** Returns frames of the run, then of its output, as if scrolled back. */
const framesOf = (screens: ReadonlyArray<Screen>, all: Screen): ReadonlyArray<Frame> => {
  const output = [command, ...all]
  const running = screens.filter((screen) => screen.length < rows)
  const step = Math.ceil(running.length / mostFrames)
  const page = (text: string) => {
    const from = output.findIndex((line) => plain(line).includes(text))
    if (from < 0) throw new Error(`the demo did not print "${text}"`)
    return output.slice(from, from + rows)
  }
  return [
    { screen: [command], seconds: 1 },
    ...running.filter((_, i) => i % step === 0)
      .map((screen) => ({ screen: [command, ...screen].slice(-rows), seconds: 0.5 })),
    { screen: page("changed  unchanged"), seconds: 5 },
    { screen: page("Hours and kilometers"), seconds: 10 },
  ]
}

const names = ["k", "r", "g", "y", "b", "m", "c", "w"]

/** Returns the classes of a style after the numbers of an escape sequence. */
const styled = (before: ReadonlyArray<string>, numbers: string): ReadonlyArray<string> =>
  numbers.split(";").map(Number).reduce<ReadonlyArray<string>>((style, number) => {
    if (number === 0) return []
    if (number === 22) return style.filter((name) => name !== "bold" && name !== "dim")
    if (number < 30) return [...style, ...(number === 1 ? ["bold"] : number === 2 ? ["dim"] : [])]
    return [
      ...style.filter((name) => !names.includes(name)),
      ...names.slice(number % 10).slice(0, 1),
    ]
  }, before)

const xml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** Draws each line as a `text` of a fixed width, because fonts have different widths. */
const draw = (screen: Screen): string => {
  let style: ReadonlyArray<string> = []
  return screen.map((line, row) => {
    const parts = line.trimEnd().split(escape).map((part, i) => {
      if (i % 2 === 1) style = styled(style, part)
      if (i % 2 === 1 || part === "") return ""
      if (style.length === 0) return xml(part)
      return `<tspan class="${style.join(" ")}">${xml(part)}</tspan>`
    })
    const { length } = plain(line).trimEnd()
    if (length === 0) return ""
    const y = (margin + (row + 0.8) * cell.height).toFixed(1)
    const width = (length * cell.width).toFixed(1)
    return `<text x="${margin}" y="${y}" textLength="${width}" lengthAdjust="spacingAndGlyphs">` +
      `${parts.join("")}</text>\n`
  }).join("")
}

const style = `
.screen { fill: #ffffff; stroke: #d0d7de }
text {
  fill: #1f2328; white-space: pre;
  font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
.bold { font-weight: bold } .dim { opacity: 0.6 }
.r { fill: #cf222e } .g { fill: #1a7f37 } .y { fill: #9a6700 }
.b { fill: #0969da } .m { fill: #8250df } .c { fill: #1b7c83 }
@media (prefers-color-scheme: dark) {
  .screen { fill: #0d1117; stroke: #30363d }
  text { fill: #e6edf3 }
  .r { fill: #ff7b72 } .g { fill: #3fb950 } .y { fill: #d29922 }
  .b { fill: #58a6ff } .m { fill: #bc8cff } .c { fill: #39c5cf }
}`

/** Draws the frames one after the other; only the last with reduced motion or without styles. */
const render = (frames: ReadonlyArray<Frame>): string => {
  const total = frames.reduce((sum, { seconds }) => sum + seconds, 0)
  const share = (seconds: number) => `${(100 * seconds / total).toFixed(2)}%`
  let start = 0
  const moving = frames.map(({ seconds }, i) => {
    const [from, to] = [share(start), share(start += seconds)]
    return `@keyframes f${i} { 0% { visibility: ${i === 0 ? "visible" : "hidden"} } ` +
      `${from} { visibility: visible } ${to} { visibility: hidden } }\n` +
      `.f${i} { animation: f${i} ${total}s step-end infinite }`
  }).join("\n")
  const drawn = frames.map(({ screen }, i) =>
    `<g class="f${i}" visibility="${i === frames.length - 1 ? "visible" : "hidden"}">\n${
      draw(screen)
    }</g>`
  ).join("\n")
  const width = Math.ceil(columns * cell.width + 2 * margin)
  const height = rows * cell.height + 2 * margin
  return "<!-- deno-fmt-ignore-file -->\n" +
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `width="${width}" height="${height}" role="img" aria-labelledby="title">
<title id="title">A terminal: deno task demo copies 700 made-up activities into JSON, CSV and PostgreSQL</title>
<style>${style}
@media (prefers-reduced-motion: no-preference) {
${moving}
}
</style>
<rect class="screen" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${drawn}
</svg>
`
}

if (import.meta.main) {
  const { all, screens } = await record()
  await Deno.mkdir("docs/images", { recursive: true })
  await Deno.writeTextFile("docs/images/demo.svg", render(framesOf(screens, all)))
}
