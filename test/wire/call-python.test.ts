import assert from "node:assert/strict";
import { measureSpeech } from "../../src/testing/index.ts";
import { virtualFunctionTest } from "./function-kit.ts";

const app = `
import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)


def speak(text, call_id):
    return {"Type": "Speak", "Parameters": {"Text": text, "CallId": call_id}}


def lambda_handler(event, context):
    kind = event["InvocationEventType"]
    logger.info("%s for %s", kind, event["CallDetails"]["TransactionId"])
    actions = ()
    if kind == "NEW_INBOUND_CALL":
        call_id = event["CallDetails"]["Participants"][0]["CallId"]
        actions = (speak("Hello. This is Python speaking.", call_id), {"Type": "Hangup", "Parameters": {"SipResponseCode": "0"}})
    return {"SchemaVersion": "1.0", "Actions": actions}
`;

virtualFunctionTest(
  "a function in Python answers a call, speaks and hangs up",
  { files: { "lambda_function.py": app }, function: "./lambda_function.py" },
  async (kit) => {
    const report = await kit.phone.dial(kit.uri()).ended;
    await kit.untilEnded();

    const types = kit.events().map((event) => event.InvocationEventType);
    assert.deepEqual(types, ["NEW_INBOUND_CALL", "HANGUP"]);
    assert.deepEqual(report.end, { type: "bye" });
    const { speechMs, levelDbfs = -Infinity } = measureSpeech(report.heard);
    assert.ok(speechMs > 800, `${speechMs} ms of speech`);
    assert.ok(levelDbfs > -30, `${levelDbfs} dBFS`);
    assert.ok(kit.output.some(({ line }) => /^\[INFO\]\t.*\tNEW_INBOUND_CALL for /.test(line)));
  },
);
