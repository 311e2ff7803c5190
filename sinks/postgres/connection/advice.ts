/** Fixes for errors of PostgreSQL, by SQLSTATE or the system's code, in words for the user. */

/** Fields of an error that the advice depends on. */
interface Problem {
  /** SQLSTATE, or the system's code such as `ECONNREFUSED`; "" if there is none. */
  readonly code: string
  /** The server's message. */
  readonly words: string
}

const later = "Run again in a minute."
const name = "in DATABASE_URL"
const pooler =
  "A pooler between here and the server loses prepared statements: use its session mode, " +
  "or PgBouncer 1.21 or newer with max_prepared_statements."
const utf8 = "The database cannot hold every character: create one with encoding UTF8 (create " +
  "database history encoding 'UTF8' template template0) and name it in DATABASE_URL."
const connections =
  "Paceline needs 3 connections: raise the limit (alter role … connection limit 3, " +
  "or max_connections), or end other sessions."
const network = `Check the host ${name}, the network and any firewall in between.`
const unknownAuthority = "Its certificate is signed by a CA that is not trusted here: add " +
  "sslrootcert=/path/to/ca.crt to DATABASE_URL, or set DENO_CERT to that path."

const login = ({ words }: Problem): string => {
  if (/no pg_hba\.conf entry.*no encryption/.test(words)) {
    return "The server accepts no unencrypted connection of this user: add sslmode=require to " +
      "DATABASE_URL, or verify-full to check its certificate as well."
  }
  if (/no pg_hba\.conf entry/.test(words)) {
    return "Allow this user, database and address in the server's pg_hba.conf."
  }
  return /certificate/.test(words)
    ? "Name the client's certificate and its key in DATABASE_URL: sslcert=… and sslkey=…."
    : `Correct the user ${name}, or allow it to log in.`
}

const rights = ({ words }: Problem): string => {
  if (/must be owner/.test(words)) {
    return "Run once as the owner of its tables, then grant this user all its tables."
  }
  return /for database/.test(words)
    ? `Grant the user CREATE on the database, or name another user ${name}.`
    : `Name the owner of its schema ${name}, or grant this user its rights.`
}

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) or the system's code. */
const byCode: Readonly<Record<string, string | ((problem: Problem) => string)>> = {
  "22021": utf8,
  "22P05": utf8,
  "25006": `This server is a read-only replica, or set to be: name the primary ${name}.`,
  "26000": pooler,
  "28000": login,
  "28P01": `Correct the user or the password ${name}; in it, write @ as %40, : as %3A, / as %2F, ` +
    "? as %3F, # as %23 and % as %25.",
  "3D000": `Create the database with createdb, or correct its name ${name}.`,
  "42501": rights,
  "42P05": pooler,
  "53100": "Free space on its disk, then run again.",
  "53200": "The server has too little memory: end other sessions, then run again.",
  "53300": connections,
  "55P03": "Another session holds a lock: end it, then run again.",
  "57014":
    "The server ended the statement because it took too long. Run again when the server is less busy.",
  "57P01": later,
  "57P02": later,
  "57P03": `The server is starting, stopping or recovering. ${later}`,
  "CERT_HAS_EXPIRED":
    "The server's certificate has expired: renew it, or set this machine's clock.",
  "CERT_NOT_YET_VALID": "The server's certificate is not valid yet: set this machine's clock.",
  "EACCES": `Allow this user to open the socket, or correct the host ${name}.`,
  "EAI_AGAIN": network,
  "ECONNREFUSED": "Start it, or unset DATABASE_URL to use the embedded database.",
  "EHOSTUNREACH": network,
  "ENETUNREACH": network,
  "ENOENT": `There is no socket: start the server, or correct the host ${name}.`,
  "ENOTFOUND": `Correct the host ${name}, or check this machine's DNS.`,
  "ERR_TLS_CERT_ALTNAME_INVALID":
    `The certificate is for another host: name that host ${name}, or have one made for this host.`,
  "ETIMEDOUT": network,
  "XX001": "The server reports damaged data: see its log before anything else.",
  "XX002": "The server reports a damaged index: see its log before anything else.",
}

export const adviceFor = (problem: Problem): string => {
  const { code, words } = problem
  const known = Object.hasOwn(byCode, code) ? byCode[code] : undefined
  if (known !== undefined) return typeof known === "string" ? known : known(problem)
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return unknownAuthority
  if (/does not support TLS/.test(words)) {
    return "Turn TLS on at the server (ssl = on, with a certificate), then run again."
  }
  if (code.startsWith("08") || /timed out/i.test(words)) return network
  if (code.startsWith("53")) return "The server lacks resources: see its log, then run again."
  if (code.startsWith("57")) return later
  return code === ""
    ? `Run again; if the error comes back, check that DATABASE_URL names the right server.`
    : "Check that DATABASE_URL names the right database; if so, please report it."
}
