/** The shapes of the contract, each declared once: read and checked with findings for the author, printed as JSON Schema and as types. */
export { choice, nothing } from "./choice.ts";
export { defaulted, optional, required, type DefaultFacts, type Field, type FieldFacts } from "./field.ts";
export {
  describeFinding,
  describeFindingWithoutValue,
  replyRefused,
  type Consequence,
  type ContractError,
  type Finding,
} from "./finding.ts";
export { eventTypes } from "./event-shapes.ts";
export { decimal, integer, oneOfNumbers } from "./integer.ts";
export { isAbsent } from "./written-values.ts";
export { keyList, list, textMap } from "./list.ts";
export {
  isObject,
  noteUnknownMembers,
  object,
  type Fields,
  type ObjectRule,
  type ObjectShape,
  type ValuesOf,
} from "./object.ts";
export type {
  CallFacts,
  JsonObject,
  JsonSchema,
  ReadScope,
  Printing,
  ReadContext,
  Refusal,
  Shape,
  ShapeLimits,
  ShapeSwitches,
  WhyUnspeakable,
} from "./shape.ts";
export { noteNoEffect } from "./shape.ts";
export { printContract } from "./print-contract.ts";
export { redactionOfLeaf, redactionOfMember, type LeafRedaction, type Redaction } from "./redaction.ts";
export { text } from "./text.ts";
export { truth, keyword } from "./keyword.ts";
export { describeFound, listChoices, nameOfKind, shorten } from "./wording.ts";
