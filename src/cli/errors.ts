/** Codes of this room's errors. */
export const cliErrors = {
  CLI_NO_SERVER: "A command asks a running server, and nobody answers at its address.",
  CLI_NOT_FOUND: "What a command names does not exist in the server that it asks.",
  CLI_REFUSED:
    "The server that a command asks refuses or is not trusted, or its address would show a secret to others.",
} as const;
