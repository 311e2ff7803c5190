/** Pages for each result of a sign-in. */
import type { MissingScope } from "../auth/scopes.ts"
import type { SignInPage } from "./page.ts"

const back = "You can close this tab and go back to the terminal."
const tryAgain = (again: string) => `To try again, run \`${again}\` in the terminal.`

/** `again` is the command for a new sign-in, and `next` a sentence about the next step. */
export const signedIn = (
  lacks: ReadonlyArray<MissingScope>,
  next: string,
  again: string,
): SignInPage => ({
  status: 200,
  ...(lacks.length === 0 ? {} : { mood: "warning" as const }),
  title: lacks.length === 0 ? "Signed in to Strava" : "Signed in, with missing permissions",
  text: [
    ...(lacks.length === 0 ? [] : ["Not every box was ticked:"]),
    ...lacks.map(({ lost, scope }) => `\`${scope}\`: ${lost}.`),
    ...(lacks.length === 0 ? [] : [`To grant them, run \`${again} --force\`.`]),
    `${back} ${next}`,
  ],
})

export const denied = (again: string): SignInPage => ({
  status: 403,
  title: "Access denied",
  text: ["Strava reports that access was denied. Nothing was changed.", back, tryAgain(again)],
})

export const noActivitiesPage = (again: string): SignInPage => ({
  status: 403,
  title: "The activities permission is required",
  text: [
    "The boxes for activities were not ticked on Strava's page. Without them there is nothing to copy. " +
    "Nothing was changed.",
    `${back} To try again, run \`${again}\` and leave every box ticked.`,
  ],
})

/** Strava issued a code and then refused it, or could not be reached. */
export const signInFailed = (why: string, again: string): SignInPage => ({
  status: 502,
  title: "Strava did not complete the sign-in",
  text: [`${why}.`, back, tryAgain(again)],
})

/** Pages and terminal texts for answers that do not end the sign-in. */
export const rejectedCallbacks = {
  WrongState: {
    words: "it belongs to another sign-in (its state differs)",
    page: {
      status: 400,
      title: "This page belongs to another sign-in",
      text: [
        "The state in the address is not the one that Paceline sent, so the address was not used. The tab " +
        "may be from an earlier attempt.",
        "Go back to the terminal and open the address shown there.",
      ],
    },
  },
  Nothing: {
    words: "it contains no code",
    page: {
      status: 400,
      title: "This address contains no code",
      text: [
        "Strava sends the browser here with a code. This address has none, so it was not used.",
        "Go back to the terminal and open the address shown there.",
      ],
    },
  },
} satisfies Record<string, { readonly words: string; readonly page: SignInPage }>
