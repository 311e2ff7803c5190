/** Sinks of a script. */
export {
  type HashStore,
  type Keeps,
  makeSink as make,
  type ResponseStore,
  type ScriptSink,
  type SinkOptions,
  type StoreItem,
} from "../../../sinks/ScriptSink.ts"
