/**
 * Time that a test waits for an event that never comes. It is far longer than anything takes on a machine
 * with fifty times the load, so that no result depends on speed; a test that makes progress never waits for it.
 */
export const patience = "20 minutes"

/** Minutes after which a test counts as hanging, whatever it waits for. */
export const mostMinutes = 60
