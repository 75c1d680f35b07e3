/** Both listeners, where there is one. */
export function both<Value>(
  first: (value: Value) => void,
  second: ((value: Value) => void) | undefined,
): (value: Value) => void;
export function both<Value>(
  first: ((value: Value) => void) | undefined,
  second: ((value: Value) => void) | undefined,
): ((value: Value) => void) | undefined;
export function both<Value>(
  first: ((value: Value) => void) | undefined,
  second: ((value: Value) => void) | undefined,
): ((value: Value) => void) | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return (value) => {
    first(value);
    second(value);
  };
}
