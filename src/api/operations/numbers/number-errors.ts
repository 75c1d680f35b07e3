import { AppError } from "../../../kernel/index.ts";
import { toWireError } from "../../wire/wire-error.ts";

/** One number of a batch that could not be changed, as it goes over the wire. */
interface NumberError {
  readonly PhoneNumberId: string;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Numbers that are changed before others have their turn. */
const itemsAtOnce = 20;

/** Changes each number of a batch by itself; what is refused is told among the errors of the answer. Rejects with whatever is no refusal.
 * Contract: api-number-batches */
export async function changeEach<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  change: (item: Item) => Promise<unknown>,
): Promise<{ readonly PhoneNumberErrors: readonly NumberError[] }> {
  const errors: NumberError[] = [];
  for (const [index, item] of items.entries()) {
    // The store works at once: a long batch lets calls have their turn.
    if (index % itemsAtOnce === itemsAtOnce - 1) await new Promise(setImmediate);
    try {
      await change(item);
    } catch (error) {
      if (!(error instanceof AppError) || toWireError(error).status >= 500) throw error;
      const { errorCode = toWireError(error).code } = error.details as { readonly errorCode?: string };
      errors.push({ PhoneNumberId: idOf(item), ErrorCode: errorCode, ErrorMessage: error.message });
    }
  }
  return { PhoneNumberErrors: errors };
}
