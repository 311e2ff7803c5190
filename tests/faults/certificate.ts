/** Creates and signs certificates for tests, with any name, validity and issuer. */
import { Buffer } from "node:buffer"
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto"

/** Encodes an ASN.1 value in DER. */
const der = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 128
    ? [body.length]
    : body.length < 256
    ? [0x81, body.length]
    : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...parts: ReadonlyArray<Uint8Array>) => der(0x30, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"))
const text = (value: string) => der(0x0c, Buffer.from(value))
const commonName = (value: string) => sequence(der(0x31, sequence(oid("550403"), text(value))))
const time = (at: Date) =>
  der(0x18, Buffer.from(at.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "") + "Z"))
const extension = (id: string, value: Uint8Array) => sequence(oid(id), der(0x04, value))

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"))

interface Authority {
  readonly name: string
  readonly key: KeyObject
  /** Certificate in PEM. */
  readonly pem: string
}

export interface Identity {
  readonly key: string
  readonly cert: string
}

interface Content {
  readonly subject: string
  readonly publicKey: KeyObject
  readonly until: Date
  readonly extension: Buffer
}

const signed = (issuer: { name: string; key: KeyObject }, content: Content): string => {
  const from = new Date(content.until.getTime() - 86_400_000 * 30)
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    commonName(issuer.name),
    sequence(time(from), time(content.until)),
    commonName(content.subject),
    content.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(content.extension)),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", body, issuer.key)])
  const whole = sequence(body, ecdsaWithSha256, der(0x03, signature)).toString("base64")
  return `-----BEGIN CERTIFICATE-----\n${
    whole.replaceAll(/.{64}/g, "$&\n")
  }\n-----END CERTIFICATE-----\n`
}

const days = (n: number) => new Date(Date.now() + n * 86_400_000)
const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" })

/** Creates a certificate authority. */
export const authority = (name: string): Authority => {
  const { privateKey: key, publicKey } = pair()
  const isAuthority = extension("551d13", sequence(der(0x01, Buffer.from([255]))))
  const content = { subject: name, publicKey, until: days(20), extension: isAuthority }
  return { name, key, pem: signed({ name, key }, content) }
}

/** Creates a key and a certificate for an IPv4 `address`, valid for `left` days from now. */
export const identity = (by: Authority, address: string, left: number): Identity => {
  const { privateKey, publicKey } = pair()
  const ip = der(0x87, Buffer.from(address.split(".").map(Number)))
  const content = {
    subject: "a server",
    publicKey,
    until: days(left),
    extension: extension("551d11", sequence(ip)),
  }
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  return { key, cert: signed(by, content) }
}
