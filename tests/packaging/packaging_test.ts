/** Containers, updates, releases and completions, as far as they can be checked without a host. */
import { Effect, FileSystem } from "effect"
import { Completions } from "effect/cli"
import * as Yaml from "effect/encoding/Yaml"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { version } from "../../pipeline/base/version.ts"
import { importsOf } from "../../tools/architecture.ts"
import { files, read } from "../../tools/files.ts"
import { notesOf, releaseProblem } from "../../tools/release.ts"
import { parse } from "../commandLine.ts"
import { live, test } from "../testing.ts"
import { lint } from "./linters.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

const all = files()

interface Service {
  readonly image?: string
  readonly build?: string
  readonly ports?: ReadonlyArray<string>
  readonly volumes?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
}

/** Returns the services of a Compose file. */
const servicesOf = (path: string): Readonly<Record<string, Service>> => {
  const document = Yaml.parse(read(path)) as { readonly services: Record<string, Service> }
  return document.services
}

live(
  "the Dockerfile and the Compose files pass their linters, which report mistakes",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* fs.makeTempDirectoryScoped()
      yield* fs.writeFileString(
        `${folder}/compose.yaml`,
        "name: bad\nservices:\n  a:\n    image: b:1\n    portz: [1]\n",
      )
      const found = yield* Effect.promise(() =>
        lint(
          "Dockerfile",
          "compose.yaml",
          ".devcontainer/compose.yaml",
          "examples/fleet/compose.yaml",
          `${folder}/compose.yaml`,
        )
      )
      assert.deepEqual(found.dockerfile, [])
      assert.deepEqual(found.compose.slice(0, 3), [[], [], []])
      assert.match(found.compose[3]?.join() ?? "", /additional properties/)
    }),
)

/** Returns all files that `path` imports directly or indirectly, and `path`. */
const needs = (path: string, seen: Set<string> = new Set()): ReadonlySet<string> => {
  if (seen.has(path)) return seen
  seen.add(path)
  if (path.endsWith(".ts")) {
    importsOf(path, read(path)).filter((to) => all.includes(to)).forEach((to) => needs(to, seen))
  }
  return seen
}

holds("the image has everything that the program imports, no secret and no privileges", () => {
  const text = read("Dockerfile")
  const copied = [...text.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names]) => names!.split(" "))
  const allowed = read(".dockerignore").split("\n").filter((line) => line.startsWith("!"))
  assert.deepEqual(copied.toSorted(), allowed.map((line) => line.slice(1)).toSorted())
  assert.equal(
    read(".dockerignore").split("\n").filter((line) => !/^[#!]|^$/.test(line)).join(),
    "*",
  )
  const needed = needs("pipeline/main.ts")
  assert.ok(needed.size > 100)
  for (const path of needed) {
    assert.ok(copied.some((name) => path === name || path.startsWith(`${name}/`)), path)
  }
  assert.match(text, /^FROM denoland\/deno:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/m)
  assert.match(
    text,
    /^USER deno$[^]*^HEALTHCHECK NONE$[^]*^ENTRYPOINT \["tools\/paceline"\]$/m,
  )
})

holds("images are pinned by digest, and services listen on this machine only", () => {
  const paths = all.filter((path) => /(^|\/)compose\.yaml$/.test(path))
  assert.deepEqual(paths, [
    ".devcontainer/compose.yaml",
    "compose.yaml",
    "examples/fleet/compose.yaml",
  ])
  for (const path of paths) {
    for (
      const [name, { build, image, ports = [], volumes = [] }] of Object.entries(servicesOf(path))
    ) {
      if (build === undefined) {
        assert.match(image ?? "", /:\d+\.\d+\S*@sha256:[0-9a-f]{64}$/, `${path}: ${name}`)
      }
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, `${path}: ${name}`)
      for (const volume of volumes.filter((volume) => volume.startsWith("./"))) {
        const from = volume.slice(2).split(":")[0]!
        assert.ok(
          all.some((file) => file === from || file.startsWith(`${from}/`)),
          `${path}: ${volume}`,
        )
      }
    }
  }
})

holds("the containers and the devcontainer use the same Deno and existing files", () => {
  const [, deno] = /^FROM (\S+)$/m.exec(read("Dockerfile")) ?? []
  const development = servicesOf(".devcontainer/compose.yaml")
  const { dockerComposeFile, service } = JSON.parse(read(".devcontainer/devcontainer.json"))
  assert.equal(dockerComposeFile, "compose.yaml")
  assert.equal(development[service]?.image, deno)
  assert.equal(development["postgres"]?.image, servicesOf("compose.yaml")["postgres"]?.image)
})

