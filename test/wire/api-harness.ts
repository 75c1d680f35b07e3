import { ChimeSDKMeetingsClient } from "@aws-sdk/client-chime-sdk-meetings";
import { ChimeSDKVoiceClient } from "@aws-sdk/client-chime-sdk-voice";
import { createApi, type Api, type ApiOptions } from "../../src/api/index.ts";
import { silentLogger } from "../../src/kernel/index.ts";
import { createMeetingRegistry, type MeetingRegistry } from "../../src/meetings/index.ts";
import { putConfiguredNumbers } from "../../src/app/configured-numbers.ts";
import { createStore, type Store } from "../../src/store/index.ts";
import { createFakeCallControl, type FakeCallControl } from "../../src/testing/internal/fake-call-control.ts";
import { createManualClock, type ManualClock } from "../../src/testing/manual-clock.ts";

export const ownedNumbers = ["+12065550100", "+12065550101"];
/** That can be ordered. */
const orderableNumbers = [
  { first: 12065550110, last: 12065550119 },
  { first: 14155550100, last: 14155550199 },
  { first: 18005550100, last: 18005550101 },
  { first: 442079460000, last: 442079460009 },
];
export const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:hello";

export interface ApiHarness {
  readonly api: Api;
  readonly store: Store;
  readonly calls: FakeCallControl;
  readonly clock: ManualClock;
  readonly client: ChimeSDKVoiceClient;
  readonly meetings: MeetingRegistry;
  readonly meetingsClient: ChimeSDKMeetingsClient;
  /** What happened in meetings, by type of event. */
  readonly occurrences: readonly string[];
  close(): Promise<void>;
}

/** Settings of the API that tests vary. */
type ApiSettings = Partial<
  Pick<
    ApiOptions,
    | "basePath"
    | "createCallStatus"
    | "whyNoFunction"
    | "whyClosed"
    | "rates"
    | "quotas"
    | "log"
    | "pages"
    | "meetingsUrl"
    | "accessKeys"
    | "certificate"
    | "ownRoutes"
  >
> & {
  readonly maxMeetings?: number;
  readonly startAt?: number;
  /** In place of one in memory; it is closed with the API. */
  readonly store?: Store;
};

/** An API on a free port of loopback, over a store in memory and a fake call engine, with an official client. */
export async function startApi(options: ApiSettings = {}): Promise<ApiHarness> {
  const store = options.store ?? (await createStore({ path: ":memory:", log: silentLogger, hasThread: false }));
  await putConfiguredNumbers(ownedNumbers, store, 0);
  const calls = createFakeCallControl();
  const clock = createManualClock(options.startAt);
  const occurrences: string[] = [];
  const meetings = createMeetingRegistry({
    store,
    tokenSecret: new Uint8Array(32),
    maxMeetings: options.maxMeetings ?? 1_000,
    clock,
    onOccurrence: ({ type }) => void occurrences.push(type),
  });
  const api = await createApi({
    address: "127.0.0.1",
    port: 0,
    log: silentLogger,
    ...options,
    store,
    calls,
    meetings,
    region: "us-east-1",
    accountId: "000000000000",
    numberPool: orderableNumbers,
    clock,
  });
  const settings = {
    region: "us-east-1",
    endpoint: api.url,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  };
  const client = new ChimeSDKVoiceClient(settings);
  const meetingsClient = new ChimeSDKMeetingsClient(settings);
  return {
    api,
    store,
    calls,
    clock,
    client,
    meetings,
    meetingsClient,
    occurrences,
    async close() {
      client.destroy();
      meetingsClient.destroy();
      await api.close();
      await store.close();
    },
  };
}

/** Runs `body` with a started API and closes it afterwards. */
export function withApi(body: (harness: ApiHarness) => Promise<void>, options?: ApiSettings) {
  return async () => {
    const harness = await startApi(options);
    try {
      await body(harness);
    } finally {
      await harness.close();
    }
  };
}
