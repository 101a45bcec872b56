import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '#clients';
import { ClientLookUps } from '../../libs/persistence/src/client-look-ups.js';
import { aClient } from '../support/a-client.js';
import { until } from '../support/processes.js';

/** Who asks, as traces know it. */
const asker = new AsyncLocalStorage<string>();

type Answer = (found: readonly string[] | Error) => void;

/** Takes statements, which are answered by hand. */
class HeldDatabase {
  readonly statements: { readonly ids: readonly string[]; readonly asker?: string; readonly answer: Answer }[] = [];

  query<T extends object>(_sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const answer: Answer = (found) => {
        if (found instanceof Error) reject(found);
        else resolve([{ clients: found.length > 0 ? JSON.stringify(found.map((id) => [id])) : null }] as T[]);
      };
      this.statements.push({ ids: values[1] as string[], asker: asker.getStore(), answer });
    });
  }

  asked(): (readonly string[])[] {
    return this.statements.map(({ ids }) => ids);
  }
}

const table = {
  json: '',
  fromValues: ([clientId]: readonly unknown[]): Client => aClient({}, { clientId: String(clientId) }),
};

describe('looking clients up', () => {
  let database: HeldDatabase;
  let lookUps: ClientLookUps;
  const { domainId } = aClient();
  const find = (clientId: string) => lookUps.find({ domainId, clientId });

  beforeEach(() => {
    database = new HeldDatabase();
    lookUps = new ClientLookUps(database, table, 60_000);
  });

  it('gives each what was asked for, or nothing', async () => {
    const found = Promise.all([find('a'), find('nobody'), find('b')]);
    await nextTurn();
    await nextTurn();
    expect(database.asked()).toEqual([['a', 'nobody', 'b']]);
    database.statements[0]!.answer(['b', 'a']);
    expect((await found).map((client) => client?.clientId)).toEqual(['a', undefined, 'b']);
  });

  it('asks in one statement for all that came while others were under way, and never joins one of those', async () => {
    const first = [find('a')];
    await nextTurn();
    await nextTurn();
    const second = [find('a')];
    await nextTurn();
    await nextTurn();
    const later = ['a', 'b', 'c'].map(find);
    await nextTurn();
    await nextTurn();
    expect(database.asked()).toEqual([['a'], ['a']]);
    database.statements[0]!.answer([]);
    expect(await first[0]).toBeUndefined();
    await nextTurn();
    expect(database.asked().slice(2)).toEqual([['a', 'b', 'c']]);
    database.statements[1]!.answer(['a']);
    database.statements[2]!.answer(['c']);
    expect((await second[0])?.clientId).toBe('a');
    expect((await Promise.all(later)).map((client) => client?.clientId)).toEqual([undefined, undefined, 'c']);
  });

  it('goes on after a statement that failed, which fails for those alone who asked by it', async () => {
    const failed = [find('a'), find('b')];
    const outcomes = Promise.allSettled(failed);
    await nextTurn();
    await nextTurn();
    const other = find('c');
    await nextTurn();
    await nextTurn();
    const waiting = find('d');
    database.statements[0]!.answer(new Error('away'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await nextTurn();
    database.statements[1]!.answer(['c']);
    database.statements[2]!.answer(['d']);
    expect([await other, await waiting].map((client) => client?.clientId)).toEqual(['c', 'd']);
  });

  it('waits only for a moment for statements that take long, and for as many as there are when there are many', async () => {
    const found: Promise<unknown>[] = [];
    lookUps = new ClientLookUps(database, table, 1);
    const ids = Array.from({ length: 9 }, (_, number) => `app-${number}`);
    for (const [index, id] of ids.entries()) {
      found.push(find(id));
      if (index < 8) await until('it is asked for', async () => database.statements.length === index + 1);
    }
    await sleep(20);
    expect(database.asked()).toEqual(ids.slice(0, 8).map((id) => [id]));
    for (const { answer } of database.statements.slice(0, 7)) answer([]);
    await until('the last one is asked for', async () => database.statements.length === 9);
    for (const { answer } of database.statements.slice(7)) answer([]);
    expect(await Promise.all(found)).toEqual(ids.map(() => undefined));
  });

  it('sends a statement for whoever asked first, not for whoever was answered before', async () => {
    const found: Promise<unknown>[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      found.push(asker.run(name, () => find(name)));
      // The third and the fourth wait together.
      for (let turns = 0; turns < 2; turns += 1) await nextTurn();
    }
    database.statements[0]!.answer([]);
    await until('those who waited are asked for', async () => database.statements.length === 3);
    expect(database.statements.map((statement) => statement.asker)).toEqual(['one', 'two', 'three']);
    for (const { answer } of database.statements.slice(1)) answer([]);
    await Promise.all(found);
  });

  it('asks for a hundred at most in one statement', async () => {
    const found = Array.from({ length: 250 }, (_, number) => find(`app-${number}`));
    for (const size of [100, 100, 50]) {
      for (let turns = 0; turns < 3; turns += 1) await nextTurn();
      const { ids, answer } = database.statements.shift()!;
      expect(ids).toHaveLength(size);
      answer(ids);
    }
    expect((await Promise.all(found)).map((client) => client?.clientId)).toEqual(
      Array.from({ length: 250 }, (_, number) => `app-${number}`),
    );
  });
});
