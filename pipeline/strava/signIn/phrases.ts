/** Texts of the terminal while it waits for a sign-in. */

/** Address without a server, so that the user copies the code from the address bar. */
export const nowhere = "http://localhost/"

export const browserPhrase = (url: string, terminal: boolean): string =>
  [
    "Strava's page opens in your browser. Leave every box ticked there, and press\nAuthorize.",
    "If it does not open, open this address yourself:",
    `\n  ${url}\n`,
    ...(terminal
      ? [
        "If that browser is on another machine, it ends on an address that it cannot",
        "reach: copy the whole address and paste it here. Ctrl-C stops, and changes",
        "nothing.",
      ]
      : []),
  ].join("\n")

export const byHand = (url: string): string =>
  [
    "Open this address in any browser, leave every box ticked, press Authorize:",
    `\n  ${url}\n`,
    "The browser then says that it cannot reach localhost. That is as it should be:",
    `copy the whole address that it shows (${nowhere}?state=…&code=…) and`,
    "paste it here. Ctrl-C stops, and changes nothing.",
  ].join("\n")
