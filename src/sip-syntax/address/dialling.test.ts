import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readNational, writeNumber, type Dialling } from "./dialling.ts";

const germany: Dialling = { country: "49", nationalPrefix: "0", internationalPrefix: "00" };
const northAmerica: Dialling = { country: "1", nationalPrefix: "1", internationalPrefix: "011" };
const denmark: Dialling = { country: "45", nationalPrefix: "", internationalPrefix: "00" };
const italy: Dialling = { country: "39", nationalPrefix: "", internationalPrefix: "00" };

describe("a number as it is dialled in a country", () => {
  const rows: readonly (readonly [Dialling, string, string | undefined])[] = [
    [germany, "030123456", "+4930123456"],
    [germany, "004930123456", "+4930123456"],
    [germany, "0012065550100", "+12065550100"],
    [germany, "4930123456", "+4930123456"],
    [germany, "123456", undefined], // a number of some town
    [germany, "+4930123456", undefined],
    [germany, "0110", undefined],
    [germany, "00", undefined],
    [germany, "anonymous", undefined],
    [germany, "0".repeat(25), undefined],
    [germany, `0${"3".repeat(20)}`, undefined],
    [northAmerica, "2065550100", "+12065550100"],
    [northAmerica, "12065550100", "+12065550100"],
    [northAmerica, "0114930123456", "+4930123456"],
    [northAmerica, "911", undefined],
    [denmark, "45123456", "+4545123456"],
    [denmark, "4545123456", "+4545123456"],
    [italy, "0612345678", "+390612345678"],
    [{ ...germany, country: undefined }, "030123456", undefined],
  ];
  for (const [dialling, user, number] of rows) {
    it(`${user.slice(0, 20)} in +${dialling.country} is ${number ?? "none of its own"}`, () => {
      assert.equal(readNational(user, dialling), number);
    });
  }

  it("is the number again when it is read as it was written", () => {
    for (const dialling of [germany, northAmerica, italy])
      for (const form of ["national", "international"] as const)
        for (const number of ["+4930123456", "+12065550100", "+390612345678"])
          assert.equal(readNational(writeNumber(number, form, dialling), dialling), number, `${number} ${form}`);
  });
});
