/** Types of the stages of a script. */
import type { DeclaredResource } from "../../../schemas/script/ScriptResource.ts"
import type { AnyStage } from "../all.ts"
import type * as Stage from "../Stage.ts"

/** Names of the stages that every stage of a script needs: its items belong to an athlete who is known then. */
export type AlwaysNeeded = "auth" | "athlete" | "activities"

/** A stage of a script that stores items of a resource. `Below` are the names of the stages that it needs. */
export interface ScriptStage<out Name extends string = string, out Below extends string = string>
  extends Stage.Stage<unknown, Stage.ErrorOf<AnyStage>, Stage.ServicesOf<AnyStage>, Name, Below> {
  readonly resource: DeclaredResource<Name>
}
