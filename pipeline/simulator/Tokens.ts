/**
 * The token endpoint: pairs that rotate, access tokens that live for six hours, codes that work once.
 */
import { faultResponse, value } from "./responses/common.ts"
import type { JsonObject } from "./responses/json.ts"
import type { SimulatedResponse } from "./protocol.ts"

/** A word contained in every secret below. If it appears in any output, a secret has leaked. */
export const canary = "canary5ec2e7"

/** Credentials that every simulator accepts. They are worthless: no such application exists. */
export const simulatedClientId = "1"
export const simulatedClientSecret = `simulated-secret-${canary}`
export const simulatedRefreshToken = `simulated-refresh-token-${canary}`
export const simulatedCode = `simulated-code-${canary}`
/** Prefix of the access tokens. */
export const simulatedAccessToken = `simulated-access-token-${canary}`
export const fullScope = "read,profile:read_all,activity:read_all"

export interface TokenOptions {
  /** Granted scopes, comma-separated; by default all that Paceline uses. */
  readonly scope?: string
  /** Condition under which a refresh returns a new refresh token; by default always. */
  readonly rotation?: "always" | "with-access-token" | "never"
  /** True if tokens of any other simulator are accepted, such as that of an earlier demo. */
  readonly anyToken?: boolean
  /** Part of every token, where one application has several athletes. */
  readonly owner?: string
}

interface Access {
  readonly token: string
  readonly scope: string
  /** Seconds since 1970. */
  readonly expiresAt: number
}

/** An authorization code; `until` in seconds since 1970. */
interface Code {
  readonly scope: string | undefined
  readonly until: number
}

const lifetime = 21_600
const hour = 3_600
/** Lifetime of a code in seconds. Strava documents only that codes expire soon. */
export const codeLifetime = 600

export class SimulatedTokens {
  private readonly options: TokenOptions
  private readonly athlete: () => JsonObject
  private scope: string
  private refresh: string | undefined = simulatedRefreshToken
  private codes = new Map<string, Code>([[simulatedCode, { scope: undefined, until: Infinity }]])
  private access: Array<Access> = []
  private issued = 0

  constructor(options: TokenOptions, athlete: () => JsonObject) {
    this.options = options
    this.athlete = athlete
    this.scope = options.scope ?? fullScope
  }

  /**
   * Responds to `POST /oauth/token` with this form at `now`, in seconds since 1970 by the server's
   * clock.
   */
  respond(form: URLSearchParams, now: number): SimulatedResponse {
    if (!form.get("client_id")) return faultResponse(400, "Application", "client_id", "missing")
    if (form.get("client_id") !== simulatedClientId) {
      return faultResponse(400, "Application", "client_id", "invalid")
    }
    if (form.get("client_secret") !== simulatedClientSecret) {
      return faultResponse(400, "Application", "client_secret", "invalid")
    }
    switch (form.get("grant_type")) {
      case "refresh_token":
        return this.refreshPair(form.get("refresh_token"), now)
      case "authorization_code":
        return this.exchangeCode(form.get("code"), now)
      default:
        return faultResponse(400, "Application", "grant_type", "invalid")
    }
  }

  private refreshPair(token: string | null, now: number): SimulatedResponse {
    const foreign = this.options.anyToken === true && /^simulated-refresh-/.test(token ?? "")
    if (token === null || (token !== this.refresh && !foreign)) {
      return faultResponse(400, "RefreshToken", "refresh_token", "invalid")
    }
    const current = this.access.findLast(({ expiresAt }) => expiresAt - now > hour)
    const access = current ?? this.mint(now)
    const rotation = this.options.rotation ?? "always"
    if (rotation === "always" || (rotation === "with-access-token" && !current)) this.rotate()
    else this.refresh = token
    return value(this.pair(access, now))
  }

  private exchangeCode(code: string | null, now: number): SimulatedResponse {
    const known = this.codes.get(code ?? "")
    if (code === null || known === undefined) {
      return faultResponse(400, "AuthorizationCode", "code", "invalid")
    }
    this.codes.delete(code)
    if (known.until <= now) return faultResponse(400, "AuthorizationCode", "code", "expired")
    this.scope = known.scope ?? this.scope
    this.rotate()
    return value({ ...this.pair(this.mint(now), now), athlete: this.athlete() })
  }

  /** Returns the end of a new token. */
  private next(): string {
    const { owner } = this.options
    return `${owner === undefined ? "" : `${owner}-`}${++this.issued}`
  }

  private rotate(): void {
    this.refresh = `${simulatedRefreshToken}-${this.next()}`
  }

  private mint(now: number): Access {
    const token = `${simulatedAccessToken}-${this.next()}`
    const access = { token, scope: this.scope, expiresAt: now + lifetime }
    this.access = [...this.access.filter(({ expiresAt }) => expiresAt > now), access]
    return access
  }

  private pair({ expiresAt, token }: Access, now: number): JsonObject {
    return {
      token_type: "Bearer",
      access_token: token,
      expires_at: expiresAt,
      expires_in: expiresAt - now,
      refresh_token: this.refresh ?? "",
    }
  }

  /** Returns the scopes of an `Authorization` header at `now` (seconds); undefined if it is invalid. */
  scopes(authorization: string | undefined, now: number): ReadonlySet<string> | undefined {
    const token = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1]
    const known = this.access.find((access) => access.token === token && access.expiresAt > now)
    const foreign = this.options.anyToken === true && /^simulated-access-/.test(token ?? "")
    const scope = known?.scope ?? (foreign ? this.scope : undefined)
    return scope === undefined ? undefined : new Set(scope.split(","))
  }

  /** Returns a code for a browser that agreed to `scope` at `now` (seconds). */
  code(scope: string, now: number): string {
    const code = `${simulatedCode}-${this.next()}`
    this.codes.set(code, { scope, until: now + codeLifetime })
    return code
  }

  /** True if the athlete has already granted all these scopes to the application. */
  hasAgreed(scopes: ReadonlyArray<string>): boolean {
    const granted = this.scope.split(",")
    return this.refresh !== undefined && scopes.every((scope) => granted.includes(scope))
  }

  /** True if the token is the current refresh token or a stored access token. */
  isAlive(token: string): boolean {
    return token === this.refresh || this.access.some((access) => access.token === token)
  }

  /** Grants these scopes with the next access token. */
  grant(scope: string): void {
    this.scope = scope
    this.access = []
  }

  /** Expires all access tokens. */
  expire(): void {
    this.access = []
  }

  /** Withdraws access: all tokens become invalid; codes stay valid. */
  revoke(): void {
    this.access = []
    this.refresh = undefined
  }
}
