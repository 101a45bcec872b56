export interface Operation {
  readonly instance: string;
  readonly start: number;
  readonly end: number;
  readonly mayBeStale?: boolean;
  readonly was?: string | null;
  readonly wasNot?: string | null;
  readonly leaves?: string | null;
}

export function violationIn<T extends Operation>(
  operations: readonly T[],
  options?: { staleMs?: number; initial?: string | null },
): T | undefined;
