/** What the test kit throws, with its meaning. */
export const testingErrors = {
  TESTING_BAD_SCENE:
    "A file of scenes is not as its schema has it, or a step in it cannot be; the message has every problem with its place.",
  TESTING_CANNOT_WRITE:
    "A recorded call cannot be written as a scene: it is redacted, or something happened that no step does.",
  TESTING_NO_FUNCTION: "The function of a script is not there, or cannot be loaded, or none is named.",
  TESTING_NO_SAMPLE: "There is no sample of such an event, or none that is about such an action.",
  TESTING_NO_SCRIPT: "No script is at the places that were named.",
} as const;
