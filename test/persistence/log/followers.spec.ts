import fc from 'fast-check';
import type { AuditQuery, RecentHeads, TrailEntry } from '#audit';
import {
  AcrossFollower,
  DomainFollower,
  type Follower,
  type LogRange,
  type PostgresAuditTrail,
  SETTLING_MS,
} from '../../../libs/persistence/src/testing/index.js';

const DOMAINS = ['1', '2', '3'];
const PAGE = 3;
const SETTLING = BigInt(SETTLING_MS * 1000);

type Entry = Pick<TrailEntry, 'domainId' | 'position'>;

/**
 * Logs in which a position is given out when a write has taken its log, and is seen when it is committed: in one log in
 * this order, of two logs in any.
 */
class FakeLogs {
  clock = 1000n * SETTLING;
  private settled = this.clock - SETTLING;
  private readonly committed: Entry[] = [];
  private readonly open = new Map<string, Entry>();

  begin(domainId: string): void {
    if (!this.open.has(domainId)) this.open.set(domainId, { domainId, position: String(this.clock) });
  }

  commit(domainId: string): void {
    const entry = this.open.get(domainId);
    if (entry) this.committed.push(entry);
    this.open.delete(domainId);
  }

  /** No write keeps its log for longer than it takes to settle. */
  pass(microseconds: bigint): void {
    this.clock += microseconds;
    for (const [domainId, { position }] of this.open)
      if (BigInt(position) <= this.clock - SETTLING) this.commit(domainId);
  }

  all(domainId?: string): Entry[] {
    return this.committed.filter((entry) => domainId === undefined || entry.domainId === domainId);
  }

  heads(after = this.clock - SETTLING): RecentHeads {
    const heads = new Map<string, bigint>();
    for (const { domainId, position } of this.committed)
      if (BigInt(position) > after) heads.set(domainId, BigInt(position));
    return { heads, settled: this.clock - SETTLING };
  }

  look(follower: Follower): void {
    const named = new Map(DOMAINS.map((domainId) => [domainId, BigInt(this.all(domainId).at(-1)?.position ?? 0)]));
    follower.looked({ named, recent: this.heads(this.settled) });
    this.settled = this.clock - SETTLING;
  }

  readonly trail = {
    list: async ({ after, afterDomain = '9', upTo }: AuditQuery) =>
      this.inOrder(({ domainId, position }) => {
        const [from, to, at] = [BigInt(after!), BigInt(upTo!), BigInt(position)];
        return at <= to && (at > from || (at === from && domainId > afterDomain));
      }),
    behind: async (ranges: readonly LogRange[]) =>
      this.inOrder((entry) =>
        ranges.some(
          ({ domainId, after, upTo }) =>
            entry.domainId === domainId && BigInt(entry.position) > after && BigInt(entry.position) <= upTo,
        ),
      ),
  } as unknown as PostgresAuditTrail;

  private inOrder(isMeant: (entry: Entry) => boolean): Entry[] {
    const byTime = (one: Entry, other: Entry) =>
      one.position === other.position
        ? one.domainId < other.domainId
          ? -1
          : 1
        : BigInt(one.position) < BigInt(other.position)
          ? -1
          : 1;
    return this.committed.filter(isMeant).sort(byTime).slice(0, PAGE);
  }
}

/** One page of what the follower is to be told, if there is any. */
async function page(logs: FakeLogs, follower: Follower): Promise<Entry[] | undefined> {
  const next = follower.next();
  if (!next) return undefined;
  const entries = await next.read(logs.trail, PAGE);
  next.told(entries, entries.length < PAGE);
  return entries;
}

async function rest(logs: FakeLogs, follower: Follower): Promise<Entry[]> {
  const told: Entry[] = [];
  logs.look(follower);
  for (let found = await page(logs, follower); found; found = await page(logs, follower)) told.push(...found);
  return told;
}

const step = fc.oneof(
  fc.record({ do: fc.constantFrom('begin', 'commit', 'write'), domainId: fc.constantFrom(...DOMAINS) }),
  fc.record({ do: fc.constantFrom('look', 'page', 'wait', 'settle') }),
);
type Step = { readonly do: string; readonly domainId?: string };

async function run(logs: FakeLogs, steps: readonly Step[], follower?: Follower): Promise<Entry[]> {
  const told: Entry[] = [];
  for (const { do: what, domainId } of steps) {
    if (what === 'begin' || what === 'write') logs.begin(domainId!);
    if (what === 'commit' || what === 'write') logs.commit(domainId!);
    if (what === 'look' && follower) logs.look(follower);
    if (what === 'page' && follower) told.push(...((await page(logs, follower)) ?? []));
    // Two writes of one log never have the same position, two of different logs may.
    logs.pass(what === 'settle' ? SETTLING / 2n : what === 'begin' ? 0n : 1n);
  }
  return told;
}

const nameOf = ({ domainId, position }: Entry) => `${domainId} ${position}`;
const steps = fc.array(step, { maxLength: 60 });

describe('a follower', () => {
  it('one domain is told every entry once, in order, wherever he begins', async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, fc.nat(), async (before, after, which) => {
        const logs = new FakeLogs();
        await run(logs, before);
        const known = logs.all('1');
        const begins = known.length === 0 ? 0 : which % known.length;
        const start = { scope: { subscription: null, domainId: '1' }, position: known[begins]?.position ?? '0' };
        const follower = new DomainFollower(start, '1');
        const told = await run(logs, after, follower);
        told.push(...(await rest(logs, follower)));
        expect(told.map(nameOf)).toEqual(
          logs
            .all('1')
            .slice(known.length === 0 ? 0 : begins + 1)
            .map(nameOf),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('all from now on is told every entry once, in order within its domain', async () => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (before, after) => {
        const logs = new FakeLogs();
        await run(logs, before);
        const old = new Set(logs.all().map(nameOf));
        const follower = new AcrossFollower({ scope: { subscription: null }, position: '0', told: logs.heads() });
        logs.look(follower);
        const told = await run(logs, after, follower);
        told.push(...(await rest(logs, follower)));
        for (const domainId of DOMAINS) {
          const own = told.filter((entry) => entry.domainId === domainId).map(nameOf);
          expect(own).toEqual(
            logs
              .all(domainId)
              .map(nameOf)
              .filter((name) => !old.has(name)),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('all and comes back is told every entry, in order within its domain, and some of them again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 4 }), async (sessions) => {
        const logs = new FakeLogs();
        let position = '0';
        const told: Entry[] = [];
        for (const session of [...sessions, []]) {
          const follower = new AcrossFollower({ scope: { subscription: null }, position });
          logs.look(follower);
          const found = await run(logs, session, follower);
          if (session.length === 0) found.push(...(await rest(logs, follower)));
          // Nobody comes back with anything but the last that he was told.
          position = found.at(-1)?.position ?? position;
          told.push(...found);
          for (const domainId of DOMAINS) {
            const own = found.filter((entry) => entry.domainId === domainId).map(({ position: at }) => BigInt(at));
            expect(own).toEqual([...new Set(own)].sort((one, other) => (one < other ? -1 : 1)));
          }
        }
        expect(new Set(told.map(nameOf))).toEqual(new Set(logs.all().map(nameOf)));
      }),
      { numRuns: 300 },
    );
  });
});
