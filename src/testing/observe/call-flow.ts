import type { SceneFact } from "./scene-facts.ts";

/** What a function has shown: states, and what led from one to the next. */
export interface CallFlow {
  /** In the order in which they came up. */
  readonly states: readonly FlowState[];
  readonly moves: readonly FlowMove[];
  /** Calls that were seen. */
  readonly calls: number;
}

/** What the function asked for last: the types of its actions, with what they say, and a name for its attributes. */
export interface FlowState {
  readonly name: string;
  readonly times: number;
}

/** An event that led from one state to the next. */
export interface FlowMove {
  readonly from: string;
  readonly to: string;
  /** Type of the event, of its action, keys or error. */
  readonly event: string;
  readonly times: number;
}

const [begin, end] = ["begin", "end"] as const;
const [longestName, longestWords] = [300, 80];

/** Gathers the flow of calls from their facts. */
export function createFlowGatherer(): { take(fact: SceneFact): void; flow(): CallFlow } {
  const states = new Map<string, number>();
  const moves = new Map<string, FlowMove>();
  const open = new Map<string, { at: string; event: string | undefined }>();
  let calls = 0;

  const move = (from: string, to: string, event: string): void => {
    const key = JSON.stringify([from, to, event]);
    const times = (moves.get(key)?.times ?? 0) + 1;
    moves.set(key, { from, to, event, times });
    states.set(to, (states.get(to) ?? 0) + 1);
  };

  return {
    take({ call, fact }) {
      const one = open.get(call) ?? { at: begin, event: undefined };
      switch (fact.type) {
        case "call-started":
          calls += 1;
          open.set(call, one);
          return;
        case "invoked":
          one.event = nameEvent(fact.event);
          open.set(call, one);
          return;
        case "replied": {
          // A reply without actions goes on with what runs: the call stays where it is.
          const next = nameReply(fact.response) ?? one.at;
          move(one.at, next, one.event ?? "");
          one.at = next;
          return;
        }
        case "call-ended":
          move(one.at, end, fact.cause.split(":")[0] ?? "");
          open.delete(call);
          return;
        default:
      }
    },
    flow: () => ({ states: [...states].map(([name, times]) => ({ name, times })), moves: [...moves.values()], calls }),
  };
}

function nameEvent(event: object): string {
  const { InvocationEventType: type = "", ActionData: data } = event as {
    InvocationEventType?: string;
    ActionData?: { Type?: string; ReceivedDigits?: string; ErrorType?: string };
  };
  const keys = data?.ReceivedDigits === undefined || data.ReceivedDigits === "" ? "" : `keys ${data.ReceivedDigits}`;
  const about = type === "HANGUP" || data?.Type === undefined ? "" : data.Type;
  return [type, about, keys, data?.ErrorType ?? ""].filter((part) => part !== "").join(" ");
}

/** The types of the actions with what they say or call; undefined: there are none. */
function nameReply(response: unknown): string | undefined {
  const { Actions } = (response ?? {}) as { readonly Actions?: unknown };
  if (!Array.isArray(Actions) || Actions.length === 0) return undefined;
  const names = (Actions as unknown[]).map((action) => {
    const { Type = "?", Parameters } = (action ?? {}) as {
      Type?: string;
      Parameters?: Readonly<Record<string, unknown>>;
    };
    const said = saidBy(Parameters ?? {});
    return said === undefined ? Type : `${Type} ${said}`;
  });
  const name = names.join(", ");
  return name.length > longestName ? `${name.slice(0, longestName)}...` : name;
}

function saidBy(parameters: Readonly<Record<string, unknown>>): string | undefined {
  const { Text, SpeechParameters, AudioSource, Endpoints } = parameters as {
    Text?: unknown;
    SpeechParameters?: { Text?: unknown };
    AudioSource?: { Key?: unknown };
    Endpoints?: readonly { Uri?: unknown }[];
  };
  const text = Text ?? SpeechParameters?.Text;
  if (typeof text === "string") return `"${text.length > longestWords ? `${text.slice(0, longestWords)}...` : text}"`;
  // What was recorded has a name of its own in each call; it is the same state.
  if (typeof AudioSource?.Key === "string") return AudioSource.Key.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "(id)");
  const uri = Array.isArray(Endpoints) ? Endpoints[0]?.Uri : undefined;
  return typeof uri === "string" ? uri : undefined;
}

/** The flow as a Mermaid state diagram. */
export function printMermaid({ states, moves }: CallFlow): string {
  const ids = new Map(states.map(({ name }, index) => [name, `s${index + 1}`]));
  const idOf = (name: string) => (name === begin || name === end ? "[*]" : (ids.get(name) ?? "[*]"));
  const shown = states.filter(({ name }) => name !== end);
  return [
    "stateDiagram-v2",
    ...shown.map(({ name }) => `  ${idOf(name)} : ${escape(name)}`),
    ...moves.map(({ from, to, event, times }) => `  ${idOf(from)} --> ${idOf(to)} : ${escape(event)} (${times})`),
    "",
  ].join("\n");
}

/** Words that Mermaid does not take for its own. */
function escape(text: string): string {
  return text.replace(/[:;#{}<>[\]"\\`%]/g, (sign) => `#${sign.charCodeAt(0)};`).replace(/\s+/g, " ");
}
