/**
 * Runs in a page: returns the visible texts with their contrast to the background, as WCAG defines it.
 * The window must be as high as the page.
 */
;(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const known = new Map()

  /** Returns a CSS colour as red, green, blue (0 to 255) and alpha (0 to 1). */
  const rgba = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data
      known.set(colour, [red, green, blue, alpha / 255])
    }
    return known.get(colour)
  }

  const faded = ([red, green, blue, alpha], opacity) => [red, green, blue, alpha * opacity]

  const over = (front, back) => [
    ...[0, 1, 2].map((i) => front[i] * front[3] + back[i] * (1 - front[3])),
    1,
  ]

  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) =>
      value <= 10.31475 ? value / 3294.6 : ((value / 255 + .055) / 1.055) ** 2.4
    )
    return .2126 * red + .7152 * green + .0722 * blue
  }

  const ratio = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a)
    return (light + .05) / (dark + .05)
  }

  const opacityOf = (element) => {
    let opacity = 1
    for (let at = element; at !== null; at = at.parentElement) {
      opacity *= Number(getComputedStyle(at).opacity)
    }
    return opacity
  }

  const isDrawn = (element) => element instanceof SVGElement && element.tagName !== "svg"

  /** Returns the background of an element, or the fill of a shape. */
  const paintOf = (element) => {
    const style = getComputedStyle(element)
    if (!isDrawn(element)) return faded(rgba(style.backgroundColor), opacityOf(element))
    if (!(element instanceof SVGGeometryElement) || style.fill === "none") return [0, 0, 0, 0]
    return faded(rgba(style.fill), opacityOf(element) * Number(style.fillOpacity))
  }

  const inkOf = (element) => {
    const style = getComputedStyle(element)
    return isDrawn(element)
      ? faded(rgba(style.fill), opacityOf(element) * Number(style.fillOpacity))
      : faded(rgba(style.color), opacityOf(element))
  }

  /** Returns the outline of a text, which covers the background. */
  const haloOf = (element) => {
    const { paintOrder, stroke, strokeOpacity, strokeWidth } = getComputedStyle(element)
    return isDrawn(element) && stroke !== "none" && parseFloat(strokeWidth) >= 2 &&
        paintOrder.startsWith("stroke")
      ? faded(rgba(stroke), Number(strokeOpacity))
      : [0, 0, 0, 0]
  }

  const blank = matchMedia("(prefers-color-scheme: dark)").matches &&
      getComputedStyle(document.documentElement).colorScheme.includes("dark")
    ? [18, 18, 18, 1]
    : [255, 255, 255, 1]

  const behind = (element, x, y) => {
    const stack = document.elementsFromPoint(x, y)
    const under = stack.slice(stack.findIndex((each) => element.contains(each)))
    return over(
      haloOf(element),
      under.reduceRight((back, each) => over(paintOf(each), back), blank),
    )
  }

  // Elements that ignore the pointer are painted too.
  const sheet = new CSSStyleSheet()
  sheet.replaceSync("* { pointer-events: auto !important }")
  document.adoptedStyleSheets.push(sheet)

  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode
    const element = node.parentElement
    if (!/\S/.test(node.data) || element.closest("script, style, title, desc") !== null) continue
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    const middle = box.y + box.height / 2
    const ends = [box.x + 2, box.x + box.width / 2, box.right - 2]
    // A text clipped for screen readers only is not at its own middle.
    const seen = ends.filter((x) =>
      document.elementsFromPoint(x, middle).some((each) => element.contains(each))
    )
    if (box.width < 2 || seen.length === 0) continue
    const ratios = seen.map((x) => {
      const back = behind(element, x, middle)
      return ratio(over(inkOf(element), back), back)
    })
    const { fontSize, fontWeight } = getComputedStyle(element)
    texts.push({
      text: node.data.trim().slice(0, 60),
      ratio: Math.min(...ratios),
      large: parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24),
    })
  }

  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet)
  return texts
})()
