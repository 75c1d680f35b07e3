import type { AdminOperation } from "../operation.ts";
import { listOutput, replayCall, saveTest } from "./authoring.ts";
import { openSoftphone } from "./softphone.ts";
import { getCapacity, getServer, listRefusals } from "./facts.ts";
import { listApplications, listNumbers } from "./inventory.ts";
import { listMeetings, muteMember, removeMember, unmuteMember } from "./meetings.ts";
import { hangUpCall, hangUpLeg, placeCall, runCaller, updateCall } from "./call-acts.ts";
import { getPeaks, hearCall, listSounds } from "./call-audio.ts";
import { deleteCallRecord, getCall, getLadder, listCalls, watchCalls } from "./calls.ts";
import { getTimeline } from "./timeline.ts";
import { sessionOperations } from "./session.ts";
import { drain, getLedger, getSpool, listNodes, listRegistrations, listTargets, listTrunks, resume } from "./server.ts";

/** All operations of `/offhook/v1` that need a key. */
const ofKeys: readonly AdminOperation[] = [
  ...[listCalls, getCall, deleteCallRecord, getLadder, watchCalls],
  ...[listSounds, getPeaks, hearCall],
  ...[getTimeline, placeCall, runCaller, updateCall, hangUpCall, hangUpLeg],
  ...[getLedger, getSpool, listNodes, listTargets, listTrunks, listRegistrations],
  ...[drain, resume],
  ...[replayCall, saveTest, listOutput],
  ...[getServer, getCapacity, openSoftphone, listRefusals, listApplications, listNumbers],
  ...[listMeetings, muteMember, unmuteMember, removeMember],
];

/** All operations of `/offhook/v1`. */
export const adminOperations: readonly AdminOperation[] = [
  ...ofKeys,
  ...sessionOperations(() => ofKeys.map(({ id }) => id)),
];
