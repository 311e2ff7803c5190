/**
 * Prints the notes of a release from CHANGELOG.md: `deno run --allow-read tools/release.ts v0.1.0`. Exits
 * with 1 if the tag is not the version in deno.json, or if the changelog has no section of it.
 */
import { version } from "../pipeline/base/version.ts"
import { read } from "./files.ts"

/** Returns the section of `0.1.0` or `Unreleased`; undefined if the changelog has none, or it is empty. */
export const notesOf = (changelog: string, name: string): string | undefined => {
  const sections = changelog.split(/^## /m).slice(1)
  const own = sections.find((section) => section.startsWith(`[${name}]`))
  const notes = own?.slice(own.indexOf("\n")).replace(/^\[[^\]]+\]: .*$/gm, "").trim()
  return notes === "" ? undefined : notes
}

/** Returns the reason why this tag cannot be released; undefined if it can. */
export const releaseProblem = (tag: string, changelog: string): string | undefined =>
  tag !== `v${version}`
    ? `Cannot release ${tag}: deno.json says ${version}.`
    : notesOf(changelog, version) === undefined
    ? `Cannot release ${tag}: CHANGELOG.md has no section of ${version}. Rename [Unreleased].`
    : undefined

if (import.meta.main) {
  const changelog = read("CHANGELOG.md")
  const trouble = releaseProblem(Deno.args[0] ?? "", changelog)
  const output = trouble === undefined ? Deno.stdout : Deno.stderr
  const text = trouble ?? notesOf(changelog, version) ?? ""
  await output.write(new TextEncoder().encode(`${text}\n`))
  Deno.exit(trouble === undefined ? 0 : 1)
}
