/**
 * Writes every exchange with Strava to a file that `paceline simulator --recorded` replays, so that a
 * response that caused a problem can be inspected, shared, and turned into a test.
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
import { redact, redactHeaders, redactUrl, secretsIn, secretsOf } from "./redact.ts"

/** Response to a request, or the part of it that was received. */
export interface RecordedExchange {
  /** Status code; 0 if no header was received. */
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Bytes of the body that were received. */
  readonly body: () => Uint8Array
  /** Reason for an early end: no response, a broken or silent connection, or too many bytes. */
  readonly ended?: "reset" | "broken" | "stalled" | "oversized"
}

/** The recording directory cannot be used. */
class NotRecordable extends Schema.TaggedError<NotRecordable>()("NotRecordable", {
  folder: Schema.String,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot record to ${this.folder}: ${this.detail}. No request was sent to Strava. ` +
      "Use another directory for --record, or omit the flag"
  }
  override readonly [errorExitCode] = exitCodes.disk
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const lossyUtf8 = new TextDecoder()

/** Decodes bytes; none if they are not UTF-8. */
const textOf = Option.liftThrowable((bytes: Uint8Array) => utf8.decode(bytes))

/** Converts each byte to a character, so that bytes that are not text can be searched for secrets. */
const latin1 = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")

const reformatted = Option.liftThrowable((text: string) => {
  const json = parseExact(text)
  return typeof json === "string" ? undefined : JSON.stringify(json)
})

/** True if `text` is the JSON that parsing and formatting it returns, so that it can be stored as an object. */
const isExactJson = (text: string) => Option.getOrUndefined(reformatted(text)) === text

const slug = (url: string) =>
  (URL.parse(url)?.pathname ?? "").replace(/^\/api\/v3/, "")
    .replaceAll(/[^\w]+/g, "-").replace(/-$/, "").slice(0, 60)

/**
 * Returns the content of the file: one member per line, and the body exactly as sent except for
 * secrets.
 */
const formatRecording = (
  { method, url }: { readonly method: string; readonly url: string },
  { body: bodyOf, ended, headers, status }: RecordedExchange,
  secrets: Iterable<string>,
): string => {
  const bytes = ended === "oversized" ? new Uint8Array() : bodyOf()
  const plain = Option.map(textOf(bytes), (text) => redact(text, secrets))
  const body = Option.match(plain, {
    onNone: () => JSON.stringify(btoa(redact(latin1(bytes), secrets))),
    onSome: (text) => isExactJson(text) ? text : JSON.stringify(text),
  })
  const members = [
    `"request": ${JSON.stringify({ method, uri: url })}`,
    `"status": ${status}`,
    `"headers": ${JSON.stringify(redactHeaders(headers, secrets))}`,
    ...(ended === undefined ? [] : [`"ended": "${ended}"`]),
    ...(Option.isSome(plain) ? [] : [`"encoding": "base64"`]),
    `"body": ${body}`,
  ]
  return `{\n  ${members.join(",\n  ")}\n}\n`
}

/** Records nothing by default. */
export const Recorder = Context.Reference<{
  /** Records an exchange. Never fails, because a recording is not worth aborting a run. */
  note(
    request: HttpClientRequest.HttpClientRequest,
    exchanged: RecordedExchange,
  ): Effect.Effect<void>
}>("paceline/strava/Recorder", { defaultValue: () => ({ note: () => Effect.void }) })

/** Records into `folder`, numbered after existing files, readable by the owner only. */
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
          for (const secret of secretsIn(lossyUtf8.decode(exchanged.body()))) {
            secrets.add(secret)
          }
          const { method } = request
          const url = redactUrl(request.url, secrets)
          const number = String(++last).padStart(5, "0")
          const name = `${number}.${method}${slug(url)}.${exchanged.status}.json`
          yield* write(name, formatRecording({ method, url }, exchanged, secrets)).pipe(
            Effect.catch((error) => {
              if (failed) return Effect.void
              failed = true
              const text = `Cannot record to ${folder}: ${describeFileError(error, folder)}. ` +
                "The run continues without recording"
              return notify({ _tag: "Note", text })
            }),
          )
        }, Effect.uninterruptible),
      }
    }),
  )
