/** Optional resources that the user has turned on or off, as stored in the state file. */
import { Option, Schema } from "effect"

/** Key of the choices in the table `meta`. */
export const rememberedKey = "with"

const Remembered = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Boolean))
const decode = Schema.decodeUnknownOption(Remembered)

/** Returns the choices by resource; empty if none was made. */
export const rememberedFrom = (text: string | undefined): typeof Remembered.Type =>
  Option.getOrElse(decode(text), () => ({}))
