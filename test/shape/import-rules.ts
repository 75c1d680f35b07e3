import type { Import } from "./imports.ts";

/** What a room may import of other rooms. */
export interface RoomRule {
  readonly values: readonly string[];
  readonly types: readonly string[];
}

/** The ground floor: any room may import them, and the table leaves them out. */
export const groundRooms: readonly string[] = ["kernel", "sip-syntax"];
const libraryRooms = [
  "control",
  "contract",
  "sdp",
  "sip",
  "media",
  "endpoint",
  "speech",
  "objects",
  "store",
  "invoke",
  "pages",
  "trunks",
  "telemetry",
];
const productRooms = [
  "call",
  "recordings",
  "journal",
  "cluster",
  "detail-records",
  "message-logs",
  "meetings",
  "engine",
  "actions",
  "history",
  "api",
  "admin",
  "metrics",
  "phone",
  "timeline",
];

/** Who may import whom (ARCHITECTURE.md has the same table in words). */
export const roomRules: Readonly<Record<string, RoomRule>> = {
  kernel: { values: [], types: [] },
  "sip-syntax": { values: [], types: [] },
  sdp: { values: [], types: [] },
  sip: { values: [], types: [] },
  objects: { values: [], types: [] },
  store: { values: [], types: [] },
  invoke: { values: [], types: [] },
  pages: { values: [], types: [] },
  media: { values: [], types: ["sdp"] },
  speech: { values: [], types: ["media"] },
  contract: { values: [], types: [] },
  trunks: { values: ["sip"], types: ["sdp"] },
  control: { values: [], types: [] },
  telemetry: { values: [], types: ["call", "invoke", "sip"] },
  endpoint: { values: [], types: ["sip", "sdp", "media"] },
  call: { values: ["contract", "endpoint"], types: ["media", "speech", "invoke"] },
  recordings: { values: [], types: ["call", "media", "objects"] },
  journal: { values: ["call"], types: ["store"] },
  cluster: { values: [], types: ["store"] },
  "message-logs": { values: ["media"], types: ["call", "sip"] },
  "detail-records": { values: [], types: ["journal", "objects", "store"] },
  meetings: { values: [], types: ["sdp", "media", "store", "invoke"] },
  engine: {
    values: ["contract", "endpoint", "call", "recordings"],
    types: ["control", "sip", "sdp", "media", "speech", "objects", "store", "invoke", "meetings"],
  },
  actions: { values: ["contract", "call"], types: ["speech"] },
  history: { values: ["contract", "call"], types: ["sip", "meetings"] },
  api: { values: [], types: ["control", "call", "engine", "store", "meetings", "pages"] },
  metrics: { values: [], types: ["call"] },
  admin: { values: ["call", "cluster"], types: ["api", "history", "meetings", "pages", "recordings", "store"] },
  phone: { values: ["sip", "sdp", "media", "trunks", "endpoint", "speech"], types: [] },
  timeline: { values: ["contract", "engine"], types: ["call"] },
  cli: { values: ["app", "phone", "timeline", "testing"], types: [] },
  app: { values: [...libraryRooms, ...productRooms], types: [] },
  testing: { values: [...libraryRooms, ...productRooms, "app"], types: [] },
};

interface Layers {
  /** The folders of the room, innermost first; each may use those before it. The files beside them (the door) come last. */
  readonly folders: readonly string[];
  /** What any folder may use of the files beside them. */
  readonly ground: readonly string[];
}

/** Rooms whose folders lie in layers. */
export const roomLayers: Readonly<Record<string, Layers>> = {
  media: {
    folders: ["io", "srtp", "ice", "dtls", "link", "codec", "wav", "stream", "node", "worker"],
    ground: ["types", "errors", "pcm"],
  },
  sip: {
    folders: ["guard", "transport", "locate", "transaction", "digest", "dialog", "registrar", "method", "agent"],
    ground: ["types", "network", "resolver", "call-end", "errors", "random", "refusal-causes"],
  },
  call: {
    folders: ["pattern", "action", "reply", "event", "leg", "list"],
    ground: [
      "state",
      "inputs",
      "effects",
      "facts",
      "end-type",
      "participant-tag",
      "questions",
      "turn",
      "compatibility",
    ],
  },
};

/** Every import that the rules forbid, as sentences. */
export function importProblems(imports: readonly Import[]): readonly string[] {
  return imports.flatMap((one) => {
    const problem = one.from.startsWith("src/") ? sourceProblem(one) : outsideProblem(one);
    return problem === undefined ? [] : [`${one.from} imports ${one.to}: ${problem}`];
  });
}

function sourceProblem(one: Import): string | undefined {
  const from = roomOf(one.from);
  const to = roomOf(one.to);
  if (!one.to.startsWith("src/")) return isTest(one.from) ? undefined : "src imports nothing outside src";
  if (from === undefined || to === undefined) return "files of src live in a room";
  if (from === to) return layerProblem(one, from);
  const rule = roomRules[from];
  if (rule === undefined) return `${from} has no row in the table of test/shape/import-rules.ts`;
  if (to === "testing" && isTest(one.from)) return undefined;
  if (to === "testing" && !rule.values.includes(to)) return "only tests and cli import testing";
  const byValue = rule.values.includes(to) || (groundRooms.includes(to) && !groundRooms.includes(from));
  if (!byValue && !rule.types.includes(to)) return `${from} may not know ${to}`;
  if (!byValue && one.kind === "value") return `${from} may import only types of ${to}: write \`import type\``;
  return one.to === `src/${to}/index.ts` ? undefined : `enter ${to} through its index.ts`;
}

function outsideProblem(one: Import): string | undefined {
  // The simulator judges the machine, so it knows no more of a room than the room gives.
  if (one.from.startsWith("test/simulate/") && /^src\/(?!testing\/)/.test(one.to) && !one.to.endsWith("/index.ts"))
    return `enter ${roomOf(one.to)} through its index.ts`;
  if (!one.from.startsWith("examples/") || !one.to.startsWith("src/")) return undefined;
  return "an example uses what a user has: the package, not its source";
}

function layerProblem(one: Import, room: string): string | undefined {
  const layers = roomLayers[room];
  if (layers === undefined || isTest(one.from)) return undefined;
  const { folders, ground } = layers;
  const from = folderInRoom(one.from);
  const to = folderInRoom(one.to);
  if (from === to || from === undefined || ground.some((name) => one.to === `src/${room}/${name}.ts`)) return undefined;
  const unknown = [from, to].find((folder) => folder !== undefined && !folders.includes(folder));
  if (unknown !== undefined) return `the folder ${unknown} of ${room} is no layer in test/shape/import-rules.ts`;
  const isInward = to !== undefined && folders.indexOf(to) < folders.indexOf(from);
  return isInward ? undefined : `inside ${room}: ${folders.join(" <- ")} <- the files beside them`;
}

/** The room of a path under src; undefined for a file directly in src. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function folderInRoom(path: string): string | undefined {
  return /^src\/[^/]+\/([^/]+)\//.exec(path)?.[1];
}

function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}
