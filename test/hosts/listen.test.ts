import { testScenes } from "./scene.ts";

testScenes([
  {
    title: "sip.listen [::], an IPv4 caller and an IPv6 trunk",
    config: () => ({ sip: { listen: ["udp://[::]:5060"] } }),
    ...{ caller: "four", called: "six" },
  },
  {
    title: "sip.listen 0.0.0.0, and [::] at the same port",
    config: () => ({ sip: { listen: ["udp://0.0.0.0:5060", "udp://[::]:5060"] } }),
    ...{ caller: "four", called: "four" },
  },
]);
