/** A way to break the engine: `find` occurs once in the compiled file and is replaced. */
export interface Mutation {
  readonly meaning: string;
  /** Compiled, relative to dist/src. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Faults that the simulation must find. A new one is one entry; a test looks that each is found. */
export const mutations: readonly Mutation[] = [
  {
    meaning: "HANGUP is told twice",
    file: "call/legs.js",
    find: "const holdsList = end.action !== undefined && anyLegLive(turn);",
    replace:
      'const holdsList = end.action !== undefined && anyLegLive(turn); if (end.code === 0) queueEvent(turn, { type: "HANGUP", legId: leg.id, actionData: { Type: "Hangup", Parameters: { SipResponseCode: 0, CallId: leg.id, ParticipantTag: leg.tag } } });',
  },
  {
    meaning: "a LEG-B that never answered gets a HANGUP",
    file: "call/legs.js",
    find: 'leg.tag === "LEG-B" && !couldTalk(turn, leg)',
    replace: "false",
  },
  {
    meaning: "a LEG-B that left before LEG-A was up gets a HANGUP",
    file: "call/legs.js",
    find: 'legA(turn).state.type !== "answering"',
    replace: "true",
  },
  {
    meaning: "the other leg is released when one hangs up",
    file: "call/legs.js",
    find: "finishLeg(turn, leg, { code, cause, quiet: false });",
    replace: "finishLeg(turn, leg, { code, cause, quiet: false }); endCall(turn, { cause, code });",
  },
  {
    meaning: "the bridge is not closed when a leg leaves",
    file: "call/legs.js",
    find: "unbridgeLegs(turn);",
    replace: "",
  },
  {
    meaning: "a background recording is not stopped with its leg",
    file: "call/legs.js",
    find: "endRecording(turn, leg.id);",
    replace: "",
  },
  {
    meaning: "the ring timer goes on after the answer",
    file: "call/legs.js",
    find: 'cancelTimer(turn, "ring");\n    if (leg.direction',
    replace: "if (leg.direction",
  },
  {
    meaning: "a loop of failing actions is not slowed down",
    file: "call/invocations.js",
    find: "sinceMs < 1_000",
    replace: "sinceMs < 900",
  },
  {
    meaning: "Sequence is not advanced",
    file: "call/invocations.js",
    find: "turn.state.sequence = sequence;",
    replace: "",
  },
  {
    meaning: "a second invocation begins while one is under way",
    file: "call/invocations.js",
    find: "if (turn.state.invocation !== undefined)\n        return;",
    replace: "if (turn.state.pendingEvents.length < 2 && turn.state.invocation !== undefined)\n        return;",
  },
  {
    meaning: "a reply to an earlier invocation is taken",
    file: "call/call-machine.js",
    find: "if (turn.state.invocation?.id === input.invocationId)",
    replace: "if (turn.state.invocation !== undefined)",
  },
  {
    meaning: "no invocation is kept back for HANGUP",
    file: "call/invocations.js",
    find: "- state.sequence - keptBack",
    replace: "- state.sequence",
  },
  {
    meaning: "a retry has the whole deadline again",
    file: "call/invocations.js",
    find: "invoke(turn, again, leftMs);",
    replace: "invoke(turn, again, turn.config.limits.functionDeadlineMs);",
  },
  {
    meaning: "a third invalid reply is tolerated",
    file: "call/invocations.js",
    find: "turn.state.invalidReplies >= most",
    replace: "turn.state.invalidReplies > most",
  },
  {
    meaning: "attributes of a reply are merged into the old ones",
    file: "call/attributes.js",
    find: ': { type: "valid", map: sent };',
    replace: ': { type: "valid", map: { ...stored, ...sent } };',
  },
  {
    meaning: "a failed action does not clear the list",
    file: "call/action-list.js",
    find: "queue: replacement ?? [], running",
    replace: "queue: replacement ?? turn.state.list.queue, running",
  },
  {
    meaning: "a success in mid-list does not hold the list",
    file: "call/action-list.js",
    find: "heldByReply: reports && !isLast,",
    replace: "heldByReply: false,",
  },
  {
    meaning: "an action that cannot be interrupted is",
    file: "call/action-list.js",
    find: "!definitionOf(turn, running.request.type).interruptible",
    replace: "false",
  },
  {
    meaning: "an interrupted action goes on playing",
    file: "call/action-list.js",
    find: "performAll(turn, running, definitionOf(turn, running.request.type).stop?.(running.phase.state) ?? []);",
    replace: "",
  },
  {
    meaning: "an answered leg does not begin the action that answered it",
    file: "call/action-list.js",
    find: 'if (running.phase.type === "answering")',
    replace: "if (false)",
  },
  {
    meaning: "the recording of a leg that has left is forgotten",
    file: "call/action-list.js",
    find: "awaitResult(turn, running);",
    replace: "",
  },
  {
    meaning: "events wait for ever for a recording that never comes",
    file: "call/late-results.js",
    find: 'startTimer(turn, "awaited", longestWaitMs);',
    replace: "",
  },
  {
    meaning: "LEG-B is not dropped when CallAndBridge times out",
    file: "actions/call-and-bridge.js",
    find: '{ do: "drop-partner" }',
    replace: "",
  },
  {
    meaning: "a playback of before that fails late ends CallAndBridge",
    file: "actions/call-and-bridge.js",
    find: 'state.type === "calling" && state.ringbackId === playbackId',
    replace: 'state.type === "calling"',
  },
  {
    meaning: "a LEG-A that answers while LEG-B is called is not joined",
    file: "actions/call-and-bridge.js",
    find: "if (isAnswered)",
    replace: "if (false)",
  },
  {
    meaning: "a call out is not dialled when its first event is answered",
    file: "call/invocations.js",
    find: 'if (pending.type === "NEW_OUTBOUND_CALL")',
    replace: "if (false)",
  },
  {
    meaning: "the ringback goes on after the answer",
    file: "actions/call-and-bridge.js",
    find: "const effects = stopRingback(state);",
    replace: "const effects = [];",
  },
  {
    meaning: "a cancelled timer is forgotten, but fires",
    file: "call/turn.js",
    find: 'emit(turn, { do: "cancel-timer", timerId });',
    replace: "",
  },
  {
    meaning: "the participants of an event are those of the moment of sending",
    file: "call/events.js",
    find: "Participants: pending.participants,",
    replace: "Participants: describeParticipants(state.legs),",
  },
  {
    meaning: "a listener stays when its leg has gone",
    file: "call/legs.js",
    find: "dropListener(turn, leg.id);",
    replace: "",
  },
  {
    meaning: "one attempt too many at gathering keys",
    file: "actions/get-digits.js",
    find: "state.attempt >= attempts",
    replace: "state.attempt > attempts",
  },
  {
    meaning: "the state of a step before is changed",
    file: "call/event-queue.js",
    find: "turn.state.pendingEvents = [...turn.state.pendingEvents, pending];",
    replace: "turn.state.pendingEvents.push(pending);",
  },
  {
    meaning: "an action goes on though its leg has left",
    file: "call/action-list.js",
    find: "export function legHasLeft(turn, legId) {\n    const { running } = turn.state.list;",
    replace:
      'export function legHasLeft(turn, legId) {\n    const { running } = turn.state.list;\n    if (running?.request.type !== "RecordAudio") return;',
  },
  {
    meaning: "ParticipantTag wins over CallId",
    file: "call/addressed-leg.js",
    find: "if (isGiven(callId))\n",
    replace: "if (isGiven(callId) && !isGiven(tag))\n",
  },
  {
    meaning: "the key that ended a recording is not told",
    file: "actions/record-audio.js",
    find: 'return end === "stopped" ? key : undefined;',
    replace: "return undefined;",
  },
  {
    meaning: "an update is told without its arguments",
    file: "call/call-machine.js",
    find: "Parameters: { Arguments: updateArguments }",
    replace: "Parameters: { Arguments: {} }",
  },
  {
    meaning: "a CallAndBridge that nobody answered fails with another error",
    file: "actions/call-and-bridge.js",
    find: 'errorType: "CallNotAnswered"',
    replace: 'errorType: "SystemException"',
  },
  {
    meaning: "the operator is not told why an action failed",
    file: "call/action-outcome.js",
    find: 'emit(turn, { do: "warn", message: warning, fact });',
    replace: ";",
  },
  {
    meaning: "the record of a leg does not say why it ended",
    file: "call/legs.js",
    find: 'observeLeg(turn, leg, "ended", end.cause);',
    replace: 'observeLeg(turn, leg, "ended", undefined);',
  },
  {
    meaning: "what is wrong with a reply is not told to observers",
    file: "call/invocations.js",
    find: "tellFindings(turn, sequence, checked.findings);",
    replace: "",
  },
  {
    meaning: "the id of a timer is used again",
    file: "call/turn.js",
    find: 'const timerId = nextId(turn, "t");',
    replace: "const timerId = `t${name}`;",
  },
];
