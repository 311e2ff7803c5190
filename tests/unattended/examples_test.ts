/** Examples for schedulers: valid syntax, existing commands, and the correct meaning of exit codes. */
import { Effect, FileSystem, Schema } from "effect"
import * as Yaml from "effect/encoding/Yaml"
import assert from "node:assert/strict"
import { files, read } from "../../tools/files.ts"
import { commandOf, lineOf, parse, type TaskLine } from "../commandLine.ts"
import { live, test } from "../testing.ts"
import { job } from "./job.ts"
import { onDisk } from "../memory.ts"
import { hasTools, isInstalled } from "./stand.ts"

const gitlab = "examples/gitlab-ci.yml"
const service = "examples/systemd/paceline.service"
const timer = "examples/systemd/paceline.timer"
const crontab = "examples/crontab"
const cronjob = "examples/kubernetes/cronjob.yaml"
const scheduled = [".github/workflows/pipeline.yml", gitlab, service, crontab, cronjob]

const decode = <S extends Schema.Decoder<unknown>>(schema: S, path: string): S["Type"] =>
  Schema.decodeUnknownSync(schema)(Yaml.parse(read(path)))

const Words = Schema.Array(Schema.String)

const GitLab = Schema.Struct({
  pipeline: Schema.Struct({
    image: Schema.String,
    rules: Schema.Tuple([Schema.Struct({ if: Schema.String })]),
    resource_group: Schema.String,
    interruptible: Schema.Literal(false),
    timeout: Schema.String,
    variables: Schema.Record(Schema.String, Schema.String),
    script: Words,
    after_script: Words,
    allow_failure: Schema.Struct({ exit_codes: Schema.Array(Schema.Int) }),
    artifacts: Schema.Struct({ when: Schema.String }),
  }),
})

const Container = Schema.Struct({
  // Without a command, it runs the image's entry point, which is not a shell.
  command: Schema.optionalKey(Schema.Undefined),
  args: Words,
  envFrom: Schema.Array(Schema.Unknown),
  env: Schema.Array(Schema.Struct({ name: Schema.String, value: Schema.String })),
  volumeMounts: Schema.Array(Schema.Struct({ name: Schema.String, mountPath: Schema.String })),
})

const CronJob = Schema.Struct({
  apiVersion: Schema.Literal("batch/v1"),
  kind: Schema.Literal("CronJob"),
  spec: Schema.Struct({
    schedule: Schema.String,
    concurrencyPolicy: Schema.Literal("Forbid"),
    jobTemplate: Schema.Struct({
      spec: Schema.Struct({
        backoffLimit: Schema.Literal(0),
        activeDeadlineSeconds: Schema.Int,
        template: Schema.Struct({
          spec: Schema.Struct({
            restartPolicy: Schema.Literal("Never"),
            securityContext: Schema.Struct({ runAsNonRoot: Schema.Literal(true) }),
            containers: Schema.Tuple([Container]),
            volumes: Schema.Array(Schema.Struct({
              name: Schema.String,
              persistentVolumeClaim: Schema.Struct({ claimName: Schema.String }),
            })),
          }),
        }),
      }),
    }),
  }),
})

const pod = decode(CronJob, cronjob).spec

/** Settings of a systemd unit, by name. */
const settings = (path: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    read(path).split("\n").flatMap((line) => {
      const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? []
      return name === undefined ? [] : [[name, value ?? ""]]
    }),
  )

/** Lines of a file that run a task, without comments and shell variables. */
const linesOf = (path: string): ReadonlyArray<TaskLine> =>
  read(path).replace(
    /^ *args: \[(.*)\]$/m,
    (_, words: string) => `tools/paceline ${words.replaceAll(",", "")}`,
  ).split("\n").filter((line) => !/^\s*#/.test(line)).flatMap((line) =>
    line.split(";").flatMap((part) =>
      lineOf(
        part.replace(/"\$HOME\/\.deno\/bin\/deno"/, "deno").replaceAll(/ ("\$@"|\$FLAGS)/g, ""),
      ) ??
        []
    )
  )

test("the program accepts every command line of the workflow and of the examples", () =>
  Effect.gen(function* () {
    for (const path of scheduled) {
      const lines = linesOf(path)
      assert.ok(lines.some(({ task }) => task === "pipeline"), path)
      for (const { task, words } of lines) {
        const before = commandOf(task)
        assert.ok(before !== undefined, `${path}: ${task}`)
        yield* parse([...before, ...words]).pipe(
          Effect.catch((error) => Effect.die(new Error(`${path}: ${task} ${words}: ${error}`))),
        )
      }
    }
    const flags = linesOf(scheduled[0] ?? "").find(({ task }) => task === "pipeline")?.words
    assert.ok(flags?.includes("--partial-ok"))
  }))

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

