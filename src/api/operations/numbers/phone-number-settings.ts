import { isTollFree } from "../../../kernel/index.ts";
import type { PhoneNumberProduct } from "../../../store/index.ts";
import { changeSettings, readSettings } from "../account/settings.ts";
import { defineOperation } from "../operation.ts";
import { countryOfRange } from "./number-pool.ts";

/** The calling name of numbers that have none. */
export const getPhoneNumberSettings = defineOperation("GetPhoneNumberSettings", async (_input, { store }) => {
  const { callingName } = await readSettings(store);
  if (callingName === undefined) return {};
  return { CallingName: callingName.text, CallingNameUpdatedTimestamp: new Date(callingName.at) };
});

/** Sets it; an empty text clears it. */
export const updatePhoneNumberSettings = defineOperation<{ readonly CallingName: string }>(
  "UpdatePhoneNumberSettings",
  async ({ CallingName }, { store, clock }) => {
    const callingName = CallingName === "" ? undefined : { text: CallingName, at: clock.now() };
    await changeSettings(store, (settings) => ({ ...settings, callingName }));
    return undefined;
  },
);

/** The countries of the pool, with the types of number there. Contract: api-number-countries */
export const listSupportedPhoneNumberCountries = defineOperation<{ readonly ProductType: PhoneNumberProduct }>(
  "ListSupportedPhoneNumberCountries",
  ({ ProductType }, { numberPool }) => {
    const types = new Map<string, Set<string>>();
    for (const range of numberPool) {
      const country = countryOfRange(range);
      if (country === undefined || (ProductType === "VoiceConnector" && country !== "US")) continue;
      const known = types.get(country) ?? new Set();
      types.set(country, known.add(isTollFree(`+${range.first}`) ? "TollFree" : "Local"));
    }
    const countries = [...types].map(([CountryCode, known]) => ({
      CountryCode,
      SupportedPhoneNumberTypes: [...known].sort(),
    }));
    return Promise.resolve({ PhoneNumberCountries: countries });
  },
);
