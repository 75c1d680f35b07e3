import { ChimeSDKVoiceClient } from "@aws-sdk/client-chime-sdk-voice";
import { createApi, type Api, type ApiOptions } from "../../src/api/index.ts";
import { silentLogger } from "../../src/kernel/index.ts";
import { createStore, type Store } from "../../src/store/index.ts";
import { createFakeCallControl, type FakeCallControl } from "../../src/testing/internal/fake-call-control.ts";
import { createManualClock, type ManualClock } from "../../src/testing/manual-clock.ts";

export const ownedNumbers = ["+12065550100", "+12065550101"];
export const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:hello";

export interface ApiHarness {
  readonly api: Api;
  readonly store: Store;
  readonly calls: FakeCallControl;
  readonly clock: ManualClock;
  readonly client: ChimeSDKVoiceClient;
  close(): Promise<void>;
}

/** Settings of the API that tests vary. */
type ApiSettings = Partial<
  Pick<ApiOptions, "basePath" | "createCallStatus" | "whyNoFunction" | "whyClosed" | "rates" | "log">
>;

/** An API on a free port of loopback, over a store in memory and a fake call engine, with an official client. */
export async function startApi(options: ApiSettings = {}): Promise<ApiHarness> {
  const store = await createStore({ path: ":memory:", log: silentLogger });
  const calls = createFakeCallControl();
  const clock = createManualClock();
  const api = await createApi({
    address: "127.0.0.1",
    port: 0,
    log: silentLogger,
    ...options,
    store,
    calls,
    region: "us-east-1",
    accountId: "000000000000",
    numbers: ownedNumbers,
    clock,
  });
  const client = new ChimeSDKVoiceClient({
    region: "us-east-1",
    endpoint: api.url,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
  return {
    api,
    store,
    calls,
    clock,
    client,
    async close() {
      client.destroy();
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
