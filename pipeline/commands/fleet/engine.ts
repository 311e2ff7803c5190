/** The engine: Effect Cluster over PostgreSQL, which is the only server that a fleet needs. */
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import { Option } from "effect"
import { RunnerAddress } from "effect/cluster"

/** Address of a runner, which the other runners connect to. Never public: it has no authentication. */
export interface RunnerPlace {
  readonly host: string
  readonly port: number
}

/**
 * A runner that stands still for this long, in seconds, loses its shards; one that ends loses them at once. Each
 * operation on a lock has a third of it, so that a shorter lease would drop shards on a busy machine.
 */
const lease = 30

const timing = {
  shardLockExpiration: `${lease} seconds`,
  shardLockRefreshInterval: lease * 1_000 / 3.5,
  runnerHealthCheckInterval: "2 seconds",
  refreshAssignmentsInterval: "1 second",
  entityMessagePollInterval: "500 millis",
  entityTerminationTimeout: "5 seconds",
  simulateRemoteSerialization: false,
} as const

/** The engine in a runner. */
export const runnerEngine = ({ host, port }: RunnerPlace) =>
  NodeClusterSocket.layer({
    shardingConfig: { ...timing, runnerAddress: Option.some(RunnerAddress.make(host, port)) },
  })
