/** Pages for each result of a sign-in. */
import type { MissingScope } from "../auth/scopes.ts"
import type { SignInPage } from "./page.ts"

const back = "You can close this tab and go back to the terminal."
const anew = (again: string) => `To try again, run \`${again}\` in the terminal.`

/** `again` is the command that makes a new sign-in, and `next` how it goes on. */
export const signedIn = (
  lacks: ReadonlyArray<MissingScope>,
  next: string,
  again: string,
): SignInPage => ({
  status: 200,
  ...(lacks.length === 0 ? {} : { mood: "warning" as const }),
  title: lacks.length === 0 ? "Signed in to Strava" : "Signed in, with something left out",
  text: [
    ...(lacks.length === 0 ? [] : ["Not every box was ticked:"]),
    ...lacks.map(({ lost, scope }) => `\`${scope}\`: ${lost}.`),
    ...(lacks.length === 0 ? [] : [`To grant it after all, run \`${again} --force\`.`]),
    `${back} ${next}`,
  ],
})

export const denied = (again: string): SignInPage => ({
  status: 403,
  title: "No access was given",
  text: ["Strava says that the access was refused. Nothing was changed.", back, anew(again)],
})

export const noActivitiesPage = (again: string): SignInPage => ({
  status: 403,
  title: "The box for activities is needed",
  text: [
    "On Strava's page the boxes for activities were not ticked, and without them there is nothing to " +
    "copy. Nothing was changed.",
    `${back} To try again, run \`${again}\` and leave every box ticked.`,
  ],
})

/** Strava gave a code and then would not take it, or could not be reached. */
export const signInFailed = (why: string, again: string): SignInPage => ({
  status: 502,
  title: "Strava did not complete the sign-in",
  text: [`${why}.`, back, anew(again)],
})

/** Pages and terminal texts for answers that do not end the sign-in. */
export const notOurs = {
  WrongState: {
    words: "it belongs to another sign-in (its state is not the one that was sent)",
    page: {
      status: 400,
      title: "This belongs to another sign-in",
      text: [
        "The state in the address is not the one that Paceline sent, so it was not used. Maybe this tab is " +
        "of an earlier try.",
        "Go back to the terminal, and open the address that it shows now.",
      ],
    },
  },
  Nothing: {
    words: "there is no code in it",
    page: {
      status: 400,
      title: "There is no code in this address",
      text: [
        "Strava sends the browser here with a code; this address has none, so it was not used.",
        "Go back to the terminal, and open the address that it shows.",
      ],
    },
  },
} satisfies Record<string, { readonly words: string; readonly page: SignInPage }>
