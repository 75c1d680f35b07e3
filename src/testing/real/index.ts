/** Scripted calls over SIP and RTP: the server itself, and phones that judge what they hear. */
export { openRealWorld, type RealBeginning } from "./real-world.ts";
