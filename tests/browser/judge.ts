/** Checks of a page: contrast, width, legibility of its charts, and an accessibility linter. */
import { Effect, Schema } from "effect"
import type { BrowserPage } from "./driver/Page.ts"
import { axeSource } from "./driver/puppeteer.ts"

const Text = Schema.Struct({
  text: Schema.String,
  ratio: Schema.Finite,
  large: Schema.Boolean,
})

const contrast = Deno.readTextFileSync(new URL("./contrast.js", import.meta.url))

/** Returns all visible texts with their contrast to the background. */
export const texts = Effect.fn("texts")(function* (page: BrowserPage) {
  yield* page.emulate({
    height: yield* page.evaluate(Schema.Int, "document.body.scrollHeight + 100"),
  })
  const all = yield* page.evaluate(Schema.Array(Text), contrast)
  yield* page.emulate({ height: 900 })
  return all
})

/** Returns the texts with less contrast than level AA of WCAG requires. */
export const faint = Effect.fn("faint")(function* (page: BrowserPage) {
  return (yield* texts(page)).filter(({ large, ratio }) => ratio < (large ? 3 : 4.5))
    .map(({ ratio, text }) => `${ratio.toFixed(2)}: ${text}`)
})

/** Returns the elements that extend beyond the right edge of a window of this width. */
export const tooWide = Effect.fn("tooWide")(function* (page: BrowserPage, width: number) {
  yield* page.emulate({ width })
  return yield* page.evaluate(
    Schema.Array(Schema.String),
    `document.documentElement.scrollWidth <= innerWidth ? [] : [
      document.documentElement.scrollWidth + " pixels",
      ...[...document.body.querySelectorAll("*")]
        .filter((each) => each.getBoundingClientRect().right > innerWidth + .5)
        .map((each) => each.tagName + "#" + each.id + "." + each.getAttribute("class")),
    ]`,
  )
})

const Violations = Schema.Array(
  Schema.Struct({ id: Schema.String, help: Schema.String, where: Schema.Array(Schema.String) }),
)

/** Returns the faults that axe-core finds by the rules of WCAG and good practice; `faint` checks contrast. */
export const axe = Effect.fn("axe")(function* (page: BrowserPage) {
  yield* page.evaluate(Schema.Unknown, `${yield* axeSource}; undefined`)
  const violations = yield* page.evaluate(
    Violations,
    `axe.run({
      resultTypes: ["violations"],
      rules: { "color-contrast": { enabled: false } },
    }).then(({ violations }) =>
      violations.map(({ id, help, nodes }) =>
        ({ id, help, where: nodes.slice(0, 5).map(({ target }) => target.join(" ")) })))`,
  )
  return violations.map(({ help, id, where }) => `${id}: ${help} (${where.join(", ")})`)
})

const lettering = Deno.readTextFileSync(new URL("./lettering.js", import.meta.url))

/** Returns the texts of charts that are illegible in a window of this width. */
export const illegible = Effect.fn("illegible")(function* (page: BrowserPage, width: number) {
  yield* page.emulate({ width })
  return yield* page.evaluate(Schema.Array(Schema.String), lettering)
})
