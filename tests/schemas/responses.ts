/** Random responses of streams: plain, odd and damaged. The same seed returns the same responses. */

const numbers = [
  "0",
  "-0",
  "-0.0",
  "0.0",
  "1",
  "2.0",
  "2.50",
  "-3",
  "1e5",
  "1e400",
  "-1E-2",
  "2147483648",
  "9007199254740993",
  "0.1",
  "51.509865123456789",
  "12345678901234567890",
  "0.30000000000000004",
  "123456789012345.678",
  "99999999999999.99",
  "9007199254740991.5",
  "1".repeat(50),
  "01",
  "+1",
  ".5",
  "5.",
  "-",
  "NaN",
  "0.000001",
  "1.7976931348623157",
]

const otherSamples = [
  "null",
  "true",
  "false",
  `"x"`,
  "[1,2]",
  "[1.5,-0.0]",
  "[51.509865123456789,0]",
  "[1,null]",
  "[1]",
  "[]",
  "{}",
  "[1,2,3]",
  `["a",1]`,
  "é",
]

const types = [
  "time",
  "distance",
  "latlng",
  "altitude",
  "heartrate",
  "moving",
  "temp",
  "watts",
  "x_new",
  "=cmd",
  "lat",
  "lat_2",
  "a,b",
  "'",
  "",
  "12",
  "__proto__",
  "data",
  "samples",
  "caf\u00e9",
  "no UTF-8: \udce9",
  String.raw`w\u0061tts`,
]

const instead = ["null", "5", `"x"`, "[]", "[1,2]", "{}", `{"data":null}`, `{"data":{}}`]

/** Text fragments that are inserted into a response or replace a character. */
const damages = [
  "",
  " ",
  "]",
  `"`,
  ",",
  "1",
  "\\",
  "\n",
  "}",
  "\u0000",
  "\ufeff",
  "é",
  "\udcff",
  "\u007f",
]

const factor = 0x6d2b79f5

/** Returns a generator of numbers from 0 to 1 (`mulberry32`) with a text as the seed. */
const randomOf = (seed: string): () => number => {
  let state = Array.from(seed).reduce((sum, c) => Math.imul(sum, 31) + c.charCodeAt(0) | 0, 7)
  return () => {
    state = state + factor | 0
    let mixed = Math.imul(state ^ state >>> 15, 1 | state)
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed
    return ((mixed ^ mixed >>> 14) >>> 0) / 0x1_0000_0000
  }
}

/** Returns `count` responses as texts. */
export function* responses(count: number, seed: string): Generator<string, void> {
  const random = randomOf(seed)
  const pick = <A>(among: ReadonlyArray<A>): A => among[Math.floor(random() * among.length)]!
  const times = (most: number, make: () => string) =>
    Array.from({ length: Math.floor(random() * most) }, make)

  const plain: ReadonlyArray<() => string> = [
    () => pick(numbers.slice(0, 8)),
    () => String(Math.floor(random() * 300)),
    () => (random() * 1000).toFixed(Math.floor(random() * 8)),
    () => pick(["true", "false", "null"]),
    () => pick(["[1.5,2]", "[51.5,-0.10]", "null"]),
    () => pick([...numbers.slice(0, 6), "null"]),
  ]
  const list = () => {
    const kind = pick(plain)
    const sample = () => random() < 0.05 ? pick([...numbers, ...otherSamples]) : kind()
    return `[${times(7, sample).join(random() < 0.02 ? " ," : ",")}]`
  }
  const stream = () => {
    if (random() < 0.03) return pick(instead)
    const members = [
      `"data":${list()}`,
      `"series_type":"distance"`,
      `"original_size":${pick(["5", "5.0", "null", "1e400", `"5"`, "1 2"])}`,
      ...(random() < 0.04 ? [`"data":${list()}`] : []),
      ...(random() < 0.04 ? [`"type":${pick([`"watts"`, "1"])}`] : []),
      ...(random() < 0.04 ? [`"data_2":[]`] : []),
      ...(random() < 0.04 ? [`"resolution":"high"`, `"resolution":"l\\u006fw"`] : []),
    ]
    return `{${members.toSorted(() => random() - 0.5).join(random() < 0.1 ? ", " : ",")}}`
  }
  for (let i = 0; i < count; i++) {
    const text = random() < 0.02
      ? `[${times(3, stream).join(",")}]`
      : `{${times(6, () => `"${pick(types)}":${stream()}`).join(",\n")}}`
    const at = Math.floor(random() * (text.length + 1))
    yield random() < 0.2
      ? text.slice(0, at) + pick(damages) + text.slice(at + (random() < 0.5 ? 1 : 0))
      : text
  }
}
