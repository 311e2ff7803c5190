/** Validates GPX files against the schemas of GPX 1.1 and of Garmin's extensions. */
import {
  XmlBufferInputProvider,
  XmlDocument,
  xmlRegisterInputProvider,
  XsdValidator,
} from "libxml2-wasm"

const schemas = ["gpx", "TrackPointExtensionv2", "PowerExtensionv1"] as const
const namespaces = {
  gpx: "http://www.topografix.com/GPX/1/1",
  TrackPointExtensionv2: "http://www.garmin.com/xmlschemas/TrackPointExtension/v2",
  PowerExtensionv1: "http://www.garmin.com/xmlschemas/PowerExtension/v1",
}

/** Returns a schema; elements of unknown namespaces are errors, which GPX itself would allow. */
const read = (name: string): Uint8Array =>
  new TextEncoder().encode(
    Deno.readTextFileSync(new URL(`./schemas/${name}.xsd`, import.meta.url))
      .replaceAll(`processContents="lax"`, `processContents="strict"`),
  )

const all = `<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">${
  schemas.map((name) =>
    `<xsd:import namespace="${namespaces[name]}" schemaLocation="${name}.xsd"/>`
  ).join("")
}</xsd:schema>`

const makeValidator = (): XsdValidator => {
  xmlRegisterInputProvider(
    new XmlBufferInputProvider(
      Object.fromEntries(schemas.map((name) => [`${name}.xsd`, read(name)])),
    ),
  )
  using schema = XmlDocument.fromString(all)
  return XsdValidator.fromDoc(schema)
}

let validator: XsdValidator | undefined

/** Throws an error with the line and the reason if a GPX file is invalid. */
export const assertValidGpx = (bytes: Uint8Array): void => {
  using document = XmlDocument.fromBuffer(bytes)
  validator ??= makeValidator()
  validator.validate(document)
}
