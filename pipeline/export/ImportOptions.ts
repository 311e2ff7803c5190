/** Options of an import that its stages read. */
import { Context } from "effect"
import type { Source } from "../../schemas/export/source.ts"

export class ImportOptions extends Context.Service<ImportOptions, {
  /** Source whose streams are stored if both have them; those that were stored first if undefined. */
  readonly prefer: Source | undefined
}>()("paceline/export/ImportOptions") {}
