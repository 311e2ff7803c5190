/** A way to a server that can be cut at the next thing the client says: before or after it is heard. */
import { Effect } from "effect"

interface Cutter {
  readonly port: number
  /** Cut the connection that speaks next, `before` the server hears it or `after` it has answered. */
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

/** Listens for as long as the scope is open. */
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
        // A connection that is closed under a pump rejects: that is how it ends here.
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
