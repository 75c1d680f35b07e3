import assert from "node:assert/strict";
import { it } from "node:test";
import { driveCall, drivenLegId } from "../testing/internal/call-driver.ts";
import { respond } from "../testing/internal/scripted-reply.ts";
import { speak } from "../testing/internal/wire-actions.ts";

// Named by its id in its events, whatever was sent. Contract: events-echo-leg
it("StartBotConversation fails clearly, answers nobody, says why in the log, and what is behind it does not run (Contract: actions-start-bot-conversation, actions-start-bot-conversation-fails)", () => {
  const parameters = { BotAliasArn: "arn:aws:lex:us-east-1:111122223333:bot-alias/A/B" };
  const call = driveCall({
    script: [respond([{ Type: "StartBotConversation", Parameters: parameters }, speak()])],
  });

  assert.deepEqual(call.eventTypes(), ["NEW_INBOUND_CALL", "ACTION_FAILED"]);
  assert.deepEqual(call.lastEvent().ActionData, {
    Type: "StartBotConversation",
    Parameters: { ...parameters, CallId: drivenLegId, ParticipantTag: "LEG-A" },
    ErrorType: "SystemException",
    ErrorMessage: "System error while running action",
  });
  assert.equal(call.did("answer-leg").length + call.did("play-audio").length, 0);
  assert.match(
    call.did("warn")[0]?.message ?? "",
    /^LEG-A StartBotConversation failed, .* not available in this version/,
  );
});
