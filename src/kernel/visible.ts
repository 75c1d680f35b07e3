/** Text that cannot move the cursor or clear the screen: control characters are shown as their signs (U+2400 on), but for tabs and the
 * sequences that set colours. */
export function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what this is about
  return text.replace(/\u001b\[[\d;]{0,32}m|[\0-\u0008\u000a-\u001f\u007f-\u009f]/g, (found) => {
    if (found.length > 1) return found;
    const code = found.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? "\u2421" : "\ufffd";
  });
}
