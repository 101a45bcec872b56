interface Stage {
  size(full: number, short: number): number;
  progress(text: string): void;
  postgres(): Promise<{
    url(): string;
    query<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
  }>;
  product(env: { readonly DATABASE_URL: string }): Promise<{
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }>;
}

export function run(stage: Stage): Promise<{
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}>;
