/** Why a leg refuses the INVITE that it came of. Listed in `docs/refusals.md`. */
export const legRefusalCauses = {
  "leg-failed": { status: 500, means: "Something of ours that the call needed failed before it was answered." },
} as const;
