/**
 * The notes of a release, out of CHANGELOG.md: deno run --allow-read tools/release.ts v0.1.0
 * Ends with 1 where the tag is not the version of deno.json, or nothing is told of it.
 */
import { version } from "../pipeline/base/version.ts"
import { read } from "./files.ts"

/** What the changelog tells of `name`, such as `0.1.0` or `Unreleased`; nothing where it has no such section. */
export const notesOf = (changelog: string, name: string): string | undefined => {
  const sections = changelog.split(/^## /m).slice(1)
  const own = sections.find((section) => section.startsWith(`[${name}]`))
  const notes = own?.slice(own.indexOf("\n")).replace(/^\[[^\]]+\]: .*$/gm, "").trim()
  return notes === "" ? undefined : notes
}

/** What stands in the way of a release under this tag. */
export const troubleWith = (tag: string, changelog: string): string | undefined => {
  if (tag !== `v${version}`) return `The tag is ${tag}, but deno.json says ${version}`
  if (notesOf(changelog, version) === undefined) {
    return `CHANGELOG.md tells nothing of ${version}: rename [Unreleased]`
  }
  return undefined
}

if (import.meta.main) {
  const changelog = read("CHANGELOG.md")
  const [tag = ""] = Deno.args
  const trouble = troubleWith(tag, changelog)
  const text = trouble ?? notesOf(changelog, version) ?? ""
  const output = trouble === undefined ? Deno.stdout : Deno.stderr
  await output.write(new TextEncoder().encode(`${text}\n`))
  Deno.exit(trouble === undefined ? 0 : 1)
}
