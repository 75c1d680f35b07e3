/** What this room throws. */
export const clusterErrors = {
  CLUSTER_NODE_AWAY: "Another node, which has what a request names, cannot be reached or does not answer in time.",
} as const;

/** A code of this room. */
export type ClusterErrorCode = keyof typeof clusterErrors;
