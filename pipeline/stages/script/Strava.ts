/** Requests of a script. */
export {
  type GetOptions,
  getPath as get,
  type StravaResponse as Response,
} from "../../strava/get.ts"
