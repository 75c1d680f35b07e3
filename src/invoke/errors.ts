/** What the invoke room throws, with its meaning. An invocation itself never throws: its failures are values. */
export const invokeErrors = {
  INVOKE_DUPLICATE_FUNCTION: "Two functions were given the same name.",
  INVOKE_BAD_FUNCTION: "A function has no usable name, or its file is not an absolute path to a Node handler.",
} as const;
