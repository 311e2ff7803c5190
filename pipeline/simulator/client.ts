/**
 * An HTTP client connected to the simulator without a socket. Every response is produced in the
 * caller's fiber, so that a test clock controls client and server alike.
 */
import { Duration, Effect, Layer } from "effect"
import {
  HttpClient,
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
} from "effect/http"
import { Simulator } from "./Simulator.ts"
import { connectionError, toWeb } from "./web.ts"

const textOf = ({ body }: HttpClientRequest.HttpClientRequest): string =>
  body._tag === "Uint8Array"
    ? new TextDecoder().decode(body.body)
    : body._tag === "Raw"
    ? String(body.body)
    : ""

/** Sends requests to the simulator instead of `fetch`. Broken connections are `TransportError`s. */
export const layerClient: Layer.Layer<HttpClient.HttpClient, never, Simulator> = HttpClient
  .layerMergedContext(
    Effect.map(Simulator, (simulator) =>
      HttpClient.make((request, url, signal) =>
        Effect.flatMap(
          simulator.handle({
            method: request.method,
            url: url.href,
            headers: request.headers,
            body: textOf(request),
          }),
          (response) =>
            typeof response.body === "object" && "_tag" in response.body &&
              response.body._tag === "Reset"
              ? Effect.fail(
                new HttpClientError.HttpClientError({
                  reason: new HttpClientError.TransportError({ request, cause: connectionError() }),
                }),
              )
              : Effect.clockWith((clock) => {
                const second = () => Effect.runPromise(clock.sleep(Duration.seconds(1)))
                return Effect.succeed(
                  HttpClientResponse.fromWeb(request, toWeb(response, signal, second)),
                )
              }),
        )
      )),
  )
