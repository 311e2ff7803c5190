/** Names of the resources that scripts declare. */

declare const ofScript: unique symbol

/** Name of a resource that a script declares. */
export type ScriptResource = string & { readonly [ofScript]: true }
