import { JoinedStatements } from './joined-statements.js';

/** How much one statement looks up. */
const MAX_KEYS = 100;

/** Looks things up by a key each, many in one statement. */
export class JoinedLookUps<Key, Found> {
  private readonly statements: JoinedStatements<Key, Found>;

  /** `load`: what is found for each key, in the same order. */
  constructor(load: (keys: readonly Key[]) => Promise<readonly Found[]>) {
    const send = (keys: readonly Key[]) => {
      const found = load(keys);
      return keys.map(async (_, index) => (await found)[index]!);
    };
    this.statements = new JoinedStatements(send, { most: MAX_KEYS });
  }

  find(key: Key): Promise<Found> {
    return this.statements.ask(key);
  }
}
