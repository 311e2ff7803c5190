/**
 * Ends with 78 under a Deno that is too old for the flags of the tasks, whose parser would only print its
 * usage. The tasks of the program depend on it. It imports nothing and uses nothing new.
 */
const [major = 0, minor = 0] = Deno.version.deno.split(".").map(Number)

if (major < 2 || major === 2 && minor < 9) {
  const text = `paceline: Cannot run: this is Deno ${Deno.version.deno}, and Paceline needs Deno ` +
    "2.9 or newer.\nNothing was changed. Update it: deno upgrade\n" +
    "Without an update, with Node: npx -y deno@2 task NAME\n"
  Deno.stderr.writeSync(new TextEncoder().encode(text))
  Deno.exit(78)
}
