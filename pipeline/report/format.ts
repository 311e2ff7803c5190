/** Numbers for people: decimals, hours, paces. */

const formats = [0, 1, 2].map((digits) =>
  new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })
)

export const decimal = (value: number, digits: 0 | 1 | 2 = 0): string =>
  formats[digits]!.format(value === 0 ? 0 : value)

/** Formats a tick of an axis: a whole number, or with its decimals. */
export const tick = (value: number): string =>
  decimal(value, Number.isInteger(value) ? 0 : Number.isInteger(value * 10) ? 1 : 2)

const two = (n: number) => String(n).padStart(2, "0")

/** `1:05` hours and minutes. */
export const hoursMinutes = (seconds: number): string => {
  const minutes = Math.round(seconds / 60)
  return `${decimal(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** `5:28` minutes and seconds. */
export const minutesSeconds = (seconds: number): string => {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`
}

/** `1:21:48`, or `5:28` under an hour. */
export const clock = (seconds: number): string => {
  const whole = Math.round(seconds)
  return whole < 3_600
    ? minutesSeconds(whole)
    : `${decimal(Math.floor(whole / 3_600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** `45 s`, `5 min`, `1 h 30 min`. */
export const durationOfSeconds = (seconds: number): string => {
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = `${decimal(Math.floor(minutes / 60))} h`
  return minutes % 60 === 0 ? hours : `${hours} ${minutes % 60} min`
}

/** Steps of 1, 2 or 5 times a power of ten, about `count` of them, from `low` to `high`. */
export const ticks = (low: number, high: number, count: number): ReadonlyArray<number> => {
  const span = high - low
  if (!(span > 0) || !Number.isFinite(span)) return [low]
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from(
    { length: last - first + 1 },
    (_, i) => Number(((first + i) * step).toPrecision(12)),
  )
}
