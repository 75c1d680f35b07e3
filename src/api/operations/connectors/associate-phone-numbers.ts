import { AppError } from "../../../kernel/index.ts";
import type { FoundNumber, NumberOwner } from "../../../store/index.ts";
import { refuse } from "../../refuse.ts";
import { findOwnNumber, readNumberId } from "../numbers/inventory.ts";
import { changeEach } from "../numbers/number-errors.ts";
import { defineOperation, type Operation, type OperationContext } from "../operation.ts";
import { findConnector, findGroup } from "./find.ts";

interface Input {
  readonly VoiceConnectorId?: string;
  readonly VoiceConnectorGroupId?: string;
  readonly E164PhoneNumbers: readonly string[];
  readonly ForceAssociate?: boolean;
}

/** Gives numbers to a connector or group, and takes them from it. Contract: api-number-association */
export const associationOperations: readonly Operation[] = ["VoiceConnector", "VoiceConnectorGroup"].flatMap((kind) => [
  defineOperation<Input>(`AssociatePhoneNumbersWith${kind}`, async (input, context) => {
    const owner = await findOwner(input, context);
    return changeAll(input, context, (number) => associate(number, owner, input.ForceAssociate ?? false, context));
  }),
  defineOperation<Input>(`DisassociatePhoneNumbersFrom${kind}`, async (input, context) => {
    const owner = await findOwner(input, context);
    return changeAll(input, context, (number) => disassociate(number, owner, context));
  }),
]);

/** Changes each number, and tells the calls. */
async function changeAll(
  { E164PhoneNumbers }: Input,
  { numbersChanged }: OperationContext,
  change: (number: string) => Promise<void>,
): Promise<object> {
  const outcome = await changeEach(E164PhoneNumbers, (number) => number, change);
  await numbersChanged(E164PhoneNumbers.flatMap((number) => readNumberId(number) ?? []));
  return outcome;
}

type Owner = Pick<NumberOwner, "kind" | "id">;

async function findOwner(input: Input, { store }: OperationContext): Promise<Owner> {
  const { VoiceConnectorId, VoiceConnectorGroupId = "" } = input;
  if (VoiceConnectorId !== undefined)
    return { kind: "VoiceConnectorId", id: (await findConnector(store, VoiceConnectorId)).id };
  return { kind: "VoiceConnectorGroupId", id: (await findGroup(store, VoiceConnectorGroupId)).id };
}

async function associate(text: string, owner: Owner, isForced: boolean, context: OperationContext): Promise<void> {
  await context.store.atomically(async (records) => {
    const number = await findOwnNumber(text, records, context);
    if (isOf(number, owner)) return;
    if (number.product !== "VoiceConnector") {
      const why = `${number.e164} has the product type ${number.product}; numbers of connectors must have VoiceConnector (UpdatePhoneNumber).`;
      throw refuse("API_BAD_REQUEST", why);
    }
    const taker = number.rule === undefined ? number.owner?.id : `the SIP rule ${number.rule.id}`;
    if (number.rule !== undefined || (number.owner !== undefined && !isForced)) {
      const how = number.rule === undefined ? "ForceAssociate takes it from there" : "delete the rule first";
      throw new AppError("API_CONFLICT", `${number.e164} belongs to ${taker}; ${how}.`, {
        details: { errorCode: "PhoneNumberAssociationsExist" },
      });
    }
    const at = context.clock.now();
    await records.numbers.update({ ...number, owner: { ...owner, at }, updatedAt: at });
  });
}

async function disassociate(text: string, owner: Owner, context: OperationContext): Promise<void> {
  await context.store.atomically(async (records) => {
    const number = await findOwnNumber(text, records, context);
    if (!isOf(number, owner)) throw refuse("API_NOT_FOUND", `${number.e164} does not belong to ${owner.id}.`);
    await records.numbers.update({ ...number, owner: undefined, updatedAt: context.clock.now() });
  });
}

function isOf(number: FoundNumber, owner: Owner): boolean {
  return number.owner?.kind === owner.kind && number.owner.id === owner.id;
}
