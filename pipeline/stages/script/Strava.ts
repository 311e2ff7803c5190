/** Requests of a script. */
export {
  type GetOptions,
  getPath as get,
  type RequestError,
  type StravaResponse as Response,
  type StravaService as Service,
} from "../../strava/get.ts"
