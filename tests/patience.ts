/**
 * Time that a test waits for an event that never comes. It is much longer than any step takes under fifty
 * times the load, so that no result depends on speed.
 */
export const patience = "20 minutes"

/** Minutes after which a test counts as hanging, whatever it waits for. */
export const mostMinutes = 60
