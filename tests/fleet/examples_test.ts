/** The examples for Compose and Kubernetes: their commands are commands, and the port between runners is closed. */
import { Effect, Schema } from "effect"
import * as Yaml from "effect/encoding/Yaml"
import assert from "node:assert/strict"
import { read } from "../../tools/files.ts"
import { parse } from "../commandLine.ts"
import { test } from "../testing.ts"

const Compose = Schema.Struct({
  services: Schema.Record(
    Schema.String,
    Schema.Struct({
      command: Schema.optionalKey(Schema.Array(Schema.String)),
      ports: Schema.optionalKey(Schema.Array(Schema.String)),
    }),
  ),
})

const Container = Schema.Struct({
  args: Schema.Array(Schema.String),
  ports: Schema.Array(Schema.Struct({ name: Schema.String, containerPort: Schema.Int })),
  resources: Schema.Struct({ limits: Schema.Record(Schema.String, Schema.Unknown) }),
})
const Deployment = Schema.Struct({
  kind: Schema.Literal("Deployment"),
  spec: Schema.Struct({
    replicas: Schema.Int,
    template: Schema.Struct({
      spec: Schema.Struct({ containers: Schema.Array(Container) }),
    }),
  }),
})
const Policy = Schema.Struct({
  kind: Schema.Literal("NetworkPolicy"),
  spec: Schema.Struct({
    ingress: Schema.Array(Schema.Struct({
      from: Schema.optionalKey(Schema.Array(Schema.Unknown)),
      ports: Schema.Array(Schema.Struct({ port: Schema.String })),
    })),
  }),
})

const decoded = <A>(schema: Schema.Decoder<A>, name: string) =>
  Schema.decodeUnknownSync(schema)(Yaml.parse(read(`examples/fleet/${name}.yaml`)))

/** Parses a command without values that only Docker or Kubernetes knows. */
const parsed = (words: ReadonlyArray<string>) =>
  parse(words.map((word) => word.replace(/^\$[({].*/, "https://example.org")))

test("Compose starts two runners, whose ports for each other are not published", () =>
  Effect.gen(function* () {
    const { services } = decoded(Compose, "compose")
    const runners = Object.values(services).filter(({ command }) => command !== undefined)
    assert.equal(runners.length, 2)
    for (const { command = [], ports = [] } of runners) {
      yield* parsed(command)
      assert.ok(ports.every((port) => /^127\.0\.0\.1:\d+:8080$/.test(port)))
    }
    assert.equal(new Set(runners.map(({ command }) => command?.join())).size, 2)
  }))

test("Kubernetes runs two runners without a limit for the CPU, and closes the port between them", () =>
  Effect.gen(function* () {
    const { spec } = decoded(Deployment, "kubernetes/deployment")
    const [container] = spec.template.spec.containers
    assert.ok(container !== undefined && spec.replicas === 2)
    yield* parsed(container.args)
    assert.ok(!("cpu" in container.resources.limits))
    assert.deepEqual(
      container.ports.map(({ containerPort }) => containerPort),
      [8_080, 24_431],
    )
    const policy = decoded(Policy, "kubernetes/networkpolicy")
    const open = policy.spec.ingress.filter(({ from }) => from === undefined)
    assert.deepEqual(open.flatMap(({ ports }) => ports), [{ port: "web" }])
  }))
