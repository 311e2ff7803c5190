/** examples/scripts/http_sink.ts keeps the contract of a sink, against an endpoint on this machine. */
import { httpSink } from "../../examples/scripts/http_sink.ts"
import { sinkContract } from "../kit/sinkContract.ts"

/** Hashes of the items by path. */
const stored = new Map<string, string>()

const respond = ({ headers, method, url }: Request): Response => {
  const { pathname } = new URL(url)
  if (method === "GET") {
    const found = [...stored].filter(([path]) => path.startsWith(`${pathname}/`))
    return Response.json(found.map(([path, hash]) => ({ id: path.split("/").at(-1), hash })))
  }
  if (method === "DELETE") stored.delete(pathname)
  else stored.set(pathname, headers.get("x-sha256") ?? "")
  return new Response(null, { status: 204 })
}

let port = 0
let stores = 0

// A server for each test, so that none is left when the tests end.
sinkContract(
  () => httpSink(`http://127.0.0.1:${port}/${++stores}`),
  (name, body) =>
    Deno.test(name, async () => {
      await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, respond)
      port = server.addr.port
      await body()
    }),
)
