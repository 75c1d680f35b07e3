/** Session descriptions as the sdp room gives them, for tests of rooms that know only its types. */
export * as sessionDescriptions from "../../sdp/index.ts";