live(
  "the data directory can be copied to the volume, where its owner is the image's user",
  () =>
    Effect.gen(function* () {
      if (Deno.build.os !== "linux") return
      const [line = ""] = /^tar -C data .*$/m.exec(read("docs/containers.md")) ?? []
      const fs = yield* FileSystem.FileSystem
      const host = yield* fs.makeTempDirectoryScoped()
      const volume = `${yield* fs.makeTempDirectoryScoped()}/data`
      yield* fs.makeDirectory(`${host}/data/json`, { recursive: true, mode: 0o700 })
      yield* fs.writeFileString(`${host}/data/tokens.json`, "{}", { mode: 0o600 })
      yield* fs.makeDirectory(volume)
      // Only root can switch to the image's user; otherwise the same user copies and reads.
      const isRoot = Deno.uid() === 0
      const user = isRoot ? 1993 : Deno.uid()
      if (isRoot) {
        yield* fs.chmod(volume.slice(0, -"/data".length), 0o755)
        yield* fs.chown(volume, 1993, 1993)
      }
      const inside = isRoot ? "setpriv --reuid 1993 --regid 1993 --clear-groups tar" : "tar"
      const command = line
        .replace(/docker compose run --rm -T --entrypoint tar paceline/, inside)
        .replace("/data", volume)
      assert.notEqual(command, line)
      const { stderr, success } = yield* Effect.promise(() =>
        new Deno.Command("sh", { args: ["-c", command], cwd: host }).output()
      )
      assert.ok(success, new TextDecoder().decode(stderr))
      const { mode, uid } = Deno.statSync(`${volume}/tokens.json`)
      assert.deepEqual([uid, mode! & 0o777], [user, 0o600])
      assert.equal(Deno.statSync(`${volume}/json`).mode! & 0o777, 0o700)
    }),
)

holds("every YAML file is valid", () => {
  const paths = all.filter((path) => /\.ya?ml$/.test(path))
  assert.ok(paths.length >= 5)
  for (const path of paths) assert.equal(typeof Yaml.parse(read(path)), "object", path)
})

holds("Renovate updates packages, actions, images and the lock", () => {
  const { enabledManagers, extends: presets, lockFileMaintenance } = JSON.parse(
    read("renovate.json"),
  )
  for (const manager of ["deno", "github-actions", "dockerfile", "docker-compose"]) {
    assert.ok(enabledManagers.includes(manager), manager)
  }
  assert.ok(presets.includes("helpers:pinGitHubActionDigests"))
  assert.ok(presets.includes("docker:pinDigests"))
  assert.equal(lockFileMaintenance.enabled, true)
})

holds("the changelog has this version, or an unreleased section", () => {
  const changelog = read("CHANGELOG.md")
  assert.match(changelog, /keepachangelog\.com/)
  const told = notesOf(changelog, version) ?? notesOf(changelog, "Unreleased")
  assert.match(told ?? "", /^### (Added|Changed|Deprecated|Removed|Fixed|Security)$/m)
  const kinds = [...changelog.matchAll(/^### (.*)$/gm)].map(([, kind]) => kind!)
  for (const kind of kinds) {
    assert.ok(
      ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"].includes(kind),
      kind,
    )
  }
})

holds("a release uses its section of the changelog and fails without one", () => {
  const changelog =
    `# Changelog\n\n## [Unreleased]\n\n## [${version}] - 2026-01-02\n\n### Added\n\n- A.\n\n` +
    `## [0.0.1] - 2026-01-01\n\n### Fixed\n\n- B.\n\n[0.0.1]: https://example.com\n`
  assert.equal(notesOf(changelog, version), "### Added\n\n- A.")
  assert.equal(notesOf(changelog, "0.0.1"), "### Fixed\n\n- B.")
  assert.equal(notesOf(changelog, "Unreleased"), undefined)
  assert.equal(releaseProblem(`v${version}`, changelog), undefined)
  assert.match(releaseProblem("v9.9.9", changelog) ?? "", /deno\.json says/)
  assert.match(releaseProblem(`v${version}`, "## [Unreleased]\n\n- A.\n") ?? "", /has no section/)
})

/** Returns the completions of the current word in bash. */
const completing = `
source "$1"
complete -p paceline > /dev/null || exit 1
COMP_WORDS=("\${@:2}") COMP_CWORD=$(($# - 2)) COMP_LINE="\${*:2}" COMP_POINT=\${#COMP_LINE}
function_of() { complete -p paceline | sed 's/.*-F \\([^ ]*\\).*/\\1/'; }
"$(function_of)" paceline "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`

live(
  "the completion files match the program, and bash completes commands, flags and values",
  () =>
    Effect.gen(function* () {
      yield* Effect.ignore(parse(["--completions", "bash"]))
      const printed = (yield* TestConsole.logLines).join("\n").trim()
      const script = Completions.generate(
        "paceline",
        "bash",
        Completions.fromCommand(pacelineCommand),
      )
      assert.equal(printed, script.trim())
      const fs = yield* FileSystem.FileSystem
      const file = `${yield* fs.makeTempDirectoryScoped()}/paceline`
      yield* fs.writeFileString(file, script)
      const bash = (...words: ReadonlyArray<string>) =>
        Effect.promise(async () => {
          const { code, stderr, stdout } = await new Deno.Command("bash", { args: [...words] })
            .output()
          assert.equal(code, 0, new TextDecoder().decode(stderr))
          return new TextDecoder().decode(stdout).split("\n").map((line) => line.trim())
            .filter((line) => line !== "")
        })
      yield* bash("-n", file)
      const after = (...words: ReadonlyArray<string>) =>
        bash("-c", completing, "bash", file, "paceline", ...words)
      assert.deepEqual(yield* after("veri"), ["verify"])
      assert.deepEqual(yield* after("verify", "--rep"), ["--repair"])
      assert.deepEqual(yield* after("pipeline", "--sink", "po"), ["postgres"])
    }),
)
