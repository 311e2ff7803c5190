/** What a thread answers, however it ends. */
import { once } from "node:events"
import type { Worker } from "node:worker_threads"

/** The first message of `thread`, which is then stopped; rejects if it fails or ends without one. */
export const answerOf = async (thread: Worker): Promise<unknown> => {
  const ended = once(thread, "exit").then(([code]) => {
    throw new Error(`a thread ended without an answer (${code})`)
  })
  // Lost races must not become unhandled rejections.
  ended.catch(() => {})
  const [message] = await Promise.race([once(thread, "message"), ended])
  await thread.terminate()
  return message
}
