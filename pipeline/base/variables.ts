/** Every variable of the environment that the program reads, with what it means to a user. */

export const variables = {
  STRAVA_CLIENT_ID: "the number of your application",
  STRAVA_CLIENT_SECRET: "its secret",
  STRAVA_AUTHORIZATION_CODE: "the code that Strava gives after you approved; used once",
  STRAVA_REFRESH_TOKEN: "a refresh token with all three scopes, instead of a code",
  STRAVA_API_URL:
    "where the API is (default `https://www.strava.com/api/v3`; Strava moves it in 2027)",
  STRAVA_OAUTH_URL: "where sign-in is (default `https://www.strava.com/oauth`)",
  DATABASE_URL:
    "a PostgreSQL server instead of the embedded one: `postgres://USER:PASSWORD@HOST:5432/NAME`",
  PACELINE_DATA: "the same as `--data`",
  PACELINE_RETENTION: "the same as `--retention`: what is older is deleted at the end of each run",
  PACELINE_UMASK:
    "permissions that files and folders do not get (default `077`: only you can read them); with " +
    "`027` your group can read them, but never the state file and the tokens",
  PACELINE_TOKEN_KEY:
    "seals the tokens; `openssl rand -base64 32` makes one ([unattended.md](unattended.md))",
  PACELINE_TOKEN_KEY_OLD: "the previous key, until a run has encrypted the tokens with the new one",
  GITHUB_ACTIONS: "whether it runs in GitHub Actions; set there",
  GITHUB_STEP_SUMMARY: "the file of a step's summary; set there",
  GITHUB_REPOSITORY: "the repository of a step; set by GitHub Actions",
  GITHUB_SERVER_URL: "address of GitHub; set by GitHub Actions",
  RUNNER_TEMP: "a directory for temporary files; set by GitHub Actions (default `/tmp`)",
  KEEP_REMOTE:
    "of `keep`: the address of the repository (default the one that GitHub runs this for)",
  KEEP_BRANCH: "of `keep`: the branch of the data directory (default `paceline-data`)",
  KEEP_TOKEN: "of `keep`: a token that may push there",
  KEEP_USER: "of `keep`: the user name of that token (default `x-access-token`)",
  KEEP_PAUSE: "of `keep`: seconds before a second attempt (default 5)",
  CI: "set by CI services: reports then have no maps unless `--maps` is given",
  NO_COLOR: "no colours",
  FORCE_COLOR: "colours also where there is no terminal, in help texts",
  TERM: "what the terminal can show; set by the terminal",
  COLUMNS: "how wide the terminal is; set by the terminal",
} as const

/** A name that has no meaning here cannot be read. */
export type Variable = keyof typeof variables
