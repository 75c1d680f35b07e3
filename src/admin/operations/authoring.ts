import type { Authoring, ReplayDifference } from "../authoring.ts";
import { defineOperation, type AdminCall } from "../operation.ts";
import { asRefusal, refuseAdmin } from "../refuse-admin.ts";
import { callId } from "../shapes/calls.ts";
import { outputLines, replayReport, savedTest } from "../shapes/authoring.ts";
import type { ObjectNode } from "../shapes/schema-node.ts";
import { showTime } from "../shapes/words.ts";

const ofCall = {
  type: "object",
  additionalProperties: false,
  required: ["callId"],
  properties: { callId },
} as const satisfies ObjectNode;

const onlyInDevelopment =
  "Only offhook dev runs calls again, writes tests, and keeps what functions write to their consoles.";

/** A call once more. */
export const replayCall = defineOperation({
  id: "ReplayCall",
  method: "POST",
  path: "/calls/{callId}/replay",
  summary:
    "Runs a recorded call again with the function as it is now, without a network, and tells where its replies differ.",
  input: ofCall,
  answer: replayReport,
  async handle({ callId: id }, { source }) {
    const { invocations, engine, output, isWhole, isRedacted } = await authoringOf(source).replay(id).catch(asRefusal);
    return {
      invocations: invocations.map(({ actionType, differences, ...one }) => ({
        ...{ ...one, differences: differences.map(present) },
        ...(actionType === undefined ? {} : { actionType }),
      })),
      engine: engine.map(({ input, differences }) => ({ input, differences: differences.map(present) })),
      ...{ isWhole, output: output.map((line) => ({ line })) },
      notes: isRedacted ? ["The history is redacted: numbers, keys and texts are stand-ins."] : [],
    };
  },
});

/** A call as a test. */
export const saveTest = defineOperation({
  id: "SaveTest",
  method: "POST",
  path: "/calls/{callId}/test",
  summary: "Writes a recorded call as a scene for offhook test into the folder tests beside its function.",
  input: ofCall,
  body: {
    type: "object",
    additionalProperties: false,
    properties: {
      name: {
        type: "string",
        pattern: "^[a-z0-9][a-z0-9-]{0,63}$",
        description: "Name of the file, without its ending. Default: call- and the beginning of the id.",
      },
    },
  },
  answer: savedTest,
  async handle({ callId: id, name = `call-${id.slice(0, 8)}` }, { source }) {
    const saved = await authoringOf(source).saveTest(id, name).catch(asRefusal);
    return { ...saved, notes: [`offhook test ${saved.testFile} runs it.`] };
  },
});

/** What functions say. */
export const listOutput = defineOperation({
  id: "ListOutput",
  method: "GET",
  path: "/output",
  summary: "What functions wrote to their consoles lately, the oldest first; of one function, of one call.",
  input: {
    type: "object",
    additionalProperties: false,
    properties: {
      function: { type: "string", maxLength: 256, description: "Name of a function." },
      call: callId,
      limit: { type: "integer", minimum: 1, maximum: 2_000, default: 500 },
    },
  },
  answer: outputLines,
  handle({ function: functionName, call, limit }, { source }) {
    if (source.authoring === undefined) return { lines: [], notes: [onlyInDevelopment] };
    const named = functionName === undefined ? {} : { functionName };
    const lines = source.authoring.output({ ...named, ...(call === undefined ? {} : { callId: call }), limit });
    return {
      lines: lines.map(({ at, callId: ofLine, ...line }) => ({
        ...{ at: showTime(at), ...line },
        ...(ofLine === undefined ? {} : { callId: ofLine }),
      })),
      notes: [],
    };
  },
});

function authoringOf({ authoring }: AdminCall["source"]): Authoring {
  if (authoring === undefined) throw refuseAdmin("API_UNPROCESSABLE", onlyInDevelopment);
  return authoring;
}

/** What is not there is left out. */
function present({ path, recorded, now }: ReplayDifference) {
  return { path, ...(recorded === undefined ? {} : { recorded }), ...(now === undefined ? {} : { now }) };
}
