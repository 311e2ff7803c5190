/** The only script of the page: the cursor along the samples. Everything else works without it. */

export const script = `for (const box of document.querySelectorAll(".cross")) {
  const data = JSON.parse(box.dataset.samples), last = data.at.length - 1
  const line = box.firstElementChild, said = box.lastElementChild
  let now = -1
  const go = (to) => {
    now = Math.max(0, Math.min(last, to))
    const part = data.left + (now + .5) / (last + 1) * (data.right - data.left)
    line.style.left = said.style.left = part * 100 + "%"
    said.className = part > .6 ? "west" : ""
    const words = [data.at[now], ...data.rows.map((row) => row.name + " " + row.values[now])]
    said.replaceChildren(...words.map((word) => Object.assign(document.createElement("span"), { textContent: word })))
    box.setAttribute("aria-valuenow", now)
    box.setAttribute("aria-valuetext", words.join(", "))
    box.classList.add("on")
  }
  box.addEventListener("pointermove", (event) => {
    const { left, width } = box.getBoundingClientRect()
    go(Math.floor(((event.clientX - left) / width - data.left) / (data.right - data.left) * (last + 1)))
  })
  box.addEventListener("pointerleave", () => document.activeElement !== box && box.classList.remove("on"))
  box.addEventListener("focus", () => go(now < 0 ? last >> 1 : now))
  box.addEventListener("blur", () => box.classList.remove("on"))
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 25, PageDown: -25, Home: -1e9, End: 1e9 }[event.key]
    if (step) event.preventDefault(), go(now + step)
  })
  box.hidden = false
}
for (const each of document.querySelectorAll(".with-script")) each.hidden = false
`
