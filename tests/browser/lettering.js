/**
 * Runs in a page: returns the illegible texts of charts: too small, cut off, overlapping, or the same
 * label twice on one axis.
 */
;(() => {
  const smallest = 8
  const name = (text) => text.textContent.trim().replace(/\s+/g, " ").slice(0, 40)
  const where = (text) => text.closest("[id]")?.id ?? ""
  const found = []

  for (const drawing of document.querySelectorAll("svg")) {
    if (!drawing.checkVisibility()) continue
    const clips = getComputedStyle(drawing).overflow !== "visible"
    const frame = (clips ? drawing : drawing.closest("section") ?? drawing).getBoundingClientRect()
    const texts = [...drawing.querySelectorAll("text")].filter((text) =>
      name(text) !== "" && text.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    )
    const boxes = texts.map((text) => text.getBoundingClientRect())
    texts.forEach((text, i) => {
      const box = boxes[i]
      const { a, b } = text.getScreenCTM()
      const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b)
      if (size < smallest) {
        found.push(`${where(text)}: "${name(text)}" has ${size.toFixed(1)} pixels`)
      }
      if (
        box.left < frame.left - 2 || box.right > frame.right + 2 || box.top < frame.top - 2 ||
        box.bottom > frame.bottom + 2
      ) found.push(`${where(text)}: "${name(text)}" is cut off`)
      boxes.slice(0, i).forEach((other, j) => {
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left)
        const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top)
        // A line of text has space above and below its letters.
        if (across > 1 && down > box.height / 3) {
          found.push(`${where(text)}: "${name(text)}" lies over "${name(texts[j])}"`)
        }
      })
    })
    // Months share initials, but a number is on an axis once.
    for (const axis of drawing.querySelectorAll("g")) {
      const labels = [...axis.children].filter(({ tagName }) => tagName === "text").map(name)
      const twice = labels.find((label, i) => /\d/.test(label) && label === labels[i + 1])
      if (twice !== undefined) found.push(`${where(axis)}: "${twice}" stands twice along an axis`)
    }
  }
  return [...new Set(found)]
})()
