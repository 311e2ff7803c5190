/** Sink that Paceline does not have: a text file for each item, in `text/<resource>/<id>.txt`. */
import { Effect, Path } from "effect"
import { bytesOfItem, recordOf } from "../../../schemas/Item.ts"
import { allResources } from "../../../schemas/resources.ts"
import { filePerItem } from "../../../sinks/files/filePerItem.ts"
import { fileSink } from "../../../sinks/files/FileSink.ts"
import type { Format } from "../../../sinks/files/Format.ts"
import { withPresence } from "../../../sinks/files/presence.ts"
import type { SinkTraits } from "../../../sinks/Sink.ts"
import type { SinkKind } from "../../../sinks/SinkKind.ts"

const traits: SinkTraits = { name: "text", title: "text", keepsResponses: true, rank: 4 }

const format: Format = (directory) =>
  Effect.all(recordOf(allResources(), (resource) =>
    filePerItem(resource, directory, {
      contentOf: (item) => Effect.sync(() => bytesOfItem(item)),
      extension: ".txt",
      keepsAnswers: true,
      made: "when needed",
    })))

export const textSinkKind: SinkKind = {
  ...traits,
  make: Effect.fnUntraced(function* ({ data }) {
    const directory = (yield* Path.Path).join(data, traits.name)
    return yield* withPresence(yield* fileSink(traits, directory, format))
  }),
}
