/**
 * Keeps Effect from using `AsyncResource`. It captures one each time that a fiber suspends, and in Deno (seen
 * in 2.9.6) each keeps the one before it alive, so that memory would grow with every response: about 2.4 kB per
 * activity. Only `AsyncLocalStorage` needs them, which nothing here uses. Import this before `effect`.
 */
import process from "node:process"

const { getBuiltinModule } = process

process.getBuiltinModule =
  ((name: string) =>
    name === "node:async_hooks" ? undefined : getBuiltinModule(name)) as typeof getBuiltinModule
