/**
 * A proxy to a server that cuts the connection at the client's next message, before or after the
 * server receives it.
 */
import { Effect } from "effect"

interface Cutter {
  readonly port: number
  /**
   * Cuts the next connection that sends something, `before` the server receives it or `after` it
   * has responded.
   */
  cut(when: "before" | "after"): void
}

const pump = async (from: Deno.Conn, each: (bytes: Uint8Array) => Promise<void>) => {
  const buffer = new Uint8Array(2 ** 16)
  for (;;) {
    const length = await from.read(buffer)
    if (length === null) return
    await each(buffer.subarray(0, length))
  }
}

const writeAll = async (to: Deno.Conn, bytes: Uint8Array) => {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at))
}

/** Starts a proxy that listens until the scope closes. */
export const cutter = (server: { readonly hostname: string; readonly port: number }) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 })
      const open = new Set<Deno.Conn>()
      let next: "before" | "after" | undefined

      const carry = async (client: Deno.Conn) => {
        const upstream = await Deno.connect(server)
        const ends = [client, upstream]
        for (const end of ends) open.add(end)
        let deaf = false
        const close = () => ends.filter((end) => open.delete(end)).forEach((end) => end.close())
        const spoken = pump(client, async (bytes) => {
          const when = next
          next = undefined
          if (when === "before") return close()
          deaf = when === "after"
          await writeAll(upstream, bytes)
        })
        const heard = pump(upstream, (bytes) => {
          if (!deaf) return writeAll(client, bytes)
          close()
          return Promise.resolve()
        })
        // A pump rejects when its connection is closed. This is its normal end.
        await Promise.allSettled([spoken.finally(close), heard.finally(close)])
      }
      const running: Array<Promise<void>> = []
      const accepting = (async () => {
        for await (const client of listener) running.push(carry(client))
      })()
      const cutter: Cutter = {
        port: listener.addr.port,
        cut: (when) => {
          next = when
        },
      }
      const stop = async () => {
        listener.close()
        for (const end of open) end.close()
        open.clear()
        await accepting
        await Promise.all(running)
      }
      return { cutter, stop }
    }),
    ({ stop }) => Effect.promise(stop),
  ).pipe(Effect.map(({ cutter }) => cutter))
