/** Values of flags that must be known before the commands are parsed. */

/** Returns the value of a flag in a command line, as `--name VALUE` or `--name=VALUE`; undefined if it has none. */
export const valueOfFlag = (words: ReadonlyArray<string>, name: string): string | undefined => {
  const at = words.indexOf(`--${name}`)
  return at === -1
    ? words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
    : words[at + 1]
}
