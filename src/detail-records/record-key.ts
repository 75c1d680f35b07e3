/** Where a record belongs in its bucket: `<folder>/json/<id>/YYYY/MM/DD/HH.MM.SS.mmm_<transaction>`, by when it began, UTC.
 * @param of the application or the Voice Connector
 * @param startedAt epoch milliseconds; no two records of a transaction have the same */
export function recordKey(
  folder: "Amazon-Chime-SMADRs" | "Amazon-Chime-Voice-Connector-CDRs",
  of: string,
  transactionId: string,
  startedAt: number,
): string {
  const [date = "", time = ""] = new Date(startedAt).toISOString().split("T");
  const [clock] = time.split("Z");
  return `${folder}/json/${of}/${date.replaceAll("-", "/")}/${clock?.replaceAll(":", ".")}_${transactionId}`;
}
