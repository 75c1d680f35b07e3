import { adminPermissions } from "../../admin/index.ts";
import { fitsPattern, operationNames } from "../../api/index.ts";
import { nearestWord } from "../../kernel/index.ts";
import type { Config } from "../config/types.ts";
import type { SetupFinding } from "./finding.ts";

/** Operations of roles that there are not: they allow nothing, and whoever has such a key is refused. */
export function checkRoles({ api }: Pick<Config, "api">): readonly SetupFinding[] {
  const roles = new Map(api.keys.flatMap((key) => key.roles ?? []).map((role) => [role.name, role]));
  if (roles.size === 0) return [];
  const known = [...operationNames(), ...adminPermissions.map((name) => `offhook:${name}`)];
  return [...roles.values()].flatMap(({ name, operations }) =>
    operations.flatMap((operation): readonly SetupFinding[] => {
      const pattern = operation.replace(/^chime:/, "");
      if (known.some((one) => fitsPattern(pattern, one))) return [];
      // Without prefixes, which would be most of what is alike.
      const nearest = nearestWord(bareName(pattern), known.map(bareName));
      const meant = known.find((one) => bareName(one) === nearest);
      const hint = meant === undefined ? "" : `; did you mean "${meant}"?`;
      const what = `there is no operation "${operation}", and it allows nothing${hint}`;
      return [{ severity: "warning", where: `api.roles.${name}.operations`, what }];
    }),
  );
}

function bareName(operation: string): string {
  return operation.replace(/^offhook:/, "");
}
