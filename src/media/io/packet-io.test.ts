import assert from "node:assert/strict";
import { after, test } from "node:test";
import { once } from "node:events";
import { fstatSync, openSync, readdirSync, readlinkSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { Worker } from "node:worker_threads";
import { chooseIo } from "./choose-io.ts";
import { createDgramIo } from "./dgram.ts";
import { createLoadGate } from "./load-gate.ts";
import { createPortBinder } from "./port-binder.ts";
import type { BoundSocket, PacketAddress, PacketIo, PacketReceiver, PacketSocket } from "./packet-io.ts";

/** What one socket receives, kept as it was during the call. */
interface Inbox {
  readonly receive: PacketReceiver;
  /** Resolves with the first `count`. */
  got(count: number): Promise<readonly Received[]>;
  readonly all: Received[];
}

interface Received {
  readonly packet: Buffer;
  readonly source: PacketAddress;
}

function anInbox(): Inbox {
  const all: Received[] = [];
  const waiting: { count: number; resolve: (all: readonly Received[]) => void }[] = [];
  return {
    all,
    receive: (packet, { address, port }) => {
      all.push({ packet: Buffer.from(packet), source: { address, port } });
      for (const each of waiting) if (all.length >= each.count) each.resolve(all.slice(0, each.count));
    },
    got: (count) =>
      new Promise((resolve) => {
        if (all.length >= count) resolve(all.slice(0, count));
        else waiting.push({ count, resolve });
      }),
  };
}

const { io: batched, chosen } = await chooseIo("batched", createLoadGate());
const ways: readonly (readonly [name: string, io: PacketIo, skip: string | false])[] = [
  ["dgram", createDgramIo(), false],
  ["batched", batched, chosen.why ?? false],
];
const hasV6 = Object.values(networkInterfaces()).some((all = []) => all.some(({ address }) => address === "::1"));
const nobody: PacketReceiver = () => undefined;

for (const [way, io, skip] of ways) {
  const opened: PacketSocket[] = [];
  const open = async (address: string, port = 0, receive: PacketReceiver = nobody) => {
    const socket = await io.open(address, port, receive);
    opened.push(socket);
    return socket;
  };
  const a = (title: string, body: () => Promise<void>, unless: string | false = false) =>
    void test(`${way}: ${title}`, { skip: skip === false ? unless : skip }, body);
  const withoutV6 = hasV6 ? false : "this system has no IPv6";
  after(() => Promise.all(opened.map(async (socket) => socket.close())));

  a("a shared socket tells its many far ends apart, in whatever turns they send", async () => {
    const inbox = anInbox();
    const to = await io.open("127.0.0.1", 0, inbox.receive, { isShared: true });
    opened.push(to);
    const senders = await Promise.all(Array.from({ length: 40 }, () => open("127.0.0.1")));
    for (let turn = 0; turn < 5; turn++) {
      for (const [index, from] of senders.entries())
        from.send(Uint8Array.of(index), from.prepare("127.0.0.1", to.port));
      await inbox.got((turn + 1) * senders.length);
    }

    for (const { packet, source } of inbox.all) {
      assert.deepEqual(source, { address: "127.0.0.1", port: senders[packet[0] ?? 0]?.port });
    }
  });

  a("packets arrive whole, in order, with the address that they came from", async () => {
    const inbox = anInbox();
    const [to, from] = [await open("127.0.0.1", 0, inbox.receive), await open("127.0.0.1")];
    const target = from.prepare("127.0.0.1", to.port);
    const lengths = [0, 1, 172, 172, 1_500, 1_501, 9_000, 65_507];

    for (const length of lengths) from.send(Buffer.alloc(length, length % 251), target);

    for (const [index, { packet, source }] of (await inbox.got(lengths.length)).entries()) {
      const length = lengths[index] ?? 0;
      assert.deepEqual(packet, Buffer.alloc(length, length % 251));
      assert.deepEqual(source, { address: "127.0.0.1", port: from.port });
    }
  });

  a("memory of a packet may be used anew as soon as it was sent", async () => {
    const inbox = anInbox();
    const [to, from] = [await open("127.0.0.1", 0, inbox.receive), await open("127.0.0.1")];
    const target = from.prepare("127.0.0.1", to.port);
    // dgram takes one memory for each packet until the next tick.
    const memory = [Buffer.from("first"), Buffer.from("other")];

    for (const each of memory) from.send(each, target);
    await inbox.got(2);
    for (const each of memory) each.fill("x");
    from.send(Buffer.from("third"), target);

    const words = (await inbox.got(3)).map(({ packet }) => packet.toString());
    assert.deepEqual(words, ["first", "other", "third"]);
  });

  a("far ends that take turns are told apart", async () => {
    const inbox = anInbox();
    const to = await open("127.0.0.1", 0, inbox.receive);
    const senders = [await open("127.0.0.1"), await open("127.0.0.2"), await open("127.0.0.1")];

    for (let round = 0; round < 4; round++) {
      for (const from of senders) from.send(Buffer.from("x"), from.prepare("127.0.0.1", to.port));
    }

    const ports = (await inbox.got(12)).map(({ source }) => source.port);
    assert.deepEqual(
      ports.slice(0, 6),
      [...senders, ...senders].map(({ port }) => port),
    );
    assert.equal(inbox.all[1]?.source.address, "127.0.0.2");
  });

  a(
    "an IPv6 wildcard speaks both versions, and shows IPv4 dotted",
    async () => {
      const inbox = anInbox();
      const both = await open("::", 0, inbox.receive);
      const [four, six] = [anInbox(), anInbox()];
      const from4 = await open("127.0.0.1", 0, four.receive);
      const from6 = await open("::1", 0, six.receive);

      from4.send(Buffer.from("4"), from4.prepare("127.0.0.1", both.port));
      await inbox.got(1);
      from6.send(Buffer.from("6"), from6.prepare("::1", both.port));
      const [one, other] = await inbox.got(2);
      both.send(Buffer.from("to 4"), both.prepare("127.0.0.1", from4.port));
      both.send(Buffer.from("to 6"), both.prepare("0:0:0:0:0:0:0:1", from6.port));

      assert.deepEqual(one?.source, { address: "127.0.0.1", port: from4.port });
      assert.deepEqual(other?.source, { address: "::1", port: from6.port });
      assert.deepEqual((await four.got(1))[0]?.source, { address: "127.0.0.1", port: both.port });
      assert.deepEqual((await six.got(1))[0]?.source, { address: "::1", port: both.port });
    },
    withoutV6,
  );

  a("a port that is taken is EADDRINUSE", async () => {
    const { port } = await open("127.0.0.1");
    await assert.rejects(open("127.0.0.1", port), {
      code: "EADDRINUSE",
      message: `bind EADDRINUSE 127.0.0.1:${port}`,
    });
  });

  a("an address of another machine is EADDRNOTAVAIL", async () => {
    await assert.rejects(open("192.0.2.1"), { code: "EADDRNOTAVAIL", message: "bind EADDRNOTAVAIL 192.0.2.1" });
  });

  a("sending to a port that nobody holds, or to where there is no way, disturbs nobody", async () => {
    const inbox = anInbox();
    const [to, gone] = [await open("127.0.0.1", 0, inbox.receive), await open("127.0.0.1")];
    await gone.close();
    const words = Buffer.from("x");

    for (let round = 0; round < 3; round++) {
      to.send(words, to.prepare("127.0.0.1", gone.port));
      to.send(words, to.prepare("255.255.255.255", 9));
      to.send(Buffer.alloc(65_508), to.prepare("127.0.0.1", gone.port));
    }
    to.send(Buffer.from("still here"), to.prepare("127.0.0.1", to.port));

    assert.equal((await inbox.got(1))[0]?.packet.toString(), "still here");
  });

  a("more than the system takes at once is lost, and what comes after it is not", async () => {
    const inbox = anInbox();
    const [to, from] = [await open("127.0.0.1", 0, inbox.receive), await open("127.0.0.1")];
    const target = from.prepare("127.0.0.1", to.port);
    const flood = Buffer.alloc(1_400);

    for (let count = 0; count < 5_000; count++) from.send(flood, target);
    await inbox.got(50);
    const last = anInbox();
    const quiet = await open("127.0.0.1", 0, last.receive);
    from.send(Buffer.from("after"), from.prepare("127.0.0.1", quiet.port));

    assert.equal((await last.got(1))[0]?.packet.toString(), "after");
  });

  a("what is received or sent after closing, also by its own receiver, is nobody's", async () => {
    const closing = anInbox();
    const inbox = anInbox();
    const from = await open("127.0.0.1", 0, inbox.receive);
    const to = await open("127.0.0.1", 0, (packet, source) => {
      void to.close();
      closing.receive(packet, source);
    });
    const [target, own] = [from.prepare("127.0.0.1", to.port), from.prepare("127.0.0.1", from.port)];

    for (const word of ["one", "two", "three"]) from.send(Buffer.from(word), target);
    await closing.got(1);
    from.send(Buffer.from("end"), own);
    await inbox.got(1);
    const other = await open("127.0.0.1", 0, inbox.receive);
    to.send(Buffer.from("late"), to.prepare("127.0.0.1", from.port));
    await to.close();
    from.send(Buffer.from("to another"), from.prepare("127.0.0.1", other.port));
    await inbox.got(2);

    assert.deepEqual(
      closing.all.map(({ packet }) => packet.toString()),
      ["one"],
    );
    assert.deepEqual(
      inbox.all.map(({ packet }) => packet.toString()),
      ["end", "to another"],
    );
  });

  a("who is first has each packet before its receiver, and leaves the others to it", async () => {
    const inbox = anInbox();
    const to = await open("127.0.0.1", 0, inbox.receive);
    const from = await open("127.0.0.1");
    const taken: string[] = [];
    const sources = new Set<unknown>();
    to.first = {
      takes(packet, source) {
        sources.add(source);
        const text = Buffer.from(packet).toString();
        if (text.startsWith("mine")) taken.push(text);
        return text.startsWith("mine");
      },
    };

    for (const text of ["mine 1", "other 1", "mine 2", "other 2"]) {
      from.send(Buffer.from(text), from.prepare("127.0.0.1", to.port));
    }
    await inbox.got(2);

    assert.deepEqual(taken, ["mine 1", "mine 2"]);
    assert.deepEqual(
      inbox.all.map(({ packet }) => packet.toString()),
      ["other 1", "other 2"],
    );
    assert.equal(sources.size, 1, "packets of one source come with one value");
  });

  a("a thousand sockets each receive their own, and are closed again", async () => {
    const from = await open("127.0.0.1");
    const inboxes = Array.from({ length: 1_000 }, anInbox);
    // Of so many ports one may have been another program's, whose far end does not know yet.
    const ownOnly =
      (receive: PacketReceiver): PacketReceiver =>
      (packet, source) =>
        source.port === from.port && receive(packet, source);
    const sockets = await Promise.all(inboxes.map(({ receive }) => open("127.0.0.1", 0, ownOnly(receive))));

    for (const [index, { port }] of sockets.entries())
      from.send(Buffer.from(`${index}`), from.prepare("127.0.0.1", port));
    const heard = await Promise.all(inboxes.map((inbox) => inbox.got(1)));
    await Promise.all(sockets.map(async (socket) => socket.close()));

    assert.deepEqual(
      heard.map(([first]) => first?.packet.toString()),
      sockets.map((_, index) => `${index}`),
    );
    const again = await open("127.0.0.1", sockets[0]?.port);
    assert.equal(again.port, sockets[0]?.port);
  });

  a("a flood on one socket lets timers and other sockets have their turn", async () => {
    let isOver = false;
    let taken = 0;
    const from = await open("127.0.0.1");
    const flooded = await open("127.0.0.1", 0, (packet) => {
      taken++;
      // As many as come go out again, so that there is no end to it.
      if (!isOver) for (let copy = 0; copy < 2; copy++) from.send(packet, target);
    });
    const target = from.prepare("127.0.0.1", flooded.port);
    for (let count = 0; count < 100; count++) from.send(Buffer.from("x"), target);

    await new Promise((resolve) => setTimeout(resolve, 1));
    const inbox = anInbox();
    const calm = await open("127.0.0.1", 0, inbox.receive);
    from.send(Buffer.from("calm"), from.prepare("127.0.0.1", calm.port));
    await inbox.got(1);
    isOver = true;

    assert.ok(taken > 0);
  });
}

test(
  "batched: a pair that others have bound is there at once, and its ports are free when it is closed",
  { skip: chosen.why ?? false },
  async () => {
    const { pair, isFree } = await aPair();
    const inbox = anInbox();
    const sockets = batched.adopt?.("127.0.0.1", pair, inbox.receive) ?? [];
    const from = await batched.open("127.0.0.1", 0, nobody);
    for (const { port } of pair) from.send(Buffer.from(`to ${port}`), from.prepare("127.0.0.1", port));

    const words = (await inbox.got(2)).map(({ packet }) => packet.toString());
    assert.deepEqual(words.toSorted(), pair.map(({ port }) => `to ${port}`).toSorted());
    assert.deepEqual(
      [...sockets, from].map((socket) => socket.close()),
      [undefined, undefined, undefined],
    );
    assert.ok(pair.every(isFree));
  },
);

for (const [which, at] of [
  ["first", 0],
  ["second", 1],
] as const) {
  test(
    `batched: of a pair whose ${which} socket cannot be used, neither stays bound`,
    { skip: chosen.why ?? false },
    async () => {
      const { pair, isFree, binder } = await aPair();
      // Nothing can wait for a file.
      const file = openSync(import.meta.filename, "r");
      binder.close(pair[at].descriptor);
      const broken = { descriptor: file, port: pair[at].port };
      const adopt = () => batched.adopt?.("127.0.0.1", at === 0 ? [broken, pair[1]] : [pair[0], broken], nobody);

      assert.throws(adopt, /epoll_ctl EPERM/);
      assert.ok(pair.every(isFree));
      assert.throws(() => fstatSync(file), { code: "EBADF" });
    },
  );
}

test(
  "batched: a thread that crashes gives its ports back, and what it waited by",
  { skip: chosen.why ?? false },
  async () => {
    const choose = new URL("./choose-io.js", import.meta.url).href;
    const gates = new URL("./load-gate.js", import.meta.url).href;
    const code = `(async () => {
    const { chooseIo } = await import(${JSON.stringify(choose)});
    const { processLoadGate } = await import(${JSON.stringify(gates)});
    const { io } = await chooseIo("batched", processLoadGate());
    const { port } = await io.open("127.0.0.1", 0, () => undefined);
    require("node:worker_threads").parentPort.postMessage(port);
    setImmediate(() => { throw new Error("on purpose"); });
  })()`;
    const before = waitedBy();
    const worker = new Worker(code, { eval: true });
    const failed = once(worker, "error");
    // These may come in the same turn as the error, for which `once` would reject.
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    const told = new Promise<number>((resolve) => worker.once("message", resolve));
    const [port] = await Promise.all([told, failed, ended]);

    const again = await createDgramIo().open("127.0.0.1", port, nobody);
    assert.equal(again.port, port);
    await again.close();
    assert.equal(waitedBy(), before);
  },
);

/** Two sockets that are bound, and whether others could bind their ports. */
async function aPair() {
  const binder = await createPortBinder();
  const pair = [binder.bind("127.0.0.1", 0), binder.bind("127.0.0.1", 0)] as const;
  const isFree = ({ port }: BoundSocket) => {
    binder.close(binder.bind("127.0.0.1", port).descriptor);
    return true;
  };
  return { binder, pair, isFree };
}

/** How many epoll(7) descriptors this process has. */
function waitedBy(): number {
  const names = readdirSync("/proc/self/fd").map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      // That by which the folder was read.
      return "";
    }
  });
  return names.filter((name) => name.includes("[eventpoll]")).length;
}
