/**
 * Maximum time that a test waits for an event. It is much longer than any step takes under fifty
 * times the load, so that no result depends on speed.
 */
export const patience = "20 minutes"

/** Minutes after which any test counts as hanging. */
export const mostMinutes = 60
