import { randomUUID } from 'node:crypto';
import { ClientError } from '#clients';
import { LongTransactions, type Send } from '../database/long-transactions.js';
import { StoreUnavailable } from '../database/store-error.js';

/** One for each import that a process can run at the same time, and one to renew a lease while the others are busy. */
const CONNECTIONS = 5;
/** After a process is killed, no import can run in its domain for this long. */
const LEASE_MS = 60_000;
const RENEWAL_MS = LEASE_MS / 4;
const LINES_AT_ONCE = 5000;
/** Staged lines need not survive a crash of the database: an import that lacks lines is refused. */
const STAGING = { synchronous_commit: 'off' };

/** Skips a lease whose row is locked: its holder may be in a transaction, and nobody should wait for that. */
const TAKE = `
  insert into imports as held (domain_id, import_id, begun_at, expires_at)
  select $1::bigint, $2::uuid, now(), now() + make_interval(secs => $3)
   where not exists (select from imports where domain_id = $1 and expires_at > now())
  on conflict (domain_id) do update
     set import_id = excluded.import_id, begun_at = excluded.begun_at, expires_at = excluded.expires_at
   where held.expires_at <= excluded.begun_at
  returning import_id`;

const HOLD = `
  update imports set expires_at = greatest(expires_at, now() + make_interval(secs => $3))
   where domain_id = $1 and import_id = $2 returning import_id`;

const HAND_OVER = `
  update imports set import_id = $3, expires_at = now() + make_interval(secs => $4)
   where domain_id = $1 and import_id = $2 returning import_id`;

const END = 'delete from imports where domain_id = $1 and import_id = $2';

const EXPIRED = 'select domain_id::text as "domainId" from imports where expires_at <= now()';

/** Removes some lines of other imports than `$2` from the domain `$1`, after `$3` and `$4`; returns the last of them. */
const REMOVE_LINES_OF_OTHERS = `
  with piece as (
    select import_id, client_id from import_lines
     where domain_id = $1 and import_id <> $2 and (import_id, client_id) > ($3::uuid, $4::text)
     order by import_id, client_id limit ${LINES_AT_ONCE}
  ), last as (
    select import_id, client_id from piece order by import_id desc, client_id desc limit 1
  ), removed as (
    delete from import_lines
     where domain_id = $1 and import_id <> $2 and (import_id, client_id) > ($3::uuid, $4::text)
       and (import_id, client_id) <= (select import_id, client_id from last)
  )
  select import_id, client_id from last`;
const BEFORE_ALL = { import_id: '00000000-0000-0000-0000-000000000000', client_id: '' };

/** The right to be the only import of a domain: a row that expires by the database's clock unless it is renewed. */
export class ImportLeases {
  private readonly transactions: LongTransactions;
  /** Leases that could not be removed while the database was away. */
  private readonly left = new Set<ImportLease>();

  constructor(url: string) {
    this.transactions = new LongTransactions({ url, name: 'clientele import', most: CONNECTIONS });
  }

  /** undefined = another import has the lease. When this resolves, the lines of earlier imports have been deleted. */
  async take(domainId: string): Promise<ImportLease | undefined> {
    for (const lease of this.left) if (lease.domainId === domainId) await lease.end();
    const importId = randomUUID();
    const [taken] = await this.transactions.query(TAKE, [domainId, importId, LEASE_MS / 1000]);
    if (!taken) return undefined;
    const lease = new ImportLease(this.transactions, this.left, domainId, importId);
    try {
      await removeLinesOfOthers(this.transactions.query, domainId, importId);
      return lease;
    } catch (error) {
      await lease.end();
      throw error;
    }
  }

  /** Deletes the lines of interrupted imports: it takes their leases, which does that. */
  async sweep(): Promise<void> {
    for (const lease of this.left) await lease.end();
    const expired = await this.transactions.query<{ domainId: string }>(EXPIRED);
    for (const { domainId } of expired) await (await this.take(domainId))?.end();
  }

  close(): Promise<void> {
    return this.transactions.close();
  }
}

export class ImportLease {
  private readonly renewal = setInterval(() => void this.renew(), RENEWAL_MS).unref();
  private underWay: Promise<unknown> | undefined;
  private isEnded = false;

  constructor(
    private readonly transactions: LongTransactions,
    private readonly left: Set<ImportLease>,
    readonly domainId: string,
    readonly importId: string,
  ) {}

  /** Sends reads that do not need the lease. */
  query: Send = (sql, values) => this.transactions.query(sql, values);

  /** Runs `work`, which stages or reads lines, in a transaction that holds the lease. Runs one at a time. */
  staging<T>(work: (send: Send) => Promise<T>): Promise<T> {
    return this.holding(work, LEASE_MS, STAGING);
  }

  /** Runs `work`, which takes at most `mostMs`, in a transaction that holds the lease. No other import waits for it. */
  async committing<T>(work: (send: Send) => Promise<T>, mostMs: number): Promise<T> {
    // Others see the old row until the commit, so the lease is first extended to a time after it.
    await this.holding(async () => {}, mostMs, STAGING);
    return this.holding(work, mostMs);
  }

  /** Deletes all staged lines. If this fails, call it again; if you do not, others wait until the lease has expired. */
  async end(): Promise<void> {
    clearInterval(this.renewal);
    this.isEnded = true;
    await this.underWay;
    await this.remove().then(
      () => this.left.delete(this),
      () => this.left.add(this),
    );
  }

  /**
   * First gives the lease another id. This waits for statements of this import that are still running although nobody waits
   * for them any more; later statements find that the import has lost its lease.
   */
  private async remove(): Promise<void> {
    const { domainId, importId } = this;
    const remover = randomUUID();
    const [held] = await this.transactions.run((send) =>
      send(HAND_OVER, [domainId, importId, remover, LEASE_MS / 1000]),
    );
    if (!held) return;
    await removeLinesOfOthers(this.transactions.query, domainId, remover);
    await this.transactions.query(END, [domainId, remover]);
  }

  private async renew(): Promise<void> {
    if (!this.underWay) await this.staging(async () => {}).catch(() => {});
  }

  private async holding<T>(work: (send: Send) => Promise<T>, leaseMs: number, settings = {}): Promise<T> {
    // A renewal of the lease may be running at this moment.
    while (this.underWay) await this.underWay;
    const running = this.transactions.run(async (sendAny) => {
      const send: Send = (sql, values) => {
        if (this.isEnded) throw new StoreUnavailable(new Error('the import has been ended'));
        return sendAny(sql, values);
      };
      const [held] = await send(HOLD, [this.domainId, this.importId, leaseMs / 1000]);
      if (!held) throw await this.loss(send);
      return work(send);
    }, settings);
    const ended = () => {
      this.underWay = undefined;
    };
    this.underWay = running.then(ended, ended);
    return running;
  }

  /** Another import has the lease, or nobody has it; in both cases the staged lines have been deleted. */
  private async loss(send: Send): Promise<Error> {
    const [other] = await send('select from imports where domain_id = $1', [this.domainId]);
    return other
      ? new ClientError({ code: 'import_under_way' })
      : new StoreUnavailable(new Error('the import is gone'));
  }
}

async function removeLinesOfOthers(send: Send, domainId: string, importId: string): Promise<void> {
  type Line = typeof BEFORE_ALL;
  for (let last: Line | undefined = BEFORE_ALL; last; ) {
    [last] = await send<Line>(REMOVE_LINES_OF_OTHERS, [domainId, importId, last.import_id, last.client_id]);
  }
}
