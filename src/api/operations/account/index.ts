/** The operations on settings of the account. */
import type { Operation } from "../operation.ts";
import { getGlobalSettings, updateGlobalSettings } from "./global-settings.ts";
import { validateE911Address } from "./validate-e911-address.ts";

export const accountOperations: readonly Operation[] = [getGlobalSettings, updateGlobalSettings, validateE911Address];
