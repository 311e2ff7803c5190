/** Deterministic randomness: a hash of integers, and a generator seeded by one. */

const mix = (value: number): number => {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Returns a 32-bit hash of up to five whole numbers below 2^53, in their order. */
export const hash = (a: number, b = 0, c = 0, d = 0, e = 0): number => {
  let h = mix(0x9e3779b9 ^ a)
  h = mix(h ^ (b + 0x3c6ef372))
  h = mix(h ^ (c + 0x5851f42d))
  if (d !== 0 || e !== 0) h = mix(mix(h ^ d) ^ (e + 0x14057b7e))
  const high = Math.floor(a / 0x1_0000_0000)
  return high > 0 ? mix(h ^ high) : h
}

/** Returns `hash` as a fraction of 1. */
export const unit = (a: number, b = 0, c = 0, d = 0, e = 0): number =>
  hash(a, b, c, d, e) / 0x1_0000_0000

/** A generator (mulberry32). Its results depend on the seed and on the number of calls before. */
export class Random {
  private state: number

  constructor(seed: number, purpose = 0, turn = 0) {
    this.state = hash(seed, purpose, turn)
  }

  /** Returns a number from 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** Returns a whole number from `low` to `high`, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<A>(list: ReadonlyArray<A>): A {
    return list[Math.floor(this.next() * list.length)]!
  }

  /** Returns an index of `weights`, with a probability proportional to its weight. */
  weighted(weights: ReadonlyArray<number>): number {
    let left = this.next() * weights.reduce((sum, weight) => sum + weight, 0)
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i]!
      if (left < 0) return i
    }
    return weights.length - 1
  }

  /** Returns a number from about a normal distribution around 0 with deviation 1, always within ±3. */
  normal(): number {
    return (this.next() + this.next() + this.next() + this.next() - 2) * 1.73
  }
}
