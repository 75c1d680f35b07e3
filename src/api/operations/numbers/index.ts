/** The operations on phone numbers. */
import type { Operation } from "../operation.ts";
import { batchDeletePhoneNumber, deletePhoneNumber, restorePhoneNumber } from "./delete-phone-number.ts";
import { createPhoneNumberOrder, getPhoneNumberOrder, listPhoneNumberOrders } from "./phone-number-orders.ts";
import {
  getPhoneNumberSettings,
  listSupportedPhoneNumberCountries,
  updatePhoneNumberSettings,
} from "./phone-number-settings.ts";
import { getPhoneNumber, listPhoneNumbers } from "./read-phone-numbers.ts";
import { searchAvailablePhoneNumbers } from "./search-available-phone-numbers.ts";
import { batchUpdatePhoneNumber, updatePhoneNumber } from "./update-phone-number.ts";

export const numberOperations: readonly Operation[] = [
  searchAvailablePhoneNumbers,
  createPhoneNumberOrder,
  getPhoneNumberOrder,
  listPhoneNumberOrders,
  listPhoneNumbers,
  getPhoneNumber,
  updatePhoneNumber,
  batchUpdatePhoneNumber,
  deletePhoneNumber,
  batchDeletePhoneNumber,
  restorePhoneNumber,
  listSupportedPhoneNumberCountries,
  getPhoneNumberSettings,
  updatePhoneNumberSettings,
];
