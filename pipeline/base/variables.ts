/** Every environment variable that the program reads, with its meaning for docs/reference.md. */

export const variables = {
  STRAVA_CLIENT_ID: "Client ID of your application",
  STRAVA_CLIENT_SECRET: "Client Secret of your application",
  STRAVA_AUTHORIZATION_CODE:
    "the code that Strava issues after you authorize the application; used once",
  STRAVA_USER_AUTHORIZATION_CODE:
    "older name of `STRAVA_AUTHORIZATION_CODE`, from notebooks; a message says to rename it",
  STRAVA_REFRESH_TOKEN: "a refresh token with all three scopes, instead of a code",
  STRAVA_API_URL:
    "address of the API (default `https://www.strava.com/api/v3`; Strava moves it in 2027)",
  STRAVA_OAUTH_URL: "address of the sign-in (default `https://www.strava.com/oauth`)",
  DATABASE_URL:
    "a PostgreSQL server instead of the embedded one: `postgres://USER:PASSWORD@HOST:5432/NAME`",
  PACELINE_SCHEMA:
    "the same as `--schema`: the schema of the tables in `DATABASE_URL` (default `strava`)",
  PACELINE_DATA: "the same as `--data`",
  PACELINE_CONFIG:
    "configuration file instead of `paceline.jsonc` ([install.md](install.md#settings-in-a-file))",
  PACELINE_RETENTION: "the same as `--retention`: purges older data at the end of each run",
  PACELINE_UNITS: "the same as `--units`: `metric` or `imperial`",
  PACELINE_WEEK_START: "the same as `--week-start`: `monday`, `sunday` or `saturday`",
  PACELINE_UMASK:
    "permissions removed from files and directories (default `077`: only you can read them); with " +
    "`027` your group can read them, but never the state file and the tokens",
  PACELINE_TOKEN_KEY:
    "key that encrypts the tokens; `openssl rand -base64 32` generates one ([unattended.md](unattended.md))",
  PACELINE_TOKEN_KEY_OLD: "the previous key, until a run has encrypted the tokens with the new one",
  PACELINE_PING_URL:
    "address of a check, such as `https://hc-ping.com/…`, that learns the start and the exit code of each run ([unattended.md](unattended.md#notice-failures))",
  PACELINE_LOG_FORMAT: "the same as `--log-format`: `text` or `json`",
  PACELINE_METRICS_FILE: "the same as `--metrics-file`",
  OTEL_EXPORTER_OTLP_ENDPOINT:
    "address of an OpenTelemetry collector, such as `http://localhost:4318` ([observability.md](observability.md))",
  OTEL_EXPORTER_OTLP_HEADERS: "headers for the collector: `name=value,…`; never printed",
  OTEL_SERVICE_NAME: "name of the service in traces (default `paceline`)",
  OTEL_RESOURCE_ATTRIBUTES: "attributes of the service: `name=value,…`",
  GITHUB_ACTIONS: "`true` in GitHub Actions; set there",
  GITHUB_STEP_SUMMARY: "file of a step's summary; set by GitHub Actions",
  GITHUB_REPOSITORY: "repository of a step; set by GitHub Actions",
  GITHUB_SERVER_URL: "address of GitHub; set by GitHub Actions",
  RUNNER_TEMP: "directory for temporary files; set by GitHub Actions (default `/tmp`)",
  KEEP_REMOTE: "`keep`: address of the repository (default: the one that the workflow runs in)",
  KEEP_BRANCH: "`keep`: branch of the data directory (default `paceline-data`)",
  KEEP_TOKEN: "`keep`: token that may push to it",
  KEEP_USER: "`keep`: user name of that token (default `x-access-token`)",
  KEEP_PAUSE: "`keep`: seconds before a second attempt (default 5)",
  PACELINE_COMMAND: "command that hints name instead of `deno task`; set by launchers",
  npm_command: "`exec` if `npx` started the program: hints then name `npx -y deno@2 task`",
  CI: "set by CI services: reports then have no maps unless `--maps` is given",
  NO_COLOR: "turns colors off",
  FORCE_COLOR: "turns colors on without a terminal, in help texts",
  TERM: "capabilities of the terminal; set by the terminal",
  COLUMNS: "width of the terminal; set by the terminal",
} as const

/** Name of a variable; one without a meaning here cannot be read. */
export type Variable = keyof typeof variables
