/** A sink of its own: an HTTP endpoint with `PUT` and `DELETE` of `/RESOURCE/ID`, and a list at `/RESOURCE`. */
import { Pipeline, Sink, Stage } from "@paceline/paceline"
import { Effect, Schema, Stream } from "effect"

const Entries = Schema.Array(Schema.Struct({ id: Schema.String, hash: Schema.String }))

export const httpSink = (url: string) => {
  const send = (path: string, init: RequestInit = {}) =>
    Effect.tryPromise({
      try: async (signal) => {
        const response = await fetch(`${url}/${path}`, { ...init, signal })
        if (!response.ok) throw new Error(`${url}/${path} returned ${response.status}`)
        return await response.text()
      },
      catch: (cause) => cause,
    })
  return Sink.make({
    name: "http",
    title: "HTTP",
    keeps: "hashes",
    location: url,
    open: () =>
      Effect.succeed({
        put: (items) =>
          Effect.forEach(
            items,
            ({ hash, id, resource, text }) =>
              send(`${resource}/${id}`, {
                method: "PUT",
                headers: { "content-type": "application/json", "x-sha256": hash },
                body: text,
              }),
            { concurrency: 4, discard: true },
          ),
        remove: (resource, ids) =>
          Effect.forEach(ids, (id) => send(`${resource}/${id}`, { method: "DELETE" }), {
            discard: true,
          }),
        list: (resource) =>
          Stream.fromIterableEffect(
            Effect.flatMap(
              send(resource),
              Schema.decodeEffect(Schema.fromJsonString(Entries)),
            ),
          ),
      }),
  })
}

if (import.meta.main) {
  const sinks = [httpSink(Deno.env.get("ENDPOINT") ?? "http://127.0.0.1:8000")]
  await Pipeline.cli(Pipeline.make({ stages: Stage.builtIn, sinks }))
}
