/** Events of an XML file: elements by local name. Never builds a tree, and never fails. */
import { SaxesParser } from "saxes"
import { xmlPieces } from "./decodeXml.ts"

/** Attributes of an element by name, with their prefix. */
export type XmlAttributes = Readonly<Record<string, string>>

interface XmlHandler {
  /** Called with the local name at the start of an element; `parent` is the local name of its parent. */
  readonly open: (name: string, attributes: XmlAttributes, parent: string) => void
  /** Called at the end of an element, with the text since its start or its last child. */
  readonly close: (name: string, text: string, parent: string) => void
  /** True as soon as the rest of the file is of no use. */
  readonly isDone: () => boolean
}

/** Maximum depth of elements: a point's extensions are at depth 8. */
const deepest = 64

/** Maximum number of errors after which the rest is not read: each costs a stack trace. */
const mostErrors = 1_000

/** Maximum number of attributes of an element. */
const mostAttributes = 1_000

/** Maximum number of characters without an element or a text: the parser holds them in memory. */
const longestToken = 4_000_000

/** Maximum number of characters of an element's text; longer text is cut. */
const longestText = 1_000

/** Maximum number of names that are remembered. */
const mostNames = 1_000

/** Returns a function from a qualified to its local name. It remembers the names, because few are distinct. */
const localNames = () => {
  const names = new Map<string, string>()
  return (qualified: string): string => {
    const known = names.get(qualified)
    if (known !== undefined) return known
    const local = qualified.slice(qualified.lastIndexOf(":") + 1)
    if (names.size < mostNames) names.set(qualified, local)
    return local
  }
}

/** Result of a pass over a file. */
interface XmlEnd {
  readonly notes: ReadonlyArray<string>
  /** First note because of which elements can be missing. */
  readonly damage: string | undefined
}

/** Errors that only concern text, such as an `&` in a name, or what follows the document. */
const harmless = /entity|outside of root|^disallowed character\.$/

/** Returns a note in printable ASCII: messages contain names from the file. */
const noteOf = (position: number, message: string): string =>
  `malformed XML at character ${position}: ${message.slice(0, 100).replace(/[^\x20-\x7e]/g, "?")}`

/**
 * Reads a file to its end or until the handler is done. Malformed XML is read as far as possible, with a
 * note about the first error, and one about the first because of which elements can be missing. Entities of
 * a document type are not expanded; external ones are not read.
 */
export const parseXml = (bytes: Uint8Array, handler: XmlHandler): XmlEnd => {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const localOf = localNames()
  const path: Array<string> = []
  const notes: Array<string> = []
  let text = ""
  let errors = 0
  let attributes = 0
  let token = 0
  let limit: string | undefined
  let damage: string | undefined
  const append = (piece: string) => {
    token = 0
    if (text.length < longestText) text = text === "" ? piece : text + piece
  }
  parser.on("error", ({ message }) => {
    const isDamage = damage === undefined && !harmless.test(message)
    if (errors++ === 0 || isDamage) notes.push(noteOf(parser.position, message))
    if (isDamage) damage = notes.at(-1)
    if (errors > mostErrors) limit = `more than ${mostErrors} errors`
  })
  parser.on("opentag", (tag) => {
    const name = localOf(tag.name)
    attributes = 0
    token = 0
    text = ""
    handler.open(name, tag.attributes, path.at(-1) ?? "")
    path.push(name)
    if (path.length > deepest) limit = `elements deeper than ${deepest}`
  })
  parser.on("attribute", () => {
    if (++attributes > mostAttributes) limit = `more than ${mostAttributes} attributes`
  })
  parser.on("text", append)
  parser.on("cdata", append)
  parser.on("closetag", () => {
    const name = path.pop() ?? ""
    token = 0
    handler.close(name, text.slice(0, longestText), path.at(-1) ?? "")
    text = ""
  })
  for (const piece of xmlPieces(bytes)) {
    parser.write(piece)
    token += piece.length
    if (token > longestToken) limit = `more than ${longestToken} characters without an element`
    if (limit !== undefined || handler.isDone()) break
  }
  if (limit !== undefined) {
    notes.push(`the rest of the file is ignored: ${limit}`)
    damage ??= notes.at(-1)
  } else if (!handler.isDone()) parser.close()
  return { notes, damage }
}
