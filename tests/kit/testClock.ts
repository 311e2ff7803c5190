/** Clock of a test. */
import { Layer } from "effect"
import { TestClock } from "effect/testing"

/** A clock that stands still at noon on 1 June 2026 until `TestClock.adjust` moves it. */
export const testClock: Layer.Layer<TestClock.TestClock> = Layer.effectDiscard(
  TestClock.setTime(Date.UTC(2026, 5, 1, 12)),
).pipe(Layer.provideMerge(TestClock.layer()))
