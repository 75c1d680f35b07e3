import { publicAddress } from "./hosts.ts";
import { testScenes } from "./scene.ts";

testScenes([
  {
    title: "sip.advertise",
    config: () => ({ sip: { listen: ["udp://0.0.0.0:5060"], advertise: publicAddress } }),
    ...{ caller: "four", called: "four", advertised: publicAddress },
  },
  {
    title: "sip.advertise with the other host in sip.localNetworks, several listeners and media.address 0.0.0.0",
    config: ({ four }) => ({
      sip: {
        listen: ["udp://127.0.0.1:5060", `udp://${four}:5060`],
        ...{ advertise: publicAddress, localNetworks: ["10.66.0.0/16"] },
      },
      media: { address: "0.0.0.0" },
    }),
    ...{ caller: "four", called: "four" },
  },
]);
