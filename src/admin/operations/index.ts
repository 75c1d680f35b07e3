import type { AdminOperation } from "../operation.ts";
import { deleteCallRecord, getCall, getLadder, listCalls, watchCalls } from "./calls.ts";
import { drain, getLedger, getSpool, listNodes, listRegistrations, listTargets, listTrunks, resume } from "./server.ts";

/** All operations of `/offhook/v1`. */
export const adminOperations: readonly AdminOperation[] = [
  ...[listCalls, getCall, deleteCallRecord, getLadder, watchCalls],
  ...[getLedger, getSpool, listNodes, listTargets, listTrunks, listRegistrations],
  ...[drain, resume],
];
