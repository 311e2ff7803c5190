/** Default places of the user's files: in a clone, relative to it; of an installed command, the platform's. */

export interface Places {
  /** Default data directory. */
  readonly data: string
  /** File with variables. */
  readonly dotEnv: string
}

let current: Places = { data: "./data", dotEnv: ".env" }

export const places = (): Places => current

/** Sets the default places of this process. Call it before the commands are loaded. */
export const usePlaces = (own: Places): void => {
  current = own
}
