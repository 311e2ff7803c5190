/**
 * Drawings as text. Charts of Observable Plot are stripped of styles that the page's policy
 * forbids.
 */
import * as Plot from "@observablehq/plot"
import { parseHTML } from "linkedom"
import { escape, Html, markup } from "../html.ts"

const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
  readonly document: NonNullable<Plot.PlotOptions["document"]>
}

/** Alternative text of a drawing. */
interface Alt {
  readonly title: string
  readonly description: string
}

const described = ({ description, title }: Alt) =>
  `<title>${escape(title)}</title><desc>${escape(description)}</desc>`

/** Rounds numbers in attributes to a tenth of a pixel, except small ones such as opacities and ems. */
const shortened = (tag: string): string =>
  tag
    .replaceAll(/ aria-(?:label|hidden)="[^"]*"/g, "")
    .replaceAll(/-?\d+\.\d{2,}(?![\d.]*em)/g, (number) =>
      Math.abs(Number(number)) < 1 ? String(Number(Number(number).toFixed(2))) : String(
        Number(Number(number).toFixed(1)),
      ))

/** Returns a chart of Plot as an image with alternative text, styled by the page. */
export const plot = (options: Plot.PlotOptions, alt: Alt): Html => {
  const drawn = Plot.plot({ document, className: "plot", ...options }) as { outerHTML: string }
  const text = drawn.outerHTML.replace(/<style>[^]*?<\/style>/, "").replaceAll(
    /<[^>]*>/g,
    shortened,
  )
  return new Html(text.replace(/^<svg/, `<svg role="img"`).replace(">", `>${described(alt)}`))
}

/** Returns a drawing made by hand; `content` is SVG. */
export const drawing = (
  { content, height, name = "plot", width }: {
    readonly width: number
    readonly height: number
    readonly content: Html
    readonly name?: string
  },
  alt: Alt,
): Html =>
  markup`
    <svg role="img" class="${name}" viewBox="0 0 ${width} ${height}" width="${width}"
      height="${height}">${new Html(
    described(alt),
  )}${content}</svg>
  `

/**
 * Draws a chart for a wide card, for a narrow screen and, if they differ much, for a width between;
 * the page shows one of them.
 */
export const both = (draw: (width: number) => Html, wide: number, middle?: number): Html =>
  markup`
    <div class="wide">${draw(wide)}</div>${
    middle !== undefined && markup`<div class="middle">${draw(middle)}</div>`
  }
    <div class="narrow">${draw(340)}</div>
  `
