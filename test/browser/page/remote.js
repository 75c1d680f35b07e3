/** Lets a test call the methods of a page over a WebSocket, and tells the test what happens there. */

/** Connects to the page server as the page that the address names.
 * @param {Record<string, (...args: any[]) => unknown>} methods what a test may call; their results are plain JSON
 * @returns {(event: Record<string, unknown>) => void} tells the test what happened; the time is added */
export function connectToTest(methods) {
  const name = new URLSearchParams(location.search).get("page");
  const socket = new WebSocket(`ws://${location.host}/pages/${name}`);
  const waiting = [];
  const send = (message) => {
    const text = JSON.stringify(message);
    if (socket.readyState === WebSocket.CONNECTING) waiting.push(text);
    else socket.send(text);
  };
  socket.onopen = () => waiting.splice(0).forEach((text) => socket.send(text));
  socket.onmessage = async ({ data }) => {
    const { id, method, args } = JSON.parse(data);
    try {
      send({ id, result: (await methods[method](...args)) ?? null });
    } catch (error) {
      send({ id, error: String(error?.stack ?? error) });
    }
  };
  const tell = (event) => send({ event: { ...event, atMs: performance.timeOrigin + performance.now() } });
  addEventListener("error", ({ message }) => tell({ type: "page-error", message }));
  addEventListener("unhandledrejection", ({ reason }) =>
    tell({ type: "page-error", message: String(reason?.stack ?? reason) }),
  );
  return tell;
}
