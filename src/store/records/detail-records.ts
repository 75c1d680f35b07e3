import type { DetailRecords } from "../call-types.ts";
import type { Db } from "../tables.ts";
import { countRows } from "./count-rows.ts";

/** Records of legs on their way into buckets. */
export function createDetailRecords(db: Db): DetailRecords {
  return {
    async list(nodeId, limit, without) {
      const rows = await db
        .selectFrom("detail_records")
        .selectAll()
        .$if(nodeId !== undefined, (records) =>
          records.where(({ or, eb }) =>
            or([eb("node_id", "=", nodeId ?? ""), eb("node_id", "not in", db.selectFrom("nodes").select("id"))]),
          ),
        )
        .$if(without.length > 0, (records) => records.where("bucket", "not in", without))
        .orderBy("object_key")
        .limit(limit)
        .execute();
      return rows.map(({ id, bucket, object_key: key, document }) => ({ id, bucket, key, document }));
    },
    count: () => countRows(db, "detail_records"),
    async settle(id) {
      await db.deleteFrom("detail_records").where("id", "=", id).execute();
    },
  };
}
