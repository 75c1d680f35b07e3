// The function of the speech figure: speaks, and notes on the clock that all processes share when it decided that. The called number says
// how long a text; each is new unless it is to come from the cache.
import { appendFileSync } from "node:fs";

const words = (
  "the office of north and all its people are in conversation at this moment so please hold line until next free person takes your call " +
  "or leave message after tone with name number reason for which we should return it before end today"
).split(" ");

/** Not found in any cache: the words in an order of their own. */
function newText(length, isOneSentence) {
  let text = "Thank you for";
  for (let count = 1; text.length < length - 15; count++) {
    const end = !isOneSentence && count % 15 === 0 ? "." : "";
    text += ` ${words[Math.floor(Math.random() * words.length)]}${end}`;
  }
  return `${text}.`;
}

const texts = {
  [process.env.NUMBER_SHORT]: () => newText(60, false),
  [process.env.NUMBER_LONG]: () => newText(1_000, false),
  [process.env.NUMBER_SENTENCE]: () => newText(1_000, true),
  [process.env.NUMBER_CACHED]: () => "This is what every caller hears, whoever calls. It is kept.",
};

export const handler = async (event) => {
  if (event.InvocationEventType !== "NEW_INBOUND_CALL") return { SchemaVersion: "1.0", Actions: [] };
  const [{ From, To }] = event.CallDetails.Participants;
  const reply = { SchemaVersion: "1.0", Actions: [{ Type: "Speak", Parameters: { Text: texts[To]() } }] };
  appendFileSync(process.env.REPLY_TIMES, `${From} ${process.hrtime.bigint()}\n`);
  return reply;
};
