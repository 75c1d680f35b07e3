import type { AdminOperation } from "../operation.ts";
import { getCall, getLadder, listCalls, watchCalls } from "./calls.ts";
import { drain, getLedger, getSpool, listNodes, listRegistrations, listTargets, listTrunks, resume } from "./server.ts";

/** All operations of `/offhook/v1`. */
export const adminOperations: readonly AdminOperation[] = [
  ...[listCalls, getCall, getLadder, watchCalls],
  ...[getLedger, getSpool, listNodes, listTargets, listTrunks, listRegistrations],
  ...[drain, resume],
];
