/** The measured parts of docs/benchmark.md: between `<!-- measured: CASE -->` and `<!-- end -->`. */

const path = new URL("../../docs/benchmark.md", import.meta.url)

/** Puts what a case has printed into its part of the document. */
export const fillDocument = async (name: string, printed: string): Promise<void> => {
  const text = await Deno.readTextFile(path)
  const begin = `<!-- measured: ${name} -->`
  const from = text.indexOf(begin)
  if (from < 0) throw new Error(`docs/benchmark.md has no part ${begin}`)
  const end = text.indexOf("<!-- end -->", from)
  await Deno.writeTextFile(
    path,
    `${text.slice(0, from + begin.length)}\n\n${printed.trim()}\n\n${text.slice(end)}`,
  )
}
