/** A moment, in milliseconds since 1970, as people and programs read it: `2026-01-31T10:00:00Z`. */
export const isoTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`
