/** Runs the job of a workflow locally, step by step like GitHub's runner, on a new machine. */
import { Effect, Fiber, Schema } from "effect"
import * as Yaml from "effect/encoding/Yaml"
import { read } from "../../tools/files.ts"
import { fillExpressions, isRun, type Scope } from "./expression.ts"
import { type GitStand, type Machine, machine } from "./stand.ts"

const Step = Schema.Struct({
  name: Schema.optionalKey(Schema.String),
  id: Schema.optionalKey(Schema.String),
  if: Schema.optionalKey(Schema.String),
  uses: Schema.optionalKey(Schema.String),
  with: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  run: Schema.optionalKey(Schema.String),
  env: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  "timeout-minutes": Schema.optionalKey(Schema.Finite),
})
type Step = typeof Step.Type

const Workflow = Schema.Struct({
  on: Schema.Struct({
    schedule: Schema.Array(Schema.Struct({ cron: Schema.String })),
    workflow_dispatch: Schema.Null,
  }),
  permissions: Schema.Struct({}),
  concurrency: Schema.Struct({ group: Schema.String, "cancel-in-progress": Schema.Boolean }),
  jobs: Schema.Struct({
    pipeline: Schema.Struct({
      if: Schema.String,
      "runs-on": Schema.String,
      "timeout-minutes": Schema.Finite,
      permissions: Schema.Record(Schema.String, Schema.String),
      env: Schema.Record(Schema.String, Schema.String),
      steps: Schema.Array(Step),
    }),
  }),
})

export const workflow = Schema.decodeUnknownSync(Workflow)(
  Yaml.parse(read(".github/workflows/pipeline.yml")),
)
export const job = workflow.jobs.pipeline

export interface Given {
  readonly secrets: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
  /** Visibility that GitHub returns; undefined if GitHub does not respond. */
  readonly visibility?: string
  /** Prefixes of the names of steps to skip. */
  readonly skip?: ReadonlyArray<string>
  /** Effects to run before a step, by its name. */
  readonly before?: Readonly<Record<string, Effect.Effect<unknown>>>
  /** Effects to run during a step, by its name. */
  readonly during?: Readonly<Record<string, (machine: Machine) => Effect.Effect<unknown>>>
  /** Cancels the job during that step, when the effect completes. */
  readonly cancel?: {
    readonly step: string
    readonly once: Effect.Effect<unknown>
    readonly scale?: number
  }
}

export interface Done {
  /** `skipped` if the condition of the job is false. */
  readonly result: "success" | "failure" | "cancelled" | "skipped"
  readonly steps: ReadonlyArray<{
    readonly name: string
    readonly outcome: "success" | "failure" | "skipped"
    readonly code: number
    readonly output: string
    readonly summary: string
  }>
  /** Files that the job published as artifacts. */
  readonly artifacts: ReadonlyMap<string, string>
  readonly machine: Machine
}

const nameOf = ({ name, uses }: Step) => name ?? uses?.replace(/@.*/, "") ?? ""

/** Runs the job on a new machine. */
export const runJob = Effect.fnUntraced(function* (
  stand: GitStand,
  {
    before = {},
    cancel,
    during = {},
    secrets,
    skip = [],
    vars = { PACELINE: "on" },
    visibility = "private",
  }: Given,
) {
  const on = yield* machine(stand, visibility)
  const outcomes: Record<string, { outcome: string }> = {}
  const steps: Array<Done["steps"][number]> = []
  const artifacts = new Map<string, string>()
  const failed = () => steps.some(({ outcome }) => outcome === "failure")
  let cancelled = false
  const scope = (): Scope => ({
    contexts: {
      secrets,
      vars,
      steps: outcomes,
      // The event of a scheduled run has no other fields.
      github: { token: "push-token", event: { schedule: "17 */3 * * *" } },
    },
    functions: {
      always: () => true,
      success: () => !failed() && !cancelled,
      failure: failed,
      cancelled: () => cancelled,
    },
  })
  if (!isRun(job.if, scope())) {
    return { result: "skipped", steps, artifacts, machine: on } satisfies Done
  }
  const envOf = (env: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries({ ...job.env, ...env }).map((
        [name, text],
      ) => [name, fillExpressions(text, scope())]),
    )
  for (const step of job.steps) {
    const name = nameOf(step)
    yield* before[name] ?? Effect.void
    const record = (
      outcome: "success" | "failure" | "skipped",
      code = 0,
      output = "",
      summary = "",
    ) => {
      steps.push({ name, outcome, code, output, summary })
      if (step.id !== undefined) outcomes[step.id] = { outcome }
    }
    if (skip.some((one) => name.startsWith(one)) || !isRun(step.if, scope())) record("skipped")
    else if (step.run === undefined) {
      // The stand does the work of actions; only the uploaded files matter.
      const path = step.with?.["path"]
      if (typeof path === "string") artifacts.set(path, yield* on.text(path))
      record("success")
    } else {
      const running = yield* Effect.forkChild(
        on.bash(fillExpressions(step.run, scope()), envOf(step.env)),
      )
      // Otherwise an effect that waits for the step would never end.
      const tooSoon = Effect.flatMap(
        Fiber.join(running),
        ({ output }) => Effect.die(new Error(`${name} ended before its time:\n${output}`)),
      )
      const meanwhile = cancel !== undefined && name.startsWith(cancel.step)
        ? Effect.andThen(
          cancel.once,
          Effect.suspend(() => {
            cancelled = true
            return on.cancel(cancel.scale)
          }),
        )
        : during[name]?.(on)
      if (meanwhile !== undefined) yield* Effect.raceFirst(meanwhile, tooSoon)
      const { code, output, summary } = yield* Fiber.join(running)
      record(code === 0 ? "success" : "failure", code, output, summary)
    }
  }
  const result = cancelled ? "cancelled" : failed() ? "failure" : "success"
  return { result, steps, artifacts, machine: on } satisfies Done
})

/** Returns the output and the result of a step. */
export const jobStep = ({ steps }: Done, name: string) => {
  const found = steps.find((step) => step.name.startsWith(name))
  if (found === undefined) throw new Error(`No step ${name} in ${steps.map(({ name }) => name)}`)
  return found
}
