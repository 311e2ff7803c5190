/** The platform's services; its file system fails instead of waiting for the other end of a pipe. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem, Layer } from "effect"
import { regularFiles } from "../../sinks/files/regularFile.ts"

export const platform = Layer.effect(
  FileSystem.FileSystem,
  Effect.map(FileSystem.FileSystem, regularFiles),
).pipe(Layer.provideMerge(NodeServices.layer))