/** True if `text` is a valid schedule of five cron fields. */
const isSchedule = (text: string): boolean => {
  const ranges = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]] as const
  const fields = text.split(" ")
  return fields.length === 5 && fields.every((field, i) => {
    const [least = 0, most = 0] = ranges[i] ?? []
    return field.split(",").every((part) => {
      const [, from, to, step] = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part) ?? []
      const numbers = [from, to].filter((one) => one !== undefined).map(Number)
      return /^[\d*]/.test(part) && numbers.every((one) => one >= least && one <= most) &&
        (step === undefined || (Number(step) > 0 && Number(step) <= most)) &&
        (part.startsWith("*") || numbers.length > 0)
    })
  })
}

holds(
  "the crontab has valid schedules, a private umask, and mails only failures",
  () => {
    const lines = read(crontab).split("\n").filter((line) => line !== "" && !line.startsWith("#"))
    const entries = lines.filter((line) => !/^[A-Z]+=/.test(line))
    assert.equal(entries.length, 2)
    for (const entry of entries) {
      assert.ok(isSchedule(entry.split(" ").slice(0, 5).join(" ")), entry)
      // cron treats an unescaped % as the end of the command.
      assert.doesNotMatch(entry, /(?<!\\)%/)
    }
    assert.match(entries[0] ?? "", /umask 077 && .*--partial-ok --quiet$/)
    for (
      const wrong of [
        "60 * * * *",
        "* * * *",
        "* 24 * * *",
        "a * * * *",
        "*/0 * * * *",
        "1- * * * *",
      ]
    ) {
      assert.equal(isSchedule(wrong), false, wrong)
    }
    assert.equal(isSchedule("17 */3 1-15,20 * 0"), true)
  },
)

holds("the units accept 2 and 75, run one at a time, and have a timeout above the deadline", () => {
  const { ExecStart = "", SuccessExitStatus, TimeoutStartSec, Type, UMask } = settings(service)
  assert.deepEqual([Type, SuccessExitStatus, UMask], ["oneshot", "2 75 143", "0077"])
  assert.match(ExecStart, /^%h\/paceline\/tools\/paceline /)
  // The user manager has no network target.
  assert.doesNotMatch(read(service), /^(After|Wants)=network/m)
  const [, deadline] = /--deadline (\d+)m/.exec(ExecStart) ?? []
  assert.ok(Number(deadline) + 2 < Number(/^(\d+)min$/.exec(TimeoutStartSec ?? "")?.[1]))
  const { OnCalendar, Persistent } = settings(timer)
  assert.deepEqual([OnCalendar, Persistent], ["*-*-* 00/3:17", "true"])
})

if (isInstalled("systemd-analyze")) {
  live(
    "systemd-analyze accepts the units and reports an invalid one",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const home = yield* fs.makeTempDirectoryScoped(onDisk)
        yield* fs.makeDirectory(`${home}/.deno/bin`, { recursive: true })
        yield* fs.makeDirectory(`${home}/paceline/tools`, { recursive: true })
        yield* fs.writeFileString(`${home}/paceline/tools/paceline`, "#!/bin/sh\n", { mode: 0o755 })
        const verify = (...paths: ReadonlyArray<string>) =>
          Effect.map(
            Effect.promise(() =>
              new Deno.Command("systemd-analyze", {
                args: ["verify", "--user", "--man=no", ...paths],
                env: { HOME: home, XDG_RUNTIME_DIR: home, SYSTEMD_COLORS: "0" },
                stdout: "piped",
                stderr: "piped",
              }).output()
            ),
            ({ stderr, stdout }) =>
              new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr),
          )
        assert.equal(yield* verify(timer, service), "")
        const wrong = `${home}/wrong.service`
        yield* fs.writeFileString(wrong, read(service).replace("UMask", "Umask"))
        assert.match(yield* verify(wrong), /Umask/)
      }),
  )
}

holds(
  "GitLab pushes the tokens before any request, and the data directory in every case",
  () => {
    const {
      after_script,
      allow_failure,
      artifacts,
      rules: [{ if: when }],
      script,
      timeout,
      variables,
    } = decode(GitLab, gitlab).pipeline
    assert.match(when, /CI_PROJECT_VISIBILITY == "private"/)
    const place = (words: string) => script.findIndex((line) => line.includes(words))
    const order = ["keep restore", "keep sign-in", "paceline pipeline"].map(place)
    assert.deepEqual(order, order.toSorted((a, b) => a - b))
    assert.ok(order.every((at) => at >= 0))
    // GitLab ignores the exit code of after_script, so the script saves too.
    assert.match(script.at(-1) ?? "", /tools\/paceline keep save\n/)
    assert.deepEqual(after_script, ["tools/paceline keep save"])
    assert.deepEqual(allow_failure.exit_codes, [2, 75])
    assert.equal(artifacts.when, "always")
    assert.ok(parseInt(variables["RUNNER_SCRIPT_TIMEOUT"] ?? "") < parseInt(timeout))
  },
)

