import { createAdmin } from "../admin/index.ts";
import type { OwnRoutes } from "../api/index.ts";
import { createAdminSource, type AdminSourceParts } from "./admin-source.ts";

/** Opens what a server shows of itself on the port of its API. */
export function openAdmin(parts: AdminSourceParts): OwnRoutes {
  const { version, admission, clock } = parts;
  return createAdmin({
    ...{ source: createAdminSource(parts), version, clock },
    whyNotReady() {
      const closed = admission.whyClosed("ping");
      return closed?.cause === "starting" || closed?.cause === "draining"
        ? { status: closed.cause, why: closed.why }
        : undefined;
    },
  });
}
