/** The nodes that share a database: what they tell of themselves, and how one asks another. */
export {
  createCluster,
  passedOnHeader,
  type Cluster,
  type Peer,
  type PeerAnswer,
  type PeerRequest,
  type SignRequest,
} from "./create-cluster.ts";
export { createChanges, type Changes } from "./changes.ts";
export { clusterErrors, type ClusterErrorCode } from "./errors.ts";
export { createShares, type ReadUses, type Shares } from "./shares.ts";
export { isSucceededBy, readCard, type NodeCard, type NodeKey } from "./node-card.ts";
