import { after, before } from "node:test";
import { describeApplicationsAndRules } from "./applications-and-rules.ts";
import { postgresql } from "./engines.ts";
import { describeCalls } from "./calls.ts";
import { describeMeetings } from "./meetings.ts";
import { describeNumbersAndConnectors } from "./numbers-and-connectors.ts";
import { describePostgresOnly } from "./postgresql-only.ts";
import { startPostgres, type PostgresCluster } from "./postgres-cluster.ts";

let started: PostgresCluster | undefined;
const cluster = () => {
  if (started === undefined) throw new Error("no test has begun");
  return started;
};
before(async () => void (started = await startPostgres()));
after(() => started?.remove());

const engine = postgresql(cluster, "records");
describeApplicationsAndRules(engine);
describeMeetings(engine);
describeNumbersAndConnectors(engine);
describeCalls(engine);
// Contract: api-store-away
describePostgresOnly(cluster);