holds("Kubernetes runs one pod at a time with a disk of its own", () => {
  assert.ok(isSchedule(pod.schedule))
  const { activeDeadlineSeconds, template } = pod.jobTemplate.spec
  const { containers: [{ args, env, volumeMounts }], volumes } = template.spec
  const [, deadline] = /--deadline (\d+)m/.exec(args.join(" ")) ?? []
  assert.ok(args.includes("--partial-ok"))
  assert.ok(60 * Number(deadline) + 120 < activeDeadlineSeconds)
  const [data] = env.filter(({ name }) => name === "PACELINE_DATA")
  assert.deepEqual(volumeMounts, [{ name: volumes[0]?.name, mountPath: data?.value }])
  const Claim = Schema.Struct({
    kind: Schema.Literal("PersistentVolumeClaim"),
    metadata: Schema.Struct({ name: Schema.String }),
    spec: Schema.Struct({ accessModes: Schema.Array(Schema.String) }),
  })
  const { metadata, spec } = decode(Claim, "examples/kubernetes/volume.yaml")
  assert.equal(metadata.name, volumes[0]?.persistentVolumeClaim.claimName)
  assert.deepEqual(spec.accessModes, ["ReadWriteOncePod"])
})

if (hasTools) {
  live(
    "a step replaces itself with the program, and GitLab's script saves and keeps the exit code",
    () =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const folder = yield* fs.makeTempDirectoryScoped(onDisk)
        yield* fs.makeDirectory(`${folder}/tools`)
        yield* fs.writeFileString(
          `${folder}/tools/paceline`,
          `#!/bin/sh\necho "$$ $@"\ncase "$1 $2" in "keep save") exit "$SAVED" ;; esac\nexit "$CODE"\n`,
          { mode: 0o755 },
        )
        const ends = (script: string, code: number, saved: number, env = {}) =>
          Effect.promise(async () => {
            const child = new Deno.Command("bash", {
              args: ["-eo", "pipefail", "-c", script],
              cwd: folder,
              env: { CODE: String(code), SAVED: String(saved), ...env },
              stdout: "piped",
              stderr: "piped",
            }).spawn()
            const { code: ended, stdout } = await child.output()
            return { code: ended, pid: child.pid, output: new TextDecoder().decode(stdout) }
          })
        const step = job.steps.find(({ name }) => name === "Fetch")?.run ?? ""
        for (const code of [0, 2, 69, 75, 77, 137]) {
          const ofStep = yield* ends(step, code, 0, { DATABASE_URL: "", FLAGS: "" })
          // It is the same process, so that a signal to the step reaches the program.
          assert.ok(ofStep.output.startsWith(`${ofStep.pid} pipeline `), ofStep.output)
          assert.equal(ofStep.code, code)
        }
        const { output } = yield* ends(step, 0, 0, {
          DATABASE_URL: "postgres://db.example.org/x",
          FLAGS: "--with details --limit 9",
        })
        assert.match(output, / pipeline --sink postgres --on-limit .* --with details --limit 9\n$/)

        const script = decode(GitLab, gitlab).pipeline.script.at(-1) ?? ""
        for (
          const [code, saved, wanted, report] of [
            [0, 0, 0, true],
            [2, 0, 2, true],
            [75, 0, 75, true],
            [69, 0, 69, false],
            [0, 69, 69, false],
          ] as const
        ) {
          const ended = yield* ends(script, code, saved)
          assert.deepEqual([ended.code, / report /.test(ended.output)], [wanted, report])
          assert.match(ended.output, / keep save\n/)
        }
      }),
  )
}

holds("no example has a secret in an argument, or a Deno version other than the image's", () => {
  const [, pinned] = /^FROM denoland\/deno:([\d.]+)/m.exec(read("Dockerfile")) ?? []
  for (const path of [...scheduled, ...files().filter((one) => one.startsWith("examples/"))]) {
    const text = read(path)
    const commands = text.split("\n").filter((line) => /\bdeno\b|tools\/paceline/.test(line))
    for (const line of commands.filter((one) => !/^\s*#/.test(one))) {
      assert.doesNotMatch(line, /SECRET|TOKEN|PASSWORD|_KEY/, `${path}: ${line}`)
    }
    for (const [, version] of text.matchAll(/\bdeno(?:@|-version: )(\d+\.\d+\.\d+)/g)) {
      assert.equal(version, pinned, path)
    }
  }
})
