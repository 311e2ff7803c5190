/** Resources of a script. */
export {
  type DeclaredResource,
  makeResource as make,
  type ResourceOptions,
} from "../../../schemas/script/ScriptResource.ts"
