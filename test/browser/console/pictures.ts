/** The pictures of docs/images; CALL stands for the path of a call. */
export const pictures = [
  { name: "console-calls", path: "/", colorScheme: "light", width: 1_280, height: 640 },
  { name: "console-call", path: "CALL?at=f1", colorScheme: "light", width: 1_440, height: 960 },
  { name: "console-call-dark", path: "CALL?at=a2", colorScheme: "dark", width: 1_440, height: 960 },
  { name: "console-ladder", path: "CALL?tab=ladder", colorScheme: "light", width: 1_280, height: 900 },
  { name: "console-operator", path: "/operator", colorScheme: "light", width: 1_440, height: 900 },
  { name: "console-narrow", path: "CALL", colorScheme: "dark", width: 390, height: 844 },
] as const;
