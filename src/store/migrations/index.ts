/** Every change of the tables since the first version, oldest first. A migration that was released is never edited. */
import type { Migration } from "kysely";
import { applicationsAndRules } from "./0001-applications-and-rules.ts";
import { meetings } from "./0002-meetings.ts";
import { numbersAndConnectors } from "./0003-numbers-and-connectors.ts";
import { registrations } from "./0004-registrations.ts";
import { calls } from "./0005-calls.ts";
import { callRecords } from "./0006-call-records.ts";
import { nodes } from "./0007-nodes.ts";
import { dialogsOfLegs } from "./0008-dialogs-of-legs.ts";
import { requestsOfCalls } from "./0009-requests-of-calls.ts";
import { noIndexOfNodes } from "./0010-no-index-of-nodes.ts";

export const migrations: Readonly<Record<string, Migration>> = {
  "0001-applications-and-rules": applicationsAndRules,
  "0002-meetings": meetings,
  "0003-numbers-and-connectors": numbersAndConnectors,
  "0004-registrations": registrations,
  "0005-calls": calls,
  "0006-call-records": callRecords,
  "0007-nodes": nodes,
  "0008-dialogs-of-legs": dialogsOfLegs,
  "0009-requests-of-calls": requestsOfCalls,
  "0010-no-index-of-nodes": noIndexOfNodes,
};
