import { useEffect } from "preact/hooks";
import { words } from "../words.ts";
import { CapacityCard, LedgerCard, NodesCard, SpoolCard } from "./server-cards.tsx";
import { MeetingsCard } from "./meetings-card.tsx";
import { RefusalsCard, RegistrationsCard, TargetsCard, TrunksCard } from "./peer-cards.tsx";

/** For one who runs servers: what is up, what is full, what was refused, what is owed. */
export function OperatorPage() {
  useEffect(() => void (document.title = words.titleOf(words.nav.operator)), []);
  return (
    <>
      <header class="page-head">
        <h1>{words.operator.title}</h1>
      </header>
      <div class="operator">
        <NodesCard />
        <CapacityCard />
        <TargetsCard />
        <TrunksCard />
        <RegistrationsCard />
        <RefusalsCard />
        <MeetingsCard />
        <SpoolCard />
        <LedgerCard />
      </div>
    </>
  );
}
