/** Kaiser's window, not scaled: 1 at its ends and beyond them, highest in its middle. A low-pass is a sinc in it.
 * @param beta its shape: how far down what the filter stops is, against how wide its edge is
 * @param place from -1 to 1; its middle is 0 */
export function kaiserWindow(beta: number, place: number): number {
  return besselI0(beta * Math.sqrt(Math.max(0, 1 - place ** 2)));
}

/** Modified Bessel function of the first kind, order 0, by its series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
