/** The page that the browser shows after Strava has sent it back: the result, and what to do next. */

export interface SignInPage {
  readonly status: number
  /** Mood of the page; absent if the status decides it. */
  readonly mood?: "warning"
  readonly title: string
  /** Paragraphs, each with `code` in backticks. */
  readonly text: ReadonlyArray<string>
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const paragraph = (text: string) =>
  `<p>${escaped(text).replaceAll(/`([^`]*)`/g, "<code>$1</code>")}</p>`

const style = `
:root { color-scheme: light dark }
body {
  font: 17px/1.55 system-ui, sans-serif; max-width: 34rem; margin: 0 auto; padding: 18vh 1.5rem 3rem;
  color: light-dark(#1f2328, #e6edf3); background: light-dark(#ffffff, #0d1117);
}
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1rem; padding-left: .8rem; border-left: .3rem solid }
.good h1 { border-color: light-dark(#1a7f37, #3fb950) }
.warning h1 { border-color: light-dark(#9a6700, #d29922) }
.bad h1 { border-color: light-dark(#cf222e, #ff7b72) }
code {
  font: .92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere;
  padding: .1em .35em; border-radius: .3em; background: light-dark(#eff1f3, #21262d);
}
footer { margin-top: 2.5rem; font-size: .8rem; opacity: .7 }`

/** The page loads and runs nothing, sends no referrer and is not cached, because its address has a code. */
const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "connection": "close",
}

export const htmlOf = ({ mood, status, text, title }: SignInPage): Response =>
  new Response(
    `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} | Paceline</title>
<style>${style}
</style>
</head>
<body class="${mood ?? (status === 200 ? "good" : "bad")}">
<main>
<h1>${escaped(title)}</h1>
${text.map(paragraph).join("\n")}
</main>
<footer>This page comes from Paceline on your own machine. Paceline is compatible with Strava; it is
not made, endorsed or supported by Strava.</footer>
</body>
</html>
`,
    { status, headers },
  )

export const notFound = (): Response =>
  new Response("Not found. Paceline waits only for the sign-in at Strava.\n", {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8", "connection": "close" },
  })
