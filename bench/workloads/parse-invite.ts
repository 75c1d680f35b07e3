import { parseMessage } from "../../src/sip-syntax/message/parse.ts";
import { inviteText } from "../sip-messages.ts";

const wire = { port: 5060, localPort: 5070, number: "+12065550100", mediaPort: 30_000, id: "1" };
const invite = Buffer.from(inviteText(wire));

/** Reads an INVITE, and of it what each request makes the server read. */
export function parseInvite(): void {
  const result = parseMessage(invite);
  if (result.type !== "message") throw new Error("the INVITE was not read");
  const { via, cseq, fromTag, toTag, callId } = result.message;
  if (via === undefined || cseq === undefined || fromTag === "" || toTag !== "" || callId === "") {
    throw new Error("the INVITE was read wrong");
  }
}
