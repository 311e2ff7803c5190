/**
 * Writes every exchange with Strava to a file that `paceline simulator --recorded` plays back, so that
 * an answer that made trouble can be looked at, given away, and turned into a test.
 */
import {
  Context,
  Effect,
  FileSystem,
  Layer,
  Option,
  Path,
  type PlatformError,
  Schema,
} from "effect"
import type { HttpClientRequest } from "effect/http"
import { parseExact } from "../../schemas/json/Json.ts"
import { describeFileError } from "../../sinks/files/atomic.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { notify } from "../base/Progress.ts"
import { scrubbed, scrubbedHeaders, scrubbedUrl, secretsIn, secretsOf } from "./redact.ts"

/** Response to a request, or the part of it that was received. */
export interface Exchanged {
  /** 0 if no header was received. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Bytes of the body that were received. */
  readonly body: () => Uint8Array
  /** Reason for an early end: no response, a broken or silent connection, or too many bytes. */
  readonly ended?: "reset" | "broken" | "stalled" | "oversized"
}

/** Exchanges cannot be recorded there. */
class NotRecordable extends Schema.TaggedError<NotRecordable>()("NotRecordable", {
  folder: Schema.String,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot record into ${this.folder}: ${this.detail}. Nothing was asked; give another folder ` +
      "to --record, or leave it out"
  }
  override readonly [errorExitCode] = exitCodes.disk
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const loose = new TextDecoder()

/** The text of these bytes; none where they are no UTF-8. */
const textOf = Option.liftThrowable((bytes: Uint8Array) => utf8.decode(bytes))

/** Byte for character, so that bytes that are no text can be searched for secrets. */
const latin1 = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

const again = Option.liftThrowable((text: string) => {
  const json = parseExact(text)
  return typeof json === "string" ? undefined : JSON.stringify(json)
})

/** True if `text` is the JSON that parsing and formatting it returns, so that it can be stored as an object. */
const isExactJson = (text: string) => Option.getOrUndefined(again(text)) === text

const slug = (url: string) =>
  (URL.parse(url)?.pathname ?? "").replace(/^\/api\/v3/, "")
    .replaceAll(/[^\w]+/g, "-").replace(/-$/, "").slice(0, 60)

/** The file's text: a member a line, the body exactly as sent but for the secrets. */
const rendered = (
  { method, url }: { readonly method: string; readonly url: string },
  { body: bodyOf, ended, headers, status }: Exchanged,
  secrets: Iterable<string>,
): string => {
  const bytes = ended === "oversized" ? new Uint8Array() : bodyOf()
  const plain = Option.map(textOf(bytes), (text) => scrubbed(text, secrets))
  const body = Option.match(plain, {
    onNone: () => JSON.stringify(btoa(scrubbed(latin1(bytes), secrets))),
    onSome: (text) => isExactJson(text) ? text : JSON.stringify(text),
  })
  const members = [
    `"request": ${JSON.stringify({ method, uri: url })}`,
    `"status": ${status}`,
    `"headers": ${JSON.stringify(scrubbedHeaders(headers, secrets))}`,
    ...(ended === undefined ? [] : [`"ended": "${ended}"`]),
    ...(Option.isSome(plain) ? [] : [`"encoding": "base64"`]),
    `"body": ${body}`,
  ]
  return `{\n  ${members.join(",\n  ")}\n}\n`
}

/** By default nothing is recorded. */
export const Recorder = Context.Reference<{
  /** Keep it; never fails, since no record is worth a run. */
  note(request: HttpClientRequest.HttpClientRequest, exchanged: Exchanged): Effect.Effect<void>
}>("paceline/strava/Recorder", { defaultValue: () => ({ note: () => Effect.void }) })

/** Records into `folder`, after what is there, in files that only their owner can read. */
export const layerRecorder = (folder: string) =>
  Layer.effect(
    Recorder,
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const refused = (error: PlatformError.PlatformError) =>
        new NotRecordable({ folder, detail: describeFileError(error, folder) })
      yield* fs.makeDirectory(folder, { recursive: true, mode: 0o700 }).pipe(
        Effect.mapError(refused),
      )
      const names = yield* fs.readDirectory(folder).pipe(Effect.mapError(refused))
      let last = Math.max(0, ...names.map((name) => Number(/^\d+/.exec(name)?.[0] ?? 0)))
      let failed = false
      const secrets = new Set<string>()

      const write = Effect.fnUntraced(function* (name: string, text: string) {
        const file = path.join(folder, name)
        yield* fs.writeFileString(`${file}.part`, text, { mode: 0o600 })
        yield* fs.rename(`${file}.part`, file)
      })

      return {
        note: Effect.fnUntraced(function* (request, exchanged) {
          for (const secret of secretsOf(request)) secrets.add(secret)
          for (const secret of secretsIn(loose.decode(exchanged.body()))) {
            secrets.add(secret)
          }
          const { method } = request
          const url = scrubbedUrl(request.url, secrets)
          const number = String(++last).padStart(5, "0")
          const name = `${number}.${method}${slug(url)}.${exchanged.status}.json`
          yield* write(name, rendered({ method, url }, exchanged, secrets)).pipe(
            Effect.catch((error) => {
              if (failed) return Effect.void
              failed = true
              const text = `Cannot record into ${folder}: ${describeFileError(error, folder)}. ` +
                "The run goes on without"
              return notify({ _tag: "Note", text })
            }),
          )
        }, Effect.uninterruptible),
      }
    }),
  )
