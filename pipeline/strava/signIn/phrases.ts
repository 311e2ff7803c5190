/** Texts in the terminal while it waits for a sign-in. */
import { wrap } from "../../output/kit/wrap.ts"

/** Address on which nothing listens: the user copies the code from the address bar. */
export const unreachableUri = "http://localhost/"

export const browserPhrase = (url: string, terminal: boolean): string =>
  [
    "Strava's page opens in your browser. Leave every box ticked and press Authorize.",
    "If it does not open, open this address yourself:",
    `\n  ${url}\n`,
    ...(terminal
      ? [
        ...wrap(
          "If the browser is on another machine, it will end at an address that it cannot open. Copy that " +
            "whole address and paste it here. Press Ctrl-C to cancel; nothing is changed.",
        ),
      ]
      : []),
  ].join("\n")

export const byHand = (url: string): string =>
  [
    "Open this address in any browser, leave every box ticked and press Authorize:",
    `\n  ${url}\n`,
    ...wrap(
      "The browser will report that it cannot reach localhost. This is expected. Copy the whole address " +
        `that it shows (${unreachableUri}?state=…&code=…) and paste it here. Press Ctrl-C to cancel; nothing is ` +
        "changed.",
    ),
  ].join("\n")
