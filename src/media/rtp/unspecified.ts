/** Whether an address is 0.0.0.0 or its IPv6 form: nothing can be sent there. RFC 3264 §8.4 */
export function isUnspecified(address: string): boolean {
  return address === "" || /^[0:.]+$/.test(address);
}
