/** Something that a party of a call does, so long after the step before it (the first: after the answer). */
export interface Step {
  /** The shortest and the longest wait, milliseconds. */
  readonly afterMs: readonly [number, number];
  readonly press?: string;
  /** Speaks by a tone for so long, milliseconds. */
  readonly speakMs?: number;
  readonly hangUp?: true;
}

/** What one party does in one call. Without a `hangUp` it stays until the far end hangs up. */
export interface Part {
  /** How often this part is played, against the others. */
  readonly weight: number;
  /** Refuses the call with this status instead of answering; only for called parties. */
  readonly reject?: number;
  readonly steps: readonly Step[];
}

/** Who calls an example, and who is called by it. */
export interface SoakScript {
  /** Parts of those who dial it; none: it is asked by the API to call `called`. */
  readonly callers: readonly Part[];
  readonly called: readonly Part[];
  /** Share of the calls made by the API that get an update while they are up, and what it says. */
  readonly update?: { readonly share: number; readonly arguments: Readonly<Record<string, string>> };
}

const leaves = (weight: number, ...afterMs: readonly [number, number]): Part => ({
  weight,
  steps: [{ afterMs, hangUp: true }],
});
const press = (keys: string, from: number, to: number): Step => ({ afterMs: [from, to], press: keys });

const talk: Step = { afterMs: [0, 300], speakMs: 400 };

/** An operator: talks for a while and leaves soon, or late, or is busy. */
const operators: readonly Part[] = [
  { weight: 4, steps: [talk, { afterMs: [0, 800], hangUp: true }] },
  { weight: 4, steps: [talk, { afterMs: [4000, 8000], hangUp: true }] },
  { weight: 1, reject: 486, steps: [] },
];

/** How each example is used. The waits meet prompts in all their parts, so that keys come early, in time and late. */
export const soakScripts: Readonly<Record<string, SoakScript>> = {
  voicemail: {
    callers: [
      leaves(6, 100, 1500), // in the greeting
      leaves(2, 5500, 7000), // while it records
      { weight: 2, steps: [{ afterMs: [5300, 5600], speakMs: 500 }, press("#", 0, 100), press("2", 200, 900)] },
      {
        weight: 1,
        steps: [
          ...[{ afterMs: [5300, 5600], speakMs: 500 } as const, press("#", 0, 100), press("1", 200, 900)],
          ...[press("3", 1500, 2500), { afterMs: [500, 4000], hangUp: true } as const],
        ],
      },
    ],
    called: [],
  },
  "menu-with-operator": {
    callers: [
      leaves(2, 0, 3000),
      { weight: 2, steps: [press("1", 100, 2000), press("9", 2800, 4000)] },
      { weight: 4, steps: [press("0", 100, 1000), { afterMs: [1500, 6000], hangUp: true }] },
      { weight: 1, steps: [press("0", 100, 500), press("2", 4000, 6000), press("9", 300, 2000)] },
    ],
    called: operators,
  },
  "meeting-dial-in": {
    callers: [
      leaves(2, 0, 4000), // while it asks for the PIN
      {
        weight: 4,
        steps: [
          ...[press("1234", 100, 2000), { afterMs: [1500, 3000], speakMs: 400 } as const, press("*7", 200, 1500)],
          { afterMs: [500, 4000], hangUp: true },
        ],
      },
      { weight: 2, steps: [press("5678", 3000, 6000), { afterMs: [0, 1000], hangUp: true }] },
      { weight: 1, steps: [press("12", 100, 2000), { afterMs: [1000, 8000], hangUp: true }] },
    ],
    called: [],
  },
  "dial-and-bridge": {
    callers: [
      leaves(2, 0, 3000),
      { weight: 4, steps: [press("2065550142#", 100, 500), { afterMs: [3500, 7000], hangUp: true }] },
      { weight: 1, steps: [press("911#", 0, 500), { afterMs: [500, 4000], hangUp: true }] },
    ],
    called: operators,
  },
  "recording-on-demand": {
    callers: [leaves(3, 500, 5000), { weight: 3, steps: [{ afterMs: [0, 500], speakMs: 500 }] }],
    called: [
      { weight: 4, steps: [talk, press("*1", 0, 500), { afterMs: [500, 2500], hangUp: true }] },
      { weight: 2, steps: [talk, press("*1", 0, 500), press("*2", 1500, 3000), { afterMs: [0, 2500], hangUp: true }] },
      { weight: 1, steps: [talk, { afterMs: [0, 2000], hangUp: true }] },
      { weight: 1, reject: 486, steps: [] },
    ],
  },
  "appointment-reminder": {
    callers: [],
    called: [
      leaves(2, 0, 4000),
      { weight: 3, steps: [press("1", 2600, 4500)] },
      { weight: 1, steps: [press("2", 2600, 4500)] },
      { weight: 1, reject: 486, steps: [] },
    ],
    update: { share: 0.2, arguments: { time: "Wednesday at nine" } },
  },
};
