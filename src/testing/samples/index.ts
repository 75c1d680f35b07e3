/** Sample events, each brought about by a call on the machine of the server. */
export { sampleActionsOf, sampleEvent } from "./sample-event.ts";
