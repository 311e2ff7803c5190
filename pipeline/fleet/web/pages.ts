/** Small pages and responses of the web port. */

const headers = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
}

/** Returns a page of plain text. */
export const page = (status: number, text: string): Response =>
  new Response(`${text}\n`, {
    status,
    headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
  })

/** Returns a response without a body. */
export const noContent = (status: number): Response => new Response(null, { status, headers })

/** Returns a redirect that sets cookies. */
export const redirect = (location: string, cookies: ReadonlyArray<string>): Response => {
  const response = new Response(null, { status: 302, headers: { ...headers, location } })
  for (const cookie of cookies) response.headers.append("set-cookie", cookie)
  return response
}

/** Returns the value of a cookie in the header `Cookie`. */
export const cookieIn = (header: string, name: string): string | undefined =>
  header.split(/;\s*/).find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1)
