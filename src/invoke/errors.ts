/** What the invoke room throws, with its meaning. An invocation itself never throws: its failures are values. */
export const invokeErrors = {
  INVOKE_DUPLICATE_FUNCTION: "Two functions were given the same name.",
  INVOKE_BAD_FUNCTION:
    "A function has no usable name, or its file is not an absolute path ending as a Node or Python handler does.",
  INVOKE_CANNOT_LOAD: "The function of an application cannot be loaded; the message says why, and what to do.",
  INVOKE_NO_PROGRAM: "The program that a function is run by (`command`) is not there, or may not be started.",
  INVOKE_NO_PYTHON: "A function is a Python file, and no Python 3.8 or later was found to run it.",
} as const;
