import { adminOperations } from "./operations/index.ts";

/** What a key may be allowed of what the server shows of itself, as roles name it behind `offhook:`. */
export const adminPermissions: readonly string[] = [...adminOperations.map(({ id }) => id), "GetOpenApi", "GetMetrics"];
